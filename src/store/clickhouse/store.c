// SPDX-License-Identifier: MIT
// What every operation of the ClickHouse store begins with, and status. The server may be away when the
// program starts and later: an operation first makes sure that the tables are there, and says why when
// it cannot.
#include "store/clickhouse/store_int.h"

#include "base/limits.h"
#include "store/clickhouse/schema.h"

#include <stdio.h>

enum { RETRY_MS = 1000, TURN_MS = 60000 };

millis ch_now(const struct ch_store *s)
{
    return s->opt.now ? s->opt.now() : clock_now();
}

// Microseconds, so that processes that follow each other on a project stay in order; never the same twice.
uint64_t ch_version_next(struct ch_store *s, size_t n)
{
    uint64_t last = atomic_load(&s->last_version), first;

    do {
        uint64_t now = (uint64_t)clock_now() * 1000;
        first = now > last ? now : last + 1;
    } while (!atomic_compare_exchange_weak(&s->last_version, &last, first + n));
    return first;
}

// ---- Turns --------------------------------------------------------------------------------------

static struct ch_turn *turn_of(struct ch_store *s, str project)
{
    return &s->turns[str_hash(project) % CH_TURNS];
}

enum errc ch_turn_take(struct ch_store *s, struct ctx *ctx, str project)
{
    struct ch_turn *turn = turn_of(s, project);
    int64_t give_up = clock_mono_ms() + TURN_MS;

    lock_acquire(&turn->lock);
    for (int64_t left = TURN_MS; turn->taken && left > 0; left = give_up - clock_mono_ms())
        (void)cond_wait(&turn->free, &turn->lock, left);
    bool mine = !turn->taken;
    turn->taken = true;
    lock_release(&turn->lock);
    return mine ? ERR_OK
                : fail(ctx, ERR_UNAVAILABLE,
                       "Writes to the project wait for ClickHouse too long; try again");
}

void ch_turn_give(struct ch_store *s, str project)
{
    struct ch_turn *turn = turn_of(s, project);

    lock_acquire(&turn->lock);
    turn->taken = false;
    cond_signal(&turn->free);
    lock_release(&turn->lock);
}

// ---- Settling -----------------------------------------------------------------------------------

static enum errc settle_locked(struct ch_store *s, struct ctx *ctx)
{
    lock_assert_held(&s->settle_lock);
    if (atomic_load(&s->ready))
        return ERR_OK;
    if (s->failed_at && clock_mono_ms() - s->failed_at < RETRY_MS)
        return fail(ctx, s->failure, "%s", s->problem);
    enum errc rc = s->opt.migrate ? ch_migrate(s->ch, ctx) : ERR_OK;
    if (rc == ERR_OK && s->opt.migrate)
        rc = ch_retain(s->ch, ctx, s->opt.retention_days);
    if (rc != ERR_OK) {
        snprintf(s->problem, sizeof s->problem, "%.*s", STR_ARG(ctx->message));
        s->failed_at = clock_mono_ms();
        s->failure = rc;
        return rc;
    }
    s->failed_at = 0;
    atomic_store(&s->ready, true);
    return ERR_OK;
}

enum errc ch_ready(struct ch_store *s, struct ctx *ctx)
{
    if (atomic_load(&s->ready))
        return ERR_OK;
    lock_acquire(&s->settle_lock);
    enum errc rc = settle_locked(s, ctx);
    lock_release(&s->settle_lock);
    return rc;
}

enum errc clickhouse_store_settle(struct event_store *s, struct ctx *ctx)
{
    return ch_ready(ch_self(s), ctx);
}

// ---- Status -------------------------------------------------------------------------------------

// A subquery may be empty, so that its column could be NULL.
#define COUNT_OF(table) "assumeNotNull((SELECT count() FROM " table " FINAL))"
#define DAY_OF(pick)    "assumeNotNull((SELECT toInt64(" pick "(intDiv(hour, 24))) FROM traces))"

static const char status_sql[] =
    "SELECT " COUNT_OF("traces") ", " COUNT_OF("observations") ", " COUNT_OF(
        "scores") ", toUInt64(sum(bytes_on_disk)), count(), " DAY_OF("min") ", " DAY_OF("max") " FR"
                                                                                               "OM "
                                                                                               "sys"
                                                                                               "tem"
                                                                                               ".pa"
                                                                                               "rts"
                                                                                               " WH"
                                                                                               "ERE"
                                                                                               " ac"
                                                                                               "tiv"
                                                                                               "e "
                                                                                               "AND"
                                                                                               " da"
                                                                                               "tab"
                                                                                               "ase"
                                                                                               " = "
                                                                                               "cur"
                                                                                               "ren"
                                                                                               "tDa"
                                                                                               "tab"
                                                                                               "ase"
                                                                                               "()";

static enum errc status_read(struct ch_store *s, struct ctx *ctx, struct store_status *out)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct ch_reader *r = &answer.rows;
    uint64_t *const counts[] = {
        (uint64_t *)&out->counts.traces, (uint64_t *)&out->counts.observations,
        (uint64_t *)&out->counts.scores, (uint64_t *)&out->bytes, (uint64_t *)&out->n_files};

    sql_text_init(&t, ctx->arena);
    sql_text_add(&t, status_sql);
    TRY(ch_select(s->ch, ctx, &t, &answer));
    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        *counts[i] = ch_get_u64(r);
    int64_t oldest = ch_get_i64(r), newest = ch_get_i64(r);
    if (r->bad)
        return ch_cut_short(ctx);
    out->oldest_day = out->counts.traces ? oldest : INT64_MIN;
    out->newest_day = out->counts.traces ? newest : INT64_MIN;
    return ERR_OK;
}

enum errc ch_status(struct event_store *store, struct ctx *ctx, struct store_status *out)
{
    struct ch_store *s = ch_self(store);
    struct ctx own; // a server that is away is an answer, not a failure
    *out = (struct store_status){
        .oldest_day = INT64_MIN, .newest_day = INT64_MIN, .writable = true, .queue_cap = 1};

    ctx_init(&own, ctx->arena);
    own.deadline_ms = ctx->deadline_ms;
    enum errc rc = ch_ready(s, &own);
    if (rc == ERR_OK)
        rc = status_read(s, &own, out);
    if (rc == ERR_OK)
        return ERR_OK;
    out->writable = false;
    out->problem = own.message;
    return ERR_OK;
}
