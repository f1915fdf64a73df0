/*
 * The layouts, numbers and signatures of the interface, held against a header by the compiler: our own, or with
 * SYSTEM_HEADER that of the Windows SDK in use. Valid as C11 and as C++11; there is nothing to run.
 */
#include <stddef.h>

#ifdef SYSTEM_HEADER
#include <windows.h>
#include <restartmanager.h>
#else
#include <rstmgr/restartmanager.h>
#endif

#ifdef __cplusplus
#define _Static_assert static_assert
#endif

#define SIZE(type, size) _Static_assert(sizeof(type) == (size), "size of " #type)
#define FIELD(type, field, at, size)                                                                                   \
    _Static_assert(offsetof(type, field) == (at), "offset of " #type "." #field);                                      \
    _Static_assert(sizeof(((type *)0)->field) == (size), "size of " #type "." #field)
#define NUMBER(name, number) _Static_assert((long)(name) == (number), "number of " #name)

SIZE(DWORD, 4);
SIZE(UINT, 4);
SIZE(ULONG, 4);
SIZE(BOOL, 4);
SIZE(WCHAR, 2);
SIZE(RM_APP_TYPE, 4);
SIZE(RM_FILTER_ACTION, 4);

SIZE(FILETIME, 8);
FIELD(FILETIME, dwLowDateTime, 0, 4);
FIELD(FILETIME, dwHighDateTime, 4, 4);

SIZE(RM_UNIQUE_PROCESS, 12);
FIELD(RM_UNIQUE_PROCESS, dwProcessId, 0, 4);
FIELD(RM_UNIQUE_PROCESS, ProcessStartTime, 4, 8);

SIZE(RM_PROCESS_INFO, 668);
FIELD(RM_PROCESS_INFO, Process, 0, 12);
FIELD(RM_PROCESS_INFO, strAppName, 12, 512);
FIELD(RM_PROCESS_INFO, strServiceShortName, 524, 128);
FIELD(RM_PROCESS_INFO, ApplicationType, 652, 4);
FIELD(RM_PROCESS_INFO, AppStatus, 656, 4);
FIELD(RM_PROCESS_INFO, TSSessionId, 660, 4);
FIELD(RM_PROCESS_INFO, bRestartable, 664, 4);

#define IS_64_BIT (sizeof(void *) == 8)
SIZE(RM_FILTER_INFO, IS_64_BIT ? 32 : 24);
FIELD(RM_FILTER_INFO, FilterAction, 0, 4);
FIELD(RM_FILTER_INFO, FilterTrigger, 4, 4);
FIELD(RM_FILTER_INFO, cbNextOffset, 8, 4);
FIELD(RM_FILTER_INFO, strFilename, IS_64_BIT ? 16 : 12, sizeof(void *));
FIELD(RM_FILTER_INFO, Process, IS_64_BIT ? 16 : 12, 12);
FIELD(RM_FILTER_INFO, strServiceShortName, IS_64_BIT ? 16 : 12, sizeof(void *));

NUMBER(RM_SESSION_KEY_LEN, 16);
NUMBER(CCH_RM_SESSION_KEY, 32);
NUMBER(CCH_RM_MAX_APP_NAME, 255);
NUMBER(CCH_RM_MAX_SVC_NAME, 63);
NUMBER(RM_INVALID_TS_SESSION, -1);
NUMBER(RM_INVALID_PROCESS, -1);

NUMBER(RmUnknownApp, 0);
NUMBER(RmMainWindow, 1);
NUMBER(RmOtherWindow, 2);
NUMBER(RmService, 3);
NUMBER(RmExplorer, 4);
NUMBER(RmConsole, 5);
NUMBER(RmCritical, 1000);
NUMBER(RmForceShutdown, 1);
NUMBER(RmShutdownOnlyRegistered, 16);
NUMBER(RmStatusUnknown, 0);
NUMBER(RmStatusRunning, 1);
NUMBER(RmStatusStopped, 2);
NUMBER(RmStatusStoppedOther, 4);
NUMBER(RmStatusRestarted, 8);
NUMBER(RmStatusErrorOnStop, 16);
NUMBER(RmStatusErrorOnRestart, 32);
NUMBER(RmStatusShutdownMasked, 64);
NUMBER(RmStatusRestartMasked, 128);
NUMBER(RmRebootReasonNone, 0);
NUMBER(RmRebootReasonPermissionDenied, 1);
NUMBER(RmRebootReasonSessionMismatch, 2);
NUMBER(RmRebootReasonCriticalProcess, 4);
NUMBER(RmRebootReasonCriticalService, 8);
NUMBER(RmRebootReasonDetectedSelf, 16);
NUMBER(RmFilterTriggerInvalid, 0);
NUMBER(RmFilterTriggerFile, 1);
NUMBER(RmFilterTriggerProcess, 2);
NUMBER(RmFilterTriggerService, 3);
NUMBER(RmInvalidFilterAction, 0);
NUMBER(RmNoRestart, 1);
NUMBER(RmNoShutdown, 2);

NUMBER(ERROR_SUCCESS, 0);
NUMBER(ERROR_FILE_NOT_FOUND, 2);
NUMBER(ERROR_ACCESS_DENIED, 5);
NUMBER(ERROR_INVALID_HANDLE, 6);
NUMBER(ERROR_OUTOFMEMORY, 14);
NUMBER(ERROR_WRITE_FAULT, 29);
NUMBER(ERROR_SEM_TIMEOUT, 121);
NUMBER(ERROR_BAD_ARGUMENTS, 160);
NUMBER(ERROR_MORE_DATA, 234);
#ifndef SYSTEM_HEADER
NUMBER(ERROR_FAIL_NOACTION_REBOOT, 350);
NUMBER(ERROR_FAIL_SHUTDOWN, 351);
NUMBER(ERROR_FAIL_RESTART, 352);
NUMBER(ERROR_MAX_SESSIONS_REACHED, 353);
NUMBER(ERROR_REQUEST_OUT_OF_SEQUENCE, 776);
#endif
NUMBER(ERROR_SESSION_CREDENTIAL_CONFLICT, 1219);
NUMBER(ERROR_CANCELLED, 1223);

/* A type that differs, or a calling convention, does not compile. */
struct functions {
    DWORD(WINAPI *start_session)(DWORD *, DWORD, WCHAR *);
    DWORD(WINAPI *join_session)(DWORD *, const WCHAR *);
    DWORD(WINAPI *end_session)(DWORD);
    DWORD(WINAPI *register_resources)(DWORD, UINT, LPCWSTR *, UINT, RM_UNIQUE_PROCESS *, UINT, LPCWSTR *);
    DWORD(WINAPI *get_list)(DWORD, UINT *, UINT *, RM_PROCESS_INFO *, LPDWORD);
    DWORD(WINAPI *shutdown)(DWORD, ULONG, RM_WRITE_STATUS_CALLBACK);
    DWORD(WINAPI *restart)(DWORD, DWORD, RM_WRITE_STATUS_CALLBACK);
    DWORD(WINAPI *cancel_current_task)(DWORD);
    DWORD(WINAPI *add_filter)(DWORD, LPCWSTR, RM_UNIQUE_PROCESS *, LPCWSTR, RM_FILTER_ACTION);
    DWORD(WINAPI *remove_filter)(DWORD, LPCWSTR, RM_UNIQUE_PROCESS *, LPCWSTR);
    DWORD(WINAPI *get_filter_list)(DWORD, PBYTE, DWORD, LPDWORD);
};

extern const struct functions functions;
const struct functions functions = {
    RmStartSession, RmJoinSession,       RmEndSession, RmRegisterResources, RmGetList,       RmShutdown,
    RmRestart,      RmCancelCurrentTask, RmAddFilter,  RmRemoveFilter,      RmGetFilterList,
};

/* The members of the union are those of the structure, and a callback is an ordinary function. */
extern void told(UINT percent);
extern const RM_WRITE_STATUS_CALLBACK callback;
const RM_WRITE_STATUS_CALLBACK callback = told;
