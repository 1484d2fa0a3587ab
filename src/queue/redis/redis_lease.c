// SPDX-License-Identifier: MIT
// Leases: a key per name that ends by itself, with "holder:fence". The fence is Redis' own clock in
// microseconds, and at least one more than the last: it grows also when the clock is set back, and
// after the keys were lost.
#include "queue/redis/redis_int.h"

static str lease_key(struct redis_queue *q, struct arena *a, str name)
{
    return arena_cat(a, q->lease_prefix, name);
}

static str value_of(struct arena *a, const struct work_lease *l)
{
    return arena_fmt(a, "%s:%llu", l->holder, (unsigned long long)l->fence);
}

// The fence, or nothing when somebody else has it. An answer that was lost on the way may be asked again.
static const char lease_script[] =
    "local has = redis.call('GET', KEYS[1])\n"
    "if has then\n"
    "  if string.sub(has, 1, #ARGV[1] + 1) ~= ARGV[1] .. ':' then return '' end\n"
    "  redis.call('PEXPIRE', KEYS[1], ARGV[2])\n"
    "  return string.sub(has, #ARGV[1] + 2)\n"
    "end\n"
    "local t = redis.call('TIME')\n"
    "local fence = t[1] * 1000000 + t[2]\n"
    "local last = tonumber(redis.call('GET', KEYS[2]) or '0')\n"
    "if fence <= last then fence = last + 1 end\n"
    "local text = string.format('%.0f', fence)\n"
    "redis.call('SET', KEYS[2], text)\n"
    "redis.call('SET', KEYS[1], ARGV[1] .. ':' .. text, 'PX', ARGV[2])\n"
    "return text";

enum errc redis_lease(struct work_queue *base, struct ctx *ctx, str name, int64_t ttl_ms,
                      struct work_lease *out)
{
    struct redis_queue *q = redis_of(base);
    struct work_lease mine = {.name = name};
    struct redis_value v = {0};
    int64_t fence = 0;

    TRY(work_lease_check(ctx, name, ttl_ms));
    work_holder(mine.holder);
    const str args[] = {str_c(mine.holder), redis_number(ctx->arena, ttl_ms)};
    const struct redis_script s = {
        lease_script, {lease_key(q, ctx->arena, name), q->fence}, 2, args, ARRAY_LEN(args)};
    TRY(redis_eval(q, ctx, &s, &v));
    if (str_empty(v.text))
        return ERR_CONFLICT;
    if (!str_to_i64(v.text, &fence))
        return fail(ctx, ERR_CORRUPT, "Redis answered a lease with %.*s", STR_ARG(v.text));
    mine.fence = (uint64_t)fence;
    *out = mine;
    return ERR_OK;
}

static enum errc if_held(struct work_queue *base, struct ctx *ctx, const struct work_lease *lease,
                         const char *script, int64_t ttl_ms, bool *held)
{
    struct redis_queue *q = redis_of(base);
    struct arena *a = ctx->arena;
    const str args[] = {value_of(a, lease), redis_number(a, ttl_ms)};
    const struct redis_script s = {
        script, {lease_key(q, a, lease->name)}, 1, args, ARRAY_LEN(args)};
    struct redis_value v = {0};

    TRY(redis_eval(q, ctx, &s, &v));
    *held = v.number == 1;
    return ERR_OK;
}

enum errc redis_renew(struct work_queue *base, struct ctx *ctx, const struct work_lease *lease,
                      int64_t ttl_ms)
{
    static const char script[] = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end\n"
                                 "return redis.call('PEXPIRE', KEYS[1], ARGV[2])";
    bool held = false;

    TRY(work_lease_check(ctx, lease->name, ttl_ms));
    TRY(if_held(base, ctx, lease, script, ttl_ms, &held));
    return held ? ERR_OK : ERR_CONFLICT;
}

enum errc redis_release(struct work_queue *base, struct ctx *ctx, const struct work_lease *lease)
{
    static const char script[] = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end\n"
                                 "return redis.call('DEL', KEYS[1])";
    bool held = false;

    return if_held(base, ctx, lease, script, 1, &held);
}
