// SPDX-License-Identifier: MIT
// Deletes: a trace with its observations, scores and bodies; one score. Unknown ids are fine. Space
// inside a day file is reused; the file itself shrinks away with its day.
#include "store/sqlite/store_priv.h"

static enum errc run_with(struct day_writer *d, struct ctx *ctx, str text, int64_t id,
                          int64_t *changes)
{
    struct sql_stmt *st;

    TRY(sql_prepare(d->db, ctx, text, &st));
    sql_bind_i64(st, 1, id);
    TRY(sql_run(st, ctx));
    if (changes)
        *changes = sql_changes(d->db);
    return ERR_OK;
}

static enum errc trace_flags(struct day_writer *d, struct ctx *ctx, int64_t row, int64_t *flags)
{
    struct sql_stmt *st;
    bool found;

    TRY(sql_prepare(d->db, ctx, STR("SELECT flags FROM trace WHERE id = ?"), &st));
    sql_bind_i64(st, 1, row);
    TRY(sql_step(st, ctx, &found));
    *flags = found ? sql_i64(st, 0) : 0;
    sql_reset(st);
    return found ? ERR_OK : ERR_NOT_FOUND;
}

struct gone {
    int64_t observations, scores;
};

static enum errc delete_rows(struct day_writer *d, struct ctx *ctx, int64_t row, struct gone *gone)
{
    TRY(run_with(d, ctx,
                 STR("DELETE FROM pack WHERE id IN (SELECT pack FROM observation WHERE trace = ?1 "
                     "AND pack IS NOT NULL"
                     " UNION SELECT pack FROM trace WHERE id = ?1 AND pack IS NOT NULL)"),
                 row, NULL));
    TRY(run_with(d, ctx, STR("DELETE FROM observation WHERE trace = ?"), row, &gone->observations));
    TRY(run_with(d, ctx, STR("DELETE FROM score WHERE trace = ?"), row, &gone->scores));
    return run_with(d, ctx, STR("DELETE FROM trace WHERE id = ?"), row, NULL);
}

static enum errc delete_trace_row(struct sqlite_store *s, struct work *w, int64_t day, int64_t row)
{
    struct day_writer *d;
    struct gone gone = {0};
    int64_t flags;

    TRY(day_writer_get(s, w->ctx, day, &d));
    TRY(trace_flags(d, w->ctx, row, &flags));
    TRY(delete_rows(d, w->ctx, row, &gone));
    if (flags & TRACE_ROW_TOLD)
        TRY(fact_insert_gone(s, w, d, row));
    struct day_project_row *p = day_writer_project(d, w->project_hash, w->project);
    p->v.n_traces -= (flags & TRACE_ROW_LISTED) != 0;
    p->v.n_observations -= gone.observations;
    p->v.n_scores -= gone.scores;
    w->done++;
    return ERR_OK;
}

enum errc delete_traces(struct sqlite_store *s, struct work *w)
{
    for (size_t i = 0; i < w->n_ids; i++) {
        struct row_at at;
        enum errc rc = writer_find(
            s, w->ctx, &(struct id_key){ID_TRACE, row_hash(w->project, w->ids[i]), w->ids[i]}, &at);
        if (rc == ERR_OK)
            rc = delete_trace_row(s, w, at.day, at.row);
        if (rc != ERR_OK && rc != ERR_NOT_FOUND)
            return rc;
    }
    if (w->n_ids)
        recent_clear(s);
    return ERR_OK;
}

enum errc delete_score(struct sqlite_store *s, struct work *w)
{
    struct day_writer *d;
    struct row_at at;
    int64_t changes;

    enum errc rc = writer_find(
        s, w->ctx, &(struct id_key){ID_SCORE, row_hash(w->project, w->ids[0]), w->ids[0]}, &at);
    if (rc == ERR_NOT_FOUND)
        return ERR_OK;
    TRY(rc);
    TRY(day_writer_get(s, w->ctx, at.day, &d));
    TRY(run_with(d, w->ctx, STR("DELETE FROM score WHERE id = ?"), at.row, &changes));
    day_writer_project(d, w->project_hash, w->project)->v.n_scores -= changes;
    return ERR_OK;
}
