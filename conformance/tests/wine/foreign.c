/* A Restart Manager whose list names a process that no scenario started: the Windows backend must stop there.
 *
 * RmShutdown would leave the file that RSTMGR_FOREIGN names. */
#include <windows.h>
#include <stdlib.h>
#include <restartmanager.h>

#define EXPORT __declspec(dllexport) DWORD WINAPI

EXPORT RmStartSession(DWORD *handle, DWORD flags, WCHAR *key)
{
    (void)flags;
    *handle = 0;
    lstrcpyW(key, L"0123456789abcdef0123456789abcdef");
    return ERROR_SUCCESS;
}

EXPORT RmRegisterResources(DWORD handle, UINT files, LPCWSTR *names, UINT processes, RM_UNIQUE_PROCESS *unique,
                           UINT services, LPCWSTR *short_names)
{
    (void)handle, (void)files, (void)names, (void)processes, (void)unique, (void)services, (void)short_names;
    return ERROR_SUCCESS;
}

EXPORT RmGetList(DWORD handle, UINT *needed, UINT *count, RM_PROCESS_INFO *affected, DWORD *reasons)
{
    (void)handle;
    *needed = 1;
    *reasons = 0;
    if (*count < 1)
        return ERROR_MORE_DATA;
    *count = 1;
    ZeroMemory(affected, sizeof(*affected));
    affected->Process.dwProcessId = 4;
    affected->Process.ProcessStartTime.dwLowDateTime = 9;
    lstrcpyW(affected->strAppName, L"Somebody else");
    return ERROR_SUCCESS;
}

EXPORT RmShutdown(DWORD handle, ULONG flags, RM_WRITE_STATUS_CALLBACK status)
{
    (void)handle, (void)flags, (void)status;
    CloseHandle(CreateFileA(getenv("RSTMGR_FOREIGN"), GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
    return ERROR_SUCCESS;
}
