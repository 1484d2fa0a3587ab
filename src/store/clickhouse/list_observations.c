// SPDX-License-Identifier: MIT
// The list of observations, both views. v2 also shows traces without a root span as a row of their own
// and pages by a cursor (start, trace, id - all descending).
#include "base/map.h"
#include "model/merge.h"
#include "store/clickhouse/list_int.h"
#include "store/yield.h"

struct names { // how the two kinds of rows spell the same things
    const char *hour, *start, *trace, *id, *name, *version, *environment, *user_id, *session_id;
};
static const struct names of_observation = {"o.hour",
                                            "o.start",
                                            "o.trace_id",
                                            "o.observation_id",
                                            "o.name",
                                            "coalesce(o.version, t.version)",
                                            "coalesce(o.environment, 'default')",
                                            "coalesce(o.user_id, t.user_id)",
                                            "coalesce(o.session_id, t.session_id)"};
static const struct names of_trace = {"t.hour",
                                      "t.ts",
                                      "t.trace_id",
                                      "concat('t-', t.trace_id)",
                                      "t.name",
                                      "t.version",
                                      "coalesce(t.environment, 'default')",
                                      "t.user_id",
                                      "t.session_id"};

// ---- Conditions ---------------------------------------------------------------------------------

static void cursor_add(struct sql_text *t, const struct observation_cursor *c,
                       const struct names *n)
{
    if (!c)
        return;
    ch_text_range(t, n->hour, n->start, MILLIS_NONE, c->start + 1);
    sql_text_add(t, " AND (");
    sql_text_add(t, n->start);
    sql_text_add(t, ", ");
    sql_text_add(t, n->trace);
    sql_text_add(t, ", ");
    sql_text_add(t, n->id);
    sql_text_add(t, ") < (");
    sql_text_i64(t, c->start);
    sql_text_add(t, ", ");
    sql_text_str(t, c->trace_id);
    sql_text_add(t, ", ");
    sql_text_str(t, c->id);
    sql_text_add(t, ")");
}

static void common_add(struct sql_text *t, const struct observation_query *q, const struct names *n)
{
    ch_text_eq(t, n->trace, q->trace_id);
    ch_text_eq(t, n->name, q->name);
    ch_text_eq(t, n->version, q->version);
    ch_text_eq(t, q->view == VIEW_OBSERVATIONS ? "t.user_id" : n->user_id, q->user_id);
    ch_text_eq(t, n->session_id, q->session_id);
    ch_text_in(t, n->environment, &q->environments);
    ch_text_range(t, n->hour, n->start, q->from, q->to);
    cursor_add(t, q->after, n);
}

// Conditions that look at the observation's trace; without one it is not joined.
static bool asks_of_trace(const struct observation_query *q)
{
    static const char *const keys[] = {"version",   "release",          "userId",   "sessionId",
                                       "traceName", "traceEnvironment", "traceTags"};
    bool asks = q->version.n || q->user_id.n || q->session_id.n;

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        asks |= filter_has_column(&q->filter, keys[i]);
    return asks;
}

static enum errc observation_where(void *query, struct ctx *ctx, struct sql_text *t)
{
    const struct observation_query *q = query;

    sql_text_add(t, " FROM observations AS o FINAL");
    if (asks_of_trace(q))
        sql_text_add(t, CH_TRACES_BESIDE "o.trace_id");
    sql_text_add(t, " WHERE o.project_id = pid");
    if (q->type)
        ch_equals(t, "o.type", q->type);
    if (q->level)
        ch_equals(t, "o.level", q->level);
    ch_text_eq(t, "o.parent_id", q->parent_id);
    if (q->parent_empty)
        sql_text_add(t, " AND o.parent_id IS NULL");
    if (q->is_root)
        sql_text_add(t, q->is_root == 1 ? " AND (o.parent_id IS NULL OR o.app_root)"
                                        : " AND o.parent_id IS NOT NULL AND NOT o.app_root");
    common_add(t, q, &of_observation);
    return filter_sql(
        ctx, &q->filter,
        q->view == VIEW_OBSERVATIONS ? &ch_observation_dialect : &ch_observation_v2_dialect, t);
}

static bool synthetic_wanted(const struct observation_query *q)
{
    return q->view == VIEW_OBSERVATIONS_V2 && (!q->type || q->type == OBSERVATION_SPAN) &&
           (!q->level || q->level == LEVEL_DEFAULT) && !q->parent_id.n && q->is_root != 2;
}

static enum errc synthetic_where(const struct observation_query *q, struct ctx *ctx,
                                 struct sql_text *t)
{
    sql_text_add(t, " FROM traces AS t FINAL WHERE t.project_id = pid AND t.explicit_ts"
                    " AND t.has_event AND NOT t.has_root");
    common_add(t, q, &of_trace);
    return filter_sql(ctx, &q->filter, &ch_synthetic_dialect, t);
}

// ---- The page -----------------------------------------------------------------------------------

struct key { // a row of the page
    int64_t start;
    str trace_id, id;
    bool synthetic;
};
struct keys {
    struct key *items;
    size_t n, cap;
};

static enum errc keys_take(struct ctx *ctx, struct ch_answer *answer, struct keys *out)
{
    while (ch_more(&answer->rows)) {
        if (!arena_grow(ctx->arena, (void **)&out->items, out->n, &out->cap, sizeof *out->items))
            return ch_cut_short(ctx);
        struct key *k = &out->items[out->n++];
        k->start = ch_get_i64(&answer->rows);
        k->trace_id = ch_get_str(&answer->rows);
        k->id = ch_get_str(&answer->rows);
        k->synthetic = ch_get_u8(&answer->rows) != 0;
    }
    return answer->rows.bad ? ch_cut_short(ctx) : ERR_OK;
}

static enum errc v2_page_add(const struct observation_query *q, struct ctx *ctx, struct sql_text *t)
{
    sql_text_add(t, " SELECT * FROM (SELECT o.start AS a, o.trace_id AS b, o.observation_id AS c,"
                    " toUInt8(0) AS d");
    TRY(observation_where(unconst(q), ctx, t));
    if (synthetic_wanted(q)) {
        sql_text_add(t, " UNION ALL SELECT t.ts, t.trace_id, concat('t-', t.trace_id), toUInt8(1)");
        TRY(synthetic_where(q, ctx, t));
    }
    sql_text_add(t, ") ORDER BY a DESC, b DESC, c DESC");
    return ERR_OK;
}

static enum errc v1_page_add(const struct observation_query *q, struct ctx *ctx, struct sql_text *t)
{
    sql_text_add(t, " SELECT o.start, o.trace_id, o.observation_id, toUInt8(0)");
    TRY(observation_where(unconst(q), ctx, t));
    sql_text_add(t, q->ascending ? " ORDER BY o.hour ASC, o.start ASC, o.arrival ASC"
                                 : " ORDER BY o.hour DESC, o.start DESC, o.arrival DESC");
    return ERR_OK;
}

static enum errc page_keys(struct ch_store *s, struct ctx *ctx, const struct observation_query *q,
                           struct ch_answer *answer, struct keys *out)
{
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, q->project);
    TRY(q->view == VIEW_OBSERVATIONS ? v1_page_add(q, ctx, &t) : v2_page_add(q, ctx, &t));
    ch_limit(&t, q->limit, q->offset);
    TRY(ch_select(s->ch, ctx, &t, answer));
    return keys_take(ctx, answer, out);
}

// ---- Rows ---------------------------------------------------------------------------------------

struct page {
    struct ch_store *s;
    struct ctx *ctx;
    const struct observation_query *q;
    const struct keys *keys;
    struct ch_traces traces;
    struct map *rows; // trace id, newline, observation id -> struct ch_observation
};

static str pair(struct arena *a, str trace_id, str id)
{
    return arena_fmt(a, "%.*s\n%.*s", STR_ARG(trace_id), STR_ARG(id));
}

static enum errc rows_take(struct page *p, struct ch_answer *answer)
{
    p->rows = map_create(p->ctx->arena, p->keys->n);
    while (ch_more(&answer->rows)) {
        struct ch_observation *row = ARENA_NEW(p->ctx->arena, struct ch_observation);
        if (!row || !p->rows)
            return ch_cut_short(p->ctx);
        TRY(ch_observation_read(&answer->rows, p->ctx, p->q->want, row));
        void **slot = map_slot(p->rows, pair(p->ctx->arena, row->o.trace_id, row->o.id));
        if (!slot)
            return ch_cut_short(p->ctx);
        *slot = row;
    }
    return ERR_OK;
}

struct wanted { // what the page's keys come to
    str *ids, *trace_ids;
    size_t n;
    int64_t first, last; // start
};

static enum errc wanted_of(const struct page *p, struct wanted *out)
{
    *out = (struct wanted){.ids = ARENA_ARRAY(p->ctx->arena, str, p->keys->n),
                           .trace_ids = ARENA_ARRAY(p->ctx->arena, str, p->keys->n),
                           .first = INT64_MAX,
                           .last = INT64_MIN};
    if (!out->ids || !out->trace_ids)
        return ch_cut_short(p->ctx);
    for (size_t i = 0; i < p->keys->n; i++) {
        const struct key *k = &p->keys->items[i];
        out->trace_ids[i] = k->trace_id;
        if (k->synthetic)
            continue;
        out->ids[out->n++] = k->id;
        out->first = k->start < out->first ? k->start : out->first;
        out->last = k->start > out->last ? k->start : out->last;
    }
    return ERR_OK;
}

static enum errc rows_load(struct page *p, const struct wanted *w, struct ch_answer *answer)
{
    const struct str_set ids = {w->ids, w->n}, traces = {w->trace_ids, p->keys->n};
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, p->ctx->arena);
    sql_text_add(&t, "SELECT ");
    ch_columns_add(&t, CH_OBSERVATIONS, p->q->want, "");
    sql_text_add(&t, " FROM observations FINAL WHERE project_id = ");
    sql_text_str(&t, p->q->project);
    ch_text_range(&t, "hour", "start", w->first, w->last + 1);
    ch_text_in(&t, "trace_id", &traces);
    ch_text_in(&t, "observation_id", &ids);
    TRY(ch_select(p->s->ch, p->ctx, &t, answer));
    return rows_take(p, answer);
}

// The trace's own words beside the row.
static void trace_words(struct observation_row *row, const struct ch_trace *t)
{
    row->has_root = t->has_root;
    row->trace_user_id = t->t.user_id;
    row->trace_session_id = t->t.session_id;
    row->trace_name = t->t.name;
    row->trace_release = t->t.release;
    row->trace_version = t->t.version;
    row->trace_environment = t->t.environment;
    row->trace_tags = t->t.tags;
}

static void synthetic_make(const struct key *k, const struct ch_trace *from,
                           struct observation_row *out)
{
    const struct trace *t = &from->t;
    struct observation *o = &out->observation;

    observation_init(o, k->id, t->id);
    o->type = OBSERVATION_SPAN;
    o->level = LEVEL_DEFAULT;
    o->source = SOURCE_BATCH;
    o->start_time = t->timestamp;
    o->name = t->name;
    o->version = t->version;
    o->environment = t->environment;
    o->input = t->input;
    o->output = t->output;
    o->metadata = t->metadata;
    o->is_public = t->is_public;
    o->bookmarked = t->bookmarked;
    o->created_at = t->created_at;
    o->updated_at = t->updated_at;
    out->synthetic = true;
}

static enum errc row_deliver(const struct page *p, const struct key *k, observation_row_fn *fn,
                             void *user)
{
    const struct ch_trace *trace = ch_traces_find(&p->traces, k->trace_id);
    struct observation_row row = {.project_id = p->q->project};

    if (k->synthetic) {
        if (!trace)
            return ERR_OK;
        synthetic_make(k, trace, &row);
    } else {
        const struct ch_observation *o = map_get(p->rows, pair(p->ctx->arena, k->trace_id, k->id));
        if (!o)
            return ERR_OK;
        row.observation = o->o;
    }
    if (trace)
        trace_words(&row, trace);
    if (k->synthetic)
        row.has_root = false;
    return fn(user, &row);
}

static enum errc deliver(struct page *p, observation_row_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer rows = {0}, traces = {0};
    unsigned bodies = synthetic_wanted(p->q) ? p->q->want & (WANT_IO | WANT_METADATA) : 0;
    struct wanted w;

    TRY(wanted_of(p, &w));
    const struct ch_refs refs = {p->q->project, {w.trace_ids, p->keys->n}, bodies};
    TRY(ch_traces_load(p->s, p->ctx, &refs, &traces, &p->traces));
    if (w.n)
        TRY(rows_load(p, &w, &rows));
    for (size_t i = 0; i < p->keys->n; i++)
        TRY(row_deliver(p, &p->keys->items[i], fn, user));
    return ERR_OK;
}

enum errc ch_observation_list(struct event_store *store, struct ctx *ctx,
                              const struct observation_query *q, observation_row_fn *fn, void *user,
                              int64_t *total)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct ch_store *s = ch_self(store);
    struct observation_query own = *q;
    struct keys keys = {0};

    *total = 0;
    TRY(ch_ready(s, ctx));
    observation_query_yield(&own);
    if (own.limit > 0)
        TRY(page_keys(s, ctx, &own, &answer, &keys));
    if (own.want & WANT_TOTAL)
        TRY(ch_total(s, ctx, own.project, observation_where, &own, total));
    struct page p = {.s = s, .ctx = ctx, .q = &own, .keys = &keys};
    return keys.n ? deliver(&p, fn, user) : ERR_OK;
}
