// SPDX-License-Identifier: MIT
// One connection: sign in, select the database, then a command and its answer at a time. Every
// connection selects for itself, and nothing else ever does: no other database is touched.
#include "queue/redis/redis_int.h"

#include <stdlib.h>

#define COMMAND_MAX (16u << 20)
#define READ_STEP   (8u << 10)

struct redis_conn {
    struct redis_server server; // its host and port are ours, all else the caller's
    struct stream *stream;
    struct resp *resp;
    struct buf out;
};

static enum errc receive(struct redis_conn *c, struct ctx *ctx, int64_t deadline_ms,
                         struct redis_value *out)
{
    char bytes[READ_STEP];
    bool got = false;

    for (;;) {
        size_t n = 0;
        TRY(resp_next(c->resp, ctx, out, &got));
        if (got)
            return ERR_OK;
        TRY(stream_read(c->stream, ctx, bytes, sizeof bytes, &n, deadline_ms));
        TRY(resp_feed(c->resp, ctx, str_make(bytes, n)));
    }
}

enum errc redis_conn_call(struct redis_conn *c, struct ctx *ctx, const struct redis_command *cmd,
                          struct redis_value *out)
{
    int64_t deadline = clock_mono_ms() + c->server.timeout_ms + cmd->wait_ms;

    buf_clear(&c->out);
    TRY(resp_write(c->resp, ctx, cmd->words, cmd->n, &c->out));
    TRY(stream_write(c->stream, ctx, buf_str(&c->out), deadline));
    return receive(c, ctx, deadline, out);
}

// ---- Opening ------------------------------------------------------------------------------------

// Not even the server's words about it are shown: some repeat the password.
static enum errc sign_in(struct redis_conn *c, struct ctx *ctx)
{
    const struct redis_server *s = &c->server;
    const str words[] = {STR("AUTH"), str_empty(s->user) ? s->password : s->user, s->password};
    const struct redis_command cmd = {words, str_empty(s->user) ? 2 : 3, 0};
    struct redis_value v = {0};

    if (str_empty(s->password))
        return ERR_OK;
    TRY(redis_conn_call(c, ctx, &cmd, &v));
    if (v.type != REDIS_FAULT || redis_wants_no_password(v.text))
        return ERR_OK;
    return redis_failed(ctx, s, v.text, false);
}

// A new connection is in database 0; there, a PING shows that the server answers.
static enum errc select_database(struct redis_conn *c, struct ctx *ctx)
{
    const str words[] = {STR("SELECT"), c->server.db}, ping = STR("PING");
    const struct redis_command select = {words, ARRAY_LEN(words), 0}, greet = {&ping, 1, 0};
    struct redis_value v = {0};

    TRY(redis_conn_call(c, ctx, str_eq(c->server.db, STR("0")) ? &greet : &select, &v));
    return v.type == REDIS_FAULT ? redis_failed(ctx, &c->server, v.text, true) : ERR_OK;
}

static enum errc open_steps(struct redis_conn *c, struct ctx *ctx)
{
    const struct redis_server *s = &c->server;
    const struct stream_server to = {
        .what = "Redis", .host = s->host, .port = s->port, .tls = s->tls};

    TRY(resp_create(ctx, &c->resp));
    TRY(stream_open(ctx, &to, s->timeout_ms, &c->stream));
    TRY(sign_in(c, ctx));
    return select_database(c, ctx);
}

enum errc redis_conn_open(struct ctx *ctx, const struct redis_server *server,
                          struct redis_conn **out)
{
    struct redis_conn *c = calloc(1, sizeof *c);

    CHECK(c);
    c->server = *server;
    c->server.host = str_make(str_dup(server->host), server->host.n);
    c->server.port = str_make(str_dup(server->port), server->port.n);
    buf_init(&c->out, COMMAND_MAX);
    enum errc rc = open_steps(c, ctx);
    if (rc != ERR_OK) {
        redis_conn_close(c);
        return rc;
    }
    *out = c;
    return ERR_OK;
}

const struct redis_server *redis_conn_server(const struct redis_conn *c)
{
    return &c->server;
}

void redis_conn_close(struct redis_conn *c)
{
    if (!c)
        return;
    stream_close(c->stream);
    resp_destroy(c->resp);
    buf_fini(&c->out);
    free(unconst(c->server.host.p));
    free(unconst(c->server.port.p));
    free(c);
}

bool redis_conn_stale(const struct redis_conn *c)
{
    return stream_stale(c->stream);
}
