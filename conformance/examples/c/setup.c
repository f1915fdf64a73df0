/*
 * An installer that replaces C:\App\core.dll: it stops who uses the file, and starts them again.
 *
 *   setup [ADD-ON]    with an add-on, it is started with the key of the session before anybody is stopped
 *
 * Nothing in it knows of a simulation. On Windows it takes the system's header and library.
 */
#ifdef _WIN32
#include <windows.h>
#include <restartmanager.h>
#else
#include <rstmgr/restartmanager.h>
#endif
#include <stdio.h>
#include <stdlib.h>

#define APPLICATIONS_MAX 16

static void on_status(UINT percent)
{
    printf("  %u %%\n", percent);
}

/* Names and keys in these examples are ASCII; an installer for people would convert. */
static void print(const WCHAR *text)
{
    for (; *text != 0; text++) {
        putchar(*text < 128 ? (int)*text : '?');
    }
}

static void check(const char *call, DWORD reply)
{
    printf("%s: %u\n", call, (unsigned)reply);
    if (reply != ERROR_SUCCESS) {
        exit(EXIT_FAILURE);
    }
}

static void list(DWORD session)
{
    static RM_PROCESS_INFO applications[APPLICATIONS_MAX];
    UINT needed = 0;
    UINT count = APPLICATIONS_MAX;
    DWORD reasons = 0;
    check("RmGetList", RmGetList(session, &needed, &count, applications, &reasons));
    for (UINT i = 0; i < count; i++) {
        fputs("  ", stdout);
        print(applications[i].strAppName);
        printf(": type %d, %s\n", (int)applications[i].ApplicationType,
               applications[i].bRestartable ? "can be restarted" : "cannot be restarted");
    }
}

static void run_add_on(const char *program, const WCHAR *key)
{
    char command[1024];
    char text[CCH_RM_SESSION_KEY + 1] = {0};
    for (size_t i = 0; i < CCH_RM_SESSION_KEY; i++) {
        text[i] = (char)key[i];
    }
    fflush(stdout);
    snprintf(command, sizeof command, "%s %s", program, text);
    if (system(command) != 0) {
        fputs("the add-on failed\n", stderr);
        exit(EXIT_FAILURE);
    }
}

int main(int argc, char **argv)
{
    DWORD session;
    WCHAR key[CCH_RM_SESSION_KEY + 1] = {0};
    LPCWSTR files[] = {u"C:\\App\\core.dll"};

    check("RmStartSession", RmStartSession(&session, 0, key));
    check("RmRegisterResources", RmRegisterResources(session, 1, files, 0, NULL, 0, NULL));
    if (argc > 1) {
        run_add_on(argv[1], key);
    }
    list(session);
    check("RmShutdown", RmShutdown(session, 0, on_status));
    puts("the file is replaced here");
    check("RmRestart", RmRestart(session, 0, on_status));
    check("RmEndSession", RmEndSession(session));
    return EXIT_SUCCESS;
}
