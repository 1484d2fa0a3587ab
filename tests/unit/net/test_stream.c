// SPDX-License-Identifier: MIT
// Streams to servers that refuse, are silent, hang up or are not there. TLS is tested with a real server
// (tests/redis).
#include "net/stream.h"

#include "base/clock.h"
#include "unit/net/scene.h"

#define SOON 100 // ms

struct fixture {
    struct arena *arena;
    struct ctx ctx;
    struct scene scene;
    char port[8];
    struct stream *stream;
};

static struct stream_server server_of(struct fixture *f)
{
    (void)snprintf(f->port, sizeof f->port, "%u", f->scene.port);
    return (struct stream_server){.what = "Peer", .host = STR("127.0.0.1"), .port = str_c(f->port)};
}

static int fixture_open(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->arena = arena_create(1u << 20);
    ctx_init(&f->ctx, f->arena);
    *state = f;
    return 0;
}

static int fixture_close(void **state)
{
    struct fixture *f = *state;

    stream_close(f->stream);
    arena_destroy(f->arena);
    free(f);
    return 0;
}

static void begin(struct fixture *f, const char *answer)
{
    f->scene = (struct scene){.connections = {answer}, .greedy = true};
    scene_start(&f->scene);
    struct stream_server server = server_of(f);
    assert_int_equal(stream_open(&f->ctx, &server, 5000, &f->stream), ERR_OK);
    assert_int_equal(stream_write(f->stream, &f->ctx, STR("ask"), clock_mono_ms() + 5000), ERR_OK);
}

static void expect_message(struct fixture *f, const char *words)
{
    if (!str_has(f->ctx.message, str_c(words)))
        fail_msg("got \"%.*s\", expected \"%s\"", STR_ARG(f->ctx.message), words);
}

static void bytes_go_and_come(void **state)
{
    struct fixture *f = *state;
    char got[64];
    size_t n = 0, all = 0;

    begin(f, "answer");
    while (all < 6) {
        assert_int_equal(stream_read(f->stream, &f->ctx, got + all, sizeof got - all, &n,
                                     clock_mono_ms() + 5000),
                         ERR_OK);
        all += n;
    }
    assert_memory_equal(got, "answer", 6);
    assert_int_equal(stream_read(f->stream, &f->ctx, got, sizeof got, &n, clock_mono_ms() + 5000),
                     ERR_UNAVAILABLE);
    expect_message(f, "Peer at 127.0.0.1:");
    expect_message(f, "closed by the other side");
    assert_true(stream_stale(f->stream));
    scene_end(&f->scene);
}

static void silence_ends_at_the_deadline(void **state)
{
    struct fixture *f = *state;
    int64_t from = clock_mono_ms();
    char got[8];
    size_t n = 0;

    begin(f, SCENE_SILENCE);
    assert_false(stream_stale(f->stream));
    assert_int_equal(stream_read(f->stream, &f->ctx, got, sizeof got, &n, from + SOON),
                     ERR_UNAVAILABLE);
    expect_message(f, "no answer in time");
    assert_true(clock_mono_ms() - from < 20 * (int64_t)SOON);
    stream_close(f->stream);
    f->stream = NULL;
    scene_end(&f->scene);
}

static void who_is_not_there_is_named(void **state)
{
    static const struct {
        const char *host, *port, *words;
    } rows[] = {
        {"127.0.0.1", "1", "Peer at 127.0.0.1:1: nothing listens there"},
        {"no-such-host.invalid", "1", "does not resolve"},
        {"/tmp/no-such-socket", "", "Peer at /tmp/no-such-socket: there is no such socket"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct stream_server server = {
            .what = "Peer", .host = str_c(rows[i].host), .port = str_c(rows[i].port)};
        assert_int_equal(stream_open(&f->ctx, &server, 1000, &f->stream), ERR_UNAVAILABLE);
        expect_message(f, rows[i].words);
        ctx_clear_error(&f->ctx);
    }
}

static void a_path_that_is_too_long(void **state)
{
    struct fixture *f = *state;
    char path[200];

    memset(path, '/', sizeof path);
    const struct stream_server server = {.what = "Peer", .host = str_make(path, sizeof path)};
    assert_int_equal(stream_open(&f->ctx, &server, 1000, &f->stream), ERR_INVALID);
}

static void no_tls_there(void **state)
{
    struct fixture *f = *state;

    f->scene = (struct scene){.connections = {"-ERR what is this"}, .greedy = true};
    scene_start(&f->scene);
    struct stream_server server = server_of(f);
    server.tls.on = true;
    assert_int_equal(stream_open(&f->ctx, &server, 5000, &f->stream), ERR_FORBIDDEN);
    expect_message(f, "check that this port wants TLS");
    scene_end(&f->scene);
}

static void files_of_tls_that_cannot_be_used(void **state)
{
    static const struct stream_tls rows[] = {
        {.on = true, .ca_file = STR_INIT("/no/such/ca")},
        {.on = true, .cert_file = STR_INIT("/no/such/cert")},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        f->scene = (struct scene){.connections = {SCENE_SILENCE}, .greedy = true};
        scene_start(&f->scene);
        struct stream_server server = server_of(f);
        server.tls = rows[i];
        assert_int_equal(stream_open(&f->ctx, &server, 5000, &f->stream), ERR_INVALID);
        expect_message(f, "/no/such/");
        ctx_clear_error(&f->ctx);
        scene_end(&f->scene);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(bytes_go_and_come),
        CASE(silence_ends_at_the_deadline),
        CASE(who_is_not_there_is_named),
        CASE(a_path_that_is_too_long),
        CASE(no_tls_there),
        CASE(files_of_tls_that_cannot_be_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
