// SPDX-License-Identifier: MIT
#pragma once
// A real server on a free port with a few toy routes, and a client that speaks raw bytes.
#include "base/clock.h"
#include "unit/http/toy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct toy_app {
    atomic_int handled, done, last_status;
    atomic_bool refusing, hold, streaming_over;
    _Atomic(size_t) body_bytes;
};

struct toy_server {
    struct toy_app app;
    struct http_server *server;
    struct arena *arena;
};

static inline enum errc toy_health(void *app, struct http_req *rq UNUSED, struct http_res *rs)
{
    atomic_fetch_add(&((struct toy_app *)app)->handled, 1);
    BUF_ADD(&rs->body, "{\"status\":\"OK\"}");
    return ERR_OK;
}

// Sends the body back.
static inline enum errc toy_echo(void *app, struct http_req *rq, struct http_res *rs)
{
    atomic_fetch_add(&((struct toy_app *)app)->handled, 1);
    rs->content_type = STR("text/plain");
    buf_add(&rs->body, rq->body);
    return ERR_OK;
}

static inline enum errc toy_count(void *app, struct http_req *rq, struct http_res *rs)
{
    atomic_store(&((struct toy_app *)app)->body_bytes, rq->body.n);
    buf_add_fmt(&rs->body, "{\"n\":%zu}", rq->body.n);
    rs->status = 207;
    return ERR_OK;
}

static inline enum errc toy_thing(void *app UNUSED, struct http_req *rq, struct http_res *rs)
{
    BUF_ADD(&rs->body, "{\"id\":");
    json_quote(&rs->body, rq->vars[0]);
    BUF_ADD(&rs->body, "}");
    return ERR_OK;
}

static inline enum errc toy_where(void *app UNUSED, struct http_req *rq, struct http_res *rs)
{
    rs->content_type = STR("text/plain");
    buf_add(&rs->body, req_origin(rq));
    return ERR_OK;
}

static inline enum errc toy_nothing(void *app UNUSED, struct http_req *rq UNUSED,
                                    struct http_res *rs UNUSED)
{
    return ERR_OK;
}

static inline enum errc toy_fails(void *app UNUSED, struct http_req *rq, struct http_res *rs UNUSED)
{
    return (fail)(rq->ctx, ERR_INTERNAL, "secret");
}

static inline enum errc toy_slow(void *app, struct http_req *rq UNUSED, struct http_res *rs)
{
    struct toy_app *a = app;

    atomic_fetch_add(&a->handled, 1);
    while (atomic_load(&a->hold))
        (void)poll(NULL, 0, 5);
    BUF_ADD(&rs->body, "{\"slow\":true}");
    return ERR_OK;
}

// 16 MB that do not compress and are not asked to.
static inline enum errc toy_large(void *app UNUSED, struct http_req *rq UNUSED, struct http_res *rs)
{
    static const char block[1u << 16];

    rs->content_type = STR("application/octet-stream");
    for (int i = 0; i < 256; i++)
        buf_add(&rs->body, str_make(block, sizeof block));
    return ERR_OK;
}

struct toy_stream {
    struct toy_app *app;
    int left;
};

static inline bool toy_stream_next(void *state, struct buf *body)
{
    struct toy_stream *s = state;

    buf_add_fmt(body, "piece %d\n", s->left);
    return --s->left > 0;
}

static inline void toy_stream_done(void *state)
{
    atomic_store(&((struct toy_stream *)state)->app->streaming_over, true);
}

static inline enum errc toy_streams(void *app, struct http_req *rq, struct http_res *rs)
{
    struct toy_stream *s = ARENA_NEW(rq->ctx->arena, struct toy_stream);

    *s = (struct toy_stream){.app = app, .left = 3};
    rs->content_type = STR("text/event-stream");
    rs->stream = toy_stream_next;
    rs->stream_state = s;
    rs->stream_done = toy_stream_done;
    return ERR_OK;
}

static inline enum errc toy_page(void *app UNUSED, struct http_req *rq UNUSED, struct http_res *rs)
{
    rs->content_type = STR("text/html");
    rs->is_static = true;
    rs->lent = STR("<html>page</html>");
    return ERR_OK;
}

#define TOY(m, p, h, ...)                                                       \
    {                                                                           \
        .method = HTTP_##m, .path = "/api/public/" p, .handler = h, __VA_ARGS__ \
    }
static const struct route toy_routes[] = {
    TOY(GET, "health", toy_health, .auth = AUTH_NONE),
    TOY(POST, "echo", toy_echo, .body_limit = 1000),
    TOY(POST, "ingestion", toy_count, .dialect = DIALECT_INGESTION,
        .body_limit = LIMIT_BODY_INGESTION),
    TOY(POST, "otel", toy_count, .dialect = DIALECT_OTLP, .body_limit = 100000),
    TOY(POST, "secured", toy_echo, .auth = AUTH_PROJECT, .body_limit = LIMIT_BODY_OTLP),
    TOY(GET, "things/{id}", toy_thing, .auth = AUTH_PROJECT),
    TOY(GET, "where", toy_where, .auth = AUTH_NONE),
    TOY(GET, "nothing", toy_nothing, .auth = AUTH_NONE),
    TOY(GET, "fails", toy_fails, .auth = AUTH_NONE),
    TOY(GET, "slow", toy_slow, .auth = AUTH_NONE),
    TOY(GET, "large", toy_large, .auth = AUTH_NONE),
    TOY(GET, "streams", toy_streams, .auth = AUTH_NONE),
};
static const struct route *const toy_tables[] = {toy_routes, NULL};
static const size_t toy_lens[] = {ARRAY_LEN(toy_routes)};

static inline enum errc toy_authorize(void *app UNUSED, struct http_req *rq)
{
    if (rq->route->auth == AUTH_PROJECT && !str_some(http_header(rq, "authorization")))
        return (fail)(rq->ctx, ERR_UNAUTHENTICATED, "No authorization header");
    return ERR_OK;
}

static inline void toy_done(void *app, const struct http_req *rq UNUSED, int status,
                            size_t n_bytes UNUSED, int64_t ns UNUSED)
{
    struct toy_app *a = app;

    atomic_store(&a->last_status, status);
    atomic_fetch_add(&a->done, 1);
}

static inline bool toy_refusing(void *app)
{
    return atomic_load(&((struct toy_app *)app)->refusing);
}

static inline struct http_config toy_config(struct toy_app *app)
{
    return (struct http_config){
        .host = "127.0.0.1",
        .app = app,
        .tables = toy_tables,
        .table_lens = toy_lens,
        .authorize = toy_authorize,
        .on_done = toy_done,
        .fallback = toy_page,
        .refusing = toy_refusing,
        .timeout_s = 10,
    };
}

static inline void toy_start_with(struct toy_server *s, const struct http_config *cfg)
{
    struct ctx ctx;

    s->arena = arena_create(1u << 20);
    ctx_init(&ctx, s->arena);
    assert_int_equal(http_server_start(&ctx, cfg, &s->server), ERR_OK);
    assert_true(http_server_port(s->server) > 0);
}

static inline void toy_start(struct toy_server *s)
{
    struct http_config cfg = toy_config(&s->app);

    memset(s, 0, sizeof *s);
    toy_start_with(s, &cfg);
}

static inline void toy_stop(struct toy_server *s)
{
    http_server_stop(s->server, 2000);
    arena_destroy(s->arena);
}

// ---- The client ----------------------------------------------------------------------------------

static inline int raw_connect(const struct toy_server *s)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(http_server_port(s->server))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(inet_pton(AF_INET, "127.0.0.1", &to.sin_addr), 1);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

// False when the other side has closed.
static inline bool raw_send(int fd, const void *data, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t put = send(fd, (const char *)data + at, n - at, MSG_NOSIGNAL);

        if (put <= 0)
            return false;
        at += (size_t)put;
    }
    return true;
}

static inline void raw_say(int fd, const char *text)
{
    assert_true(raw_send(fd, text, strlen(text)));
}

struct raw_answer {
    int status;
    size_t head_len, len; // of data
    char *data;           // NUL-terminated
    bool closed;          // nothing more will come
};

static inline void raw_free(struct raw_answer *a)
{
    free(a->data);
    a->data = NULL;
}

static inline size_t raw_content_length(const char *head)
{
    const char *at = strcasestr(head, "\r\nContent-Length: ");
    int64_t v = 0;
    size_t n = 0;

    if (!at)
        return 0;
    at += strlen("\r\nContent-Length: ");
    n = strspn(at, "0123456789");
    return str_to_i64(str_make(at, n), &v) ? (size_t)v : 0;
}

#define RAW_WAIT_MS 10000
static inline bool raw_more(int fd, struct raw_answer *a, size_t most)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    ssize_t got;

    a->data = realloc(a->data, a->len + most + 1);
    assert_non_null(a->data);
    a->data[a->len] = '\0';
    if (poll(&p, 1, RAW_WAIT_MS) <= 0) {
        print_error("no answer within %d ms\n", RAW_WAIT_MS);
        return false;
    }
    got = recv(fd, a->data + a->len, most, 0);
    if (got <= 0) {
        a->closed = true;
        return false;
    }
    a->len += (size_t)got;
    a->data[a->len] = '\0';
    return true;
}

// One answer with Content-Length; `bodyless` for HEAD. Status 0: the connection ended without one.
static inline struct raw_answer raw_read(int fd, bool bodyless)
{
    struct raw_answer a = {0};
    const char *end = NULL;
    size_t total;

    while (!end && raw_more(fd, &a, 1))
        end = a.data ? strstr(a.data, "\r\n\r\n") : NULL;
    if (!end || a.len < 12)
        return a;
    a.head_len = (size_t)(end - a.data) + 4;
    a.status = (a.data[9] - '0') * 100 + (a.data[10] - '0') * 10 + (a.data[11] - '0');
    total = a.head_len +
            (bodyless || a.status == 204 || a.status == 304 ? 0 : raw_content_length(a.data));
    while (a.len < total && raw_more(fd, &a, total - a.len))
        continue;
    return a;
}

// Everything until the other side closes.
static inline struct raw_answer raw_read_all(int fd)
{
    struct raw_answer a = {0};

    while (raw_more(fd, &a, 4096))
        continue;
    if (a.len >= 12)
        a.status = (a.data[9] - '0') * 100 + (a.data[10] - '0') * 10 + (a.data[11] - '0');
    return a;
}

static inline bool raw_closed(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char c;

    return poll(&p, 1, RAW_WAIT_MS) > 0 && recv(fd, &c, 1, 0) <= 0;
}

static inline const char *raw_body(const struct raw_answer *a)
{
    return a->data + a->head_len;
}

static inline void assert_has(const struct raw_answer *a, const char *text)
{
    bool found = a->data && strcasestr(a->data, text);

    if (!found)
        print_error("missing: %s\nin: %s\n", text, a->data ? a->data : "(nothing)");
    assert_true(found);
}

static inline void assert_lacks(const struct raw_answer *a, const char *text)
{
    assert_null(strcasestr(a->data, text));
}

// Sends one request on a fresh connection and reads one answer.
static inline struct raw_answer raw_ask(const struct toy_server *s, const char *request)
{
    int fd = raw_connect(s);
    struct raw_answer a;

    raw_say(fd, request);
    a = raw_read(fd, strncmp(request, "HEAD", 4) == 0);
    (void)close(fd);
    return a;
}

#define REQUEST(method, path) method " /api/public/" path " HTTP/1.1\r\nHost: a\r\n"
#define END                   "\r\n"

static inline struct raw_answer ask_expecting(const struct toy_server *s, const char *request,
                                              int status)
{
    struct raw_answer a = raw_ask(s, request);

    if (a.status != status)
        print_error("%s\ngot:\n%s\n", request, a.data);
    assert_int_equal(a.status, status);
    return a;
}
