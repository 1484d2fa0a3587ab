// SPDX-License-Identifier: MIT
// Observations, both views. v2 also shows traces without a root span as a row of their own, by a second
// query over the same days, and pages by a cursor (start, hash of the trace, id - all descending).
#include "model/merge.h"
#include "store/sqlite/read_int.h"
#include "store/yield.h"

enum { KIND_OBSERVATION, KIND_TRACE };

struct observation_list {
    const struct observation_query *q;
    observation_row_fn *fn;
    void *user;
    int64_t trace_row;   // with a trace id: its row; 0 = any trace
    int64_t cursor_hash; // row_hash of the cursor's trace
};

static void range_of(const struct day_project *p, int64_t *min, int64_t *max)
{
    *min = p->min_observation < p->min_trace ? p->min_observation : p->min_trace;
    *max = p->max_observation > p->max_trace ? p->max_observation : p->max_trace;
}

static void range_v1(const struct day_project *p, int64_t *min, int64_t *max)
{
    *min = p->min_observation;
    *max = p->max_observation;
}

static int64_t count_of(const struct day_project *p)
{
    return p->n_observations;
}

struct names { // how the two kinds of rows spell the same things
    const char *start, *id, *name, *version, *environment, *user_id, *session_id;
};
static const struct names of_observation = {"o.start",
                                            "o.observation_id",
                                            "o.name",
                                            "coalesce(o.version, t.version)",
                                            "coalesce(o.environment, 'default')",
                                            "coalesce(o.user_id, t.user_id)",
                                            "coalesce(o.session_id, t.session_id)"};
static const struct names of_trace = {"t.ts",
                                      "('t-' || t.trace_id)",
                                      "t.name",
                                      "t.version",
                                      "coalesce(t.environment, 'default')",
                                      "t.user_id",
                                      "t.session_id"};

static void cursor_add(struct sql_text *t, const struct observation_list *l, const struct names *n)
{
    const struct observation_cursor *c = l->q->after;

    if (!c)
        return;
    sql_text_add(t, " AND (");
    sql_text_add(t, n->start);
    sql_text_add(t, ", t.hash, ");
    sql_text_add(t, n->id);
    sql_text_add(t, ") < (");
    sql_text_i64(t, c->start);
    sql_text_add(t, ", ");
    sql_text_i64(t, l->cursor_hash);
    sql_text_add(t, ", ");
    sql_text_str(t, c->id);
    sql_text_add(t, ") AND ");
    sql_text_add(t, n->start);
    sql_text_add(t, " <= ");
    sql_text_i64(t, c->start);
}

static void common_add(struct sql_text *t, const struct observation_list *l, const struct names *n)
{
    const struct observation_query *q = l->q;

    sql_text_eq(t, n->name, q->name);
    sql_text_eq(t, n->version, q->version);
    sql_text_eq(t, q->view == VIEW_OBSERVATIONS ? "t.user_id" : n->user_id, q->user_id);
    sql_text_eq(t, n->session_id, q->session_id);
    sql_text_in(t, n->environment, &q->environments);
    sql_text_range(t, n->start, q->from, q->to);
    cursor_add(t, l, n);
}

static void equals(struct sql_text *t, const char *column, int64_t v)
{
    sql_text_add(t, " AND ");
    sql_text_add(t, column);
    sql_text_add(t, " = ");
    sql_text_i64(t, v);
}

static enum errc observation_where(struct merge *m, struct sql_text *t)
{
    const struct observation_list *l = m->user;
    const struct observation_query *q = l->q;

    sql_text_add(t, " FROM observation o JOIN trace t ON t.id = o.trace");
    // The `+` keeps a trace's few rows from being picked out of the project's whole day in order.
    sql_text_add(t, l->trace_row ? " WHERE +o.project = " : " WHERE o.project = ");
    sql_text_i64(t, m->project);
    if (l->trace_row)
        equals(t, "o.trace", l->trace_row);
    if (q->type)
        equals(t, "o.type", q->type);
    if (q->level)
        equals(t, "o.level", q->level);
    sql_text_eq(t, "o.parent_id", q->parent_id);
    if (q->parent_empty)
        sql_text_add(t, " AND o.parent_id IS NULL");
    if (q->is_root)
        sql_text_add(t, q->is_root == 1 ? " AND (o.parent_id IS NULL OR o.flags & 4 <> 0)"
                                        : " AND o.parent_id IS NOT NULL AND o.flags & 4 = 0");
    common_add(t, l, &of_observation);
    return filter_sql(m->ctx, &q->filter,
                      q->view == VIEW_OBSERVATIONS ? &observation_dialect : &observation_v2_dialect,
                      t);
}

static bool synthetic_wanted(const struct observation_query *q)
{
    return q->view == VIEW_OBSERVATIONS_V2 && (!q->type || q->type == OBSERVATION_SPAN) &&
           (!q->level || q->level == LEVEL_DEFAULT) && !q->parent_id.n && q->is_root != 2;
}

static enum errc synthetic_where(struct merge *m, struct sql_text *t)
{
    const struct observation_list *l = m->user;

    sql_text_add(t, " FROM trace t WHERE t.flags & 52 = 20");
    sql_text_add(t, l->trace_row ? " AND +t.project = " : " AND t.project = ");
    sql_text_i64(t, m->project);
    if (l->trace_row)
        equals(t, "t.id", l->trace_row);
    common_add(t, l, &of_trace);
    return filter_sql(m->ctx, &l->q->filter, &synthetic_dialect, t);
}

static enum errc fetch_kind(struct merge *m, struct reader *r, int64_t need, int32_t kind)
{
    const struct observation_list *l = m->user;
    AUTO(sql_text_fini) struct sql_text t = {0};
    bool trace = kind == KIND_TRACE, row = true, v2 = l->q->view == VIEW_OBSERVATIONS_V2;
    struct sql_stmt *st;

    sql_text_init(&t, m->ctx->arena);
    sql_text_add(&t, trace ? "SELECT t.ts, t.hash, ('t-' || t.trace_id), t.id"
                           : "SELECT o.start, t.hash, o.observation_id, o.id");
    TRY(trace ? synthetic_where(m, &t) : observation_where(m, &t));
    if (v2)
        sql_text_add(&t, " ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT ");
    else
        sql_text_add(&t, m->ascending ? " ORDER BY o.start ASC, o.id ASC LIMIT "
                                      : " ORDER BY o.start DESC, o.id DESC LIMIT ");
    sql_text_i64(&t, need);
    TRY(sql_text_prepare(r, m->ctx, &t, &st));
    while (row) {
        TRY(sql_step(st, m->ctx, &row));
        if (row)
            TRY(hit_add(m, (struct hit){.a = sql_i64(st, 0),
                                        .b = v2 ? sql_i64(st, 1) : sql_i64(st, 3),
                                        .c = v2 ? sql_str(st, 2) : STR_NONE,
                                        .row = sql_i64(st, 3),
                                        .kind = kind}));
    }
    return ERR_OK;
}

static enum errc fetch(struct merge *m, struct reader *r, int64_t need)
{
    const struct observation_list *l = m->user;

    TRY(fetch_kind(m, r, need, KIND_OBSERVATION));
    return synthetic_wanted(l->q) ? fetch_kind(m, r, need, KIND_TRACE) : ERR_OK;
}

// The trace's own words beside the row; and for a synthetic row the row itself.
static void trace_words(struct observation_row *row, const struct trace *t, bool has_root)
{
    row->has_root = has_root;
    row->trace_user_id = t->user_id;
    row->trace_session_id = t->session_id;
    row->trace_name = t->name;
    row->trace_release = t->release;
    row->trace_version = t->version;
    row->trace_environment = t->environment;
    row->trace_tags = t->tags;
}

static enum errc trace_row_load(struct reader *r, struct ctx *ctx, int64_t id, struct trace *t,
                                struct trace_place *place, bool *found)
{
    struct trace_stats stats;
    struct sql_stmt *st;

    TRY(sql_prepare(r->db, ctx,
                    arena_fmt(ctx->arena, "SELECT %s FROM trace WHERE id = ?", trace_columns),
                    &st));
    sql_bind_i64(st, 1, id);
    TRY(sql_step(st, ctx, found));
    if (*found)
        trace_load(st, 0, ctx->arena, t, &stats, place);
    sql_reset(st);
    return ERR_OK;
}

enum errc observation_load_row(struct loader *l, int64_t id, unsigned want,
                               struct observation_row *out, bool *found)
{
    struct observation_place place;
    struct sql_stmt *st;
    str record;

    if (!l->row_sql.n)
        l->row_sql = arena_fmt(l->ctx->arena, "SELECT %s FROM observation WHERE id = ?",
                               observation_columns);
    TRY(sql_prepare(l->r->db, l->ctx, l->row_sql, &st));
    sql_bind_i64(st, 1, id);
    TRY(sql_step(st, l->ctx, found));
    if (!*found)
        return ERR_OK;
    observation_load(st, 0, l->ctx->arena, &out->observation, &place);
    sql_reset(st);
    if (l->trace_id != place.trace) {
        TRY(trace_row_load(l->r, l->ctx, place.trace, &l->trace, &l->place, found));
        l->trace_id = place.trace;
    }
    trace_words(out, &l->trace, l->place.flags & TRACE_ROW_HAS_ROOT);
    out->observation.trace_id = l->trace.id;
    if ((want & (WANT_IO | WANT_METADATA | WANT_TOOLS)) && place.pack >= 0) {
        TRY(reader_record(l->r, l->ctx, place.pack, place.slot, &record));
        pack_load_observation(l->ctx->arena, record, &out->observation);
    }
    return ERR_OK;
}

static enum errc synthetic_load(struct loader *l, int64_t id, unsigned want,
                                struct observation_row *out, bool *found)
{
    struct trace_place place;
    struct trace t;
    str record;

    TRY(trace_row_load(l->r, l->ctx, id, &t, &place, found));
    if (!*found)
        return ERR_OK;
    if ((want & (WANT_IO | WANT_METADATA)) && place.pack >= 0) {
        TRY(reader_record(l->r, l->ctx, place.pack, place.slot, &record));
        pack_load_trace(record, &t);
    }
    struct observation *o = &out->observation;
    observation_init(o, arena_cat(l->ctx->arena, STR("t-"), t.id), t.id);
    o->type = OBSERVATION_SPAN;
    o->level = LEVEL_DEFAULT;
    o->source = SOURCE_BATCH;
    o->start_time = t.timestamp;
    o->name = t.name;
    o->version = t.version;
    o->environment = t.environment;
    o->input = t.input;
    o->output = t.output;
    o->metadata = t.metadata;
    o->is_public = t.is_public;
    o->bookmarked = t.bookmarked;
    o->created_at = t.created_at;
    o->updated_at = t.updated_at;
    out->synthetic = true;
    trace_words(out, &t, false);
    return ERR_OK;
}

struct delivery {
    struct observation_list l;
    struct loader loader;
};

static enum errc deliver(struct merge *m, struct reader *r, const struct hit *h)
{
    struct delivery *d = m->user;
    struct observation_row row = {.project_id = d->l.q->project};
    bool found;

    if (d->loader.r != r || d->loader.day != r->day)
        d->loader =
            (struct loader){.r = r, .ctx = m->ctx, .day = r->day, .row_sql = d->loader.row_sql};
    TRY(h->kind == KIND_TRACE
            ? synthetic_load(&d->loader, h->row, d->l.q->want, &row, &found)
            : observation_load_row(&d->loader, h->row, d->l.q->want, &row, &found));
    return found ? d->l.fn(d->l.user, &row) : ERR_OK;
}

static bool plain(const struct observation_query *q)
{
    return !q->name.n && !q->user_id.n && !q->trace_id.n && !q->parent_id.n && !q->version.n &&
           !q->session_id.n && !q->parent_empty && !q->type && !q->level && !q->is_root &&
           !q->environments.n && !q->filter.n && !q->after && q->view == VIEW_OBSERVATIONS;
}

enum errc read_observation_list(struct event_store *s, struct ctx *ctx,
                                const struct observation_query *q, observation_row_fn *fn,
                                void *user, int64_t *total_out)
{
    struct observation_query own = *q;

    observation_query_yield(&own);
    q = &own;
    struct sqlite_store *store = (struct sqlite_store *)s;
    struct delivery d = {.l = {.q = q, .fn = fn, .user = user}};
    struct merge m = {
        .s = store,
        .ctx = ctx,
        .project = (int64_t)str_hash(q->project),
        .offset = q->offset,
        .limit = q->limit,
        .ascending = q->ascending,
        .range = q->view == VIEW_OBSERVATIONS ? range_v1 : range_of,
        .count = plain(q) ? count_of : NULL,
        .from = q->from == MILLIS_NONE ? INT64_MIN : q->from,
        .to = q->to == MILLIS_NONE ? INT64_MAX : q->to,
        .only_day = INT64_MIN,
        .fetch = fetch,
        .conditions = observation_where,
        .want_total = q->want & WANT_TOTAL,
        .user = &d,
    };

    *total_out = 0;
    if (q->after) {
        d.l.cursor_hash = row_hash(q->project, q->after->trace_id);
        m.to = q->after->start < m.to ? q->after->start + 1 : m.to;
    }
    if (q->trace_id.n) {
        enum errc rc =
            store_find_trace(store, ctx, q->project, q->trace_id, &m.only_day, &d.l.trace_row);
        if (rc == ERR_NOT_FOUND)
            return ERR_OK;
        TRY(rc);
    }
    TRY(merge_run(&m));
    *total_out = m.n_total;
    return merge_deliver(&m, deliver);
}

enum errc read_observation_get(struct event_store *s, struct ctx *ctx, str project, str id,
                               observation_row_fn *fn, void *user)
{
    struct sqlite_store *store = (struct sqlite_store *)s;
    struct observation_row row = {.project_id = project};
    struct loader l = {.ctx = ctx};
    int64_t day, at;
    bool found = false;

    TRY(store_find_observation(store, ctx, project, id, &day, &at));
    TRY(reader_acquire(store, ctx, day, &l.r));
    enum errc rc = observation_load_row(&l, at, WANT_IO | WANT_METADATA, &row, &found);
    if (rc == ERR_OK && found)
        rc = fn(user, &row);
    reader_release(l.r);
    return rc == ERR_OK && !found ? ERR_NOT_FOUND : rc;
}
