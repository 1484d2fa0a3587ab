// SPDX-License-Identifier: MIT
// Observations of one trace: new ids are inserted as prepared; known ones are merged with their stored
// row (bodies loaded from its pack, enriched again) or, for spans, replaced whole.
#include "base/limits.h"
#include "model/merge.h"
#include "store/sqlite/store_priv.h"

struct stored { // a row found in the file
    int64_t row;
    struct observation o;
    struct observation_place place;
};

void take_min_i64(int64_t *a, int64_t v)
{
    *a = v < *a ? v : *a;
}

void take_max_i64(int64_t *a, int64_t v)
{
    *a = v > *a ? v : *a;
}

static enum errc insert(struct sqlite_store *s, struct work *w, struct day_writer *d, int64_t trace, int64_t pack, struct obs_item *it)
{
    struct sql_stmt *st;

    TRY(sql_prepare(d->db, w->ctx, observation_insert_sql(s), &st));
    it->row.created_at = it->row.updated_at = store_now(s);
    observation_bind(st, 1, s->scratch, trace, w->project_hash, &it->row, it->hash, pack, it->slot);
    return sql_run(st, w->ctx);
}

static enum errc find_stored(struct sqlite_store *s, struct work *w, struct day_writer *d, int64_t trace, const struct obs_item *it,
                             struct stored *out, bool *found)
{
    struct sql_stmt *st;

    TRY(sql_prepare(d->db, w->ctx,
                    arena_fmt(s->scratch, "SELECT id, %s FROM observation WHERE trace = ? AND hash = ? AND observation_id = ?", observation_columns), &st));
    sql_bind_i64(st, 1, trace);
    sql_bind_i64(st, 2, it->hash);
    sql_bind_str(st, 3, it->id);
    TRY(sql_step(st, w->ctx, found));
    if (*found) {
        out->row = sql_i64(st, 0);
        observation_load(st, 1, s->scratch, &out->o, &out->place);
        out->o.trace_id = it->row.trace_id;
    }
    sql_reset(st);
    return ERR_OK;
}

static enum errc load_body(struct sqlite_store *s, struct work *w, struct day_writer *d, struct stored *old)
{
    struct sql_stmt *st;
    struct pack pack;
    struct ctx own;
    bool found;

    if (old->place.pack < 0)
        return ERR_OK;
    TRY(sql_prepare(d->db, w->ctx, STR("SELECT data FROM pack WHERE id = ?"), &st));
    sql_bind_i64(st, 1, old->place.pack);
    TRY(sql_step(st, w->ctx, &found));
    if (!found)
        return ERR_OK;
    ctx_init(&own, s->scratch);
    enum errc rc = pack_open(&own, s->zstd, sql_blob(st, 0), &pack);
    sql_reset(st);
    if (rc != ERR_OK)
        return fail(w->ctx, rc, "%.*s", STR_ARG(own.message));
    pack_load_observation(s->scratch, pack_record(&pack, (uint32_t)old->place.slot), &old->o);
    return ERR_OK;
}

static enum errc update(struct sqlite_store *s, struct work *w, struct day_writer *d, struct stored *old, int64_t pack, int64_t slot)
{
    struct sql_stmt *st;

    TRY(sql_prepare(d->db, w->ctx,
                    arena_fmt(s->scratch, "UPDATE observation SET (%s) = (%.*s) WHERE id = ?", observation_columns,
                              STR_ARG(sql_marks(s->scratch, OBSERVATION_COLUMNS))), &st));
    old->o.updated_at = store_now(s);
    observation_bind(st, 1, s->scratch, old->place.trace, w->project_hash, &old->o, old->place.hash, pack, slot);
    sql_bind_i64(st, OBSERVATION_COLUMNS + 1, old->row);
    return sql_run(st, w->ctx);
}

static bool replaces(const struct obs_item *it)
{
    return it->n_events && it->events[0]->replace;
}

// A span sent again: its prepared row and body stand, creation time and bookmark stay.
static enum errc replace(struct sqlite_store *s, struct work *w, struct day_writer *d, struct stored *old, struct obs_item *it, int64_t pack)
{
    millis created = old->o.created_at;
    bool bookmarked = old->o.bookmarked;

    old->o = it->row;
    old->o.created_at = created;
    old->o.bookmarked = bookmarked;
    return update(s, w, d, old, pack, it->slot);
}

static enum errc merge(struct sqlite_store *s, struct work *w, struct day_writer *d, struct stored *old, struct obs_item *it)
{
    AUTO(pack_fini) struct pack_builder b;
    AUTO(buf_fini) struct buf out;
    int64_t pack;

    pack_init(&b, LIMIT_PACK_BYTES);
    buf_init(&out, LIMIT_PACK_BYTES + (1u << 20));
    TRY(load_body(s, w, d, old));
    for (size_t i = 0; i < it->n_events; i++) {
        if (!observation_merge(s->scratch, &old->o, it->events[i]))
            return fail(w->ctx, ERR_NOMEM, "Merging observation %.*s needs too much memory", STR_ARG(it->id));
    }
    if (s->opt.enrich)
        s->opt.enrich(s->opt.enrich_user, s->scratch, w->project, &old->o);
    uint32_t slot = pack_add_observation(&b, &old->o);
    enum errc rc = pack_finish(&b, s->zstd, 1, &out);
    if (rc != ERR_OK)
        return fail(w->ctx, rc, "The body of observation %.*s is too large", STR_ARG(it->id));
    TRY(pack_insert(d, w->ctx, buf_str(&out), &pack));
    it->row = old->o;
    return update(s, w, d, old, pack, slot);
}

static void project_note(struct work *w, struct day_writer *d, const struct observation *o, bool is_new)
{
    struct day_project_row *p = day_writer_project(d, w->project_hash, w->project);

    p->v.n_observations += is_new;
    take_min_i64(&p->v.min_observation, o->start_time);
    take_max_i64(&p->v.max_observation, o->start_time);
}

enum errc apply_observations(struct sqlite_store *s, struct work *w, struct day_writer *d, struct trace_group *g, int64_t trace_row,
                             bool trace_is_new, int64_t pack, struct trace_stats *delta, bool *recompute)
{
    for (size_t i = 0; i < g->n_items; i++) {
        struct obs_item *it = &g->items[i];
        struct stored old;
        bool found = false;
        if (!trace_is_new)
            TRY(find_stored(s, w, d, trace_row, it, &old, &found));
        if (!found) {
            TRY(insert(s, w, d, trace_row, pack, it));
            stats_add(delta, &it->row);
        } else {
            *recompute = true;
            TRY(replaces(it) ? replace(s, w, d, &old, it, pack) : merge(s, w, d, &old, it));
        }
        w->result.n_new += !found;
        w->result.n_merged += found;
        project_note(w, d, &it->row, !found);
    }
    return ERR_OK;
}
