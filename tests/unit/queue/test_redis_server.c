// SPDX-License-Identifier: MIT
// REDIS_CONNECTION_STRING and the settings beside it, and what Redis' errors are told as.
#include "queue/redis/redis_int.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SECRET "not-to-be-seen"

struct fixture {
    struct arena *arena;
    struct ctx ctx;
};

static int fixture_open(void **state)
{
    static struct fixture f;

    f.arena = arena_create(1u << 20);
    ctx_init(&f.ctx, f.arena);
    *state = &f;
    return 0;
}

static int fixture_close(void **state)
{
    struct fixture *f = *state;

    arena_destroy(f->arena);
    return 0;
}

static void expect(str got, const char *wanted, const char *url)
{
    if (!str_eq(got, str_c(wanted)))
        fail_msg("%s: got \"%.*s\", expected \"%s\"", url, STR_ARG(got), wanted);
}

static void parts_of_urls(void **state)
{
    static const struct {
        const char *url, *user, *password, *host, *port, *db;
        bool tls;
    } rows[] = {
        {"redis://redis:6379/1", "", "", "redis", "6379", "1", false},
        {"redis://h", "", "", "h", "6379", "0", false},
        {"redis://h/", "", "", "h", "6379", "0", false},
        {"redis://:pw@h:1", "", "pw", "h", "1", "0", false},
        {"rediss://u:p@h:6380/15", "u", "p", "h", "6380", "15", true},
        {"redis://u:a%3D%40b@h/2?family=0", "u", "a=@b", "h", "6379", "2", false},
        {"redis://default:p@ss/w?o#r:d%=@h:1/2", "default", "p@ss/w?o#r:d%=", "h", "1", "2", false},
        {"redis://u:p@[::1]:7000/3", "u", "p", "::1", "7000", "3", false},
        {"unix:///run/redis.sock", "", "", "/run/redis.sock", "6379", "0", false},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct redis_server s = {0};
        assert_int_equal(redis_url_parse(&f->ctx, str_c(rows[i].url), &s), ERR_OK);
        assert_int_equal(redis_server_check(&f->ctx, &s), ERR_OK);
        expect(s.user, rows[i].user, rows[i].url);
        expect(s.password, rows[i].password, rows[i].url);
        expect(s.host, rows[i].host, rows[i].url);
        expect(s.port, rows[i].port, rows[i].url);
        expect(s.db, rows[i].db, rows[i].url);
        expect(s.prefix, "rushlight:", rows[i].url);
        assert_int_equal(s.tls.on, rows[i].tls);
    }
}

static void parts_beat_the_url(void **state)
{
    struct fixture *f = *state;
    struct redis_server s = {.password = STR("a@b:c/d"), .db = STR("4"), .host = STR("other:1")};

    assert_int_equal(redis_url_parse(&f->ctx, STR("redis://u:p@h:9/1"), &s), ERR_OK);
    assert_int_equal(redis_server_check(&f->ctx, &s), ERR_OK);
    expect(s.password, "a@b:c/d", "password");
    expect(s.db, "4", "db");
    expect(s.host, "other", "host");
    expect(s.user, "u", "user");
}

static void what_kubernetes_calls_a_port_is_none(void **state)
{
    struct fixture *f = *state;
    struct redis_server s = {.host = STR("redis"), .port = STR("tcp://10.0.0.7:6379")};

    assert_int_equal(redis_server_check(&f->ctx, &s), ERR_OK);
    expect(s.port, "6379", "port");
}

static void bad_addresses_are_told_without_their_text(void **state)
{
    static const struct {
        const char *url, *db, *prefix, *words;
    } rows[] = {
        {"http://u:" SECRET "@h", "", "", "redis://"},
        {"redis://u:" SECRET "@", "", "", "no host"},
        {"redis://u:" SECRET "@h:x", "", "", "port of Redis"},
        {"redis://u:" SECRET "@h:70000", "", "", "port of Redis"},
        {"redis://u:" SECRET "@h/business", "", "", "database of Redis is a number"},
        {"redis://u:" SECRET "@h", "-1", "", "database of Redis is a number"},
        {"redis://u:" SECRET "@h", "", "{x}:", "prefix"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct redis_server s = {.db = str_c(rows[i].db), .prefix = str_c(rows[i].prefix)};
        enum errc rc = redis_url_parse(&f->ctx, str_c(rows[i].url), &s);
        if (rc == ERR_OK)
            rc = redis_server_check(&f->ctx, &s);
        assert_int_equal(rc, ERR_INVALID);
        assert_true(str_has(f->ctx.message, str_c(rows[i].words)));
        assert_false(str_has(f->ctx.message, STR(SECRET)));
        ctx_clear_error(&f->ctx);
    }
}

static void errors_have_cause_and_cure(void **state)
{
    static const struct {
        const char *said;
        enum errc code;
        const char *cause, *cure;
    } rows[] = {
        {"NOAUTH Authentication required.", ERR_FORBIDDEN, "none is set", "REDIS_AUTH"},
        {"WRONGPASS invalid username-password pair or user is disabled.", ERR_FORBIDDEN, "rejected",
         "REDIS_USERNAME"},
        {"ERR invalid password", ERR_FORBIDDEN, "rejected", "REDIS_AUTH"},
        {"NOPERM this user has no permissions to run the 'eval' command", ERR_FORBIDDEN,
         "lacks a right", "ACL SETUSER"},
        {"ERR ACL failure in script: No permissions to access a key", ERR_FORBIDDEN,
         "right to these keys", "REDIS_KEY_PREFIX"},
        {"ERR Error running script (call to f_1): @user_script:1: -OOM command not allowed when "
         "used"
         " memory > 'maxmemory'.",
         ERR_UNAVAILABLE, "memory is full", "maxmemory"},
        {"READONLY You can't write against a read only replica.", ERR_UNAVAILABLE, "replica",
         "primary"},
        {"ERR DB index is out of range", ERR_NOT_FOUND, "no database", "REDIS_DB"},
        {"MISCONF Redis is configured to save RDB snapshots, but", ERR_UNAVAILABLE, "disk", "log"},
        {"LOADING Redis is loading the dataset in memory", ERR_UNAVAILABLE, "starting",
         "by itself"},
        {"MOVED 1234 10.0.0.1:6379", ERR_NOT_IMPLEMENTED, "node of a cluster", "proxy"},
        {"WRONGTYPE Operation against a key holding the wrong kind of value", ERR_CONFLICT,
         "another program", "REDIS_KEY_PREFIX"},
        {"ERR something new", ERR_UNAVAILABLE, "something new", "h:1, database 2"},
    };
    const struct redis_server server = {
        .host = STR("h"), .port = STR("1"), .db = STR("2"), .password = STR(SECRET)};
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(redis_failed(&f->ctx, &server, str_c(rows[i].said), true), rows[i].code);
        assert_true(str_has(f->ctx.message, str_c(rows[i].cause)));
        assert_true(str_has(f->ctx.message, str_c(rows[i].cure)));
        ctx_clear_error(&f->ctx);
    }
    assert_int_equal(redis_failed(&f->ctx, &server, STR("ERR " SECRET), false), ERR_UNAVAILABLE);
    assert_false(str_has(f->ctx.message, STR(SECRET)));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(parts_of_urls),
        CASE(parts_beat_the_url),
        CASE(what_kubernetes_calls_a_port_is_none),
        CASE(bad_addresses_are_told_without_their_text),
        CASE(errors_have_cause_and_cure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
