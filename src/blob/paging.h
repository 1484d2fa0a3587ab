// SPDX-License-Identifier: MIT
#pragma once
// Listing by pages, as stores behind HTTP do it: a page is fetched, its entries are given, and the cursor
// that it left begins the next one.
#include "blob/blob.h"

struct blob_paging {
    struct ctx *ctx;
    const struct blob_range *range;
    str prefix; // of the store, before every key
    blob_entry_fn *fn;
    void *user, *store;
    struct arena *texts; // of one page; the context's arena is the callback's, too
    str cursor;          // the store's word for where the next page begins; none: at the beginning
    int64_t n;           // given so far
    bool more;           // another page follows
};
struct blob_paging_ops {
    enum errc (*fetch)(struct blob_paging *p, int64_t max, struct buf *page);
    enum errc (*read)(struct blob_paging *p,
                      str page); // blob_paging_give for each; sets cursor, more
};
// Runs all pages. p->cursor may be set; everything from `texts` on is filled here.
enum errc blob_paging_run(struct blob_paging *p, const struct blob_paging_ops *ops) MUST_CHECK;
// One entry, its key with the prefix. Keys that we would not have written (a console's "folder/"), that
// do not lie in the range or behind its limit are passed over.
enum errc blob_paging_give(struct blob_paging *p, struct blob_entry entry) MUST_CHECK;
bool blob_paging_full(const struct blob_paging *p);
