// SPDX-License-Identifier: MIT
// Answers as servers frame them, from a socket that a thread of the test serves byte by byte.
#include "base/thread.h"
#include "net/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { ARENA = 64 << 10, MAX_ANSWERS = 4 };

// One connection per entry; within an entry '|' ends an answer, and the connection closes at the end.
struct scene {
    const char *connections[MAX_ANSWERS];
    bool slowly; // a byte at a time
    int listener;
    uint16_t port;
    struct thread *thread;
};

static bool read_request(int fd)
{
    char text[2048];
    size_t n = 0;
    while (n < sizeof text) {
        ssize_t got = recv(fd, text + n, sizeof text - n, 0);
        if (got <= 0)
            return false;
        n += (size_t)got;
        if (str_has(str_make(text, n), STR("\r\n\r\n")))
            return true;
    }
    return false;
}

static void answer(int fd, str text, bool slowly)
{
    size_t step = slowly ? 1 : text.n;
    for (size_t i = 0; i < text.n; i += step)
        assert_int_equal(send(fd, text.p + i, step, MSG_NOSIGNAL), step);
}

static void *serve(void *arg)
{
    const struct scene *s = arg;
    for (size_t i = 0; i < MAX_ANSWERS && s->connections[i]; i++) {
        int fd = accept(s->listener, NULL, NULL);
        str rest = str_c(s->connections[i]);
        for (str one; str_next(&rest, '|', &one) && read_request(fd);)
            answer(fd, one, s->slowly);
        close(fd);
    }
    return NULL;
}

static void scene_start(struct scene *s)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(s->listener, 8), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&at, &len), 0);
    s->port = ntohs(at.sin_port);
    s->thread = thread_start("server", 256 << 10, serve, s);
}

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
    thread_join(s->thread);
    close(s->listener);
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
        {"HTTP/1.1 207 Multi-Status\r\ncontent-length:  5\r\n\r\nhello"}, true, 0, 0, 0};
    run(&s, 207, "hello");
}

static void test_chunks_are_joined(void **state)
{
    (void)state;
    const char *text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "5\r\nhello\r\nA;x=y\r\n, my world\r\n0\r\n\r\n";
    for (int slowly = 0; slowly < 2; slowly++) {
        struct scene s = {{text}, slowly == 1, 0, 0, 0};
        run(&s, 200, "hello, my world");
    }
}

static void test_close_ends_an_answer_without_length(void **state)
{
    (void)state;
    struct scene s = {{"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it"}, false, 0, 0, 0};
    run(&s, 200, "all of it");
}

static void test_a_connection_is_kept_and_replaced_when_closed(void **state)
{
    (void)state;
    struct scene s = {{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na|"
                       "HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nb",
                       "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nc"},
                      false,
                      0,
                      0,
                      0};
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
    struct scene s = {{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"}, false, 0, 0, 0};
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
