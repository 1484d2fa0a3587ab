// SPDX-License-Identifier: MIT
// Observations of one trace: new ids are inserted as prepared; known ones are merged with their stored
// row (bodies loaded from its pack, enriched again) or, for spans, replaced whole.
#include "base/limits.h"
#include "model/merge.h"
#include "store/sqlite/preview.h"
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

static struct observation_place place_of(const struct apply *a, const struct obs_item *it,
                                         int64_t pack, int64_t slot)
{
    return (struct observation_place){.trace = a->trace,
                                      .project = a->w->project_hash,
                                      .hash = it->hash,
                                      .pack = pack,
                                      .slot = slot};
}

static enum errc insert(struct apply *a, struct obs_item *it)
{
    struct sql_stmt *st;

    TRY(request_pack(a));
    struct observation_place place = place_of(a, it, a->pack, it->slot);
    TRY(sql_prepare(a->d->db, a->w->ctx, observation_insert_sql(a->s), &st));
    it->row.created_at = it->row.updated_at = store_now(a->s);
    observation_bind(st, 1, a->s->scratch, &it->row, &place);
    return sql_run(st, a->w->ctx);
}

static enum errc find_stored(struct apply *a, const struct obs_item *it, struct stored *out,
                             bool *found)
{
    struct arena *scratch = a->s->scratch;
    struct sql_stmt *st;

    TRY(sql_prepare(
        a->d->db, a->w->ctx,
        arena_fmt(
            scratch,
            "SELECT id, %s FROM observation WHERE trace = ? AND hash = ? AND observation_id = ?",
            observation_columns),
        &st));
    sql_bind_i64(st, 1, a->trace);
    sql_bind_i64(st, 2, it->hash);
    sql_bind_str(st, 3, it->id);
    TRY(sql_step(st, a->w->ctx, found));
    if (*found) {
        out->row = sql_i64(st, 0);
        observation_load(st, 1, scratch, &out->o, &out->place);
        out->o.trace_id = it->row.trace_id;
    }
    sql_reset(st);
    return ERR_OK;
}

static enum errc load_body(struct apply *a, struct stored *old)
{
    struct sql_stmt *st;
    struct pack pack;
    struct ctx own;
    bool found;

    if (old->place.pack < 0)
        return ERR_OK;
    TRY(sql_prepare(a->d->db, a->w->ctx, STR("SELECT data FROM pack WHERE id = ?"), &st));
    sql_bind_i64(st, 1, old->place.pack);
    TRY(sql_step(st, a->w->ctx, &found));
    if (!found)
        return ERR_OK;
    ctx_init(&own, a->s->scratch);
    enum errc rc = pack_open(&own, a->s->zstd, sql_blob(st, 0), &pack);
    sql_reset(st);
    if (rc != ERR_OK)
        return fail(a->w->ctx, rc, "%.*s", STR_ARG(own.message));
    pack_load_observation(a->s->scratch, pack_record(&pack, (uint32_t)old->place.slot), &old->o);
    return ERR_OK;
}

static enum errc update(struct apply *a, struct stored *old, int64_t pack, int64_t slot)
{
    struct arena *scratch = a->s->scratch;
    struct sql_stmt *st;

    TRY(sql_prepare(a->d->db, a->w->ctx,
                    arena_fmt(scratch, "UPDATE observation SET (%s) = (%.*s) WHERE id = ?",
                              observation_columns,
                              STR_ARG(sql_marks(scratch, OBSERVATION_COLUMNS))),
                    &st));
    int64_t old_pack = old->place.pack;
    old->o.updated_at = store_now(a->s);
    old->place.pack = pack;
    old->place.slot = slot;
    observation_bind(st, 1, scratch, &old->o, &old->place);
    sql_bind_i64(st, OBSERVATION_COLUMNS + 1, old->row);
    TRY(sql_run(st, a->w->ctx));
    return pack_release(a->d, a->w->ctx, a->trace, old_pack);
}

static bool replaces(const struct obs_item *it)
{
    return it->n_events && it->events[0]->replace;
}

// A span sent again: its prepared row and body stand, creation time and bookmark stay.
static enum errc replace(struct apply *a, struct stored *old, struct obs_item *it)
{
    millis created = old->o.created_at;
    bool bookmarked = old->o.bookmarked;

    old->o = it->row;
    old->o.created_at = created;
    old->o.bookmarked = bookmarked;
    root_note(&a->root, &old->o);
    TRY(request_pack(a));
    return update(a, old, a->pack, it->slot);
}

static enum errc merge(struct apply *a, struct stored *old, struct obs_item *it)
{
    AUTO(pack_fini) struct pack_builder b = {0};
    AUTO(buf_fini) struct buf out = {0};
    struct ctx *ctx = a->w->ctx;
    int64_t pack;

    pack_init(&b, LIMIT_PACK_BYTES);
    buf_init(&out, LIMIT_PACK_BYTES + (1u << 20));
    TRY(load_body(a, old));
    for (size_t i = 0; i < it->n_events; i++) {
        if (!observation_merge(a->s->scratch, &old->o, it->events[i]))
            return fail(ctx, ERR_NOMEM, "Merging observation %.*s needs too much memory",
                        STR_ARG(it->id));
    }
    if (a->s->opt.enrich)
        a->s->opt.enrich(a->s->opt.enrich_user, a->s->scratch, a->w->project, &old->o);
    if (!str_some(old->o.parent_id)) {
        old->o.preview_in = preview_text(a->s->scratch, old->o.input, false);
        old->o.preview_out = preview_text(a->s->scratch, old->o.output, true);
        root_note(&a->root, &old->o);
    }
    uint32_t slot = pack_add_observation(&b, &old->o);
    enum errc rc = pack_finish(&b, a->s->zstd, 1, &out);
    if (rc != ERR_OK)
        return fail(ctx, rc, "The body of observation %.*s is too large", STR_ARG(it->id));
    TRY(pack_insert(a->d, ctx, buf_str(&out), &pack));
    return update(a, old, pack, slot);
}

static void project_note(struct apply *a, const struct observation *o, bool is_new)
{
    struct day_project_row *p = day_writer_project(a->d, a->w->project_hash, a->w->project);

    p->v.n_observations += is_new;
    take_min_i64(&p->v.min_observation, o->start_time);
    take_max_i64(&p->v.max_observation, o->start_time);
}

static enum errc apply_one(struct apply *a, struct obs_item *it, bool *found)
{
    struct stored old;

    if (!a->trace_is_new)
        TRY(find_stored(a, it, &old, found));
    if (*found) {
        a->recompute = true;
        return replaces(it) ? replace(a, &old, it) : merge(a, &old, it);
    }
    stats_add(&a->delta, &it->row);
    root_note(&a->root, &it->row);
    return insert(a, it);
}

enum errc apply_observations(struct apply *a)
{
    for (size_t i = 0; i < a->g->n_items; i++) {
        struct obs_item *it = &a->g->items[i];
        bool found = false;
        TRY(apply_one(a, it, &found));
        a->w->result.n_new += !found;
        a->w->result.n_merged += found;
        project_note(a, &it->row, !found);
    }
    return ERR_OK;
}
