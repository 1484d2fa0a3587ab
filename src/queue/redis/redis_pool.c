// SPDX-License-Identifier: MIT
// Connections at rest are a stack: the one used last is used next. The lock is held for moments; a
// connection belongs to one thread while it is out.
#include "queue/redis/redis_int.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

#define PAUSE_MIN_MS 100
#define PAUSE_MAX_MS 5000
#define ATTEMPTS     3
#define PLACE_MAX    300

struct redis_pool {
    struct arena *arena; // texts of `server`
    struct redis_server server;
    struct lock lock;
    struct cond freed;
    struct redis_conn *idle[LIMIT_REDIS_CONNECTIONS];
    size_t n_idle, n_open;      // open ones: at rest and out
    int64_t pause_ms, retry_ms; // after a failure: how long, and until when on the monotonic clock
    bool probing;               // and somebody tries whether it is over
    enum errc fault;            // of that failure
    char said[1024];
    char
        moved[PLACE_MAX]; // "[host]:port" of the cluster's node that has our keys, once one said so
};

struct redis_pool *redis_pool_create(const struct redis_server *server)
{
    struct redis_pool *p = calloc(1, sizeof *p);

    CHECK(p);
    p->arena = arena_create(256u << 10);
    redis_server_copy(p->arena, server, &p->server);
    lock_init(&p->lock);
    cond_init(&p->freed);
    return p;
}

void redis_pool_destroy(struct redis_pool *p)
{
    if (!p)
        return;
    CHECK(p->n_idle == p->n_open);
    while (p->n_idle > 0)
        redis_conn_close(p->idle[--p->n_idle]);
    cond_fini(&p->freed);
    lock_fini(&p->lock);
    arena_destroy(p->arena);
    free(p);
}

const struct redis_server *redis_pool_server(const struct redis_pool *p)
{
    return &p->server;
}

// ---- Taking and giving back ---------------------------------------------------------------------

static void give_back(struct redis_pool *p, struct redis_conn *c, bool usable)
{
    lock_acquire(&p->lock);
    if (usable)
        p->idle[p->n_idle++] = c;
    else
        p->n_open--;
    cond_signal(&p->freed);
    lock_release(&p->lock);
    if (!usable)
        redis_conn_close(c);
}

// A connection at rest (*out), or the right to open one (*out stays NULL).
static enum errc admit(struct redis_pool *p, struct ctx *ctx, struct redis_conn **out)
{
    int64_t ends = clock_mono_ms() + p->server.timeout_ms;

    lock_assert_held(&p->lock);
    while (p->n_idle == 0 && p->n_open == LIMIT_REDIS_CONNECTIONS) {
        int64_t left = ends - clock_mono_ms();
        if (left <= 0 || !cond_wait(&p->freed, &p->lock, left))
            return fail(ctx, ERR_UNAVAILABLE, "all %d connections to Redis are in use",
                        LIMIT_REDIS_CONNECTIONS);
    }
    if (p->n_idle > 0) {
        *out = p->idle[--p->n_idle];
        return ERR_OK;
    }
    if (p->probing || p->retry_ms > clock_mono_ms())
        return fail(ctx, p->fault, "%s", p->said);
    p->probing = p->pause_ms > 0; // one tries for all
    p->n_open++;
    return ERR_OK;
}

static void pause_locked(struct redis_pool *p, enum errc rc, str message)
{
    int64_t pause = p->pause_ms * 2;

    lock_assert_held(&p->lock);
    p->pause_ms = pause < PAUSE_MIN_MS ? PAUSE_MIN_MS : pause > PAUSE_MAX_MS ? PAUSE_MAX_MS : pause;
    p->retry_ms = clock_mono_ms() + p->pause_ms;
    p->fault = rc;
    (void)snprintf(p->said, sizeof p->said, "%.*s", STR_ARG(message));
}

// How opening a connection went.
static void opened(struct redis_pool *p, enum errc rc, str message)
{
    lock_acquire(&p->lock);
    p->probing = false;
    if (rc == ERR_OK) {
        p->pause_ms = p->retry_ms = 0;
    } else {
        pause_locked(p, rc, message);
        p->n_open--;
        cond_signal(&p->freed);
    }
    lock_release(&p->lock);
}

// A server that left one call without an answer would do so to every other: those at rest are closed.
static void fell_silent(struct redis_pool *p, enum errc rc, str message)
{
    struct redis_conn *idle[LIMIT_REDIS_CONNECTIONS];
    size_t n = 0;

    lock_acquire(&p->lock);
    pause_locked(p, rc, message);
    while (p->n_idle > 0)
        idle[n++] = p->idle[--p->n_idle];
    p->n_open -= n;
    cond_broadcast(&p->freed);
    lock_release(&p->lock);
    while (n > 0)
        redis_conn_close(idle[--n]);
}

static void where_to(struct redis_pool *p, char out[PLACE_MAX])
{
    lock_acquire(&p->lock);
    memcpy(out, p->moved, PLACE_MAX);
    lock_release(&p->lock);
}

static enum errc take(struct redis_pool *p, struct ctx *ctx, struct redis_conn **out, bool *fresh)
{
    struct redis_conn *c = NULL;

    for (;;) {
        lock_acquire(&p->lock);
        enum errc rc = admit(p, ctx, &c);
        lock_release(&p->lock);
        TRY(rc);
        if (!c || !redis_conn_stale(c))
            break;
        give_back(p, c, false);
        c = NULL;
    }
    *fresh = c == NULL;
    if (!c) {
        char moved[PLACE_MAX];
        where_to(p, moved);
        enum errc rc = redis_find(ctx, &p->server, str_c(moved), &c);
        opened(p, rc, ctx->message);
        TRY(rc);
    }
    *out = c;
    return ERR_OK;
}

// "MOVED 1234 host:port": remembers the place; an IPv6 address has no brackets there.
static bool follow(struct redis_pool *p, struct ctx *ctx, str words)
{
    str part = STR_NONE, place = words;

    if (!str_next(&place, ' ', &part) || !str_eq(part, STR("MOVED")) ||
        !str_next(&place, ' ', &part))
        return false;
    size_t n = place.n;
    while (n > 0 && place.p[n - 1] != ':')
        n--;
    if (n < 2)
        return false;
    str text =
        arena_fmt(ctx->arena, "[%.*s]:%.*s", (int)n - 1, place.p, STR_ARG(str_skip(place, n)));
    if (text.n == 0 || text.n >= PLACE_MAX)
        return false;
    lock_acquire(&p->lock);
    memcpy(p->moved, text.p, text.n);
    p->moved[text.n] = 0;
    lock_release(&p->lock);
    return true;
}

// ---- Calling ------------------------------------------------------------------------------------

// *again: another attempt may fare better at once. A kept connection may have been closed meanwhile; what
// fell silent is not asked twice.
static enum errc call_once(struct redis_pool *p, struct ctx *ctx, const struct redis_command *cmd,
                           struct redis_value *out, bool *again)
{
    struct redis_conn *c = NULL;
    bool fresh = false;

    TRY(take(p, ctx, &c, &fresh));
    int64_t ends = clock_mono_ms() + p->server.timeout_ms + cmd->wait_ms;
    enum errc rc = redis_conn_call(c, ctx, cmd, out);
    if (rc == ERR_OK && out->type == REDIS_FAULT) {
        *again = follow(p, ctx, out->text);
        rc = redis_failed(ctx, redis_conn_server(c), out->text, true);
        give_back(p, c, !redis_ends_connection(out->text));
        return rc;
    }
    give_back(p, c, rc == ERR_OK);
    if (rc == ERR_UNAVAILABLE && clock_mono_ms() >= ends)
        fell_silent(p, rc, ctx->message);
    else
        *again = rc == ERR_UNAVAILABLE && !fresh;
    return rc;
}

enum errc redis_pool_call(struct redis_pool *p, struct ctx *ctx, const struct redis_command *cmd,
                          struct redis_value *out)
{
    for (int attempts = 1;; attempts++) {
        bool again = false;
        enum errc rc = call_once(p, ctx, cmd, out, &again);
        if (!again || attempts == ATTEMPTS)
            return rc;
        ctx_clear_error(ctx);
    }
}
