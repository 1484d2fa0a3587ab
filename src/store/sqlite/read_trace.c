// SPDX-License-Identifier: MIT
// Traces: list and get. The list first finds the page's rows over the days in order, then loads just
// those; ids of observations and scores come from the same file.
#include "store/sqlite/read_int.h"
#include "store/yield.h"

struct trace_list {
    const struct trace_query *q;
    trace_row_fn *fn;
    void *user;
    const char *order; // SQL of the order column; NULL: by time
    bool text;
};

static void range_of(const struct day_project *p, int64_t *min, int64_t *max)
{
    *min = p->min_trace;
    *max = p->max_trace;
}

static int64_t count_of(const struct day_project *p)
{
    return p->n_traces;
}

static enum errc conditions(struct merge *m, struct sql_text *t)
{
    const struct trace_query *q = ((struct trace_list *)m->user)->q;

    // The `+` makes a session's few traces come from trace_session, not from the whole day in order.
    sql_text_add(t, q->session_id.n ? " FROM trace t WHERE +t.project = "
                                    : " FROM trace t WHERE t.project = ");
    sql_text_i64(t, m->project);
    sql_text_add(t, " AND t.flags & 8 <> 0");
    sql_text_eq(t, "t.user_id", q->user_id);
    sql_text_eq(t, "t.name", q->name);
    sql_text_eq(t, "t.session_id", q->session_id);
    sql_text_eq(t, "t.version", q->version);
    sql_text_eq(t, "t.release", q->release);
    sql_text_in(t, "coalesce(t.environment, 'default')", &q->environments);
    sql_text_range(t, "t.ts", q->from, q->to);
    for (size_t i = 0; i < q->tags.n; i++) {
        sql_text_add(t,
                     " AND EXISTS (SELECT 1 FROM json_each(coalesce(t.tags, '[]')) WHERE value = ");
        sql_text_str(t, q->tags.items[i]);
        sql_text_add(t, ")");
    }
    return filter_sql(m->ctx, &q->filter, &trace_dialect, t);
}

static struct hit hit_of(struct sql_stmt *st)
{
    return (struct hit){.a = sql_i64(st, 0), .row = sql_i64(st, 1), .c = sql_str(st, 2)};
}

static enum errc fetch(struct merge *m, struct reader *r, int64_t need)
{
    const struct trace_list *l = m->user;
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, m->ctx->arena);
    sql_text_add(&t, "SELECT t.ts, t.id, ");
    sql_text_add(&t, l->text ? l->order : "NULL");
    TRY(conditions(m, &t));
    sql_text_add(&t, " ORDER BY ");
    if (l->order) {
        sql_text_add(&t, l->order);
        sql_text_add(&t, m->ascending ? " ASC, " : " DESC, ");
    }
    sql_text_add(&t, m->ascending ? "t.ts ASC, t.id ASC LIMIT " : "t.ts DESC, t.id DESC LIMIT ");
    sql_text_i64(&t, need);
    return hits_add(m, r, &t, hit_of);
}

static const char observation_ids_sql[] =
    "SELECT observation_id FROM observation WHERE trace = ? ORDER BY start, id";
static const char score_ids_sql[] =
    "SELECT score_id FROM score WHERE trace = ? AND session_id IS NULL AND run_id IS NULL"
    " AND type <> 5 ORDER BY ts DESC, id DESC";

static enum errc ids_load(struct reader *r, struct ctx *ctx, const char *text, int64_t trace,
                          struct str_set *out)
{
    struct sql_stmt *st;
    str *items = NULL;
    size_t n = 0, cap = 0;
    bool row = true;

    TRY(sql_prepare(r->db, ctx, str_c(text), &st));
    sql_bind_i64(st, 1, trace);
    while (row) {
        TRY(sql_step(st, ctx, &row));
        if (!row)
            break;
        if (n == cap) {
            str *grown = ARENA_ARRAY(ctx->arena, str, cap ? cap * 2 : 16);
            if (!grown)
                return fail(ctx, ERR_LIMIT,
                            "The page holds too many observations: ask for fewer fields");
            if (n)
                memcpy(grown, items, n * sizeof(str));
            items = grown;
            cap = cap ? cap * 2 : 16;
        }
        items[n++] = arena_str(ctx->arena, sql_str(st, 0));
    }
    *out = (struct str_set){items, n};
    return ERR_OK;
}

struct trace_parts { // which row's parts are wanted
    int64_t id;
    unsigned want;
    struct trace_place place;
};

static enum errc parts_load(struct reader *r, struct ctx *ctx, const struct trace_parts *p,
                            struct trace_row *out)
{
    str record;

    if ((p->want & (WANT_IO | WANT_METADATA)) && p->place.pack >= 0) {
        TRY(reader_record(r, ctx, p->place.pack, p->place.slot, &record));
        pack_load_trace(record, &out->trace);
    }
    if (p->want & WANT_OBSERVATION_IDS)
        TRY(ids_load(r, ctx, observation_ids_sql, p->id, &out->observation_ids));
    if (p->want & WANT_SCORE_IDS)
        TRY(ids_load(r, ctx, score_ids_sql, p->id, &out->score_ids));
    return ERR_OK;
}

static enum errc row_load(struct reader *r, struct ctx *ctx, int64_t id, unsigned want,
                          struct trace_row *out, bool *found)
{
    struct trace_place place;
    struct sql_stmt *st;

    TRY(sql_prepare(r->db, ctx,
                    arena_fmt(ctx->arena, "SELECT %s FROM trace WHERE id = ? AND flags & 8 <> 0",
                              trace_columns),
                    &st));
    sql_bind_i64(st, 1, id);
    TRY(sql_step(st, ctx, found));
    if (!*found)
        return ERR_OK;
    trace_load(st, 0, ctx->arena, &out->trace, &out->stats, &place);
    sql_reset(st);
    return parts_load(r, ctx, &(struct trace_parts){id, want, place}, out);
}

static enum errc deliver(struct merge *m, struct reader *r, const struct hit *h)
{
    const struct trace_list *l = m->user;
    struct trace_row row = {0};
    bool found;

    TRY(row_load(r, m->ctx, h->row, l->q->want, &row, &found));
    return found ? l->fn(l->user, &row) : ERR_OK;
}

// Order columns beside the time; texts compare as texts, flags as numbers.
static const struct {
    const char *key, *sql;
} orders[] = {
    {"id", "t.trace_id"},
    {"name", "coalesce(t.name, '')"},
    {"userId", "coalesce(t.user_id, '')"},
    {"release", "coalesce(t.release, '')"},
    {"version", "coalesce(t.version, '')"},
    {"sessionId", "coalesce(t.session_id, '')"},
    {"public", "CAST(t.flags & 1 AS TEXT)"},
    {"bookmarked", "CAST(t.flags & 2 AS TEXT)"},
};

static bool plain(const struct trace_query *q)
{
    return !q->user_id.n && !q->name.n && !q->session_id.n && !q->version.n && !q->release.n &&
           !q->tags.n && !q->environments.n && !q->filter.n;
}

enum errc read_trace_list(struct event_store *s, struct ctx *ctx, const struct trace_query *q,
                          trace_row_fn *fn, void *user, int64_t *total_out)
{
    struct trace_query own = *q;

    trace_query_yield(&own);
    q = &own;
    struct trace_list l = {.q = q, .fn = fn, .user = user};

    for (size_t i = 0; q->order.key && i < ARRAY_LEN(orders); i++) {
        if (!strcmp(orders[i].key, q->order.key))
            l.order = orders[i].sql;
    }
    l.text = l.order != NULL;
    struct merge m = {
        .s = (struct sqlite_store *)s,
        .ctx = ctx,
        .project = (int64_t)str_hash(q->project),
        .offset = q->offset,
        .limit = q->limit,
        .ascending = q->order.ascending,
        .by_text = l.text,
        .range = range_of,
        .count = plain(q) ? count_of : NULL,
        .from = q->from == MILLIS_NONE ? INT64_MIN : q->from,
        .to = q->to == MILLIS_NONE ? INT64_MAX : q->to,
        .only_day = INT64_MIN,
        .fetch = fetch,
        .conditions = conditions,
        .want_total = q->want & WANT_TOTAL,
        .user = &l,
    };
    TRY(merge_run(&m));
    *total_out = m.n_total;
    return merge_deliver(&m, deliver);
}

enum errc read_trace_get(struct event_store *s, struct ctx *ctx, const struct trace_ref *ref,
                         trace_row_fn *fn, void *user)
{
    struct sqlite_store *store = (struct sqlite_store *)s;
    struct trace_row row = {0};
    struct reader *r;
    int64_t day, at;
    bool found = false;

    TRY(store_find_trace(store, ctx, ref->project, ref->id, &day, &at));
    TRY(reader_acquire(store, ctx, day, &r));
    enum errc rc = row_load(r, ctx, at, ref->want, &row, &found);
    reader_release(r);
    if (rc == ERR_OK && !found)
        return ERR_NOT_FOUND;
    TRY(rc);
    return fn(user, &row);
}

enum errc read_has_recent(struct event_store *s, struct ctx *ctx UNUSED, str project, millis since,
                          bool *out)
{
    const struct catalog *c = catalog_pin((struct sqlite_store *)s);
    int64_t hash = (int64_t)str_hash(project);

    *out = false;
    for (size_t i = 0; i < c->n; i++) {
        for (size_t k = 0; k < c->days[i].n_projects; k++) {
            const struct day_project *p = &c->days[i].projects[k];
            bool mine = !str_some(project) || p->project == hash;
            *out |=
                mine && ((p->min_trace <= p->max_trace && p->max_trace >= since) ||
                         (p->min_observation <= p->max_observation && p->max_observation >= since));
        }
    }
    catalog_unpin(c);
    return ERR_OK;
}
