// SPDX-License-Identifier: MIT
// DATABASE_URL as people write it.
#include "sql/postgres.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void expect(str got, const char *wanted, const char *url)
{
    if (!str_eq(got, str_c(wanted)))
        fail_msg("%s: got \"%.*s\", expected \"%s\"", url, STR_ARG(got), wanted);
}

static void parts_of_urls(void **state UNUSED)
{
    static const struct {
        const char *url, *user, *password, *host, *port, *name, *schema;
    } rows[] = {
        {"postgresql://u:p@h:5433/d", "u", "p", "h", "5433", "d", ""},
        {"postgres://h/d", "", "", "h", "", "d", ""},
        {"postgresql://u@h", "u", "", "h", "", "", ""},
        {"postgresql://u:abc%3D%40@h/d?sslmode=require", "u", "abc=@", "h", "", "d", ""},
        {"postgresql://u:secret=@h/d", "u", "secret=", "h", "", "d", ""},
        {"postgresql://u:p@ss/w?o#r:d@h:1/d?a=b", "u", "p@ss/w?o#r:d", "h", "1", "d", ""},
        {"postgresql://u:100%@h/d", "u", "100%", "h", "", "d", ""},
        {"postgresql://u:a%41/@h/d", "u", "a%41/", "h", "", "d", ""},
        {"postgresql://u:p@[::1]:5432/d", "u", "p", "::1", "5432", "d", ""},
        {"postgresql://u:p@h/d?schema=app&sslmode=prefer", "u", "p", "h", "", "d", "app"},
        {"postgresql://u:p@pc-x.pg.polardb.rds.aliyuncs.com:5432/my-db", "u", "p",
         "pc-x.pg.polardb.rds.aliyuncs.com", "5432", "my-db", ""},
    };
    struct arena *a = arena_create(1u << 20);
    struct ctx ctx;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct pg_server s = {0};
        ctx_init(&ctx, a);
        assert_int_equal(pg_url_parse(&ctx, str_c(rows[i].url), &s), ERR_OK);
        expect(s.user, rows[i].user, rows[i].url);
        expect(s.password, rows[i].password, rows[i].url);
        expect(s.host, rows[i].host, rows[i].url);
        expect(s.port, rows[i].port, rows[i].url);
        expect(s.name, rows[i].name, rows[i].url);
        expect(s.schema, rows[i].schema, rows[i].url);
    }
    arena_destroy(a);
}

static void parts_beat_the_url(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);
    struct ctx ctx;
    struct pg_server s = {.password = STR("given"), .name = STR("other")};

    ctx_init(&ctx, a);
    assert_int_equal(pg_url_parse(&ctx, STR("postgresql://u:p@h/d"), &s), ERR_OK);
    expect(s.password, "given", "password");
    expect(s.name, "other", "name");
    expect(s.user, "u", "user");
    arena_destroy(a);
}

static void faults_never_show_the_text(void **state UNUSED)
{
    static const char *const urls[] = {"mysql://u:topsecret@h/d", "u:topsecret@h", "postgresql://",
                                       "postgresql://u:topsecret@"};
    struct arena *a = arena_create(1u << 20);

    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        struct pg_server s = {0};
        struct ctx ctx;
        ctx_init(&ctx, a);
        assert_int_equal(pg_url_parse(&ctx, str_c(urls[i]), &s), ERR_INVALID);
        assert_true(str_some(ctx.message));
        assert_false(str_has(ctx.message, STR("topsecret")));
    }
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_urls),
        cmocka_unit_test(parts_beat_the_url),
        cmocka_unit_test(faults_never_show_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
