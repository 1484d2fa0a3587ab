// SPDX-License-Identifier: MIT
#pragma once
// Shared libraries that are loaded when they are first wanted, so that whoever does not use them pays
// nothing for them. An adapter keeps the functions that it calls in a struct, one member each:
//
//     #define LIBX(F) F(x_open) F(x_close)
//     struct libx { LIBX(LIBRARY_MEMBER) };
#include "base/err.h"

struct library {
    const char *file, *package; // "libpq.so.5"; Debian's name of what to install
    const char *purpose;        // "PostgreSQL"
};
struct library_function {
    const char *name;
    size_t offset;
};

#define LIBRARY_MEMBER(name) __typeof__(&(name)) name;

// Fills `table`. ERR_UNAVAILABLE: not installed or too old; the message says what to install. The
// library stays until the process ends: threads of its own may still be inside when we are done.
enum errc library_load(struct ctx *ctx, const struct library *library,
                       const struct library_function *functions, size_t n, void *table) MUST_CHECK;
