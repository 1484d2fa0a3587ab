// SPDX-License-Identifier: MIT
// Scores and sessions. A score's id is looked up over all days, so that sending it again or updating it
// finds its row; a session gets one row per day that mentions it, and `first` marks the earliest.
#include "model/merge.h"
#include "store/sqlite/store_priv.h"

static enum errc stored_load(struct sqlite_store *s, struct ctx *ctx, struct day_writer *d,
                             int64_t row, struct score *out, int64_t *trace)
{
    struct sql_stmt *st;
    bool found;

    TRY(sql_prepare(d->db, ctx,
                    arena_fmt(s->scratch, "SELECT %s FROM score WHERE id = ?", score_columns),
                    &st));
    sql_bind_i64(st, 1, row);
    TRY(sql_step(st, ctx, &found));
    if (!found)
        return ERR_NOT_FOUND;
    score_load(st, 0, s->scratch, out, trace);
    sql_reset(st);
    return ERR_OK;
}

static enum errc score_update(struct sqlite_store *s, struct work *w, struct score_item *it,
                              int64_t day, int64_t row)
{
    struct day_writer *d;
    struct score stored;
    struct sql_stmt *st;
    int64_t trace;

    TRY(day_writer_get(s, w->ctx, day, &d));
    TRY(stored_load(s, w->ctx, d, row, &stored, &trace));
    if (!score_merge(s->scratch, &stored, it->event))
        return fail(w->ctx, ERR_NOMEM, "Merging a score needs too much memory");
    stored.updated_at = store_now(s);
    TRY(sql_prepare(d->db, w->ctx,
                    arena_fmt(s->scratch, "UPDATE score SET (%s) = (%.*s) WHERE id = ?",
                              score_columns, STR_ARG(sql_marks(s->scratch, SCORE_COLUMNS))),
                    &st));
    score_bind(st, 1, s->scratch, &stored, &(struct score_place){w->project_hash, it->hash, trace});
    sql_bind_i64(st, SCORE_COLUMNS + 1, row);
    w->result.n_merged++;
    return sql_run(st, w->ctx);
}

static enum errc score_insert(struct sqlite_store *s, struct work *w, struct day_writer *d,
                              int64_t trace_row, struct score_item *it)
{
    struct day_project_row *p = day_writer_project(d, w->project_hash, w->project);
    struct sql_stmt *st;

    it->row.created_at = it->row.updated_at = store_now(s);
    if (it->row.timestamp == MILLIS_NONE)
        it->row.timestamp = it->row.created_at;
    TRY(sql_prepare(d->db, w->ctx,
                    arena_fmt(s->scratch, "INSERT INTO score(%s) VALUES (%.*s)", score_columns,
                              STR_ARG(sql_marks(s->scratch, SCORE_COLUMNS))),
                    &st));
    score_bind(st, 1, s->scratch, &it->row,
               &(struct score_place){w->project_hash, it->hash, trace_row});
    TRY(sql_run(st, w->ctx));
    ids_filter_add(filter_of(s, d->day, true), id_kind_hash(ID_SCORE, it->hash));
    p->v.n_scores++;
    take_min_i64(&p->v.min_score, it->row.timestamp);
    take_max_i64(&p->v.max_score, it->row.timestamp);
    w->result.n_new++;
    return ERR_OK;
}

static enum errc apply_one(struct sqlite_store *s, struct work *w, struct row_at home,
                           struct score_item *it)
{
    const struct id_key key = {ID_SCORE, it->hash, it->row.id};
    struct day_writer *d;
    struct row_at at;

    enum errc rc = writer_find(s, w->ctx, &key, &at);
    if (rc == ERR_OK)
        return score_update(s, w, it, at.day, at.row);
    if (rc != ERR_NOT_FOUND)
        return rc;
    TRY(day_writer_get(s, w->ctx, home.day, &d));
    return score_insert(s, w, d, home.row, it);
}

enum errc apply_scores(struct sqlite_store *s, struct work *w, struct row_at home,
                       struct score_item *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(apply_one(s, w, home, &items[i]));
    return ERR_OK;
}

static enum errc session_in_day(struct day_writer *d, struct ctx *ctx, int64_t hash, str id,
                                bool *found)
{
    struct sql_stmt *st;

    TRY(sql_prepare(d->db, ctx, STR("SELECT 1 FROM session WHERE hash = ? AND session_id = ?"),
                    &st));
    sql_bind_i64(st, 1, hash);
    sql_bind_str(st, 2, id);
    TRY(sql_step(st, ctx, found));
    sql_reset(st);
    return ERR_OK;
}

static enum errc session_insert(struct sqlite_store *s, struct work *w, struct day_writer *d,
                                const struct id_key *key, bool first, str environment)
{
    millis now = store_now(s);
    struct sql_stmt *st;

    TRY(sql_prepare(d->db, w->ctx,
                    STR("INSERT INTO session(project, hash, session_id, environment, first, "
                        "created) VALUES (?,?,?,?,?,?)"),
                    &st));
    sql_bind_i64(st, 1, w->project_hash);
    sql_bind_i64(st, 2, key->hash);
    sql_bind_str(st, 3, key->id);
    sql_bind_str(st, 4, environment);
    sql_bind_i64(st, 5, first);
    sql_bind_i64(st, 6, now);
    TRY(sql_run(st, w->ctx));
    ids_filter_add(filter_of(s, d->day, true), id_kind_hash(ID_SESSION, key->hash));
    if (first) {
        struct day_project_row *p = day_writer_project(d, w->project_hash, w->project);
        p->v.n_sessions++;
        take_min_i64(&p->v.min_session, now);
        take_max_i64(&p->v.max_session, now);
    }
    return ERR_OK;
}

enum errc apply_session(struct sqlite_store *s, struct work *w, struct day_writer *d,
                        str session_id, str environment)
{
    const struct id_key key = {ID_SESSION, row_hash(w->project, session_id), session_id};
    int64_t home = d->day;
    struct row_at at;
    bool found = ids_filter_has(filter_of(s, home, true), id_kind_hash(ID_SESSION, key.hash));

    if (found)
        TRY(session_in_day(d, w->ctx, key.hash, session_id, &found));
    if (found)
        return ERR_OK;
    enum errc rc = writer_find(s, w->ctx, &key, &at);
    if (rc != ERR_OK && rc != ERR_NOT_FOUND)
        return rc;
    TRY(day_writer_get(s, w->ctx, home, &d));
    return session_insert(s, w, d, &key, rc == ERR_NOT_FOUND, environment);
}
