/*
 * A bcryptprimitives.dll for Wine 8.0, which has none: every program of Rust's standard library imports ProcessPrng
 * from it and would not start. `.ci/wine` puts it beside the programs; on Windows the system's own is taken.
 *
 * It does what Windows did before it had that function: SystemFunction036, also known as RtlGenRandom.
 */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    const SIZE_T part_max = 1 << 20;

    while (length > 0) {
        ULONG part = (ULONG)(length < part_max ? length : part_max);

        if (!SystemFunction036(data, part))
            return FALSE;
        data += part;
        length -= part;
    }
    return TRUE;
}
