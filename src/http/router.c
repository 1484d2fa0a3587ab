// SPDX-License-Identifier: MIT
// Finds the row of the route tables that a method and a raw path mean. Built once at start, read by
// every connection without a lock.
//
// Rows are sorted by number of segments, then segment by segment with literal text before a
// variable, so that the first row that fits is the most specific one: /traces/batch wins over
// /traces/{id}. Variables are cut from the raw path and decoded afterwards: %2F in an id is not a
// separator. One slash at the end is tolerated. A few dozen rows share a segment count, so a scan
// is as fast as a tree and far easier to read.
#include "base/codec.h"
#include "base/utf8.h"
#include "http/http_int.h"

#include <stdlib.h>

#define MAX_SEGMENTS 12

struct row {
    const struct route *route;
    str segments[MAX_SEGMENTS]; // none = variable
    size_t n;
};
struct router {
    struct row *rows;
    size_t n;
    size_t first[MAX_SEGMENTS + 2]; // rows of k segments: first[k] .. first[k + 1] - 1
};

// Splits "/a/b/" into "a", "b"; false when there are too many or an empty one in the middle.
static bool split(str path, str out[MAX_SEGMENTS], size_t *n)
{
    size_t used = 0;
    str rest = str_skip(path, 1);

    if (path.n == 0 || path.p[0] != '/')
        return false;
    if (rest.n > 0 && rest.p[rest.n - 1] == '/')
        rest.n--;
    if (rest.n > 0) {
        for (str part; str_next(&rest, '/', &part);) {
            if (used == MAX_SEGMENTS || part.n == 0)
                return false;
            out[used++] = part;
        }
    }
    *n = used;
    return true;
}

static void compile(struct row *row, const struct route *route)
{
    size_t vars = 0;

    row->route = route;
    CHECK(route->handler && route->path && route->method < HTTP_METHOD_COUNT);
    CHECK(split(str_c(route->path), row->segments, &row->n));
    for (size_t i = 0; i < row->n; i++) {
        str *s = &row->segments[i];

        if (s->p[0] != '{')
            continue;
        CHECK(s->p[s->n - 1] == '}');
        *s = STR_NONE;
        vars++;
    }
    CHECK(vars <= HTTP_MAX_VARS);
}

static int row_shape_cmp(const struct row *x, const struct row *y)
{
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    for (size_t i = 0; i < x->n; i++) {
        bool x_var = !str_some(x->segments[i]);
        bool y_var = !str_some(y->segments[i]);
        int order = x_var || y_var ? x_var - y_var : str_cmp(x->segments[i], y->segments[i]);

        if (order)
            return order;
    }
    return 0;
}

static int row_cmp(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    int order = row_shape_cmp(x, y);

    return order ? order : (int)x->route->method - (int)y->route->method;
}

static void index_rows(struct router *r)
{
    size_t at = 0;

    for (size_t k = 0; k <= MAX_SEGMENTS + 1; k++) {
        while (at < r->n && r->rows[at].n < k)
            at++;
        r->first[k] = at;
    }
}

struct router *router_create(const struct route *const *tables, const size_t *lens)
{
    struct router *r = calloc(1, sizeof *r);
    size_t total = 0;

    CHECK(r);
    for (size_t t = 0; tables[t]; t++)
        total += lens[t];
    r->rows = calloc(total + 1, sizeof *r->rows);
    CHECK(r->rows);
    for (size_t t = 0; tables[t]; t++) {
        for (size_t i = 0; i < lens[t]; i++)
            compile(&r->rows[r->n++], &tables[t][i]);
    }
    qsort(r->rows, r->n, sizeof *r->rows, row_cmp);
    for (size_t i = 1; i < r->n; i++)
        CHECK(row_cmp(&r->rows[i - 1], &r->rows[i]) != 0); // the same method and path twice
    index_rows(r);
    return r;
}

void router_destroy(struct router *r)
{
    if (!r)
        return;
    free(r->rows);
    free(r);
}

static bool row_fits(const struct row *row, const str *segments)
{
    for (size_t i = 0; i < row->n; i++) {
        if (str_some(row->segments[i]) && !str_eq(row->segments[i], segments[i]))
            return false;
    }
    return true;
}

static void take_vars(const struct row *row, const str *segments, struct match *out)
{
    for (size_t i = 0; i < row->n; i++) {
        if (!str_some(row->segments[i]))
            out->raw_vars[out->n_vars++] = segments[i];
    }
}

// HEAD is answered by the GET row unless it has a row of its own.
static bool method_fits(const struct route *route, enum http_method m)
{
    return route->method == m || (m == HTTP_HEAD && route->method == HTTP_GET);
}

enum match_kind router_match(const struct router *r, enum http_method m, str path,
                             struct match *out)
{
    str segments[MAX_SEGMENTS] = {{NULL, 0}};
    struct match found = {0};
    size_t n = 0;

    if (!split(path, segments, &n))
        return MATCH_NONE;
    for (size_t i = r->first[n]; i < r->first[n + 1]; i++) {
        const struct row *row = &r->rows[i];

        if (!row_fits(row, segments))
            continue;
        if (!found.route)
            found.route = row->route;
        found.methods |= 1u << row->route->method;
        if (!method_fits(row->route, m))
            continue;
        found.route = row->route;
        take_vars(row, segments, &found);
        *out = found;
        return MATCH_OK;
    }
    *out = found;
    return found.route ? MATCH_METHOD : MATCH_NONE;
}

bool router_decode_vars(struct arena *a, const struct match *m, struct http_req *rq)
{
    for (size_t i = 0; i < m->n_vars; i++) {
        if (!percent_decode(a, m->raw_vars[i], false, &rq->vars[i]))
            return false;
        if (str_find_char(rq->vars[i], '\0') >= 0 || !utf8_valid(rq->vars[i]))
            return false;
    }
    rq->n_vars = m->n_vars;
    return true;
}

str router_allow(struct arena *a, uint32_t methods)
{
    str list = STR("");
    uint32_t all = methods | 1u << HTTP_OPTIONS;

    if (methods & 1u << HTTP_GET)
        all |= 1u << HTTP_HEAD;
    for (int m = 0; m < HTTP_METHOD_COUNT; m++) {
        if (all & 1u << m)
            list = arena_fmt(a, "%.*s%s%s", STR_ARG(list), list.n ? ", " : "",
                             method_name((enum http_method)m));
    }
    return list;
}
