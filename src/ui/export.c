// SPDX-License-Identifier: MIT
// A list as a download: the rows of GET traces as JSON lines or CSV, at most LIMIT_EXPORT_ROWS of them.
// A CSV cell is the member of the row's JSON with the column's name. Text that a spreadsheet would take
// for a formula gets an apostrophe in front.
#include "base/limits.h"
#include "ui/message_json.h"
#include "ui/question.h"
#include "ui/tables.h"

enum { ROWS_AT_ONCE = 500 };

static const char *const formats[] = {"csv", "jsonl", NULL};
static const str default_columns[] = {
    STR_INIT("start,id,name,kind,level,error,latency,cost,tokens,model,user,session,env,version,"
             "release,tags,scores,input,output"),
    STR_INIT("start,id,trace,traceName,name,kind,level,error,latency,ttft,cost,tokens,model,user,"
             "session,env,version,scores,input,output"),
};

struct export_params { // begins as struct question_params
    struct question_params question;
    str cols;
    int32_t format; // position in formats + 1
};
struct export
{
    struct ctx *ctx;
    struct buf *out;
    str columns;
    bool csv;
    int64_t n;
};

// ---- Cells --------------------------------------------------------------------------------------

static void cell_text(struct buf *out, str text)
{
    if (text.n && strchr("=+-@\t\r", text.p[0]))
        BUF_ADD(out, "'");
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            BUF_ADD(out, "\"");
        buf_add(out, str_sub(text, i, 1));
    }
}

static void cell_value(struct buf *out, const struct json *v)
{
    double number;
    struct jw w;

    jw_init(&w, out);
    if (json_is(v, JSON_STRING))
        cell_text(out, json_str(v));
    else if (json_is(v, JSON_BOOL))
        jw_bool(&w, json_bool(v));
    else if (json_is(v, JSON_NUMBER) && json_double(v, &number))
        jw_double(&w, number);
}

// Tags, or scores as name=value.
static void cell_list(struct buf *out, const struct json *list)
{
    bool first = true;

    for (struct json_iter it = json_iter(list); json_next(&it); first = false) {
        if (!first)
            BUF_ADD(out, "; ");
        if (!json_is(it.value, JSON_OBJECT)) {
            cell_value(out, it.value);
            continue;
        }
        const struct json *value = json_get(it.value, STR("value"));
        cell_value(out, json_get(it.value, STR("name")));
        BUF_ADD(out, "=");
        cell_value(out, value ? value : json_get(it.value, STR("text")));
    }
}

static void cell_time(struct buf *out, const struct json *v)
{
    double ms = 0;
    AUTO(buf_fini) struct buf text = {0};
    struct jw w;

    buf_init(&text, 64);
    jw_init(&w, &text);
    json_double(v, &ms);
    jw_time(&w, (millis)ms);
    str quoted = buf_str(&text);
    if (quoted.n > 2)
        buf_add(out, str_sub(quoted, 1, quoted.n - 2));
}

static void cell_score(struct buf *out, const struct json *scores, str name)
{
    for (struct json_iter it = json_iter(scores); json_next(&it);) {
        const struct json *value = json_get(it.value, STR("value"));
        if (str_eq(json_str(json_get(it.value, STR("name"))), name))
            cell_value(out, value ? value : json_get(it.value, STR("text")));
    }
}

static void cell_write(struct buf *out, const struct json *row, str column)
{
    const struct json *v = json_get(row, column);

    if (str_starts(column, STR("score:")))
        cell_score(out, json_get(row, STR("scores")), str_skip(column, 6));
    else if (json_is(v, JSON_ARRAY))
        cell_list(out, v);
    else if (v && str_eq(column, STR("start")))
        cell_time(out, v);
    else if (v)
        cell_value(out, v);
}

static void row_csv(struct export *e, str row)
{
    struct arena_mark mark = arena_mark(e->ctx->arena);
    const struct json *doc = json_try(e->ctx->arena, row);
    const char *comma = "";

    for (str rest = e->columns, name; str_next(&rest, ',', &name); comma = ",") {
        buf_add_fmt(e->out, "%s\"", comma);
        cell_write(e->out, doc, name);
        BUF_ADD(e->out, "\"");
    }
    BUF_ADD(e->out, "\r\n");
    arena_rewind(e->ctx->arena, mark);
}

// The columns of a page, name~width, as members of the rows.
static str columns_read(struct arena *a, str cols)
{
    static const str members[][2] = {{STR_INIT("time"), STR_INIT("start")},
                                     {STR_INIT("io"), STR_INIT("input,output")}};
    str out = STR("");

    for (str rest = cols, name; str_next(&rest, ',', &name);) {
        ptrdiff_t width = str_find_char(name, '~');
        name = width < 0 ? name : str_sub(name, 0, (size_t)width);
        for (size_t i = 0; i < ARRAY_LEN(members); i++)
            name = str_eq(name, members[i][0]) ? members[i][1] : name;
        out = arena_fmt(a, "%.*s%s%.*s", STR_ARG(out), out.n ? "," : "", STR_ARG(name));
    }
    return out;
}

static void head_csv(struct export *e)
{
    const char *comma = "";

    for (str rest = e->columns, name; str_next(&rest, ',', &name); comma = ",") {
        buf_add_fmt(e->out, "%s\"", comma);
        cell_text(e->out, name);
        BUF_ADD(e->out, "\"");
    }
    BUF_ADD(e->out, "\r\n");
}

// ---- Rows ---------------------------------------------------------------------------------------

static void row_add(struct export *e, const struct buf *row)
{
    e->n++;
    if (e->csv) {
        row_csv(e, buf_str(row));
    } else {
        buf_add(e->out, buf_str(row));
        BUF_ADD(e->out, "\n");
    }
}

static enum errc take_trace(void *user, const struct trace_line *line)
{
    AUTO(buf_fini) struct buf row = {0};
    struct jw w;

    buf_init(&row, LIMIT_INNER_BYTES);
    jw_init(&w, &row);
    jw_object(&w);
    trace_line_write(&w, line, false);
    jw_object_end(&w);
    row_add(user, &row);
    return ERR_OK;
}

static enum errc take_observation(void *user, const struct observation_line *line)
{
    AUTO(buf_fini) struct buf row = {0};
    struct jw w;

    buf_init(&row, LIMIT_INNER_BYTES);
    jw_init(&w, &row);
    observation_line_write(&w, line);
    row_add(user, &row);
    return ERR_OK;
}

static enum errc rows_write(struct export *e, struct event_store *s,
                            const struct question *question)
{
    struct line_page page = {.limit = ROWS_AT_ONCE};
    const struct insight_query *q = &question->query;
    struct line_cursor after;

    TRY(sort_read(e->ctx, question->params.sort, &page.sort, &page.ascending));
    do {
        page.end = (struct line_end){0};
        TRY(q->lens == LENS_TRACES
                ? s->insight->trace_lines(s, e->ctx, q, &page, take_trace, e)
                : s->insight->observation_lines(s, e->ctx, q, &page, take_observation, e));
        after = page.end.next;
        page.after = &after;
    } while (page.end.more && !page.end.partial && e->n < LIMIT_EXPORT_ROWS);
    return page.end.partial
               ? fail(e->ctx, ERR_TOO_LARGE,
                      "Reading took too long: choose a shorter range or more conditions")
               : ERR_OK;
}

static enum errc export_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct export e = {.ctx = rq->ctx, .out = &rs->body};
    struct export_params p = {0};
    struct question question;
    struct api *api = app;

    TRY(question_from(api, rq, &p, &p.question, &question));
    if (question.read.n_problems)
        return fail(rq->ctx, ERR_INVALID, "%.*s", STR_ARG(question.read.problems[0].message));
    e.csv = p.format != 2;
    e.columns =
        p.cols.n ? columns_read(rq->ctx->arena, p.cols) : default_columns[question.query.lens];
    rs->content_type = e.csv ? STR("text/csv; charset=utf-8") : STR("application/x-ndjson");
    res_header(rq, rs, STR("Content-Disposition"),
               e.csv ? STR("attachment; filename=\"traces.csv\"")
                     : STR("attachment; filename=\"traces.jsonl\""));
    if (e.csv)
        head_csv(&e);
    TRY(rows_write(&e, api->store, &question));
    return reply_check(rq->ctx, rs);
}

static const struct param params[] = {
    QUESTION_Q,
    QUESTION_RANGE,
    QUESTION_SORT,
    QUESTION_LENS,
    {.name = "format",
     .type = PARAM_ENUM,
     .offset = offsetof(struct export_params, format),
     .names = formats,
     .doc = "csv or jsonl"},
    {.name = "cols",
     .type = PARAM_STR,
     .offset = offsetof(struct export_params, cols),
     .doc = "Columns of the CSV, with commas"},
};

const struct route ui_export_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/ui/{projectId}/traces/export",
     .handler = export_get,
     .auth = AUTH_SESSION,
     .params = params,
     .n_params = ARRAY_LEN(params),
     .doc = "A list as a download"},
};
const size_t ui_export_routes_n = ARRAY_LEN(ui_export_routes);
