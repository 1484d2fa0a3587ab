// SPDX-License-Identifier: MIT
// Answers as servers frame them, from a socket that a thread of the test serves byte by byte.
#include "net/http_client.h"
#include "unit/net/scene.h"

enum { ARENA = 64 << 10 };

struct client {
    struct arena *arena;
    struct ctx ctx;
    struct net_target target;
    struct net_connection connection;
};

static void client_start(struct client *c, const struct scene *s)
{
    c->arena = arena_create(ARENA);
    ctx_init(&c->ctx, c->arena);
    str url = arena_fmt(c->arena, "http://127.0.0.1:%u", s->port);
    assert_int_equal(net_target_parse(&c->ctx, url, &c->target), ERR_OK);
    net_init(&c->connection, &c->target);
}

static void finish(struct client *c, struct scene *s)
{
    net_fini(&c->connection);
    scene_end(s);
    arena_destroy(c->arena);
}

static void expect(struct client *c, int status, const char *body)
{
    static const struct net_call get = {"GET", STR_INIT("/x"), {0}, {0}};
    struct net_answer a = {0};
    assert_int_equal(net_call(&c->ctx, &c->connection, &get, &a), ERR_OK);
    assert_int_equal(a.status, status);
    assert_int_equal(a.body.n, strlen(body));
    assert_memory_equal(a.body.p, body, a.body.n);
}

static void run(struct scene *s, int status, const char *body)
{
    struct client c;
    scene_start(s);
    client_start(&c, s);
    expect(&c, status, body);
    finish(&c, s);
}

static void test_length_is_obeyed_even_byte_by_byte(void **state)
{
    (void)state;
    struct scene s = {
        .connections = {"HTTP/1.1 207 Multi-Status\r\ncontent-length:  5\r\n\r\nhello"},
        .slowly = true};
    run(&s, 207, "hello");
}

static void test_chunks_are_joined(void **state)
{
    (void)state;
    const char *text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "5\r\nhello\r\nA;x=y\r\n, my world\r\n0\r\n\r\n";
    for (int slowly = 0; slowly < 2; slowly++) {
        struct scene s = {.connections = {text}, .slowly = slowly == 1};
        run(&s, 200, "hello, my world");
    }
}

static void test_close_ends_an_answer_without_length(void **state)
{
    (void)state;
    struct scene s = {.connections = {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it"}};
    run(&s, 200, "all of it");
}

static void test_a_connection_is_kept_and_replaced_when_closed(void **state)
{
    (void)state;
    struct scene s = {.connections = {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na|"
                                      "HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nb",
                                      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nc"}};
    struct client c;
    scene_start(&s);
    client_start(&c, &s);
    expect(&c, 200, "a");
    expect(&c, 404, "b");
    expect(&c, 200, "c");
    finish(&c, &s);
}

static void test_a_cut_answer_is_an_error(void **state)
{
    (void)state;
    static const struct net_call get = {"GET", STR_INIT("/x"), {0}, {0}};
    struct scene s = {.connections = {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"}};
    struct net_answer a = {0};
    struct client c;
    scene_start(&s);
    client_start(&c, &s);
    assert_int_equal(net_call(&c.ctx, &c.connection, &get, &a), ERR_UNAVAILABLE);
    assert_true(str_has(c.ctx.message, STR("the connection was closed")));
    finish(&c, &s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_length_is_obeyed_even_byte_by_byte),
        cmocka_unit_test(test_chunks_are_joined),
        cmocka_unit_test(test_close_ends_an_answer_without_length),
        cmocka_unit_test(test_a_connection_is_kept_and_replaced_when_closed),
        cmocka_unit_test(test_a_cut_answer_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
