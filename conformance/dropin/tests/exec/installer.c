/* Installers as the tests need them: `installer WAY [ARGUMENT]` prints what the calls return. */
#define _DEFAULT_SOURCE
#include <rstmgr/restartmanager.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const WCHAR used_file[] = u"C:\\App\\core.dll";

static unsigned statuses, last_status;

static void on_status(UINT percent)
{
    statuses++;
    last_status = percent;
}

static void say(const char *what, DWORD code)
{
    printf("%s %u\n", what, (unsigned)code);
    fflush(stdout);
}

static DWORD start(DWORD *handle, char *key)
{
    WCHAR wide[CCH_RM_SESSION_KEY + 1] = {0};
    DWORD code = RmStartSession(handle, 0, wide);
    for (int i = 0; i <= CCH_RM_SESSION_KEY; i++)
        key[i] = (char)wide[i];
    return code;
}

static DWORD join(DWORD *handle, const char *key)
{
    WCHAR wide[CCH_RM_SESSION_KEY + 1] = {0};
    for (int i = 0; i < CCH_RM_SESSION_KEY && key[i]; i++)
        wide[i] = (WCHAR)key[i];
    return RmJoinSession(handle, wide);
}

static DWORD register_file(DWORD handle)
{
    LPCWSTR files[] = {used_file};
    return RmRegisterResources(handle, 1, files, 0, NULL, 0, NULL);
}

static DWORD list(DWORD handle, UINT *count, ULONG *status)
{
    static __thread RM_PROCESS_INFO infos[8];
    UINT needed = 0;
    DWORD reasons = 0;
    *count = 8;
    DWORD code = RmGetList(handle, &needed, count, infos, &reasons);
    *status = code == ERROR_SUCCESS && *count > 0 ? infos[0].AppStatus : 0;
    return code;
}

static void say_list(DWORD handle)
{
    UINT count;
    ULONG status;
    DWORD code = list(handle, &count, &status);
    printf("list %u: %u, %u\n", (unsigned)code, (unsigned)count, (unsigned)status);
}

/* Starts a session, lets another process register for it, shuts down and restarts. */
static int primary(const char *program)
{
    DWORD handle;
    char key[CCH_RM_SESSION_KEY + 1];
    say("start", start(&handle, key));
    pid_t child = fork();
    if (child == 0) {
        execl(program, program, "secondary", key, (char *)NULL);
        _exit(99);
    }
    int status;
    waitpid(child, &status, 0);
    say("secondary", (DWORD)status);
    say_list(handle);
    DWORD code = RmShutdown(handle, 0, on_status);
    printf("shutdown %u: %s, %u\n", (unsigned)code, statuses > 1 ? "statuses" : "no statuses", last_status);
    say_list(handle);
    say("restart", RmRestart(handle, 0, on_status));
    say_list(handle);
    say("end", RmEndSession(handle));
    return 0;
}

static int secondary(const char *key)
{
    DWORD handle;
    say(" join", join(&handle, key));
    say(" register", register_file(handle));
    say(" end", RmEndSession(handle));
    return 0;
}

/* One session. */
static int alone(void)
{
    DWORD handle;
    char key[CCH_RM_SESSION_KEY + 1];
    say("start", start(&handle, key));
    say("end", RmEndSession(handle));
    return 0;
}

/* Ends a session when the input ends. */
static int hold(void)
{
    DWORD handle;
    char key[CCH_RM_SESSION_KEY + 1];
    say("start", start(&handle, key));
    while (getchar() != EOF)
        ;
    say("end", RmEndSession(handle));
    return 0;
}

/* Does all that it can with a session, again and again, until it is killed. */
static int busy(void)
{
    DWORD handle;
    char key[CCH_RM_SESSION_KEY + 1];
    UINT count;
    ULONG status;
    DWORD code = start(&handle, key);
    say("start", code);
    if (code != ERROR_SUCCESS)
        return 1;
    register_file(handle);
    for (;;) {
        list(handle, &count, &status);
        RmShutdown(handle, RmForceShutdown, on_status);
        RmRestart(handle, 0, on_status);
        usleep(2000);
    }
}

/* A shutdown that lasts, and a call behind it. */
static int lasting(void)
{
    DWORD handle;
    char key[CCH_RM_SESSION_KEY + 1];
    say("start", start(&handle, key));
    say("register", register_file(handle));
    say("shutdown", RmShutdown(handle, 0, on_status));
    say("end", RmEndSession(handle));
    return 0;
}

static void *cancel(void *handle)
{
    usleep(100 * 1000);
    say("cancel", RmCancelCurrentTask(*(DWORD *)handle));
    return NULL;
}

/* A shutdown that another thread cancels. */
static int cancelled(void)
{
    DWORD handle;
    char key[CCH_RM_SESSION_KEY + 1];
    pthread_t thread;
    struct timespec before, after;
    say("start", start(&handle, key));
    say("register", register_file(handle));
    pthread_create(&thread, NULL, cancel, &handle);
    clock_gettime(CLOCK_MONOTONIC, &before);
    DWORD code = RmShutdown(handle, 0, NULL);
    clock_gettime(CLOCK_MONOTONIC, &after);
    pthread_join(thread, NULL);
    long elapsed = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
    say("shutdown", code);
    printf("%s\n", elapsed < 4000 ? "in time" : "late");
    say("end", RmEndSession(handle));
    return 0;
}

static void *sessions(void *failures)
{
    for (int i = 0; i < 20; i++) {
        DWORD handle;
        char key[CCH_RM_SESSION_KEY + 1];
        UINT count;
        ULONG status;
        int failed = start(&handle, key) != ERROR_SUCCESS;
        failed = failed || register_file(handle) != ERROR_SUCCESS;
        failed = failed || list(handle, &count, &status) != ERROR_SUCCESS || count != 1;
        failed = failed || RmEndSession(handle) != ERROR_SUCCESS;
        if (failed)
            __atomic_add_fetch((unsigned *)failures, 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

/* Sessions in eight threads at a time. */
static int threads(void)
{
    pthread_t all[8];
    unsigned failures = 0;
    for (int i = 0; i < 8; i++)
        pthread_create(&all[i], NULL, sessions, &failures);
    for (int i = 0; i < 8; i++)
        pthread_join(all[i], NULL);
    say("failures", failures);
    return 0;
}

/* A child that runs no other program has sessions of its own, and its parent goes on. */
static int forked(void)
{
    DWORD handle, other;
    char key[CCH_RM_SESSION_KEY + 1], its_key[CCH_RM_SESSION_KEY + 1];
    say("start", start(&handle, key));
    pid_t child = fork();
    if (child == 0) {
        say(" start", start(&other, its_key));
        printf(" %s\n", strcmp(key, its_key) == 0 ? "the same key" : "another key");
        say(" end", RmEndSession(other));
        say(" join", join(&other, key));
        fflush(stdout);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    say("child", (DWORD)status);
    say("end", RmEndSession(handle));
    return 0;
}

int main(int count, char **arguments)
{
    const char *way = count > 1 ? arguments[1] : "";
    if (strcmp(way, "primary") == 0)
        return primary(arguments[0]);
    if (strcmp(way, "secondary") == 0 && count > 2)
        return secondary(arguments[2]);
    if (strcmp(way, "alone") == 0)
        return alone();
    if (strcmp(way, "hold") == 0)
        return hold();
    if (strcmp(way, "busy") == 0)
        return busy();
    if (strcmp(way, "lasting") == 0)
        return lasting();
    if (strcmp(way, "cancelled") == 0)
        return cancelled();
    if (strcmp(way, "threads") == 0)
        return threads();
    if (strcmp(way, "forked") == 0)
        return forked();
    fprintf(stderr, "no way `%s`\n", way);
    return 99;
}
