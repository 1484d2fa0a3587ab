// SPDX-License-Identifier: MIT
// The only file that knows libmicrohttpd: translates its callbacks into exchange.c's calls.
//
// One thread per connection (handlers block on SQL and on the writer), one accept thread. A request:
//   on_target     raw target, copied before the library decodes it in place
//   on_request    1. headers only   2. pieces of the body   3. complete: answer
//   on_completed  the answer is out, or the client is gone
// An answer in step 1 closes the connection, because the body stays unread; so a request without a
// body is answered in step 3 whatever was decided. An answer cannot be queued in step 2.
//
// Versions before 1.0 skip bytes without a word (what follows a NUL, folded lines, bare line feeds).
// They keep all header texts in place in one buffer, so the distances between them show it. Chunk
// lines they read leniently too (a bare line feed ends one), where a proxy may disagree about where
// the next request starts: after a chunked body the connection is closed.
//
// Rejected: the epoll modes, where one slow handler delays every connection.
#include "base/log.h"
#include "http/http_int.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTION_MEMORY (64u << 10) // head, pieces of the body, head of the answer
#define MEMORY_STEP       (8u << 10)
#define STACK_BYTES       (512u << 10)
#define STREAM_BLOCK      (16u << 10)
#define DEFAULT_TIMEOUT_S 30u

static void PRINTF_LIKE(2, 0) on_log(void *cls UNUSED, const char *fmt, va_list ap)
{
    char line[512];

    if (!log_enabled(LOG_DEBUG))
        return;
    (void)vsnprintf(line, sizeof line, fmt, ap);
    log_debug("http.library", "%s", line);
}

// ---- Connections ---------------------------------------------------------------------------------

// The result is only good until the next question about the connection.
static const union MHD_ConnectionInfo *info_of(struct MHD_Connection *mc,
                                               enum MHD_ConnectionInfoType what)
{
    return MHD_get_connection_info(mc, what);
}

static struct http_conn *conn_open(struct http_server *s, struct MHD_Connection *mc)
{
    struct http_conn *c = calloc(1, sizeof *c);
    const union MHD_ConnectionInfo *info = info_of(mc, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (!c || !info) {
        free(c);
        return NULL;
    }
    c->server = s;
    c->fd = info->connect_fd;
    c->arena = arena_create(LIMIT_ARENA_REQUEST);
    info = info_of(mc, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    peer_text(info ? info->client_addr : NULL, c->peer, sizeof c->peer);
    exchange_end(c, 0);
    connections_add(&s->conns, c);
    return c;
}

static void on_connection(void *cls, struct MHD_Connection *mc, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_server *s = cls;
    struct http_conn *c = *socket_context;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *socket_context = conn_open(s, mc);
        return;
    }
    *socket_context = NULL;
    if (!c)
        return;
    connections_remove(&s->conns, c);
    arena_destroy(c->arena);
    free(c);
}

static struct http_conn *conn_of(struct MHD_Connection *mc)
{
    const union MHD_ConnectionInfo *info = info_of(mc, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

// ---- The head ------------------------------------------------------------------------------------

static void *on_target(void *cls UNUSED, const char *target, struct MHD_Connection *mc)
{
    struct http_conn *c = conn_of(mc);

    if (!c || !target)
        return NULL;
    c->target = arena_str(c->arena, str_c(target));
    c->target_at = (uintptr_t)target;
    c->stage = STAGE_TARGET;
    atomic_store(&c->deadline_ms, clock_mono_ms() + c->server->timeout_ms);
    return c;
}

struct head_reader {
    struct arena *arena;
    struct http_header_pair *first, **tail;
    uintptr_t expected; // where the next header name starts if no byte was skipped
    bool gap;
};

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind UNUSED, const char *key,
                                 size_t key_len, const char *value, size_t value_len)
{
    struct head_reader *r = cls;
    struct http_header_pair *h = ARENA_NEW(r->arena, struct http_header_pair);

    if (!h)
        return MHD_NO;
    h->name = str_make(key, key_len);
    h->value = str_make(value ? value : "", value ? value_len : 0);
    *r->tail = h;
    r->tail = &h->next;
    r->gap = r->gap || (uintptr_t)key != r->expected;
    r->expected = (uintptr_t)h->value.p + h->value.n + 2;
    return MHD_YES;
}

static size_t head_bytes(struct MHD_Connection *mc)
{
    const union MHD_ConnectionInfo *info = info_of(mc, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

    return info ? info->header_size : 0;
}

static void read_head(struct http_conn *c, struct MHD_Connection *mc, const char *method,
                      const char *version, struct request_head *out)
{
    uintptr_t start = (uintptr_t)method;
    uintptr_t version_at = (uintptr_t)version;
    struct head_reader r = {.arena = c->arena, .expected = version_at + strlen(version) + 2};
    bool gap;

    r.tail = &r.first;
    (void)MHD_get_connection_values_n(mc, MHD_HEADER_KIND, on_header, &r);
    *out = (struct request_head){
        .method = str_c(method),
        .target = c->target,
        .version = str_c(version),
        .headers = r.first,
        .bytes = head_bytes(mc),
    };
    gap = r.gap || c->target_at != start + strlen(method) + 1 ||
          version_at != c->target_at + c->target.n + 1 || start + out->bytes != r.expected + 2;
    out->broken = MHD_VERSION < 0x01000000 && gap;
}

// ---- The answer ----------------------------------------------------------------------------------

static ssize_t on_stream(void *cls, uint64_t pos UNUSED, char *out, size_t max)
{
    ssize_t n = exchange_stream(cls, out, max);

    if (n == 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    return n < 0 ? MHD_CONTENT_READER_END_WITH_ERROR : n;
}

static struct MHD_Response *make_response(struct http_conn *c)
{
    struct http_res *rs = &c->rs;
    struct MHD_Response *response;
    size_t len = 0;
    char *data;

    if (rs->stream)
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, on_stream, c,
                                                 NULL);
    if (str_some(rs->lent) || rs->body.len == 0) {
        str lent = str_some(rs->lent) ? rs->lent : STR("");
        // The library's older interface lacks const; it only reads persistent memory.
        union {
            const char *in;
            void *out;
        } bytes = {.in = lent.p};

        return MHD_create_response_from_buffer(lent.n, bytes.out, MHD_RESPMEM_PERSISTENT);
    }
    data = buf_take(&rs->body, &len);
    response = MHD_create_response_from_buffer_with_free_callback(len, data, free);
    if (!response)
        free(data);
    return response;
}

static bool add_headers(struct http_conn *c, struct MHD_Response *response)
{
    for (const struct http_header_pair *h = c->rs.headers; h; h = h->next) {
        const char *name = arena_cstr(c->arena, h->name);
        const char *value = arena_cstr(c->arena, h->value);

        if (!name || !value)
            return false;
        // An empty value is refused by the library, and means nothing to the client.
        (void)MHD_add_response_header(response, name, value);
    }
    return true;
}

// Idle connections cost a thread each: when they become scarce, none is kept.
static bool must_close(const struct http_conn *c)
{
    struct http_server *s = c->server;
    size_t most = s->cfg.max_connections;

    return c->close || atomic_load(&s->stopping) || connections_count(&s->conns) > most - most / 8;
}

static enum MHD_Result answer(struct http_conn *c, struct MHD_Connection *mc)
{
    struct MHD_Response *response;
    enum MHD_Result queued = MHD_NO;

    exchange_finish(c);
    response = make_response(c);
    if (!response)
        return MHD_NO;
    if (c->rs.stream) // exchange_stream has its own deadline
        (void)MHD_set_connection_option(mc, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
    if (must_close(c))
        (void)MHD_add_response_header(response, "Connection", "close");
    if (add_headers(c, response))
        queued = MHD_queue_response(mc, (unsigned)c->rs.status, response);
    MHD_destroy_response(response);
    return queued;
}

// ---- One request ---------------------------------------------------------------------------------

// NOLINTNEXTLINE(readability-function-size): the library's callback type has these parameters
static enum MHD_Result on_request(void *cls UNUSED, struct MHD_Connection *mc,
                                  const char *url UNUSED, const char *method, const char *version,
                                  const char *data, size_t *data_len, void **context)
{
    struct http_conn *c = *context;
    struct request_head head;

    if (!c)
        return MHD_NO;
    if (c->stage == STAGE_TARGET) {
        read_head(c, mc, method, version, &head);
        exchange_begin(c, &head);
        if (c->stage != STAGE_DECIDED)
            return MHD_YES;
        c->linger = c->close || c->framing.chunked || c->framing.length > 0;
        return c->linger ? answer(c, mc) : MHD_YES;
    }
    if (*data_len > 0) {
        bool more = exchange_data(c, str_make(data, *data_len));

        *data_len = 0;
        return more ? MHD_YES : MHD_NO;
    }
    return answer(c, mc);
}

static int final_status(struct http_conn *c, struct MHD_Connection *mc, bool answered)
{
    const union MHD_ConnectionInfo *info = info_of(mc, MHD_CONNECTION_INFO_HTTP_STATUS);

    if (answered)
        return c->rs.status;
    return c->stage == STAGE_BODY && info && info->http_status ? (int)info->http_status : 499;
}

static void on_completed(void *cls, struct MHD_Connection *mc, void **context,
                         enum MHD_RequestTerminationCode code)
{
    struct http_server *s = cls;
    struct http_conn *c = *context;
    bool refused = code == MHD_REQUEST_TERMINATED_WITH_ERROR;

    if (!c)
        return;
    if ((c->linger || refused) && !atomic_load(&s->stopping))
        connection_linger(c->fd);
    if (c->rs.stream)
        (void)MHD_set_connection_option(mc, MHD_CONNECTION_OPTION_TIMEOUT,
                                        (unsigned)(s->timeout_ms / 1000));
    exchange_end(c, final_status(c, mc, code == MHD_REQUEST_TERMINATED_COMPLETED_OK));
    *context = NULL;
}

// The strictest reading that every client following the standard survives.
#if MHD_VERSION >= 0x01000000
#define STRICT_OPTION MHD_OPTION_CLIENT_DISCIPLINE_LVL
#define STRICT_LEVEL  1
#else
#define STRICT_OPTION MHD_OPTION_STRICT_FOR_CLIENT
#define STRICT_LEVEL  0 // 1 would only answer some of the guard's refusals itself, without JSON
#endif

// ---- Start and stop ------------------------------------------------------------------------------

static struct MHD_Daemon *start_daemon(struct http_server *s)
{
    const unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
                           MHD_USE_POLL | MHD_USE_ITC | MHD_USE_ERROR_LOG;

    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, s->listen_fd, STRICT_OPTION, STRICT_LEVEL,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->cfg.max_connections,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(s->timeout_ms / 1000),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)MEMORY_STEP, MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)STACK_BYTES, MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
}

static enum errc configure(struct ctx *ctx, struct http_server *s, const struct http_config *cfg)
{
    s->cfg = *cfg;
    if (cfg->base_path.n > 0 && !prefix_sane(cfg->base_path, &s->cfg.base_path))
        return fail(ctx, ERR_INVALID, "the base path \"%.*s\" must look like /monitor",
                    STR_ARG(cfg->base_path));
    if (!str_some(s->cfg.base_path))
        s->cfg.base_path = STR("");
    if (s->cfg.max_connections == 0)
        s->cfg.max_connections = LIMIT_CONNECTIONS;
    s->timeout_ms = (int64_t)(cfg->timeout_s ? cfg->timeout_s : DEFAULT_TIMEOUT_S) * 1000;
    return ERR_OK;
}

static void server_free(struct http_server *s)
{
    if (s->listen_fd >= 0)
        (void)close(s->listen_fd);
    router_destroy(s->router);
    free(s);
}

enum errc http_server_start(struct ctx *ctx, const struct http_config *cfg,
                            struct http_server **out)
{
    struct http_server *s = calloc(1, sizeof *s);
    enum errc rc;

    CHECK(s);
    s->listen_fd = -1;
    rc = configure(ctx, s, cfg);
    if (rc == ERR_OK)
        rc = listen_open(ctx, cfg->host, cfg->port, &s->listen_fd);
    if (rc != ERR_OK) {
        server_free(s);
        return rc;
    }
    s->port = listen_port(s->listen_fd);
    s->router = router_create(cfg->tables, cfg->table_lens);
    connections_init(&s->conns);
    s->daemon = start_daemon(s);
    if (!s->daemon) {
        connections_fini(&s->conns);
        server_free(s);
        return fail(ctx, ERR_UNAVAILABLE,
                    "the web server could not start its accept thread; raise the limit of threads");
    }
    *out = s;
    return ERR_OK;
}

uint16_t http_server_port(const struct http_server *s)
{
    return s->port;
}

size_t http_server_connections(const struct http_server *s)
{
    return connections_count(&s->conns);
}

void http_server_stop(struct http_server *s, int64_t grace_ms)
{
    if (!s)
        return;
    atomic_store(&s->stopping, true);
    (void)MHD_quiesce_daemon(s->daemon);
    (void)shutdown(s->listen_fd, SHUT_RDWR); // refuse, instead of queueing what nobody accepts
    (void)connections_wait_idle(&s->conns, grace_ms);
    MHD_stop_daemon(s->daemon);
    connections_fini(&s->conns);
    server_free(s);
}
