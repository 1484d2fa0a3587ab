// SPDX-License-Identifier: MIT
// The pages' lists of traces and observations: one statement finds the page in any order behind the
// cursor. A cursor's `day` is the hour of the row's key, its `row` the row's arrival.
#include "chat/chat.h"
#include "model/observation.h"
#include "store/clickhouse/insight_int.h"

#define LINES_MS 2500 // then a page comes back without rows and says so

struct spelling { // how a lens writes the same things
    const char *values[SORT_COUNT], *hour, *start, *arrival;
};
static const struct spelling of_traces = {{[SORT_START] = "toInt64(0)",
                                           [SORT_LATENCY] = ("ifNull(" CH_LATENCY ", -1)"),
                                           [SORT_COST] = "t.total_cost",
                                           [SORT_TOKENS] = "t.total_tokens",
                                           [SORT_ERRORS] = "t.n_error",
                                           [SORT_NAME] = "ifNull(toString(t.name), '')"},
                                          "t.hour",
                                          "t.ts",
                                          "t.arrival"};
static const struct spelling of_observations = {{[SORT_START] = "toInt64(0)",
                                                 [SORT_LATENCY] = "ifNull(o.end - o.start, -1)",
                                                 [SORT_COST] = "o.total_cost",
                                                 [SORT_TOKENS] = "o.total_tokens",
                                                 [SORT_ERRORS] = "toInt64(o.level)",
                                                 [SORT_NAME] = "ifNull(toString(o.name), '')"},
                                                "o.hour",
                                                "o.start",
                                                "o.arrival"};

static void add3(struct sql_text *t, const char *a, const char *b, const char *c)
{
    sql_text_add(t, a);
    sql_text_add(t, b);
    sql_text_add(t, c);
}

static void value_add(struct sql_text *t, const struct line_page *page)
{
    if (page->sort == SORT_NAME)
        sql_text_str(t, page->after->text);
    else
        sql_text_i64(t, page->after->value);
}

// Behind the cursor: a later value, or the same value and older.
static void cursor_add(struct sql_text *t, const struct line_page *page, const struct spelling *w)
{
    bool up = page->sort == SORT_START && page->ascending;

    if (!page->after)
        return;
    if (page->sort == SORT_START)
        ch_text_range(t, w->hour, w->start, up ? page->after->start : MILLIS_NONE,
                      up ? MILLIS_NONE : page->after->start + 1);
    sql_text_add(t, " AND (");
    if (page->sort != SORT_START) {
        add3(t, w->values[page->sort], page->ascending ? " > " : " < ", "");
        value_add(t, page);
        add3(t, " OR (", w->values[page->sort], " = ");
        value_add(t, page);
        sql_text_add(t, " AND ");
    }
    add3(t, "(", w->start, ", ");
    add3(t, "toInt64(", w->arrival, "))");
    sql_text_add(t, up ? " > (" : " < (");
    sql_text_i64(t, page->after->start);
    sql_text_add(t, ", ");
    sql_text_i64(t, page->after->row);
    sql_text_add(t, page->sort != SORT_START ? ")))" : "))");
}

static void order_add(struct sql_text *t, const struct line_page *page, const struct spelling *w)
{
    const char *time = page->sort == SORT_START && page->ascending ? " ASC" : " DESC";

    sql_text_add(t, " ORDER BY ");
    if (page->sort != SORT_START)
        add3(t, w->values[page->sort], page->ascending ? " ASC" : " DESC", ", ");
    add3(t, w->hour, time, ", ");
    add3(t, w->start, time, ", ");
    add3(t, w->arrival, time, "");
    ch_limit(t, page->limit + 1, 0);
}

// What a row is continued behind; the first column is the value.
static struct line_cursor cursor_read(struct ch_reader *r, enum line_sort sort, struct arena *a)
{
    struct line_cursor c = {0};

    if (sort == SORT_NAME)
        c.text = arena_str(a, ch_get_str(r));
    else
        c.value = ch_get_i64(r);
    return c;
}

// How many of the rows found are the page's.
static size_t page_end(struct line_page *page, size_t n, const struct line_cursor *keys)
{
    page->end.more = n > (size_t)page->limit;
    n -= page->end.more;
    if (n)
        page->end.next = keys[n - 1];
    return n;
}

// ---- Traces -------------------------------------------------------------------------------------

struct traces {
    struct ch_trace *items;
    struct line_cursor *keys;
    str *ids;
    size_t n;
};

static enum errc traces_take(struct ctx *ctx, const struct line_page *page,
                             struct ch_answer *answer, struct traces *out)
{
    size_t most = (size_t)page->limit + 1;

    out->items = ARENA_ARRAY(ctx->arena, struct ch_trace, most);
    out->keys = ARENA_ARRAY(ctx->arena, struct line_cursor, most);
    out->ids = ARENA_ARRAY(ctx->arena, str, most);
    if (!out->items || !out->keys || !out->ids)
        return ch_cut_short(ctx);
    for (; out->n < most && ch_more(&answer->rows); out->n++) {
        struct line_cursor *key = &out->keys[out->n];
        struct ch_trace *t = &out->items[out->n];
        *key = cursor_read(&answer->rows, page->sort, ctx->arena);
        TRY(ch_trace_read(&answer->rows, ctx, 0, t));
        key->start = t->t.timestamp;
        key->day = t->place.hour;
        key->row = (int64_t)t->place.arrival;
        out->ids[out->n] = t->t.id;
    }
    return ERR_OK;
}

static int32_t worst_level(const struct trace_stats *s)
{
    return s->n_error       ? LEVEL_ERROR
           : s->n_warning   ? LEVEL_WARNING
           : s->n_default   ? LEVEL_DEFAULT
           : s->n_debug > 0 ? LEVEL_DEBUG
                            : LEVEL_DEFAULT;
}

static int64_t latency_of(const struct trace_stats *s)
{
    if (s->first_start == MILLIS_NONE || s->last_end == MILLIS_NONE)
        return -1;
    return (s->last_start > s->last_end ? s->last_start : s->last_end) - s->first_start;
}

static struct trace_line line_of(const struct ch_trace *row)
{
    const struct trace *t = &row->t;
    const struct trace_stats *s = &row->s;

    return (struct trace_line){
        .id = t->id,
        .start = t->timestamp,
        .latency = latency_of(s),
        .name = t->name,
        .kind = s->kind ? s->kind : OBSERVATION_SPAN,
        .level = worst_level(s),
        .error = s->error,
        .input = t->preview_in,
        .output = t->preview_out,
        .model = s->n_models ? s->models[0].model : STR_NONE,
        .n_models = (int64_t)s->n_models,
        .n_observations = s->n_observations,
        .n_error = s->n_error,
        .n_warning = s->n_warning,
        .tokens = s->total_tokens,
        .cost = s->total_cost,
        .user_id = t->user_id,
        .session_id = t->session_id,
        .environment = str_some(t->environment) ? t->environment : STR("default"),
        .version = t->version,
        .release = t->release,
        .tags = t->tags,
        .bookmarked = t->bookmarked,
        .is_public = t->is_public,
    };
}

static enum errc traces_find(struct ch_store *s, struct ctx *ctx, const struct insight_query *q,
                             const struct line_page *page, struct ch_answer *answer)
{
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, q->project);
    add3(&t, " SELECT ", of_traces.values[page->sort], " AS sort_value, ");
    ch_columns_add(&t, CH_TRACES, 0, "t.");
    TRY(ch_page_where(ctx, q, NULL, &t));
    cursor_add(&t, page, &of_traces);
    order_add(&t, page, &of_traces);
    return ch_select(s->ch, ctx, &t, answer);
}

struct asker { // whose list it is
    struct ch_store *s;
    struct ctx *ctx;
    str project;
    void *user;
};

static enum errc traces_deliver(const struct asker *to, const struct traces *rows,
                                trace_line_fn *fn)
{
    struct ch_chips chips;

    TRY(ch_chips_load(to->s, to->ctx, to->project, (struct str_set){rows->ids, rows->n}, false,
                      &chips));
    for (size_t i = 0; i < rows->n; i++) {
        struct trace_line line = line_of(&rows->items[i]);
        line.scores = ch_chips_of(&chips, line.id);
        line.at = rows->keys[i];
        TRY(fn(to->user, &line));
    }
    return ERR_OK;
}

enum errc ch_trace_lines(struct event_store *store, struct ctx *ctx, const struct insight_query *q,
                         struct line_page *page, trace_line_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct ch_store *s = ch_self(store);
    struct traces rows = {0};

    page->end = (struct line_end){.reached = MILLIS_NONE};
    TRY(ch_ready(s, ctx));
    int64_t deadline = ch_deadline(ctx, LINES_MS);
    enum errc rc = traces_find(s, ctx, q, page, &answer);
    ctx->deadline_ms = deadline;
    TRY(ch_in_time(ctx, rc, &page->end.partial));
    if (page->end.partial)
        return ERR_OK;
    TRY(traces_take(ctx, page, &answer, &rows));
    rows.n = page_end(page, rows.n, rows.keys);
    return traces_deliver(&(struct asker){s, ctx, q->project, user}, &rows, fn);
}

enum errc ch_trace_line(struct event_store *store, struct ctx *ctx, str project, str id,
                        trace_line_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct ch_store *s = ch_self(store);
    const struct ch_refs refs = {project, {&id, 1}, 0};
    struct ch_traces found;

    TRY(ch_ready(s, ctx));
    TRY(ch_traces_load(s, ctx, &refs, &answer, &found));
    if (found.n == 0)
        return ERR_NOT_FOUND;
    const struct ch_trace *t = &found.items[0];
    struct line_cursor key = {
        .start = t->t.timestamp, .day = t->place.hour, .row = (int64_t)t->place.arrival};
    str own = t->t.id;
    const struct traces rows = {found.items, &key, &own, 1};
    return traces_deliver(&(struct asker){s, ctx, project, user}, &rows, fn);
}

// ---- Observations -------------------------------------------------------------------------------

struct observations {
    struct ch_observation *items;
    struct line_cursor *keys;
    str *traces;
    size_t n;
};

static enum errc observations_take(struct ctx *ctx, const struct line_page *page,
                                   struct ch_answer *answer, struct observations *out)
{
    size_t most = (size_t)page->limit + 1;

    out->items = ARENA_ARRAY(ctx->arena, struct ch_observation, most);
    out->keys = ARENA_ARRAY(ctx->arena, struct line_cursor, most);
    out->traces = ARENA_ARRAY(ctx->arena, str, most);
    if (!out->items || !out->keys || !out->traces)
        return ch_cut_short(ctx);
    for (; out->n < most && ch_more(&answer->rows); out->n++) {
        struct line_cursor *key = &out->keys[out->n];
        struct ch_observation *o = &out->items[out->n];
        *key = cursor_read(&answer->rows, page->sort, ctx->arena);
        TRY(ch_observation_read(&answer->rows, ctx, 0, o));
        key->start = o->o.start_time;
        key->day = o->place.hour;
        key->row = (int64_t)o->place.arrival;
        out->traces[out->n] = o->o.trace_id;
    }
    return ERR_OK;
}

static int64_t span_of(millis from, millis to)
{
    return to == MILLIS_NONE ? -1 : to - from;
}

static str first_of(str a, str b)
{
    return str_some(a) ? a : b;
}

static struct observation_line observation_line_of(struct arena *a, const struct observation *o,
                                                   const struct ch_trace *trace)
{
    const struct trace none = {0}, *t = trace ? &trace->t : &none;

    return (struct observation_line){
        .id = o->id,
        .trace_id = o->trace_id,
        .trace_name = first_of(o->trace_name, t->name),
        .start = o->start_time,
        .latency = span_of(o->start_time, o->end_time),
        .ttft = span_of(o->start_time, o->completion_start_time),
        .name = o->name,
        .kind = o->type,
        .level = o->level,
        .error = o->status_message,
        .input = chat_preview_input(a, o->input),
        .output = chat_preview_output(a, o->output),
        .model = o->model,
        .tokens = usage_totals(&o->usage).total,
        .cost = cost_totals(&o->cost).total,
        .environment = first_of(o->environment, STR("default")),
        .user_id = first_of(o->user_id, t->user_id),
        .session_id = first_of(o->session_id, t->session_id),
        .version = first_of(o->version, t->version),
    };
}

static enum errc observations_find(struct ch_store *s, struct ctx *ctx,
                                   const struct insight_query *q, const struct line_page *page,
                                   struct ch_answer *answer)
{
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, q->project);
    add3(&t, " SELECT ", of_observations.values[page->sort], " AS sort_value, ");
    ch_columns_add(&t, CH_OBSERVATIONS, 0, "o.");
    TRY(ch_page_observation_where(ctx, q, &t));
    cursor_add(&t, page, &of_observations);
    order_add(&t, page, &of_observations);
    return ch_select(s->ch, ctx, &t, answer);
}

#define PREVIEW_BODY "262144" // bytes; of longer bodies no preview is made

static void body_take(const struct observations *rows, struct ch_reader *r)
{
    str trace = ch_get_str(r), id = ch_get_str(r), input = ch_get_text(r), output = ch_get_text(r);

    for (size_t i = 0; i < rows->n; i++) {
        struct observation *o = &rows->items[i].o;
        if (!str_eq(o->id, id) || !str_eq(o->trace_id, trace))
            continue;
        o->input = input;
        o->output = output;
    }
}

// Input and output of the page's rows alone: no other row's bodies are read for it.
static enum errc bodies_load(const struct asker *to, const struct observations *rows,
                             struct ch_answer *answer)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    str *ids = ARENA_ARRAY(to->ctx->arena, str, rows->n + 1);
    millis first = INT64_MAX, last = INT64_MIN;

    if (!ids)
        return ch_cut_short(to->ctx);
    for (size_t i = 0; i < rows->n; i++) {
        const struct observation *o = &rows->items[i].o;
        ids[i] = o->id;
        first = o->start_time < first ? o->start_time : first;
        last = o->start_time > last ? o->start_time : last;
    }
    sql_text_init(&t, to->ctx->arena);
    ch_with_project(&t, to->project);
    sql_text_add(&t, " SELECT trace_id, observation_id, if(length(input) <= " PREVIEW_BODY
                     ", input, NULL), if(length(output) <= " PREVIEW_BODY
                     ", output, NULL) FROM observations FINAL WHERE project_id = pid");
    ch_text_range(&t, "hour", "start", first, last + 1);
    ch_text_in(&t, "trace_id", &(struct str_set){rows->traces, rows->n});
    ch_text_in(&t, "observation_id", &(struct str_set){ids, rows->n});
    TRY(ch_select(to->s->ch, to->ctx, &t, answer));
    while (ch_more(&answer->rows))
        body_take(rows, &answer->rows);
    return answer->rows.bad ? ch_cut_short(to->ctx) : ERR_OK;
}

static enum errc observations_deliver(const struct asker *to, const struct observations *rows,
                                      observation_line_fn *fn)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0}, bodies = {0};
    const struct str_set ids = {rows->traces, rows->n};
    struct ch_traces traces = {0};
    struct ch_chips chips;

    if (!rows->n)
        return ERR_OK;
    TRY(bodies_load(to, rows, &bodies));
    TRY(ch_traces_load(to->s, to->ctx, &(struct ch_refs){to->project, ids, 0}, &answer, &traces));
    TRY(ch_chips_load(to->s, to->ctx, to->project, ids, true, &chips));
    for (size_t i = 0; i < rows->n; i++) {
        const struct observation *o = &rows->items[i].o;
        struct observation_line line =
            observation_line_of(to->ctx->arena, o, ch_traces_find(&traces, o->trace_id));
        line.scores = ch_chips_of(
            &chips, arena_fmt(to->ctx->arena, "%.*s\n%.*s", STR_ARG(o->trace_id), STR_ARG(o->id)));
        line.at = rows->keys[i];
        TRY(fn(to->user, &line));
    }
    return ERR_OK;
}

enum errc ch_observation_lines(struct event_store *store, struct ctx *ctx,
                               const struct insight_query *q, struct line_page *page,
                               observation_line_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct ch_store *s = ch_self(store);
    struct observations rows = {0};

    page->end = (struct line_end){.reached = MILLIS_NONE};
    TRY(ch_ready(s, ctx));
    int64_t deadline = ch_deadline(ctx, LINES_MS);
    enum errc rc = observations_find(s, ctx, q, page, &answer);
    ctx->deadline_ms = deadline;
    TRY(ch_in_time(ctx, rc, &page->end.partial));
    if (page->end.partial)
        return ERR_OK;
    TRY(observations_take(ctx, page, &answer, &rows));
    rows.n = page_end(page, rows.n, rows.keys);
    return observations_deliver(&(struct asker){s, ctx, q->project, user}, &rows, fn);
}
