/* Loads the library, calls it, lets go of it, and does so again: `reload LIBRARY`. */
#define _DEFAULT_SOURCE
#include <rstmgr/restartmanager.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

typedef DWORD (*StartSession)(DWORD *, DWORD, WCHAR *);
typedef DWORD (*EndSession)(DWORD);

static const char *library;

static void *load(void)
{
    void *loaded = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!loaded)
        printf("%s\n", dlerror());
    return loaded;
}

static void find(void *loaded, const char *name, void *function)
{
    void *symbol = dlsym(loaded, name);
    memcpy(function, &symbol, sizeof symbol);
}

static DWORD start(DWORD *handle)
{
    WCHAR key[CCH_RM_SESSION_KEY + 1] = {0};
    StartSession start;
    void *loaded = load();
    find(loaded, "RmStartSession", &start);
    DWORD code = start(handle, 0, key);
    dlclose(loaded);
    return code;
}

static DWORD end(DWORD handle)
{
    EndSession end;
    void *loaded = load();
    find(loaded, "RmEndSession", &end);
    DWORD code = end(handle);
    dlclose(loaded);
    return code;
}

static void *in_thread(void *code)
{
    DWORD handle;
    *(DWORD *)code = start(&handle);
    return NULL;
}

int main(int count, char **arguments)
{
    DWORD handle, code;
    pthread_t thread;
    if (count < 2)
        return 99;
    library = arguments[1];
    printf("%u\n", (unsigned)start(&handle));
    printf("%u\n", (unsigned)end(handle));
    /* What a thread leaves for its end is done after the library was let go of. */
    pthread_create(&thread, NULL, in_thread, &code);
    pthread_join(thread, NULL);
    printf("%u\n", (unsigned)code);
    printf("%u\n", (unsigned)start(&handle));
    return 0;
}
