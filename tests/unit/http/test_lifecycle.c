// SPDX-License-Identifier: MIT
// Slow clients, starting, stopping, and what is reported about requests that end badly.
#include "unit/http/toy_server.h"

static void start_with_timeout(struct toy_server *s, uint32_t timeout_s)
{
    struct http_config cfg = toy_config(&s->app);

    memset(s, 0, sizeof *s);
    cfg.timeout_s = timeout_s;
    toy_start_with(s, &cfg);
}

// Sends one byte every 200 ms, which no time-out between bytes would ever notice.
static bool drip_until_closed(int fd, int64_t most_ms)
{
    int64_t until = clock_mono_ms() + most_ms;

    while (clock_mono_ms() < until) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        char c;

        if (!raw_send(fd, "x", 1))
            return true;
        if (poll(&p, 1, 200) > 0 && recv(fd, &c, 1, MSG_DONTWAIT) <= 0)
            return true;
    }
    return false;
}

static void check_drip(struct toy_server *s, const char *beginning)
{
    int fd = raw_connect(s);

    raw_say(fd, beginning);
    assert_true(drip_until_closed(fd, 8000));
    (void)close(fd);
}

static void test_slow_clients_are_cut(void **state UNUSED)
{
    static struct toy_server s;

    start_with_timeout(&s, 1);
    check_drip(&s, "GET /api/public/");
    check_drip(&s, "GET /api/public/health HTTP/1.1\r\nHost: a\r\nX: ");
    check_drip(&s, "POST /api/public/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n");
    assert_int_equal(atomic_load(&s.app.handled), 0);
    toy_stop(&s);
}

// A client that asks for a large answer and hardly reads it does not keep its thread either.
static void test_slow_reader_is_cut(void **state UNUSED)
{
    static struct toy_server s;
    int small = 4096;
    int64_t until;
    int fd;

    start_with_timeout(&s, 1);
    fd = raw_connect(&s);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    raw_say(fd, "GET /api/public/large HTTP/1.1\r\nHost: a\r\n\r\n");
    until = clock_mono_ms() + RAW_WAIT_MS;
    while (atomic_load(&s.app.done) == 0 && clock_mono_ms() < until) {
        char piece[512];

        (void)recv(fd, piece, sizeof piece, MSG_DONTWAIT);
        (void)poll(NULL, 0, 100);
    }
    assert_int_equal(atomic_load(&s.app.done), 1);
    assert_int_equal(atomic_load(&s.app.last_status), 499);
    (void)close(fd);
    toy_stop(&s);
}

static void test_idle_connections_are_closed(void **state UNUSED)
{
    static struct toy_server s;
    int fd;

    start_with_timeout(&s, 1);
    fd = raw_connect(&s);
    assert_true(raw_closed(fd));
    (void)close(fd);
    toy_stop(&s);
}

static void wait_for(atomic_int *value, int at_least)
{
    int64_t until = clock_mono_ms() + RAW_WAIT_MS;

    while (atomic_load(value) < at_least && clock_mono_ms() < until)
        (void)poll(NULL, 0, 2);
    assert_true(atomic_load(value) >= at_least);
}

static void *stop_main(void *arg)
{
    toy_stop(arg);
    return NULL;
}

// A handler that takes longer than the time-out between bytes is still answered.
static void test_slow_handler(void **state UNUSED)
{
    static struct toy_server s;
    struct raw_answer a;
    int fd;

    start_with_timeout(&s, 1);
    atomic_store(&s.app.hold, true);
    fd = raw_connect(&s);
    raw_say(fd, "GET /api/public/slow HTTP/1.1\r\nHost: a\r\n\r\n");
    wait_for(&s.app.handled, 1);
    (void)poll(NULL, 0, 3500);
    atomic_store(&s.app.hold, false);
    a = raw_read(fd, false);
    assert_int_equal(a.status, 200);
    raw_free(&a);
    (void)close(fd);
    toy_stop(&s);
}

static void test_stop_lets_running_requests_finish(void **state UNUSED)
{
    static struct toy_server s;
    struct sockaddr_in to = {.sin_family = AF_INET};
    struct raw_answer a;
    struct thread *stopper;
    int fd;
    int late;

    start_with_timeout(&s, 10);
    to.sin_port = htons(http_server_port(s.server));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    atomic_store(&s.app.hold, true);
    fd = raw_connect(&s);
    raw_say(fd, "GET /api/public/slow HTTP/1.1\r\nHost: a\r\n\r\n");
    wait_for(&s.app.handled, 1);
    stopper = thread_start("stopper", 256u << 10, stop_main, &s);
    (void)poll(NULL, 0, 200);
    late = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(late, (struct sockaddr *)&to, sizeof to), -1);
    assert_int_equal(errno, ECONNREFUSED);
    (void)close(late);
    atomic_store(&s.app.hold, false);
    a = raw_read(fd, false);
    assert_int_equal(a.status, 200);
    assert_has(&a, "\r\nConnection: close\r\n");
    raw_free(&a);
    (void)close(fd);
    thread_join(stopper);
}

static void test_port_in_use(void **state UNUSED)
{
    static struct toy_server s;
    struct http_config cfg = toy_config(&s.app);
    struct http_server *second = NULL;
    struct ctx ctx;

    start_with_timeout(&s, 10);
    ctx_init(&ctx, s.arena);
    cfg.port = http_server_port(s.server);
    assert_int_equal(http_server_start(&ctx, &cfg, &second), ERR_UNAVAILABLE);
    assert_true(str_has(ctx.message, STR("another program uses this port")));
    assert_null(second);
    ctx_clear_error(&ctx);
    cfg.host = "256.0.0.1";
    assert_int_equal(http_server_start(&ctx, &cfg, &second), ERR_UNAVAILABLE);
    ctx_clear_error(&ctx);
    cfg.base_path = STR("monitor");
    assert_int_equal(http_server_start(&ctx, &cfg, &second), ERR_INVALID);
    toy_stop(&s);
}

// The client goes away in the middle of its body: no handler runs, and it is reported as 499.
static void test_client_gone(void **state UNUSED)
{
    static struct toy_server s;
    int fd;

    start_with_timeout(&s, 10);
    fd = raw_connect(&s);
    raw_say(fd, "POST /api/public/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\nabc");
    (void)close(fd);
    wait_for(&s.app.done, 1);
    assert_int_equal(atomic_load(&s.app.last_status), 499);
    assert_int_equal(atomic_load(&s.app.handled), 0);
    toy_stop(&s);
}

// When connections become scarce, none is kept open for later.
static void test_scarce_connections(void **state UNUSED)
{
    static struct toy_server s;
    struct http_config cfg = toy_config(&s.app);
    struct raw_answer a;
    int idle[7];
    int fd;

    cfg.max_connections = 8;
    toy_start_with(&s, &cfg);
    for (size_t i = 0; i < ARRAY_LEN(idle); i++)
        idle[i] = raw_connect(&s);
    fd = raw_connect(&s);
    raw_say(fd, "GET /api/public/health HTTP/1.1\r\nHost: a\r\n\r\n");
    a = raw_read(fd, false);
    assert_int_equal(a.status, 200);
    assert_has(&a, "\r\nConnection: close\r\n");
    raw_free(&a);
    (void)close(fd);
    for (size_t i = 0; i < ARRAY_LEN(idle); i++)
        (void)close(idle[i]);
    toy_stop(&s);
}

struct hammer {
    const struct toy_server *server;
    atomic_int bad;
};

static void *hammer_main(void *arg)
{
    struct hammer *h = arg;
    int fd = raw_connect(h->server);

    for (int i = 0; i < 200; i++) {
        struct raw_answer a;

        raw_say(fd, "POST /api/public/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        a = raw_read(fd, false);
        if (a.status != 200 || strcmp(raw_body(&a), "hello") != 0)
            atomic_fetch_add(&h->bad, 1);
        raw_free(&a);
    }
    (void)close(fd);
    return NULL;
}

static void test_concurrent_clients(void **state UNUSED)
{
    static struct toy_server s;
    struct hammer h = {.server = &s};
    struct thread *threads[8];

    start_with_timeout(&s, 10);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        threads[i] = thread_start("hammer", 512u << 10, hammer_main, &h);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        thread_join(threads[i]);
    assert_int_equal(atomic_load(&h.bad), 0);
    wait_for(&s.app.done, 1600);
    toy_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slow_clients_are_cut),
        cmocka_unit_test(test_slow_reader_is_cut),
        cmocka_unit_test(test_idle_connections_are_closed),
        cmocka_unit_test(test_slow_handler),
        cmocka_unit_test(test_stop_lets_running_requests_finish),
        cmocka_unit_test(test_port_in_use),
        cmocka_unit_test(test_client_gone),
        cmocka_unit_test(test_scarce_connections),
        cmocka_unit_test(test_concurrent_clients),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
