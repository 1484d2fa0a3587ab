// SPDX-License-Identifier: MIT
#pragma once
// cmocka and what it lacks: comparing slices. Included by the tests of base and json.
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

// base/err.h has a better use for the name fail(); tests say fail_msg().
#undef fail
#undef fail_msg
#define fail_msg(...)              \
    do {                           \
        print_error(__VA_ARGS__);  \
        print_error("\n");         \
        _fail(__FILE__, __LINE__); \
    } while (0)

static inline void expect_str_at(str got, str want, const char *file, int line)
{
    if (str_eq(got, want) && str_some(got) == str_some(want))
        return;
    print_error("%s:%d: got \"%.*s\"%s, want \"%.*s\"%s\n", file, line, STR_ARG(got),
                str_some(got) ? "" : " (none)", STR_ARG(want), str_some(want) ? "" : " (none)");
    _fail(file, line);
}
#define expect_str(got, want)  expect_str_at((got), (want), __FILE__, __LINE__)
#define expect_text(got, want) expect_str_at((got), str_c(want), __FILE__, __LINE__)
