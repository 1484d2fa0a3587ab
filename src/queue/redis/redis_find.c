// SPDX-License-Identifier: MIT
// Where the server is. All our keys have one hash tag, so of a cluster one node is needed: a wrong one says
// which (MOVED), and that is remembered. Sentinels are asked for every new connection, so that a failover
// needs nothing but the next attempt.
#include "queue/redis/redis_int.h"

static enum errc open_first(struct ctx *ctx, const struct redis_server *server,
                            struct redis_conn **out)
{
    struct redis_server at;
    enum errc rc = ERR_UNAVAILABLE;

    for (str rest = server->nodes; rc != ERR_OK && redis_next_node(server, &rest, &at);) {
        ctx_clear_error(ctx);
        rc = redis_conn_open(ctx, &at, out);
    }
    return rc;
}

// ---- Sentinels ----------------------------------------------------------------------------------

static enum errc ask(struct redis_conn *c, struct ctx *ctx, str primary, struct redis_server *out)
{
    const str words[] = {STR("SENTINEL"), STR("get-master-addr-by-name"), primary};
    const struct redis_command cmd = {words, ARRAY_LEN(words), 0};
    const struct redis_server *at = redis_conn_server(c);
    struct redis_value v = {0};

    TRY(redis_conn_call(c, ctx, &cmd, &v));
    if (v.type == REDIS_FAULT)
        return redis_failed(ctx, at, v.text, true);
    if (v.type != REDIS_LIST || v.n < 2)
        return fail(ctx, ERR_NOT_FOUND,
                    "the sentinel at %.*s:%.*s knows no %.*s; check REDIS_SENTINEL_MASTER_NAME",
                    STR_ARG(at->host), STR_ARG(at->port), STR_ARG(primary));
    out->host = v.items[0].text;
    out->port = v.items[1].text;
    return ERR_OK;
}

static enum errc open_by(struct ctx *ctx, const struct redis_server *server,
                         const struct redis_server *sentinel, struct redis_conn **out)
{
    struct redis_server primary = *server;
    struct redis_conn *c = NULL;

    TRY(redis_conn_open(ctx, sentinel, &c));
    enum errc rc = ask(c, ctx, server->primary, &primary);
    redis_conn_close(c);
    TRY(rc);
    return redis_conn_open(ctx, &primary, out);
}

static enum errc open_primary(struct ctx *ctx, const struct redis_server *server,
                              struct redis_conn **out)
{
    struct redis_server sentinel;
    enum errc rc = ERR_UNAVAILABLE;

    for (str rest = server->nodes; rc != ERR_OK && redis_next_node(server, &rest, &sentinel);) {
        sentinel.user = server->sentinel_user;
        sentinel.password = server->sentinel_password;
        sentinel.db = STR("0");
        ctx_clear_error(ctx);
        rc = open_by(ctx, server, &sentinel, out);
    }
    return rc;
}

// ---- All ----------------------------------------------------------------------------------------

enum errc redis_find(struct ctx *ctx, const struct redis_server *server, str moved,
                     struct redis_conn **out)
{
    struct redis_server at = *server;

    if (!str_empty(server->primary))
        return open_primary(ctx, server, out);
    at.nodes = moved;
    if (!str_empty(moved) && open_first(ctx, &at, out) == ERR_OK)
        return ERR_OK;
    if (!str_empty(server->nodes))
        return open_first(ctx, server, out);
    if (!str_empty(moved))
        ctx_clear_error(ctx);
    return redis_conn_open(ctx, server, out);
}
