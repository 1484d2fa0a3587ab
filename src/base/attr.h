// SPDX-License-Identifier: MIT
#pragma once
// Compiler attributes with names that say what they are for. Force-included everywhere.

#define MUST_CHECK             __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define UNUSED                 __attribute__((unused))
#define NORETURN               __attribute__((noreturn))

// Runs `fn(&var)` when the variable leaves scope: AUTO(buf_fini) struct buf b = ...;
#define AUTO(fn) __attribute__((cleanup(fn)))

// The same pointer without const: for owners of memory that they hand out read-only.
static inline void *unconst(const void *p)
{
    union {
        const void *in;
        void *out;
    } u = {.in = p};
    return u.out;
}

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
