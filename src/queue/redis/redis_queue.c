// SPDX-License-Identifier: MIT
// The queue on a Redis stream: push, claim, done, status. What must happen together is a script (EVAL):
// one round trip, atomic, the same on every version since 5.0. XAUTOCLAIM was left out for that reason:
// XPENDING and XCLAIM in one script do the same, tell how often a piece was given out, and need no 6.2.
//
// The stream holds what is not done: done deletes the entry, so its length is the bound. A full queue
// refuses (as the one in process does) rather than trimming what nobody has seen yet.
#include "queue/redis/redis_int.h"

#include "base/limits.h"

#include <stdlib.h>

#define SWEEP_EVERY_MS   600000  // consumers are looked through
#define CONSUMER_IDLE_MS 3600000 // without a word, and without work: forgotten
#define DONE_AT_ONCE     500u
#define ENTRY_BODY       1 // position of a body in an entry's fields

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

// See redis_pool_call.
static bool no_group(const struct ctx *ctx, enum errc rc)
{
    return rc == ERR_NOT_FOUND && !str_some(ctx->message);
}

// The group sees what was pushed before it was made.
static enum errc make_group(struct redis_queue *q, struct ctx *ctx)
{
    static const char script[] =
        "local r = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')\n"
        "if r.err and not string.find(r.err, 'BUSYGROUP') then return r end\n"
        "return 1";
    const str args[] = {STR(REDIS_GROUP)};
    const struct redis_script s = {script, {q->work}, 1, args, ARRAY_LEN(args)};
    struct redis_value v = {0};

    return redis_eval(q, ctx, &s, &v);
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

// ---- Claim --------------------------------------------------------------------------------------

// Up to ARGV[4] pieces that were taken ARGV[3] ms ago: {id, deliveries, body}. Pieces whose entry is
// gone are forgotten. With ARGV[5] ~= '0', consumers that have nothing and were silent for so long are, too.
static const char left_script[] =
    "local idle, max, out, from = tonumber(ARGV[3]), tonumber(ARGV[4]), {}, '-'\n"
    "for page = 1, 50 do\n"
    "  local list = redis.call('XPENDING', KEYS[1], ARGV[1], from, '+', 100)\n"
    "  for _, p in ipairs(list) do\n"
    "    if #out < max and p[3] >= idle then\n"
    "      local got = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], idle, p[1])\n"
    "      if got[1] and got[1][2] then out[#out + 1] = {p[1], p[4] + 1, got[1][2][2]}\n"
    "      else redis.call('XACK', KEYS[1], ARGV[1], p[1]) end\n"
    "    end\n"
    "  end\n"
    "  if #out >= max or #list < 100 then break end\n"
    "  local ms, seq = string.match(list[100][1], '(%d+)-(%d+)')\n"
    "  from = ms .. '-' .. string.format('%.0f', seq + 1)\n"
    "end\n"
    "if ARGV[5] ~= '0' then\n"
    "  for _, c in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do\n"
    "    local of = {}\n"
    "    for i = 1, #c, 2 do of[c[i]] = c[i + 1] end\n"
    "    if of['pending'] == 0 and of['idle'] > tonumber(ARGV[5]) then\n"
    "      redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], of['name'])\n"
    "    end\n"
    "  end\n"
    "end\n"
    "return out";

// True for one caller every ten minutes.
static bool sweeps_now(struct redis_queue *q)
{
    int64_t now = clock_mono_ms(), last = atomic_load(&q->swept_ms);

    return now - last >= SWEEP_EVERY_MS && atomic_compare_exchange_strong(&q->swept_ms, &last, now);
}

static enum errc claim_left(struct redis_queue *q, struct ctx *ctx, const struct work_claim *claim,
                            struct redis_value *out)
{
    struct arena *a = ctx->arena;
    const str args[] = {STR(REDIS_GROUP), claim->consumer,
                        redis_number(a, claim->idle_ms > 0 ? claim->idle_ms : 1),
                        redis_number(a, work_claim_max(claim)),
                        redis_number(a, sweeps_now(q) ? CONSUMER_IDLE_MS : 0)};
    const struct redis_script s = {left_script, {q->work}, 1, args, ARRAY_LEN(args)};

    return redis_eval(q, ctx, &s, out);
}

static enum errc claim_new(struct redis_queue *q, struct ctx *ctx, const struct work_claim *claim,
                           int64_t max, int64_t wait_ms, struct redis_value *out)
{
    struct arena *a = ctx->arena;
    str words[11] = {STR("XREADGROUP"), STR("GROUP"), STR(REDIS_GROUP),
                     claim->consumer,   STR("COUNT"), redis_number(a, max)};
    struct redis_command cmd = {words, 6, wait_ms > 0 ? wait_ms : 0};

    if (wait_ms > 0) { // 0 would be for ever
        words[cmd.n++] = STR("BLOCK");
        words[cmd.n++] = redis_number(a, wait_ms);
    }
    words[cmd.n++] = STR("STREAMS");
    words[cmd.n++] = q->work;
    words[cmd.n++] = STR(">");
    return redis_pool_call(q->pool, ctx, &cmd, out);
}

static enum errc give_left(const struct redis_value *list, work_fn *fn, void *user)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct redis_value *row = &list->items[i];
        if (row->n < 3)
            continue;
        const struct work w = {.id = row->items[0].text,
                               .body = row->items[2].text,
                               .pushed = redis_id_time(row->items[0].text),
                               .deliveries = row->items[1].number};
        TRY(fn(user, &w));
    }
    return ERR_OK;
}

// [[key, [[id, [field, value]]...]]], or nothing.
static enum errc give_new(const struct redis_value *streams, work_fn *fn, void *user)
{
    const struct redis_value *stream = streams->n > 0 ? &streams->items[0] : NULL;
    const struct redis_value *list = stream && stream->n > 1 ? &stream->items[1] : NULL;

    for (size_t i = 0; list && i < list->n; i++) {
        const struct redis_value *entry = &list->items[i];
        if (entry->n < 2 || entry->items[1].n <= ENTRY_BODY)
            continue;
        const struct work w = {.id = entry->items[0].text,
                               .body = entry->items[1].items[ENTRY_BODY].text,
                               .pushed = redis_id_time(entry->items[0].text),
                               .deliveries = 1};
        TRY(fn(user, &w));
    }
    return ERR_OK;
}

static enum errc redis_claim(struct work_queue *base, struct ctx *ctx,
                             const struct work_claim *claim, work_fn *fn, void *user)
{
    struct redis_queue *q = redis_of(base);
    struct redis_value left = {0}, fresh = {0};
    int64_t max = work_claim_max(claim);

    enum errc rc = claim_left(q, ctx, claim, &left);
    if (no_group(ctx, rc)) // the first time, or the database was emptied
        rc = make_group(q, ctx);
    TRY(rc);
    TRY(give_left(&left, fn, user));
    max -= (int64_t)left.n;
    if (max == 0)
        return ERR_OK;
    rc = claim_new(q, ctx, claim, max, left.n > 0 ? 0 : claim->wait_ms, &fresh);
    if (no_group(ctx, rc) && (rc = make_group(q, ctx)) == ERR_OK) // emptied while we waited
        rc = claim_new(q, ctx, claim, max, 0, &fresh);
    if (no_group(ctx, rc))
        return ERR_OK; // emptied again: nothing is there now
    TRY(rc);
    return give_new(&fresh, fn, user);
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
    q->bounds = work_bounds(bounds);
    q->pool = redis_pool_create(server);
    q->arena = arena_create(16u << 10);
    q->work = key_of(q, "work");
    q->dead = key_of(q, "dead");
    q->fence = key_of(q, "fence");
    q->lease_prefix = key_of(q, "lease:");
    atomic_init(&q->swept_ms, clock_mono_ms() - SWEEP_EVERY_MS); // at the first claim
    return &q->base;
}
