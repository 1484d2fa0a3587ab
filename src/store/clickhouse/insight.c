// SPDX-License-Identifier: MIT
// What the pages' questions share (insight_int.h), and their table.
#include "base/map.h"
#include "store/clickhouse/insight_int.h"

#include <math.h>

const struct insight_ops ch_insight = {
    .trace_lines = ch_trace_lines,
    .observation_lines = ch_observation_lines,
    .trace_line = ch_trace_line,
    .summary = ch_summary,
    .overview = ch_overview,
    .values = ch_values,
    .user_lines = ch_user_lines,
    .session_lines = ch_session_lines,
};

static bool same_column(const struct filter_cond *c, const char *column)
{
    const char *key = c->column->key;

    return column &&
           (!strcmp(key, column) || (!strcmp(column, "tags") && !strcmp(key, "traceTags")));
}

// The filter without the conditions on one column.
static enum errc filter_but(struct ctx *ctx, const struct filter *from, const char *but,
                            struct filter *out)
{
    *out = (struct filter){.conds = ARENA_ARRAY(ctx->arena, struct filter_cond, from->n + 1)};
    if (!out->conds)
        return ch_cut_short(ctx);
    for (size_t i = 0; i < from->n; i++) {
        if (!same_column(&from->conds[i], but))
            out->conds[out->n++] = from->conds[i];
    }
    return ERR_OK;
}

enum errc ch_page_where(struct ctx *ctx, const struct insight_query *q, const char *but,
                        struct sql_text *t)
{
    struct filter filter;

    TRY(filter_but(ctx, &q->filter, but, &filter));
    sql_text_add(t, " FROM traces AS t FINAL WHERE t.project_id = pid");
    ch_text_range(t, "t.hour", "t.ts", q->from, q->to);
    return filter_sql(ctx, &filter, &ch_page_trace_dialect, t);
}

// Conditions that look at the observation's trace; without one it is not joined.
static bool asks_of_trace(const struct filter *f)
{
    static const char *const keys[] = {"version",   "release",          "userId",    "sessionId",
                                       "traceName", "traceEnvironment", "traceTags", "text"};
    bool asks = false;

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        asks |= filter_has_column(f, keys[i]);
    return asks;
}

enum errc ch_page_observation_where(struct ctx *ctx, const struct insight_query *q,
                                    struct sql_text *t)
{
    sql_text_add(t, " FROM observations AS o FINAL");
    if (asks_of_trace(&q->filter))
        sql_text_add(t, CH_TRACES_BESIDE "o.trace_id");
    sql_text_add(t, " WHERE o.project_id = pid");
    ch_text_range(t, "o.hour", "o.start", q->from, q->to);
    return filter_sql(ctx, &q->filter, &ch_page_observation_dialect, t);
}

size_t ch_buckets(const struct insight_query *q)
{
    int64_t width = q->bucket_ms > 0 ? q->bucket_ms : MILLIS_DAY;
    size_t n;

    if (q->from == MILLIS_NONE || q->to == MILLIS_NONE || q->to <= q->from)
        return 0;
    n = (size_t)((q->to - q->from + width - 1) / width);
    return n < INSIGHT_BUCKETS ? n : INSIGHT_BUCKETS;
}

void ch_bucket_add(struct sql_text *t, const struct insight_query *q, const char *column)
{
    sql_text_add(t, "toUInt32(least(greatest(intDiv(");
    sql_text_add(t, column);
    sql_text_add(t, " - ");
    sql_text_i64(t, q->from);
    sql_text_add(t, ", ");
    sql_text_i64(t, q->bucket_ms > 0 ? q->bucket_ms : MILLIS_DAY);
    sql_text_add(t, "), 0), ");
    sql_text_i64(t, (int64_t)ch_buckets(q) - 1);
    sql_text_add(t, "))");
}

int64_t ch_deadline(struct ctx *ctx, int64_t ms)
{
    int64_t old = ctx->deadline_ms, own = clock_mono_ms() + ms;

    ctx->deadline_ms = old && old < own ? old : own;
    return old;
}

enum errc ch_in_time(struct ctx *ctx, enum errc rc, bool *partial)
{
    if (rc != ERR_TIMEOUT)
        return rc;
    ctx_clear_error(ctx);
    *partial = true;
    return ERR_OK;
}

enum errc ch_newest(struct ch_store *s, struct ctx *ctx, str project, millis *out)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};

    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, project);
    sql_text_add(&t,
                 " SELECT ts FROM traces FINAL WHERE project_id = pid ORDER BY hour DESC, ts DESC"
                 " LIMIT 1");
    TRY(ch_select(s->ch, ctx, &t, &answer));
    *out = ch_more(&answer.rows) ? ch_get_i64(&answer.rows) : MILLIS_NONE;
    return answer.rows.bad ? ch_cut_short(ctx) : ERR_OK;
}

// ---- Score chips --------------------------------------------------------------------------------

enum { CHIPS_SHOWN = 12 };

struct chips_row {
    str key, name, text;
    int64_t n;
    double mean; // NAN without numbers
};

static struct chips_row chips_row_read(struct ch_reader *r, bool of_observations, struct arena *a)
{
    struct chips_row row = {.key = ch_get_str(r)};
    str observation = ch_get_str(r);

    if (of_observations)
        row.key = arena_fmt(a, "%.*s\n%.*s", STR_ARG(row.key), STR_ARG(observation));
    else
        row.key = arena_str(a, row.key);
    row.name = arena_str(a, ch_get_str(r));
    row.text = arena_str(a, ch_get_text(r));
    row.n = ch_get_i64(r);
    row.mean = ch_get_double(r);
    return row;
}

// Rows come by key and name, the more frequent texts first: the first of a name is shown.
static bool chip_add(struct ch_chips *chips, struct arena *a, const struct chips_row *row)
{
    void **slot = map_slot(chips->map, row->key);
    struct chip_list *list;

    if (!slot)
        return false;
    if (!*slot) {
        list = ARENA_NEW(a, struct chip_list);
        struct score_chip *items = ARENA_ARRAY(a, struct score_chip, CHIPS_SHOWN);
        if (!list || !items)
            return false;
        *list = (struct chip_list){items, 0};
        *slot = list;
    }
    list = *slot;
    struct score_chip *items = unconst(list->items);
    bool same = list->n && str_eq(items[list->n - 1].name, row->name);
    if (same)
        items[list->n - 1].n += row->n;
    else if (list->n < CHIPS_SHOWN)
        items[list->n++] = (struct score_chip){row->name, row->n, row->mean,
                                               isnan(row->mean) ? row->text : STR_NONE};
    return true;
}

enum errc ch_chips_load(struct ch_store *s, struct ctx *ctx, str project, struct str_set traces,
                        bool of_observations, struct ch_chips *out)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};

    out->map = map_create(ctx->arena, traces.n + 1);
    if (!out->map || !traces.n)
        return out->map ? ERR_OK : ch_cut_short(ctx);
    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, project);
    sql_text_add(&t, " SELECT assumeNotNull(trace_id) AS k, ");
    sql_text_add(&t, of_observations ? "assumeNotNull(observation_id) AS o" : "'' AS o");
    sql_text_add(&t, ", toString(name) AS nm, if(type = 3, string_value, NULL) AS txt,"
                     " toInt64(count()) AS c, avgIf(value, type IN (1, 2)) FROM scores FINAL WHERE"
                     " project_id = pid AND session_id IS NULL AND run_id IS NULL AND"
                     " type NOT IN (4, 5)");
    if (of_observations)
        sql_text_add(&t, " AND observation_id IS NOT NULL");
    ch_text_in(&t, "trace_id", &traces);
    sql_text_add(&t, " GROUP BY k, o, nm, txt ORDER BY k, o, nm, c DESC");
    TRY(ch_select(s->ch, ctx, &t, &answer));
    while (ch_more(&answer.rows)) {
        struct chips_row row = chips_row_read(&answer.rows, of_observations, ctx->arena);
        if (answer.rows.bad || !chip_add(out, ctx->arena, &row))
            return ch_cut_short(ctx);
    }
    return ERR_OK;
}

struct chip_list ch_chips_of(const struct ch_chips *chips, str key)
{
    const struct chip_list *list = map_get(chips->map, key);

    return list ? *list : (struct chip_list){0};
}
