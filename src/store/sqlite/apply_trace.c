// SPDX-License-Identifier: MIT
// One request's groups into the open transactions: find or create each trace's row, then its
// observations and scores, then the row again with what changed.
#include "base/limits.h"
#include "model/merge.h"
#include "store/sqlite/preview.h"
#include "store/sqlite/store_priv.h"

#define OLDEST_DAYS 3660 // absurd times are filed within ten years back and a day ahead

struct target { // a trace's row while its group is applied
    struct day_writer *d;
    int64_t row;
    bool is_new;
    struct trace trace;
    struct trace_stats stats;
    struct trace_place place;
    int64_t old_pack; // where the stored row's body was
};

static int64_t day_for(struct sqlite_store *s, millis t)
{
    int64_t today = time_day(store_now(s)), day = t == MILLIS_NONE ? today : time_day(t);

    if (day > today + 1)
        return today + 1;
    return day < today - OLDEST_DAYS ? today - OLDEST_DAYS : day;
}

static enum errc trace_load_row(struct sqlite_store *s, struct ctx *ctx, struct target *t)
{
    struct sql_stmt *st;
    bool found;

    TRY(sql_prepare(t->d->db, ctx,
                    arena_fmt(s->scratch, "SELECT %s FROM trace WHERE id = ?", trace_columns),
                    &st));
    sql_bind_i64(st, 1, t->row);
    TRY(sql_step(st, ctx, &found));
    if (!found)
        return ERR_NOT_FOUND;
    trace_load(st, 0, s->scratch, &t->trace, &t->stats, &t->place);
    sql_reset(st);
    return ERR_OK;
}

static struct id_key key_of(const struct trace_group *g)
{
    return (struct id_key){ID_TRACE, g->hash, g->trace_id};
}

static enum errc target_find(struct sqlite_store *s, struct work *w, const struct trace_group *g,
                             struct target *t)
{
    const struct id_key key = key_of(g);
    struct row_at at;

    TRY(writer_find(s, w->ctx, &key, &at));
    TRY(day_writer_get(s, w->ctx, at.day, &t->d));
    t->row = at.row;
    recent_put(s, &key, at);
    return trace_load_row(s, w->ctx, t);
}

static enum errc target_create(struct sqlite_store *s, struct work *w, const struct trace_group *g,
                               struct target *t)
{
    int64_t day = day_for(s, g->first);

    if (day_adopt(s, w->ctx, day)) { // the file came back: the trace may be in it
        enum errc rc = target_find(s, w, g, t);
        if (rc != ERR_NOT_FOUND)
            return rc;
    }
    TRY(day_writer_get(s, w->ctx, day, &t->d));
    trace_init(&t->trace, g->trace_id);
    stats_init(&t->stats);
    t->place = (struct trace_place){.project = w->project_hash, .hash = g->hash, .pack = -1};
    t->trace.created_at = store_now(s);
    t->is_new = true;
    return ERR_OK;
}

// The row's bodies, which only a merge of new bodies into old ones needs.
static enum errc trace_load_body(struct sqlite_store *s, struct ctx *ctx, struct target *t)
{
    struct ctx own;
    struct sql_stmt *st;
    struct pack pack;
    bool found;

    if (t->place.pack < 0)
        return ERR_OK;
    TRY(sql_prepare(t->d->db, ctx, STR("SELECT data FROM pack WHERE id = ?"), &st));
    sql_bind_i64(st, 1, t->place.pack);
    TRY(sql_step(st, ctx, &found));
    if (!found)
        return ERR_OK;
    ctx_init(&own, s->scratch);
    enum errc rc = pack_open(&own, s->zstd, sql_blob(st, 0), &pack);
    sql_reset(st);
    if (rc != ERR_OK)
        return fail(ctx, rc, "%.*s", STR_ARG(own.message));
    pack_load_trace(pack_record(&pack, (uint32_t)t->place.slot), &t->trace);
    return ERR_OK;
}

enum errc pack_insert(struct day_writer *d, struct ctx *ctx, str data, int64_t *id)
{
    struct sql_stmt *st;

    *id = -1;
    if (!str_some(data))
        return ERR_OK;
    TRY(sql_prepare(d->db, ctx, STR("INSERT INTO pack(data) VALUES (?)"), &st));
    sql_bind_blob(st, 1, data);
    TRY(sql_run(st, ctx));
    *id = sql_last_id(d->db);
    return ERR_OK;
}

enum errc pack_release(struct day_writer *d, struct ctx *ctx, int64_t trace, int64_t pack)
{
    struct sql_stmt *st;

    if (pack < 0)
        return ERR_OK;
    TRY(sql_prepare(
        d->db, ctx,
        STR("DELETE FROM pack WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM trace WHERE id = ?2 AND "
            "pack = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM observation WHERE trace = ?2 AND pack = ?1)"),
        &st));
    sql_bind_i64(st, 1, pack);
    sql_bind_i64(st, 2, trace);
    return sql_run(st, ctx);
}

static enum errc events_merge(struct sqlite_store *s, struct work *w, const struct trace_group *g,
                              struct target *t)
{
    for (size_t i = 0; i < g->n_trace_events; i++) {
        if (!trace_merge(s->scratch, &t->trace, g->trace_events[i]))
            return fail(w->ctx, ERR_NOMEM, "Merging trace %.*s needs too much memory",
                        STR_ARG(g->trace_id));
    }
    return ERR_OK;
}

// Trace events onto a stored row that has bodies already: merged bodies go into a pack of their own.
static enum errc merge_stored(struct sqlite_store *s, struct work *w, const struct trace_group *g,
                              struct target *t)
{
    AUTO(pack_fini) struct pack_builder b = {0};
    AUTO(buf_fini) struct buf out = {0};

    pack_init(&b, LIMIT_PACK_BYTES);
    buf_init(&out, LIMIT_PACK_BYTES + (1u << 20));
    TRY(trace_load_body(s, w->ctx, t));
    TRY(events_merge(s, w, g, t));
    if (!g->has_trace_body)
        return ERR_OK; // what is stored stays where it is
    t->place.slot = pack_add_trace(&b, &t->trace);
    enum errc rc = pack_finish(&b, s->zstd, 1, &out);
    if (rc != ERR_OK)
        return fail(w->ctx, rc, "The body of trace %.*s is too large", STR_ARG(g->trace_id));
    return pack_insert(t->d, w->ctx, buf_str(&out), &t->place.pack);
}

// The request's bodies are stored when the first row points at them: of an update, none may.
enum errc request_pack(struct apply *a)
{
    if (a->pack_stored)
        return ERR_OK;
    TRY(pack_insert(a->d, a->w->ctx, a->g->pack, &a->pack));
    a->pack_stored = true;
    return ERR_OK;
}

static enum errc merge_first(struct apply *a, struct target *t)
{
    TRY(events_merge(a->s, a->w, a->g, t));
    if (!a->g->has_trace_body)
        return ERR_OK;
    TRY(request_pack(a));
    t->place.pack = a->pack;
    t->place.slot = a->g->trace_slot;
    return ERR_OK;
}

static enum errc apply_trace_events(struct apply *a, struct target *t)
{
    bool stored_body = t->place.pack >= 0;

    if (a->g->n_trace_events == 0)
        return ERR_OK;
    t->place.flags |= TRACE_ROW_LISTED | TRACE_ROW_HAS_EVENT;
    return stored_body ? merge_stored(a->s, a->w, a->g, t) : merge_first(a, t);
}

static void flags_settle(const struct trace_group *g, struct target *t)
{
    int32_t *flags = &t->place.flags;

    if (g->n_items)
        *flags |= TRACE_ROW_LISTED;
    for (size_t i = 0; i < g->n_items; i++) {
        if (!str_some(g->items[i].row.parent_id))
            *flags |= TRACE_ROW_HAS_ROOT;
    }
    *flags &= ~(TRACE_ROW_PUBLIC | TRACE_ROW_BOOKMARKED | TRACE_ROW_EXPLICIT_TS | TRACE_ROW_PACKED);
    *flags |= (t->trace.is_public ? TRACE_ROW_PUBLIC : 0) |
              (t->trace.bookmarked ? TRACE_ROW_BOOKMARKED : 0) |
              (t->trace.timestamp_explicit ? TRACE_ROW_EXPLICIT_TS : 0);
}

// Of the trace's own input and output, where this group's events or the loaded body say them. What the
// connection's thread made of the request serves unless a merge came to another text.
static void own_previews(struct sqlite_store *s, const struct trace *said, struct target *t)
{
    struct trace *tr = &t->trace;

    if (str_some(tr->input)) {
        tr->preview_in = str_some(said->preview_in) && str_eq(tr->input, said->input)
                             ? said->preview_in
                             : preview_text(s->scratch, tr->input, false);
        t->place.flags |= TRACE_ROW_OWN_IN;
    }
    if (str_some(tr->output)) {
        tr->preview_out = str_some(said->preview_out) && str_eq(tr->output, said->output)
                              ? said->preview_out
                              : preview_text(s->scratch, tr->output, true);
        t->place.flags |= TRACE_ROW_OWN_OUT;
    }
}

// The root tells of a trace that says nothing itself.
static void root_previews(struct target *t, const struct root_words *root)
{
    if (str_some(root->in) && !(t->place.flags & TRACE_ROW_OWN_IN))
        t->trace.preview_in = root->in;
    if (str_some(root->out) && !(t->place.flags & TRACE_ROW_OWN_OUT))
        t->trace.preview_out = root->out;
}

// What a trace without own words takes from its spans: time and environment.
static void derive(struct sqlite_store *s, const struct trace_group *g, struct target *t)
{
    struct trace *tr = &t->trace;

    own_previews(s, &g->row, t);
    for (size_t i = 0; i < g->n_items; i++) {
        const struct observation *o = &g->items[i].row;
        if (!tr->timestamp_explicit)
            take_min_time(&tr->timestamp, o->start_time);
        if (!str_some(tr->environment))
            tr->environment = o->environment;
    }
    if (tr->timestamp == MILLIS_NONE)
        tr->timestamp = g->first != MILLIS_NONE ? g->first : store_now(s);
    tr->updated_at = store_now(s);
}

static enum errc trace_store(struct sqlite_store *s, struct ctx *ctx, struct target *t)
{
    struct sql_stmt *st;
    str text;

    if (t->is_new && t->row == 0)
        text = arena_fmt(s->scratch, "INSERT INTO trace(%s) VALUES (%.*s)", trace_columns,
                         STR_ARG(sql_marks(s->scratch, TRACE_COLUMNS)));
    else
        text = arena_fmt(s->scratch, "UPDATE trace SET (%s) = (%.*s) WHERE id = ?", trace_columns,
                         STR_ARG(sql_marks(s->scratch, TRACE_COLUMNS)));
    TRY(sql_prepare(t->d->db, ctx, text, &st));
    trace_bind(st, 1, s->scratch, &t->trace, &t->stats, &t->place);
    if (t->row)
        sql_bind_i64(st, TRACE_COLUMNS + 1, t->row);
    t->d->sealed = false; // this trace is not packed
    TRY(sql_run(st, ctx));
    if (!t->row)
        t->row = sql_last_id(t->d->db);
    return ERR_OK;
}

static void project_note_trace(struct work *w, struct target *t, int32_t old_flags)
{
    struct day_project_row *p = day_writer_project(t->d, w->project_hash, w->project);

    if (!(t->place.flags & TRACE_ROW_LISTED))
        return;
    if (!(old_flags & TRACE_ROW_LISTED))
        p->v.n_traces++;
    take_min_i64(&p->v.min_trace, t->trace.timestamp);
    take_max_i64(&p->v.max_trace, t->trace.timestamp);
}

static enum errc target_insert(struct sqlite_store *s, struct work *w, const struct trace_group *g,
                               struct target *t)
{
    const struct id_key key = key_of(g);
    struct root_words root = {.start = MILLIS_NONE};

    for (size_t i = 0; i < g->n_items; i++) {
        stats_add(&t->stats, &g->items[i].row);
        root_note(&root, &g->items[i].row);
    }
    t->stats.kind = root.kind;
    root_previews(t, &root);
    TRY(trace_store(s, w->ctx, t));
    ids_filter_add(filter_of(s, t->d->day, true), id_kind_hash(ID_TRACE, g->hash));
    recent_put(s, &key, (struct row_at){t->d->day, t->row});
    return ERR_OK;
}

static enum errc target_update(struct work *w, struct target *t, const struct apply *a)
{
    bool stale = stats_sum(&t->stats, &a->delta) || a->recompute;

    if (a->root.kind && (t->stats.kind == 0 || a->root.start <= t->stats.first_start))
        t->stats.kind = a->root.kind;
    root_previews(t, &a->root);
    if (stale)
        TRY(stats_recompute(a->s, t->d, w->ctx, t->row, &t->stats));
    TRY(trace_store(a->s, w->ctx, t));
    return t->old_pack != t->place.pack ? pack_release(t->d, w->ctx, t->row, t->old_pack) : ERR_OK;
}

static enum errc target_get(struct sqlite_store *s, struct work *w, const struct trace_group *g,
                            struct target *t)
{
    enum errc rc = target_find(s, w, g, t);

    if (rc == ERR_NOT_FOUND)
        rc = target_create(s, w, g, t);
    t->old_pack = t->place.pack;
    return rc;
}

// Bodies, trace events and what follows from them, onto the row in memory.
static enum errc target_merge(struct apply *a, struct target *t)
{
    TRY(apply_trace_events(a, t));
    derive(a->s, a->g, t);
    flags_settle(a->g, t);
    // observations and scores need the row's number; of a new trace all sums are known already
    return t->is_new ? target_insert(a->s, a->w, a->g, t) : ERR_OK;
}

static enum errc apply_group(struct sqlite_store *s, struct work *w, struct trace_group *g)
{
    struct target t = {0};
    struct apply a = {.s = s, .w = w, .g = g, .pack = -1};

    TRY(target_get(s, w, g, &t));
    int64_t home = t.d->day; // t.d may be closed by what follows
    int32_t old_flags = t.place.flags;
    stats_init(&a.delta);
    a.root.start = MILLIS_NONE;
    a.d = t.d;
    TRY(target_merge(&a, &t));
    a.trace = t.row;
    a.trace_is_new = t.is_new;
    TRY(apply_observations(&a));
    if (!t.is_new)
        TRY(target_update(w, &t, &a));
    project_note_trace(w, &t, old_flags);
    if (t.trace.session_id.n)
        TRY(apply_session(s, w, t.d, t.trace.session_id, t.trace.environment));
    return apply_scores(s, w, (struct row_at){home, t.row}, g->scores, g->n_scores);
}

enum errc apply_set(struct sqlite_store *s, struct work *w)
{
    struct write_set *set = w->set;

    for (size_t i = 0; i < set->n_groups; i++)
        TRY(apply_group(s, w, &set->groups[i]));
    for (size_t i = 0; i < set->n_loose; i++) {
        struct row_at home = {day_for(s, set->loose[i].row.timestamp), -1};
        TRY(apply_scores(s, w, home, &set->loose[i], 1));
    }
    return ERR_OK;
}
