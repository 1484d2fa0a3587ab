// SPDX-License-Identifier: MIT
// Pages of groups (group_page.h). Pure.
#include "store/sqlite/group_page.h"

#include <stdlib.h>

#define ROWS_MOST 255

static int order_cmp(const void *x, const void *y, void *user)
{
    const struct group_order *o = user;
    size_t a = *(const size_t *)x, b = *(const size_t *)y;
    enum line_sort sort = o->page->sort;
    int c = 0;

    if (sort == SORT_NAME) {
        c = str_cmp(o->name(o->user, a), o->name(o->user, b));
    } else {
        int64_t va = o->value(o->user, a, sort), vb = o->value(o->user, b, sort);
        c = (va > vb) - (va < vb);
    }
    if (c)
        return o->page->ascending ? c : -c;
    return str_cmp(o->name(o->user, a), o->name(o->user, b));
}

enum errc group_page_choose(struct group_order *o, struct ctx *ctx, size_t n_groups)
{
    size_t offset = (size_t)o->page->offset, limit = (size_t)o->page->limit;

    o->rows = ARENA_ARRAY(ctx->arena, size_t, n_groups + 1);
    if (!o->rows)
        return fail(ctx, ERR_NOMEM, "Out of memory for this request");
    for (size_t i = 0; i < n_groups; i++)
        o->rows[i] = i;
    qsort_r(o->rows, n_groups, sizeof(o->rows[0]), order_cmp, o);
    offset = offset < n_groups ? offset : n_groups;
    limit = limit < ROWS_MOST ? limit : ROWS_MOST;
    o->rows += offset;
    o->n = n_groups - offset < limit ? n_groups - offset : limit;
    o->page->more = offset + o->n < n_groups;
    return ERR_OK;
}
