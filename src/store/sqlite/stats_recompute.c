// SPDX-License-Identifier: MIT
// What a trace's observations add up to, summed from its rows again: after one was replaced, or where
// sums alone do not tell which error was first.
#include "base/limits.h"
#include "store/sqlite/store_priv.h"

// A replaced observation makes sums stale: they are taken from the trace's rows again.
static enum errc sums_recompute(struct day_writer *d, struct ctx *ctx, int64_t trace,
                                struct trace_stats *t)
{
    struct sql_stmt *st;
    bool row;

    TRY(sql_prepare(
        d->db, ctx,
        STR("SELECT count(*), coalesce(sum(level = 4), 0), coalesce(sum(level = 3), 0), "
            "coalesce(sum(level = 2), 0),"
            " coalesce(sum(level = 1), 0), count(end), min(start), max(start), max(end),"
            " coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), "
            "coalesce(sum(total_tokens), 0),"
            " coalesce(sum(input_cost), 0), coalesce(sum(output_cost), 0), "
            "coalesce(sum(total_cost), 0)"
            " FROM observation WHERE trace = ?"),
        &st));
    sql_bind_i64(st, 1, trace);
    TRY(sql_step(st, ctx, &row));
    int64_t *const counts[] = {&t->n_observations, &t->n_error, &t->n_warning,
                               &t->n_default,      &t->n_debug, &t->n_ended};
    int64_t *const sums[] = {&t->input_tokens, &t->output_tokens, &t->total_tokens,
                             &t->input_cost,   &t->output_cost,   &t->total_cost};
    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        *counts[i] = sql_i64(st, (int)i);
    t->first_start = sql_time(st, 6);
    t->last_start = sql_time(st, 7);
    t->last_end = sql_time(st, 8);
    for (size_t i = 0; i < ARRAY_LEN(sums); i++)
        *sums[i] = sql_i64(st, 9 + (int)i);
    sql_reset(st);
    return ERR_OK;
}

static enum errc models_recompute(struct sqlite_store *s, struct day_writer *d, struct ctx *ctx,
                                  int64_t trace, struct trace_stats *t)
{
    struct sql_stmt *st;
    bool row = true;

    t->n_models = 0;
    t->slowest = 0;
    TRY(sql_prepare(d->db, ctx,
                    STR("SELECT model, count(*), coalesce(sum(total_tokens), 0),"
                        " coalesce(sum(total_cost), 0), coalesce(max(end - start), 0)"
                        " FROM observation WHERE trace = ? AND model <> '' GROUP BY model"),
                    &st));
    sql_bind_i64(st, 1, trace);
    while (row) {
        TRY(sql_step(st, ctx, &row));
        if (!row)
            break;
        stats_use_add(t, &(struct model_use){arena_str(s->scratch, sql_str(st, 0)), sql_i64(st, 1),
                                             sql_i64(st, 2), sql_i64(st, 3)});
        take_max_i64(&t->slowest, sql_i64(st, 4));
    }
    return ERR_OK;
}

static const char error_sql[] = "SELECT status FROM observation WHERE trace = ? AND level >= 3"
                                " ORDER BY level DESC, status IS NULL, start, id LIMIT 1";
static const char root_sql[] = "SELECT type FROM observation WHERE trace = ?"
                               " AND parent_id IS NULL ORDER BY start, id LIMIT 1";

static enum errc first_of(struct day_writer *d, struct ctx *ctx, const char *text, int64_t trace,
                          struct sql_stmt **st, bool *row)
{
    TRY(sql_prepare(d->db, ctx, str_c(text), st));
    sql_bind_i64(*st, 1, trace);
    return sql_step(*st, ctx, row);
}

enum errc stats_recompute(struct sqlite_store *s, struct day_writer *d, struct ctx *ctx,
                          int64_t trace, struct trace_stats *t)
{
    struct sql_stmt *st;
    bool row;

    TRY(sums_recompute(d, ctx, trace, t));
    TRY(models_recompute(s, d, ctx, trace, t));
    TRY(first_of(d, ctx, root_sql, trace, &st, &row));
    t->kind = row ? (int32_t)sql_i64(st, 0) : 0;
    sql_reset(st);
    TRY(first_of(d, ctx, error_sql, trace, &st, &row));
    t->error = row ? arena_str(s->scratch, sql_str(st, 0)) : STR_NONE;
    sql_reset(st);
    return ERR_OK;
}
