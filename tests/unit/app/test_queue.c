// SPDX-License-Identifier: MIT
// The queue that settings name, and its numbers.
#include "app/app.h"
#include "base/crypto.h"
#include "queue/redis/redis_server.h"
#include "queue/work_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    struct ctx ctx;
    struct config cfg;
};

static struct fixture fixture_of(const char *const *environment)
{
    struct fixture f = {.arena = arena_create(4u << 20)};
    const struct config_input in = {.environment = environment};

    ctx_init(&f.ctx, f.arena);
    assert_int_equal(config_load(&f.ctx, &in, &f.cfg), ERR_OK);
    return f;
}

#define ENV(...) ((const char *const[]){__VA_ARGS__, NULL})

static void it_is_in_process_when_nothing_is_set(void **state UNUSED)
{
    struct fixture f = fixture_of(ENV("REDIS_DB=1")); // a database alone names no server
    struct work_queue *q = NULL;

    assert_int_equal(app_queue_open(&f.ctx, &f.cfg, &q), ERR_OK);
    assert_string_equal(q->ops->name, "memory");
    assert_false(config_on_redis(&f.cfg));
    q->ops->close(q);
    arena_destroy(f.arena);
}

static void settings_reach_the_server(void **state UNUSED)
{
    struct fixture f =
        fixture_of(ENV("REDIS_CONNECTION_STRING=rediss://u:p@h:6380/3", "REDIS_KEY_PREFIX=mine:",
                       "REDIS_TLS_REJECT_UNAUTHORIZED=false", "REDIS_SOCKET_TIMEOUT_MS=250"));
    struct redis_server s;
    struct work_queue *q = NULL;

    assert_int_equal(app_redis(&f.ctx, &f.cfg, &s), ERR_OK);
    assert_true(str_eq(redis_server_text(f.arena, &s), STR("h:6380, database 3")));
    assert_true(str_eq(s.prefix, STR("mine:")));
    assert_true(s.tls.on && s.tls.unverified);
    assert_int_equal(s.timeout_ms, 250);
    assert_int_equal(app_queue_open(&f.ctx, &f.cfg, &q), ERR_OK); // connects to nothing yet
    assert_string_equal(q->ops->name, "redis");
    q->ops->close(q);
    arena_destroy(f.arena);
}

static void a_bad_address_is_refused(void **state UNUSED)
{
    struct fixture f = fixture_of(ENV("REDIS_CONNECTION_STRING=mysql://u:secret@h"));
    struct work_queue *q = NULL;

    assert_int_equal(app_queue_open(&f.ctx, &f.cfg, &q), ERR_INVALID);
    assert_true(str_has(f.ctx.message, STR("redis://")));
    assert_false(str_has(f.ctx.message, STR("secret")));
    arena_destroy(f.arena);
}

static void clusters_and_sentinels(void **state UNUSED)
{
    static const struct {
        const char *const environment[5];
        const char *text; // of the server, or of the error
        enum errc code;
    } rows[] = {
        {{"REDIS_CLUSTER_ENABLED=true", "REDIS_CLUSTER_NODES=a:7000,b:7001"},
         "a:7000, database 0",
         ERR_OK},
        {{"REDIS_SENTINEL_ENABLED=true", "REDIS_SENTINEL_NODES=a,b", "REDIS_SENTINEL_MASTER_NAME=m",
          "REDIS_DB=2"},
         "m (of sentinels a,b), database 2",
         ERR_OK},
        {{"REDIS_CLUSTER_ENABLED=true"}, "REDIS_CLUSTER_NODES", ERR_INVALID},
        {{"REDIS_CLUSTER_ENABLED=true", "REDIS_CLUSTER_NODES=a:x"}, "not a:x", ERR_INVALID},
        {{"REDIS_SENTINEL_ENABLED=true", "REDIS_SENTINEL_NODES=a:1"},
         "REDIS_SENTINEL_MASTER_NAME",
         ERR_INVALID},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f = fixture_of(rows[i].environment);
        struct redis_server s;
        assert_true(config_on_redis(&f.cfg));
        assert_int_equal(app_redis(&f.ctx, &f.cfg, &s), rows[i].code);
        str said = rows[i].code == ERR_OK ? redis_server_text(f.arena, &s) : f.ctx.message;
        if (!str_has(said, str_c(rows[i].text)))
            fail_msg("got \"%.*s\", expected \"%s\"", STR_ARG(said), rows[i].text);
        arena_destroy(f.arena);
    }
}

static enum errc nothing(void *user, const struct work *w)
{
    (void)user;
    (void)w;
    return ERR_OK;
}

static void expect_line(const struct buf *out, const char *line)
{
    if (!str_has(buf_str(out), str_c(line)))
        fail_msg("no \"%s\" in:\n%.*s", line, STR_ARG(buf_str(out)));
}

static void its_numbers_are_gauges(void **state UNUSED)
{
    struct fixture f = fixture_of(ENV("X=1"));
    const struct work_claim one = {STR("me"), 1, 0, 1000};
    struct work_queue *q = NULL;
    struct buf out;

    buf_init(&out, 1u << 16);
    assert_int_equal(app_queue_open(&f.ctx, &f.cfg, &q), ERR_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(q->ops->push(q, &f.ctx, STR("x")), ERR_OK);
    assert_int_equal(q->ops->claim(q, &f.ctx, &one, nothing, NULL), ERR_OK);
    app_queue_metrics(q, &out);
    expect_line(&out, "# TYPE rushlight_queue_waiting gauge\nrushlight_queue_waiting 2\n");
    expect_line(&out, "\nrushlight_queue_taken 1\n");
    expect_line(&out, "\nrushlight_queue_dead 0\n");
    expect_line(&out, "\nrushlight_queue_oldest_seconds 0\n");
    expect_line(&out, "\nrushlight_queue_up 1\n");
    q->ops->close(q);
    buf_fini(&out);
    arena_destroy(f.arena);
}

static void a_queue_that_is_away_is_down(void **state UNUSED)
{
    struct fixture f = fixture_of(ENV("REDIS_HOST=127.0.0.1", "REDIS_PORT=1"));
    struct work_queue *q = NULL;
    struct buf out;

    buf_init(&out, 1u << 16);
    assert_int_equal(app_queue_open(&f.ctx, &f.cfg, &q), ERR_OK);
    app_queue_metrics(q, &out);
    expect_line(&out, "\nrushlight_queue_up 0\n");
    assert_false(str_has(buf_str(&out), STR("rushlight_queue_waiting")));
    q->ops->close(q);
    buf_fini(&out);
    arena_destroy(f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_in_process_when_nothing_is_set),
        cmocka_unit_test(settings_reach_the_server),
        cmocka_unit_test(a_bad_address_is_refused),
        cmocka_unit_test(clusters_and_sentinels),
        cmocka_unit_test(its_numbers_are_gauges),
        cmocka_unit_test(a_queue_that_is_away_is_down),
    };
    return crypto_init() == ERR_OK ? cmocka_run_group_tests(tests, NULL, NULL) : EXIT_FAILURE;
}
