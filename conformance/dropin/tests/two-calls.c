/* A program that knows nothing of a simulation: prints what two calls return. */
#include <rstmgr/restartmanager.h>
#include <stdio.h>

int main(void)
{
    DWORD handle = 7;
    WCHAR key[CCH_RM_SESSION_KEY + 1] = {0};
    DWORD first = RmStartSession(&handle, 0, key);
    DWORD second = RmEndSession(handle);
    printf("%u %u %u\n", (unsigned)first, (unsigned)second, (unsigned)handle);
    return 0;
}
