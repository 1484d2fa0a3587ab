// SPDX-License-Identifier: MIT
// Addresses of the pages read (question.h), and the small parts that their answers share.
#include "ui/question.h"

#include "base/limits.h"

#include <math.h>

const char *const question_lenses[] = {"traces", "obs", NULL};

// ---- range

static const struct {
    char unit;
    int64_t ms;
} units[] = {{'m', 60000}, {'h', 3600000}, {'d', MILLIS_DAY}, {'w', 7 * MILLIS_DAY}};

static bool span_read(str text, int64_t *ms)
{
    int64_t n;

    if (text.n < 2 || !str_to_i64(str_sub(text, 0, text.n - 1), &n) || n < 1 || n > 100000)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (text.p[text.n - 1] == units[i].unit) {
            *ms = n * units[i].ms;
            return true;
        }
    }
    return false;
}

// 2026-11-22T08:00 may leave out seconds and the zone, which is UTC then.
static bool point_read(struct arena *a, str text, millis *out)
{
    static const struct {
        size_t n;
        str rest;
    } forms[] = {{10, STR_INIT("T00:00:00Z")}, {16, STR_INIT(":00Z")}, {19, STR_INIT("Z")}};

    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (text.n == forms[i].n)
            return time_parse_iso(arena_cat(a, text, forms[i].rest), out);
    }
    return time_parse_iso(text, out);
}

enum errc range_read(struct ctx *ctx, str text, millis now, millis *from, millis *to)
{
    int64_t span = MILLIS_DAY;
    ptrdiff_t slash = str_find_char(text, '/');

    if (!text.n || span_read(text, &span)) {
        *from = now - span;
        *to = now;
        return ERR_OK;
    }
    if (slash > 0 && point_read(ctx->arena, str_sub(text, 0, (size_t)slash), from) &&
        point_read(ctx->arena, str_skip(text, (size_t)slash + 1), to) && *from < *to)
        return ERR_OK;
    return fail(ctx, ERR_INVALID,
                "The range \"%.*s\" cannot be read: use 24h, 14d or two times with a slash, "
                "2026-11-22T08:00/2026-11-23T08:00",
                STR_ARG(text));
}

int64_t bucket_width(millis from, millis to)
{
    static const int64_t seconds[] = {1,     2,     5,     10,    15,     30,     60,
                                      120,   300,   600,   900,   1800,   3600,   7200,
                                      10800, 21600, 43200, 86400, 172800, 604800, 1209600};

    for (size_t i = 0; i < ARRAY_LEN(seconds); i++) {
        if ((to - from + seconds[i] * 1000 - 1) / (seconds[i] * 1000) <= 60)
            return seconds[i] * 1000;
    }
    return (to - from) / 60 + 1;
}

// ---- query

// A filter array of the public API, or the query language.
static enum errc filter_read(struct ctx *ctx, struct question *out)
{
    struct insight_query *q = &out->query;
    str text = str_trim(out->params.q);

    if (str_starts(text, STR("[{")))
        return filter_parse(ctx, q->lens == LENS_TRACES ? VIEW_PAGE_TRACES : VIEW_PAGE_OBSERVATIONS,
                            text, &q->filter);
    TRY(query_read(ctx, q->lens, text, &out->read));
    q->filter = out->read.filter;
    return ERR_OK;
}

enum errc question_read(struct api *api, struct http_req *rq, struct question *out)
{
    struct question_params params = {0};

    return question_from(api, rq, &params, &params, out);
}

enum errc question_from(struct api *api, struct http_req *rq, void *params,
                        const struct question_params *common, struct question *out)
{
    struct insight_query *q = &out->query;

    *out = (struct question){0};
    TRY(ui_project(api, rq, &q->project));
    TRY(req_params(rq, params));
    out->params = *common;
    q->lens = out->params.lens == 2 ? LENS_OBSERVATIONS : LENS_TRACES;
    TRY(range_read(rq->ctx, out->params.range, rq->received_at, &q->from, &q->to));
    q->bucket_ms = bucket_width(q->from, q->to);
    return filter_read(rq->ctx, out);
}

// ---- pages of groups

static const struct {
    str name;
    enum line_sort sort;
} sorts[] = {{STR_INIT("start"), SORT_START},     {STR_INIT("last"), SORT_START},
             {STR_INIT("latency"), SORT_LATENCY}, {STR_INIT("duration"), SORT_LATENCY},
             {STR_INIT("traces"), SORT_LATENCY},  {STR_INIT("cost"), SORT_COST},
             {STR_INIT("tokens"), SORT_TOKENS},   {STR_INIT("errors"), SORT_ERRORS},
             {STR_INIT("name"), SORT_NAME},       {STR_INIT("id"), SORT_NAME}};

#define PAGE_ROWS 50

enum errc sort_read(struct ctx *ctx, str text, enum line_sort *sort, bool *ascending)
{
    bool down = str_starts(text, STR("-"));
    str name = str_skip(text, down);

    *sort = SORT_START;
    *ascending = text.n && !down;
    for (size_t i = 0; name.n && i < ARRAY_LEN(sorts); i++) {
        if (!str_eq(sorts[i].name, name))
            continue;
        *sort = sorts[i].sort;
        return ERR_OK;
    }
    return name.n ? fail(ctx, ERR_INVALID, "There is no order by \"%.*s\"", STR_ARG(name)) : ERR_OK;
}

enum errc group_page_read(struct ctx *ctx, const struct question_params *p, struct group_page *out)
{
    *out = (struct group_page){.limit = PAGE_ROWS};
    if (p->after.n && (!str_to_i64(p->after, &out->offset) || out->offset < 0 ||
                       out->offset > LIMIT_GROUP_OFFSET))
        return fail(ctx, ERR_INVALID, "The page \"%.*s\" does not exist: start from the first",
                    STR_ARG(p->after));
    return sort_read(ctx, p->sort, &out->sort, &out->ascending);
}

// ---- parts of answers

void range_write(struct jw *w, const struct insight_query *q, bool bucket)
{
    jw_ki64(w, STR("from"), q->from);
    jw_ki64(w, STR("to"), q->to);
    if (bucket)
        jw_ki64(w, STR("bucket"), q->bucket_ms);
}

void money_member(struct jw *w, str key, picos v)
{
    jw_key(w, key);
    jw_money(w, v);
}

void number_some(struct jw *w, str key, double v)
{
    if (!isnan(v))
        jw_kdouble(w, key, v);
}

void numbers_write(struct jw *w, str key, const double *v, size_t n)
{
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < n; i++)
        jw_double(w, v[i]); // NaN is null
    jw_array_end(w);
}

void latencies_write(struct jw *w, const struct latencies *l, size_t n)
{
    static const struct {
        str key;
        size_t offset;
    } shares[] = {{STR_INIT("p50"), offsetof(struct latencies, p50)},
                  {STR_INIT("p95"), offsetof(struct latencies, p95)},
                  {STR_INIT("p99"), offsetof(struct latencies, p99)}};

    for (size_t k = 0; k < ARRAY_LEN(shares); k++) {
        jw_key(w, shares[k].key);
        jw_array(w);
        for (size_t i = 0; i < n; i++) {
            double v;
            memcpy(&v, (const char *)&l[i] + shares[k].offset, sizeof(v));
            jw_double(w, v);
        }
        jw_array_end(w);
    }
}

void amounts_write(struct jw *w, str key, const struct amounts *a, size_t n, enum amount which)
{
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < n; i++)
        jw_i64(w, which == AMOUNT_N        ? a[i].n
                  : which == AMOUNT_ERRORS ? a[i].errors
                                           : a[i].warnings);
    jw_array_end(w);
}

void picos_array_write(struct jw *w, str key, const picos *v, size_t n)
{
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < n; i++)
        jw_money(w, v[i]);
    jw_array_end(w);
}
