// SPDX-License-Identifier: MIT
// Fills a handler's struct from the query by the route's parameter table, and names every fault in
// the words of the recorded system (zod's issues): clients and tests read those texts. Pure.
//
// An empty value counts as absent unless the row says PARAM_KEEP_EMPTY. All faults of a request are
// collected before it is answered.
#include "http/params_int.h"

#include <math.h>

static void store(void *out, const struct param *p, const void *value, size_t size)
{
    memcpy((char *)out + p->offset, value, size);
}

static bool given(const struct param *p, str value)
{
    return str_some(value) && (value.n > 0 || (p->flags & PARAM_KEEP_EMPTY));
}

// As JavaScript's Number() reads it, for decimal notation.
static bool parse_number(str text, double *out)
{
    str s = str_trim(text);

    if (s.n > 1 && s.p[0] == '+')
        s = str_skip(s, 1);
    return str_to_double(s, out);
}

static void read_int(struct ctx *ctx, const struct param *p, str value, void *out)
{
    int64_t v = p->def;
    double d = 0;

    if (value.n > 0 && !str_to_i64(str_trim(value), &v)) {
        if (!parse_number(value, &d)) {
            issue_not_a_number(ctx, p);
            return;
        }
        if (fabs(d) > 9007199254740991.0 || d != floor(d)) {
            issue_not_an_int(ctx, p);
            return;
        }
        v = (int64_t)d;
    }
    if (value.n > 0 && (p->min || p->max) && v < p->min)
        issue_too_small(ctx, p);
    else if (value.n > 0 && p->max >= p->min && (p->min || p->max) && v > p->max)
        issue_too_big(ctx, p);
    else
        store(out, p, &v, sizeof v);
}

static void read_number(struct ctx *ctx, const struct param *p, str value, void *out)
{
    double v = (double)NAN;

    if (value.n > 0 && !parse_number(value, &v))
        issue_not_a_number(ctx, p);
    else
        store(out, p, &v, sizeof v);
}

// A '+' of the zone that was not escaped has become a space on the way.
static str mend_zone(struct arena *a, str value)
{
    char *copy;

    if (value.n < 7 || value.p[value.n - 6] != ' ')
        return value;
    copy = arena_alloc(a, value.n);
    if (!copy)
        return value;
    memcpy(copy, value.p, value.n);
    copy[value.n - 6] = '+';
    return str_make(copy, value.n);
}

static void read_time(struct ctx *ctx, const struct param *p, str value, void *out)
{
    millis v = MILLIS_NONE;

    if (value.n > 0 && !time_parse_iso(mend_zone(ctx->arena, value), &v))
        issue_not_a_time(ctx, p);
    else
        store(out, p, &v, sizeof v);
}

static void read_bool(struct ctx *ctx, const struct param *p, str value, void *out)
{
    static const char *const names[] = {"true", "false", NULL};
    struct opt_bool v = {.set = value.n > 0, .value = str_eq(value, STR("true"))};

    if (v.set && !v.value && !str_eq(value, STR("false")))
        issue_not_listed(ctx, p, names, -1);
    else
        store(out, p, &v, sizeof v);
}

static int32_t name_position(const char *const *names, str value)
{
    for (int32_t i = 0; names[i]; i++) {
        if (str_eq(value, str_c(names[i])))
            return i + 1;
    }
    return 0;
}

static void read_enum(struct ctx *ctx, const struct param *p, str value, void *out)
{
    int32_t v = given(p, value) ? name_position(p->names, value) : 0;

    if (given(p, value) && !v)
        issue_not_listed(ctx, p, p->names, -1);
    else
        store(out, p, &v, sizeof v);
}

static void read_str(struct ctx *ctx UNUSED, const struct param *p, str value, void *out)
{
    str v = given(p, value) ? value : STR_NONE;

    store(out, p, &v, sizeof v);
}

typedef void read_one(struct ctx *ctx, const struct param *p, str value, void *out);
static read_one *const readers[] = {
    [PARAM_INT] = read_int,   [PARAM_STR] = read_str,   [PARAM_TIME] = read_time,
    [PARAM_BOOL] = read_bool, [PARAM_ENUM] = read_enum, [PARAM_NUMBER] = read_number,
};

struct pairs {
    const struct query_pair *items;
    size_t n;
};

static size_t count_items(const struct pairs *q, const struct param *p)
{
    str name = str_c(p->name);
    size_t n = 0;

    for (size_t i = 0; i < q->n; i++) {
        if (!str_eq(q->items[i].name, name))
            continue;
        n++;
        for (size_t k = 0; (p->flags & PARAM_COMMA) && k < q->items[i].value.n; k++)
            n += q->items[i].value.p[k] == ',';
    }
    return n;
}

static void list_add(struct ctx *ctx, const struct param *p, str item, struct str_list *list)
{
    if (!given(p, item))
        return;
    if (p->names && item.n > 0 && !name_position(p->names, item))
        issue_not_listed(ctx, p, p->names, (int)list->n);
    list->items[list->n++] = item;
}

static void read_list(struct ctx *ctx, const struct param *p, const struct pairs *q, void *out)
{
    struct str_list list = {0};
    size_t most = count_items(q, p);
    str name = str_c(p->name);

    if (most > 0)
        list.items = ARENA_ARRAY(ctx->arena, str, most);
    for (size_t i = 0; list.items && i < q->n; i++) {
        if (!str_eq(q->items[i].name, name))
            continue;
        if (!(p->flags & PARAM_COMMA)) {
            list_add(ctx, p, q->items[i].value, &list);
            continue;
        }
        for (str rest = q->items[i].value, part; str_next(&rest, ',', &part);)
            list_add(ctx, p, str_trim(part), &list);
    }
    if (list.n == 0)
        list.items = NULL;
    if (list.n == 0 && (p->flags & PARAM_REQUIRED))
        issue_missing(ctx, p);
    else
        store(out, p, &list, sizeof list);
}

static str first_value(const struct pairs *q, const char *name)
{
    str wanted = str_c(name);

    for (size_t i = 0; i < q->n; i++) {
        if (str_eq(q->items[i].name, wanted))
            return q->items[i].value;
    }
    return STR_NONE;
}

static void read_param(struct ctx *ctx, const struct param *p, const struct pairs *q, void *out)
{
    str value = first_value(q, p->name);

    if (p->type == PARAM_LIST) {
        read_list(ctx, p, q, out);
        return;
    }
    CHECK(p->type < ARRAY_LEN(readers) && readers[p->type]);
    if ((p->flags & PARAM_REQUIRED) && !given(p, value))
        issue_missing(ctx, p);
    else if (p->type == PARAM_ENUM && count_items(q, p) > 1) // a list where one name is expected
        issue_not_listed(ctx, p, p->names, -1);
    else
        readers[p->type](ctx, p, value, out);
}

static bool known_name(const struct route *route, str name)
{
    for (uint32_t i = 0; i < route->n_params; i++) {
        if (str_eq(name, str_c(route->params[i].name)))
            return true;
    }
    return false;
}

static void refuse_unknown(struct ctx *ctx, const struct route *route, const struct pairs *q)
{
    str *unknown = ARENA_ARRAY(ctx->arena, str, q->n + 1);
    size_t n = 0;

    for (size_t i = 0; unknown && i < q->n; i++) {
        if (!known_name(route, q->items[i].name))
            unknown[n++] = q->items[i].name;
    }
    if (n > 0)
        issue_unknown_names(ctx, unknown, n);
}

enum errc req_params(struct http_req *rq, void *out)
{
    const struct route *route = rq->route;
    struct query_pair *items = NULL;
    struct pairs q = {0};

    CHECK(route);
    TRY(query_parse(rq->ctx, rq->query, &items, &q.n));
    q.items = items;
    for (uint32_t i = 0; i < route->n_params; i++)
        read_param(rq->ctx, &route->params[i], &q, out);
    if (route->strict_params)
        refuse_unknown(rq->ctx, route, &q);
    if (arena_failed(rq->ctx->arena))
        return ERR_NOMEM;
    if (rq->ctx->n_issues > 0)
        return fail(rq->ctx, ERR_INVALID, "Invalid request data");
    return ERR_OK;
}
