// SPDX-License-Identifier: MIT
// The loop over pages. A page and what is read from it go when it is done; the cursor is kept beside.
#include "blob/paging.h"

#include "base/limits.h"

enum { PAGE = 1000 };

bool blob_paging_full(const struct blob_paging *p)
{
    return p->range->limit > 0 && p->n >= p->range->limit;
}

static bool ours(const struct blob_paging *p, str key)
{
    struct ctx probe;
    ctx_init(&probe, p->texts);
    return str_starts(key, p->prefix) &&
           blob_key_check(&probe, str_skip(key, p->prefix.n)) == ERR_OK;
}

enum errc blob_paging_give(struct blob_paging *p, struct blob_entry entry)
{
    if (blob_paging_full(p) || !ours(p, entry.key))
        return ERR_OK;
    entry.key = str_skip(entry.key, p->prefix.n);
    if (str_cmp(entry.key, p->range->after) <= 0)
        return ERR_OK;
    p->n++;
    return p->fn(p->user, &entry);
}

static enum errc run_page(struct blob_paging *p, const struct blob_paging_ops *ops,
                          struct buf *page, struct buf *kept)
{
    int64_t left = p->range->limit > 0 ? p->range->limit - p->n : PAGE;

    buf_clear(page);
    TRY(ops->fetch(p, left < PAGE ? left : PAGE, page));
    p->more = false;
    TRY(ops->read(p, buf_str(page)));
    if (str_some(p->cursor) && p->cursor.p != kept->data) {
        buf_clear(kept);
        buf_add(kept, p->cursor);
        p->cursor = buf_str(kept);
    }
    arena_reset(p->texts);
    return ERR_OK;
}

enum errc blob_paging_run(struct blob_paging *p, const struct blob_paging_ops *ops)
{
    struct buf page, kept;
    enum errc rc;

    p->texts = arena_create(LIMIT_BLOB_PAGE_BYTES);
    buf_init(&page, LIMIT_BLOB_PAGE_BYTES);
    buf_init(&kept, LIMIT_BLOB_PAGE_BYTES);
    do
        rc = run_page(p, ops, &page, &kept);
    while (rc == ERR_OK && p->more && !blob_paging_full(p));
    buf_fini(&page);
    buf_fini(&kept);
    arena_destroy(p->texts);
    return rc;
}
