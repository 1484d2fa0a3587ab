// SPDX-License-Identifier: MIT
// Claims: first what others left, then what is new. XAUTOCLAIM was left out: XPENDING and XCLAIM in one
// script do the same, tell how often a piece was given out, and need no Redis 6.2.
//
// An answer may get lost, when the server is silent for longer than the time limit and then gives work to
// a connection that is gone. Such work would come again only when it is idle; so a claim that failed is
// remembered, and the consumer's next one takes what it was given since.
#include "queue/redis/redis_int.h"

#define CONSUMER_IDLE_MS 3600000 // without a word, and without work: forgotten
#define LOST_MARGIN_MS   100
#define ENTRY_BODY       1 // position of a body in an entry's fields

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

// ---- Lost answers -------------------------------------------------------------------------------

// How long ago the consumer's last claim began, if that one got no answer; else 0.
static int64_t lost_age(struct redis_queue *q, str consumer)
{
    int64_t age = 0;

    lock_acquire(&q->lock);
    for (size_t i = 0; i < ARRAY_LEN(q->lost); i++) {
        if (q->lost[i].consumer == str_hash(consumer))
            age = clock_mono_ms() - q->lost[i].since_ms + LOST_MARGIN_MS;
    }
    lock_release(&q->lock);
    return age;
}

static void lost_forget(struct redis_queue *q, str consumer)
{
    lock_acquire(&q->lock);
    for (size_t i = 0; i < ARRAY_LEN(q->lost); i++) {
        if (q->lost[i].consumer == str_hash(consumer))
            q->lost[i].consumer = 0;
    }
    lock_release(&q->lock);
}

// With more consumers than that, the others' work comes again when it is idle.
static void lost_remember(struct redis_queue *q, str consumer, int64_t since_ms)
{
    struct lost_claim *place = NULL;

    lock_acquire(&q->lock);
    for (size_t i = 0; i < ARRAY_LEN(q->lost); i++) {
        if (q->lost[i].consumer == str_hash(consumer)) {
            lock_release(&q->lock);
            return; // since an earlier one
        }
        if (q->lost[i].consumer == 0)
            place = &q->lost[i];
    }
    if (place)
        *place = (struct lost_claim){str_hash(consumer), since_ms};
    lock_release(&q->lock);
}

// ---- What others left ---------------------------------------------------------------------------

// ---- Claim --------------------------------------------------------------------------------------

// Up to ARGV[4] pieces that were taken ARGV[3] ms ago, or by ourselves within ARGV[6] ms: {id, deliveries,
// body}. Pieces whose entry is gone are forgotten. With ARGV[5] ~= '0', consumers that have nothing and were silent for so long are, too.
static const char left_script[] =
    "local idle, max, out, from = tonumber(ARGV[3]), tonumber(ARGV[4]), {}, '-'\n"
    "local lost = tonumber(ARGV[6])\n"
    "for page = 1, 50 do\n"
    "  local list = redis.call('XPENDING', KEYS[1], ARGV[1], from, '+', 100)\n"
    "  for _, p in ipairs(list) do\n"
    "    if #out < max and (p[3] >= idle or (p[2] == ARGV[2] and p[3] < lost)) then\n"
    "      local got = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, p[1])\n"
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

    return now - last >= REDIS_SWEEP_MS && atomic_compare_exchange_strong(&q->swept_ms, &last, now);
}

static enum errc claim_left(struct redis_queue *q, struct ctx *ctx, const struct work_claim *claim,
                            struct redis_value *out)
{
    struct arena *a = ctx->arena;
    const str args[] = {STR(REDIS_GROUP),
                        claim->consumer,
                        redis_number(a, claim->idle_ms > 0 ? claim->idle_ms : 1),
                        redis_number(a, work_claim_max(claim)),
                        redis_number(a, sweeps_now(q) ? CONSUMER_IDLE_MS : 0),
                        redis_number(a, lost_age(q, claim->consumer))};
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

// Remembers a call that got no answer.
static enum errc noted(struct redis_queue *q, str consumer, int64_t since_ms, enum errc rc)
{
    if (rc == ERR_UNAVAILABLE)
        lost_remember(q, consumer, since_ms);
    return rc;
}

enum errc redis_claim(struct work_queue *base, struct ctx *ctx, const struct work_claim *claim,
                      work_fn *fn, void *user)
{
    struct redis_queue *q = redis_of(base);
    struct redis_value left = {0}, fresh = {0};
    int64_t max = work_claim_max(claim), began = clock_mono_ms();

    enum errc rc = noted(q, claim->consumer, began, claim_left(q, ctx, claim, &left));
    if (no_group(ctx, rc)) // the first time, or the database was emptied
        rc = make_group(q, ctx);
    TRY(rc);
    lost_forget(q, claim->consumer);
    TRY(give_left(&left, fn, user));
    max -= (int64_t)left.n;
    if (max == 0)
        return ERR_OK;
    began = clock_mono_ms();
    rc = claim_new(q, ctx, claim, max, left.n > 0 ? 0 : claim->wait_ms, &fresh);
    if (no_group(ctx, rc) && (rc = make_group(q, ctx)) == ERR_OK) // emptied while we waited
        rc = claim_new(q, ctx, claim, max, 0, &fresh);
    if (no_group(ctx, rc))
        return ERR_OK; // emptied again: nothing is there now
    TRY(noted(q, claim->consumer, began, rc));
    return give_new(&fresh, fn, user);
}
