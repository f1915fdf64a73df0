/*
 * A secondary installer: it joins the session whose key its first argument is, and registers a file of its own.
 *
 * What it registered stays with the session when it leaves.
 */
#ifdef _WIN32
#include <windows.h>
#include <restartmanager.h>
#else
#include <rstmgr/restartmanager.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(const char *call, DWORD reply)
{
    printf("  add-on: %s: %u\n", call, (unsigned)reply);
    if (reply != ERROR_SUCCESS) {
        exit(EXIT_FAILURE);
    }
}

int main(int argc, char **argv)
{
    DWORD session;
    WCHAR key[CCH_RM_SESSION_KEY + 1] = {0};
    LPCWSTR files[] = {u"C:\\App\\plugin.dll"};

    if (argc != 2 || strlen(argv[1]) != CCH_RM_SESSION_KEY) {
        fputs("usage: add-on KEY\n", stderr);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < CCH_RM_SESSION_KEY; i++) {
        key[i] = (WCHAR)(unsigned char)argv[1][i];
    }
    check("RmJoinSession", RmJoinSession(&session, key));
    check("RmRegisterResources", RmRegisterResources(session, 1, files, 0, NULL, 0, NULL));
    check("RmEndSession", RmEndSession(session));
    return EXIT_SUCCESS;
}
