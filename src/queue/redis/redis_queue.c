// SPDX-License-Identifier: MIT
// The queue on a Redis stream: push, done, status. What must happen together is a script (EVAL): one
// round trip, atomic, the same on every version since 5.0.
//
// The stream holds what is not done: done deletes the entry, so its length is the bound. A full queue
// refuses (as the one in process does) rather than trimming what nobody has seen yet.
#include "queue/redis/redis_int.h"

#include "base/limits.h"

#include <stdlib.h>

#define DONE_AT_ONCE 500u

struct redis_queue *redis_of(struct work_queue *q)
{
    return (struct redis_queue *)q;
}

str redis_number(struct arena *a, int64_t n)
{
    return arena_fmt(a, "%lld", (long long)n);
}

static bool all_digits(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    }
    return s.n > 0 && s.n < 19;
}

bool redis_id_valid(str id)
{
    str ms;

    return str_next(&id, '-', &ms) && all_digits(ms) && all_digits(id);
}

millis redis_id_time(str id)
{
    str ms = STR_NONE;
    int64_t t = 0;

    (void)str_next(&id, '-', &ms);
    return str_to_i64(ms, &t) ? t : MILLIS_NONE;
}

enum errc redis_eval(struct redis_queue *q, struct ctx *ctx, const struct redis_script *script,
                     struct redis_value *out)
{
    size_t n = 3 + script->n_keys + script->n_args, at = 0;
    str *words = ARENA_ARRAY(ctx->arena, str, n);

    if (!words)
        return fail(ctx, ERR_NOMEM, "there is no memory for a command");
    words[at++] = STR("EVAL");
    words[at++] = str_c(script->text);
    words[at++] = redis_number(ctx->arena, (int64_t)script->n_keys);
    for (size_t i = 0; i < script->n_keys; i++)
        words[at++] = script->keys[i];
    for (size_t i = 0; i < script->n_args; i++)
        words[at++] = script->args[i];
    const struct redis_command cmd = {words, n, 0};
    return redis_pool_call(q->pool, ctx, &cmd, out);
}

// ---- Push ---------------------------------------------------------------------------------------

static enum errc redis_push(struct work_queue *base, struct ctx *ctx, str body)
{
    static const char script[] =
        "if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end\n"
        "redis.call('XADD', KEYS[1], '*', 'b', ARGV[1])\n"
        "return 1";
    struct redis_queue *q = redis_of(base);
    const str args[] = {body, redis_number(ctx->arena, q->bounds.work)};
    const struct redis_script s = {script, {q->work}, 1, args, ARRAY_LEN(args)};
    struct redis_value v = {0};

    TRY(work_body_check(ctx, body));
    TRY(redis_eval(q, ctx, &s, &v));
    return v.number == 1 ? ERR_OK : work_full(ctx, base->ops->name, q->bounds.work);
}

// ---- Done ---------------------------------------------------------------------------------------

static enum errc redis_done(struct work_queue *base, struct ctx *ctx, const str *ids, size_t n)
{
    static const char script[] = "redis.call('XACK', KEYS[1], unpack(ARGV))\n"
                                 "return redis.call('XDEL', KEYS[1], unpack(ARGV, 2))";
    struct redis_queue *q = redis_of(base);

    while (n > 0) {
        size_t some = n < DONE_AT_ONCE ? n : DONE_AT_ONCE;
        str *args = ARENA_ARRAY(ctx->arena, str, some + 1);
        if (!args)
            return fail(ctx, ERR_NOMEM, "there is no memory for a command");
        args[0] = STR(REDIS_GROUP);
        memcpy(args + 1, ids, some * sizeof *ids);
        const struct redis_script s = {script, {q->work}, 1, args, some + 1};
        struct redis_value v = {0};
        TRY(redis_eval(q, ctx, &s, &v));
        ids += some;
        n -= some;
    }
    return ERR_OK;
}

// ---- Status -------------------------------------------------------------------------------------

// {entries, taken, dead, id of the first that nobody took}
static const char status_script[] =
    "local n, taken, last = redis.call('XLEN', KEYS[1]), 0, '0-0'\n"
    "local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])\n"
    "for _, g in ipairs(groups.err and {} or groups) do\n"
    "  local of = {}\n"
    "  for i = 1, #g, 2 do of[g[i]] = g[i + 1] end\n"
    "  if of['name'] == ARGV[1] then taken, last = of['pending'], of['last-delivered-id'] end\n"
    "end\n"
    "local ms, seq = string.match(last, '(%d+)-(%d+)')\n"
    "local first = redis.call('XRANGE', KEYS[1], ms .. '-' .. string.format('%.0f', seq + 1), "
    "'+',\n"
    "  'COUNT', 1)\n"
    "return {n, taken, redis.call('XLEN', KEYS[2]), first[1] and first[1][1] or ''}";

static enum errc redis_status(struct work_queue *base, struct ctx *ctx, struct work_status *out)
{
    struct redis_queue *q = redis_of(base);
    const str args[] = {STR(REDIS_GROUP)};
    const struct redis_script s = {status_script, {q->work, q->dead}, 2, args, ARRAY_LEN(args)};
    struct redis_value v = {0};

    TRY(redis_eval(q, ctx, &s, &v));
    if (v.n < 4)
        return fail(ctx, ERR_CORRUPT, "Redis answered the status of the queue with nothing");
    int64_t waiting = v.items[0].number - v.items[1].number;
    *out = (struct work_status){.waiting = waiting > 0 ? waiting : 0,
                                .taken = v.items[1].number,
                                .dead = v.items[2].number,
                                .oldest = redis_id_time(v.items[3].text)};
    return ERR_OK;
}

// ---- Opening ------------------------------------------------------------------------------------

static void redis_close(struct work_queue *base)
{
    struct redis_queue *q = redis_of(base);

    redis_pool_destroy(q->pool);
    lock_fini(&q->lock);
    arena_destroy(q->arena);
    free(q);
}

static const struct work_queue_ops redis_ops = {
    .name = "redis",
    .push = redis_push,
    .claim = redis_claim,
    .done = redis_done,
    .bury = redis_bury,
    .dead_list = redis_dead_list,
    .dead_retry = redis_dead_retry,
    .dead_drop = redis_dead_drop,
    .status = redis_status,
    .lease = redis_lease,
    .renew = redis_renew,
    .release = redis_release,
    .close = redis_close,
};

static str key_of(struct redis_queue *q, const char *name)
{
    return arena_fmt(q->arena, "%.*s{queue}:%s", STR_ARG(redis_pool_server(q->pool)->prefix), name);
}

struct work_queue *redis_queue_create(const struct redis_server *server,
                                      const struct work_bounds *bounds)
{
    struct redis_queue *q = calloc(1, sizeof *q);

    CHECK(q);
    q->base.ops = &redis_ops;
    lock_init(&q->lock);
    q->bounds = work_bounds(bounds);
    q->pool = redis_pool_create(server);
    q->arena = arena_create(16u << 10);
    q->work = key_of(q, "work");
    q->dead = key_of(q, "dead");
    q->fence = key_of(q, "fence");
    q->lease_prefix = key_of(q, "lease:");
    atomic_init(&q->swept_ms, clock_mono_ms() - REDIS_SWEEP_MS); // at the first claim
    return &q->base;
}
