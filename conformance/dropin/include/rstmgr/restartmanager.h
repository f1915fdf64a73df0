/*
 * The interface of the Restart Manager, as Microsoft's restartmanager.h states it, for systems without that header.
 *
 * Made by cbindgen from conformance/dropin/src; do not edit: tests/it/header.rs writes it.
 *
 * RmReserveHeap, which the library of Windows exports too, is absent: no page and no header describes it, so nobody
 * can say what it takes and does.
 */


#ifndef _INC_RESTARTMANAGER
#define _INC_RESTARTMANAGER


#ifdef _WIN32

#include <windows.h>

#else

#include <stdint.h>

typedef uint32_t DWORD;
typedef uint32_t UINT;
typedef uint32_t ULONG;
typedef int32_t BOOL;
typedef uint8_t BYTE;
typedef DWORD *LPDWORD;
typedef BYTE *PBYTE;

/* A unit of UTF-16, also where wchar_t has 32 bits: u"..." is such a text. */
#ifdef __cplusplus
typedef char16_t WCHAR;
#else
typedef uint16_t WCHAR;
#endif
typedef const WCHAR *LPCWSTR;
typedef WCHAR *LPWSTR;

typedef struct _FILETIME {
    DWORD dwLowDateTime;
    DWORD dwHighDateTime;
} FILETIME, *PFILETIME;

#define WINAPI

#ifndef FALSE
#define FALSE 0
#endif
#ifndef TRUE
#define TRUE 1
#endif

/* What the functions return. */
#define ERROR_SUCCESS 0
#define ERROR_FILE_NOT_FOUND 2
#define ERROR_ACCESS_DENIED 5
#define ERROR_INVALID_HANDLE 6
#define ERROR_OUTOFMEMORY 14
#define ERROR_WRITE_FAULT 29
#define ERROR_SEM_TIMEOUT 121
#define ERROR_BAD_ARGUMENTS 160
#define ERROR_MORE_DATA 234
#define ERROR_SESSION_CREDENTIAL_CONFLICT 1219
#define ERROR_CANCELLED 1223

#endif

/* Some headers for Windows lack these. */
#ifndef ERROR_FAIL_NOACTION_REBOOT
#define ERROR_FAIL_NOACTION_REBOOT 350
#endif
#ifndef ERROR_FAIL_SHUTDOWN
#define ERROR_FAIL_SHUTDOWN 351
#endif
#ifndef ERROR_FAIL_RESTART
#define ERROR_FAIL_RESTART 352
#endif
#ifndef ERROR_MAX_SESSIONS_REACHED
#define ERROR_MAX_SESSIONS_REACHED 353
#endif
#ifndef ERROR_REQUEST_OUT_OF_SEQUENCE
#define ERROR_REQUEST_OUT_OF_SEQUENCE 776
#endif

/* Is told how far a call has come, in percent. Microsoft's type states no calling convention either. */
typedef void (*RM_WRITE_STATUS_CALLBACK)(UINT nPercentComplete);


// Not a terminal session.
#define RM_INVALID_TS_SESSION -1

// Not a process.
#define RM_INVALID_PROCESS -1

// What kind of application it is.
typedef enum RM_APP_TYPE {
    // None of the others; only force stops it.
    RmUnknownApp = 0,
    // It has a top-level window.
    RmMainWindow = 1,
    // It has windows, but none at the top level.
    RmOtherWindow = 2,
    // A service.
    RmService = 3,
    // The Explorer.
    RmExplorer = 4,
    // A console application.
    RmConsole = 5,
    // A critical process, which only a reboot stops.
    RmCritical = 1000,
} RM_APP_TYPE;

// What a filter does.
typedef enum RM_FILTER_ACTION {
    // Nothing.
    RmInvalidFilterAction = 0,
    // It prevents the restart.
    RmNoRestart = 1,
    // It prevents shutdown and restart.
    RmNoShutdown = 2,
} RM_FILTER_ACTION;

// What became of an application: bits.
typedef enum RM_APP_STATUS {
    // It was looked at by nobody, or is in none of the other states.
    RmStatusUnknown = 0,
    // It runs.
    RmStatusRunning = 1,
    // The Restart Manager stopped it.
    RmStatusStopped = 2,
    // It stopped otherwise.
    RmStatusStoppedOther = 4,
    // The Restart Manager restarted it.
    RmStatusRestarted = 8,
    // Stopping it failed.
    RmStatusErrorOnStop = 16,
    // Restarting it failed.
    RmStatusErrorOnRestart = 32,
    // A filter keeps it from being shut down.
    RmStatusShutdownMasked = 64,
    // A filter keeps it from being restarted.
    RmStatusRestartMasked = 128,
} RM_APP_STATUS;

// How `RmShutdown` goes about it: bits.
typedef enum RM_SHUTDOWN_TYPE {
    // Who does not answer in time, or refuses, is forced.
    RmForceShutdown = 1,
    // Nobody is shut down unless all are registered for restart.
    RmShutdownOnlyRegistered = 16,
} RM_SHUTDOWN_TYPE;

// Why a reboot is needed: bits.
typedef enum RM_REBOOT_REASON {
    // None is.
    RmRebootReasonNone = 0,
    // The installer may not shut a process down.
    RmRebootReasonPermissionDenied = 1,
    // A process is in another terminal session.
    RmRebootReasonSessionMismatch = 2,
    // A critical process is affected.
    RmRebootReasonCriticalProcess = 4,
    // A critical service is affected.
    RmRebootReasonCriticalService = 8,
    // The installer itself is affected.
    RmRebootReasonDetectedSelf = 16,
} RM_REBOOT_REASON;

// What a filter is about.
typedef enum RM_FILTER_TRIGGER {
    // Nothing.
    RmFilterTriggerInvalid = 0,
    // The program with a file name.
    RmFilterTriggerFile = 1,
    // A process.
    RmFilterTriggerProcess = 2,
    // A service.
    RmFilterTriggerService = 3,
} RM_FILTER_TRIGGER;

// A process, which its id and the time of its start tell from all others.
typedef struct RM_UNIQUE_PROCESS {
    // Its id.
    DWORD dwProcessId;
    // When it started, as `GetProcessTimes` tells.
    FILETIME ProcessStartTime;
} RM_UNIQUE_PROCESS;

// An application that is affected.
typedef struct RM_PROCESS_INFO {
    // Its process.
    struct RM_UNIQUE_PROCESS Process;
    // Its name for people.
    WCHAR strAppName[256];
    // The short name, if it is a service.
    WCHAR strServiceShortName[64];
    // What kind it is; in C any number can stand here.
    enum RM_APP_TYPE ApplicationType;
    // What became of it, bits of `RM_APP_STATUS`.
    ULONG AppStatus;
    // Its terminal session.
    DWORD TSSessionId;
    // Whether it can be restarted.
    BOOL bRestartable;
} RM_PROCESS_INFO;

// The size of a session key in bytes.
#define RM_SESSION_KEY_LEN 16

// The characters of a session key; its buffer has one more, for the NUL.
#define CCH_RM_SESSION_KEY 32

// The most characters of an application's name.
#define CCH_RM_MAX_APP_NAME 255

// The most characters of a service's short name.
#define CCH_RM_MAX_SVC_NAME 63

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Starts a session: writes its handle and its key.
DWORD WINAPI RmStartSession(DWORD *pSessionHandle, DWORD dwSessionFlags, WCHAR *strSessionKey);

// Joins the session with a key: writes a handle.
DWORD WINAPI RmJoinSession(DWORD *pSessionHandle, const WCHAR *strSessionKey);

// Ends a session, or leaves the one that was joined.
DWORD WINAPI RmEndSession(DWORD dwSessionHandle);

// Registers files, processes and services with a session.
DWORD WINAPI RmRegisterResources(DWORD dwSessionHandle,
                                 UINT nFiles,
                                 LPCWSTR *rgsFileNames,
                                 UINT nApplications,
                                 struct RM_UNIQUE_PROCESS *rgApplications,
                                 UINT nServices,
                                 LPCWSTR *rgsServiceNames);

// Writes who uses what is registered, and why a reboot would be needed.
DWORD WINAPI RmGetList(DWORD dwSessionHandle,
                       UINT *pnProcInfoNeeded,
                       UINT *pnProcInfo,
                       struct RM_PROCESS_INFO *rgAffectedApps,
                       LPDWORD lpdwRebootReasons);

// Shuts down who uses what is registered.
DWORD WINAPI RmShutdown(DWORD dwSessionHandle,
                        ULONG lActionFlags,
                        RM_WRITE_STATUS_CALLBACK fnStatus);

// Restarts who was shut down.
DWORD WINAPI RmRestart(DWORD dwSessionHandle,
                       DWORD dwRestartFlags,
                       RM_WRITE_STATUS_CALLBACK fnStatus);

// Cancels what a session does, from another thread or from the callback.
DWORD WINAPI RmCancelCurrentTask(DWORD dwSessionHandle);

// Changes what is done to a program, a process or a service.
DWORD WINAPI RmAddFilter(DWORD dwSessionHandle,
                         LPCWSTR strModuleName,
                         struct RM_UNIQUE_PROCESS *pProcess,
                         LPCWSTR strServiceShortName,
                         enum RM_FILTER_ACTION FilterAction);

// Takes back what `RmAddFilter` changed.
DWORD WINAPI RmRemoveFilter(DWORD dwSessionHandle,
                            LPCWSTR strModuleName,
                            struct RM_UNIQUE_PROCESS *pProcess,
                            LPCWSTR strServiceShortName);

// Writes the filters of a session into a buffer, as a chain of `RM_FILTER_INFO`.
DWORD WINAPI RmGetFilterList(DWORD dwSessionHandle,
                             PBYTE pbFilterBuf,
                             DWORD cbFilterBuf,
                             LPDWORD cbFilterBufNeeded);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* _INC_RESTARTMANAGER */

/* An entry of the list of filters. */
typedef struct RM_FILTER_INFO {
    /* What it does. */
    RM_FILTER_ACTION FilterAction;
    /* Whom it is about, and so which member of the union is meant. */
    RM_FILTER_TRIGGER FilterTrigger;
    /* How many bytes behind this entry the next one begins; 0: there is none. */
    DWORD cbNextOffset;
    union {
        /* The program with this file name. */
        LPWSTR strFilename;
        /* This process. */
        RM_UNIQUE_PROCESS Process;
        /* The service with this short name. */
        LPWSTR strServiceShortName;
    };
} RM_FILTER_INFO;

typedef RM_UNIQUE_PROCESS *PRM_UNIQUE_PROCESS;
typedef RM_PROCESS_INFO *PRM_PROCESS_INFO;
typedef RM_FILTER_INFO *PRM_FILTER_INFO;
