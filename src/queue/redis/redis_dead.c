// SPDX-License-Identifier: MIT
// Work that was given up: a stream of its own, {b body, p pushed, n deliveries, r reason}; its ids tell
// when it was buried.
#include "queue/redis/redis_int.h"

enum errc redis_bury(struct work_queue *base, struct ctx *ctx, const struct work *work, str reason)
{
    static const char script[] =
        "redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[1], '*', 'b', ARGV[2], 'p', ARGV[3],\n"
        "  'n', ARGV[4], 'r', ARGV[5])\n"
        "redis.call('XACK', KEYS[1], ARGV[6], ARGV[7])\n"
        "return redis.call('XDEL', KEYS[1], ARGV[7])";
    struct redis_queue *q = redis_of(base);
    struct arena *a = ctx->arena;
    const str args[] = {redis_number(a, q->bounds.dead),
                        work->body,
                        redis_number(a, work->pushed),
                        redis_number(a, work->deliveries),
                        work_reason(reason),
                        STR(REDIS_GROUP),
                        work->id};
    const struct redis_script s = {script, {q->work, q->dead}, 2, args, ARRAY_LEN(args)};
    struct redis_value v = {0};

    TRY(work_body_check(ctx, work->body));
    return redis_eval(q, ctx, &s, &v);
}

// ---- List ---------------------------------------------------------------------------------------

static str field(const struct redis_value *fields, const char *name)
{
    for (size_t i = 0; i + 1 < fields->n; i += 2) {
        if (str_eq(fields->items[i].text, str_c(name)))
            return fields->items[i + 1].text;
    }
    return STR("");
}

static int64_t field_number(const struct redis_value *fields, const char *name)
{
    int64_t n = 0;

    return str_to_i64(field(fields, name), &n) ? n : 0;
}

enum errc redis_dead_list(struct work_queue *base, struct ctx *ctx, int64_t limit, dead_work_fn *fn,
                          void *user)
{
    struct redis_queue *q = redis_of(base);
    int64_t most = limit > 0 && limit < q->bounds.dead ? limit : q->bounds.dead;
    const str words[] = {STR("XREVRANGE"), q->dead,      STR("+"),
                         STR("-"),         STR("COUNT"), redis_number(ctx->arena, most)};
    const struct redis_command cmd = {words, ARRAY_LEN(words), 0};
    struct redis_value v = {0};

    TRY(redis_pool_call(q->pool, ctx, &cmd, &v));
    for (size_t i = 0; i < v.n; i++) {
        if (v.items[i].n < 2)
            continue;
        const struct redis_value *fields = &v.items[i].items[1];
        str id = v.items[i].items[0].text;
        const struct dead_work d = {.id = id,
                                    .body = field(fields, "b"),
                                    .reason = field(fields, "r"),
                                    .pushed = field_number(fields, "p"),
                                    .buried = redis_id_time(id),
                                    .deliveries = field_number(fields, "n")};
        TRY(fn(user, &d));
    }
    return ERR_OK;
}

// ---- Retry and drop -----------------------------------------------------------------------------

// ARGV: most pieces of work, "all" or "some", ids. -1: the queue is full.
static const char retry_script[] =
    "local ids, count = {}, 0\n"
    "for i = 3, #ARGV do ids[#ids + 1] = ARGV[i] end\n"
    "if ARGV[2] == 'all' then\n"
    "  for _, e in ipairs(redis.call('XRANGE', KEYS[2], '-', '+')) do ids[#ids + 1] = e[1] end\n"
    "end\n"
    "if redis.call('XLEN', KEYS[1]) + #ids > tonumber(ARGV[1]) then return -1 end\n"
    "for _, id in ipairs(ids) do\n"
    "  local e = redis.call('XRANGE', KEYS[2], id, id)[1]\n"
    "  if e then\n"
    "    redis.call('XADD', KEYS[1], '*', 'b', e[2][2])\n"
    "    redis.call('XDEL', KEYS[2], id)\n"
    "    count = count + 1\n"
    "  end\n"
    "end\n"
    "return count";

static const char drop_script[] =
    "local count = 0\n"
    "if ARGV[2] == 'all' then\n"
    "  count = redis.call('XLEN', KEYS[2])\n"
    "  redis.call('DEL', KEYS[2])\n"
    "end\n"
    "for i = 3, #ARGV do count = count + redis.call('XDEL', KEYS[2], ARGV[i]) end\n"
    "return count";

static enum errc run_on_dead(struct redis_queue *q, struct ctx *ctx, const char *script,
                             const str *ids, size_t n, struct redis_value *out)
{
    size_t at = 0;
    str *args = ARENA_ARRAY(ctx->arena, str, n + 2);

    if (!args)
        return fail(ctx, ERR_NOMEM, "there is no memory for a command");
    args[at++] = redis_number(ctx->arena, q->bounds.work);
    args[at++] = n == 0 ? STR("all") : STR("some");
    for (size_t i = 0; i < n; i++) {
        if (redis_id_valid(ids[i]))
            args[at++] = ids[i];
    }
    const struct redis_script s = {script, {q->work, q->dead}, 2, args, at};
    return redis_eval(q, ctx, &s, out);
}

enum errc redis_dead_retry(struct work_queue *base, struct ctx *ctx, const str *ids, size_t n,
                           int64_t *count)
{
    struct redis_queue *q = redis_of(base);
    struct redis_value v = {0};

    TRY(run_on_dead(q, ctx, retry_script, ids, n, &v));
    if (v.number < 0)
        return work_full(ctx, base->ops->name, q->bounds.work);
    *count = v.number;
    return ERR_OK;
}

enum errc redis_dead_drop(struct work_queue *base, struct ctx *ctx, const str *ids, size_t n,
                          int64_t *count)
{
    struct redis_value v = {0};

    TRY(run_on_dead(redis_of(base), ctx, drop_script, ids, n, &v));
    *count = v.number;
    return ERR_OK;
}
