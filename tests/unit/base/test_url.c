// SPDX-License-Identifier: MIT
// Addresses of servers, as people write them.
#include "base/url.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void expect(str got, const char *wanted, const char *url)
{
    if (!str_eq(got, str_c(wanted)))
        fail_msg("%s: got \"%.*s\", expected \"%s\"", url, STR_ARG(got), wanted ? wanted : "");
    assert_int_equal(str_some(got), wanted != NULL);
}

static void parts(void **state UNUSED)
{
    static const struct {
        const char *url, *user, *password, *host, *port, *path, *query;
    } rows[] = {
        {"h", NULL, NULL, "h", NULL, NULL, NULL},
        {"h:1/p?q=1?2", NULL, NULL, "h", "1", "p", "q=1?2"},
        {"u@h", "u", NULL, "h", NULL, NULL, NULL},
        {":p@h/", "", "p", "h", NULL, "", NULL},
        {"u:p%40%2F@h", "u", "p@/", "h", NULL, NULL, NULL},
        {"u:100%@h", "u", "100%", "h", NULL, NULL, NULL},
        {"u:a@b/c?d#e:f@h:2/x/y", "u", "a@b/c?d#e:f", "h", "2", "x/y", NULL},
        {"a%40b:p@h", "a@b", "p", "h", NULL, NULL, NULL},
        {"u:p@[2001:db8::1]:3/x", "u", "p", "2001:db8::1", "3", "x", NULL},
        {"[::1]", NULL, NULL, "::1", NULL, NULL, NULL},
        {"u:p@h?x=y@z!", "u", "p", "h", NULL, NULL, "x=y@z!"},
    };
    struct arena *a = arena_create(1u << 20);

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct url_parts p;
        url_split(a, str_c(rows[i].url), &p);
        expect(p.user, rows[i].user, rows[i].url);
        expect(p.password, rows[i].password, rows[i].url);
        expect(p.host, rows[i].host, rows[i].url);
        expect(p.port, rows[i].port, rows[i].url);
        expect(p.path, rows[i].path, rows[i].url);
        expect(p.query, rows[i].query, rows[i].url);
    }
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(parts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
