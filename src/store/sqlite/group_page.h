// SPDX-License-Identifier: MIT
#pragma once
// A page of groups: of all that were added up, those from `offset` on in the wanted order.
#include "store/insight.h"

struct group_order {
    struct group_page *page;
    int64_t (*value)(const void *user, size_t i, enum line_sort sort);
    str (*name)(const void *user, size_t i);
    const void *user;
    size_t *rows; // the page's
    size_t n;
};
// Fills rows and n, and page->more. At most 255 rows.
enum errc group_page_choose(struct group_order *o, struct ctx *ctx, size_t n_groups) MUST_CHECK;
