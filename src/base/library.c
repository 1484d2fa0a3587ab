// SPDX-License-Identifier: MIT
// Loading a library at run time and finding its functions by name.
#include "base/library.h"

#include <dlfcn.h>

enum errc library_load(struct ctx *ctx, const struct library *library,
                       const struct library_function *functions, size_t n, void *table)
{
    void *handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle)
        return fail(ctx, ERR_UNAVAILABLE,
                    "%s needs %s, which cannot be loaded: install it (Debian: apt install %s)",
                    library->purpose, library->file, library->package);
    enum errc rc = ERR_OK;
    for (size_t i = 0; i < n && rc == ERR_OK; i++) {
        void *f = dlsym(handle, functions[i].name);
        if (f)
            memcpy((char *)table + functions[i].offset, (const void *)&f, sizeof f);
        else
            rc = fail(ctx, ERR_UNAVAILABLE, "%s is too old: it has no %s", library->file,
                      functions[i].name);
    }
    (void)dlclose(handle); // counts down; RTLD_NODELETE keeps it
    return rc;
}
