// SPDX-License-Identifier: MIT
// What people set on traces by hand: bookmark, public, a tag more or less. Unlike an event it can take
// a tag away. The row counts as changed, so that the facts about it are told anew.
#include "base/limits.h"
#include "model/merge.h"
#include "store/sqlite/row.h"
#include "store/sqlite/store_priv.h"

#define CHANGED "flags = (flags & ~64"

static enum errc flag_set(struct day_writer *d, struct work *w, int64_t row, int64_t flag, bool on)
{
    struct sql_stmt *st;

    TRY(sql_prepare(d->db, w->ctx,
                    STR("UPDATE trace SET " CHANGED " & ~?1) | ?2, updated = ?3 WHERE id = ?4"),
                    &st));
    sql_bind_i64(st, 1, flag);
    sql_bind_i64(st, 2, on ? flag : 0);
    sql_bind_time(st, 3, clock_now());
    sql_bind_i64(st, 4, row);
    return sql_run(st, w->ctx);
}

static enum errc tags_read(struct sqlite_store *s, struct day_writer *d, struct work *w,
                           int64_t row, struct tag_list *out)
{
    struct sql_stmt *st;
    bool found;

    TRY(sql_prepare(d->db, w->ctx, STR("SELECT tags FROM trace WHERE id = ?"), &st));
    sql_bind_i64(st, 1, row);
    TRY(sql_step(st, w->ctx, &found));
    *out = tags_from_json(s->scratch, found ? arena_str(s->scratch, sql_str(st, 0)) : STR_NONE);
    sql_reset(st);
    return ERR_OK;
}

static struct tag_list tags_without(struct arena *a, const struct tag_list *tags, str tag)
{
    struct tag_list out = {.items = ARENA_ARRAY(a, str, tags->n + 1)};

    for (size_t i = 0; out.items && i < tags->n; i++) {
        if (!str_eq(tags->items[i], tag))
            out.items[out.n++] = tags->items[i];
    }
    return out;
}

static enum errc tag_set(struct sqlite_store *s, struct day_writer *d, struct work *w, int64_t row)
{
    const struct trace_mark *m = w->mark;
    struct tag_list tags;
    struct sql_stmt *st;
    str tag = m->tag;

    TRY(tags_read(s, d, w, row, &tags));
    tags = m->on ? tags_union(s->scratch, tags, (struct tag_list){.items = &tag, .n = 1})
                 : tags_without(s->scratch, &tags, tag);
    TRY(sql_prepare(d->db, w->ctx,
                    STR("UPDATE trace SET " CHANGED "), tags = ?1, updated = ?2 WHERE id = ?3"),
                    &st));
    sql_bind_str(st, 1, tags.n ? tags_to_json(s->scratch, &tags) : STR_NONE);
    sql_bind_time(st, 2, clock_now());
    sql_bind_i64(st, 3, row);
    return sql_run(st, w->ctx);
}

static enum errc mark_row(struct sqlite_store *s, struct work *w, const struct row_at *at)
{
    struct day_writer *d;

    TRY(day_writer_get(s, w->ctx, at->day, &d));
    d->sealed = false; // the row waits for the background again
    w->done++;
    switch (w->mark->what) {
    case MARK_BOOKMARKED: return flag_set(d, w, at->row, TRACE_ROW_BOOKMARKED, w->mark->on);
    case MARK_PUBLIC: return flag_set(d, w, at->row, TRACE_ROW_PUBLIC, w->mark->on);
    case MARK_TAG: return tag_set(s, d, w, at->row);
    }
    return ERR_OK;
}

enum errc mark_apply(struct sqlite_store *s, struct work *w)
{
    for (size_t i = 0; i < w->n_ids; i++) {
        struct row_at at;
        enum errc rc = writer_find(
            s, w->ctx, &(struct id_key){ID_TRACE, row_hash(w->project, w->ids[i]), w->ids[i]}, &at);
        if (rc == ERR_OK)
            rc = mark_row(s, w, &at);
        if (rc != ERR_OK && rc != ERR_NOT_FOUND)
            return rc;
    }
    return ERR_OK;
}
