// SPDX-License-Identifier: MIT
// Segments in the object store: the ones that were lost on the way to a worker are found by comparing with
// the log, the ones that are too old are deleted.
#include "segment/segment.h"
#include "worker/worker.h"

enum { AT_ONCE = 1000, TAKEN_SETTLES = 5 };

struct keys {
    struct ctx *ctx;
    str *items;
    bool *known;
    size_t n;
    str end; // keys from here on are not wanted
};

static enum errc keys_add(void *user, const struct blob_entry *entry)
{
    struct keys *k = user;

    if (k->n < AT_ONCE && str_cmp(entry->key, k->end) < 0)
        k->items[k->n++] = arena_str(k->ctx->arena, entry->key);
    return ERR_OK;
}

// The next keys behind `after` and before k->end.
static enum errc keys_read(const struct worker_options *opt, struct keys *k, str after)
{
    const struct blob_range range = {.prefix =
                                         arena_cat(k->ctx->arena, opt->prefix, STR(SEGMENT_FOLDER)),
                                     .after = after,
                                     .limit = AT_ONCE};

    k->n = 0;
    return opt->blobs->ops->list(opt->blobs, k->ctx, &range, keys_add, k);
}

static enum errc keys_init(struct ctx *ctx, const struct worker_options *opt, millis end,
                           struct keys *out)
{
    *out = (struct keys){.ctx = ctx,
                         .items = ARENA_ARRAY(ctx->arena, str, AT_ONCE),
                         .known = ARENA_ARRAY(ctx->arena, bool, AT_ONCE),
                         .end = segment_key_at(ctx->arena, opt->prefix, end)};
    return out->items && out->known ? ERR_OK : fail(ctx, ERR_NOMEM, "Out of memory for a list");
}

static enum errc push_unknown(const struct worker_options *opt, struct keys *k, int64_t *n)
{
    TRY(opt->log->ops->known(opt->log, k->ctx, k->items, k->n, k->known));
    for (size_t i = 0; i < k->n; i++) {
        if (k->known[i])
            continue;
        TRY(opt->queue->ops->push(opt->queue, k->ctx, k->items[i]));
        ++*n;
    }
    return ERR_OK;
}

// Segments before that time are not on their way: what waits in the queue is younger, and what a worker
// took long ago will be given out again anyway.
static enum errc settled_until(const struct worker_options *opt, struct ctx *ctx, millis now,
                               millis *out)
{
    struct work_status status;

    TRY(opt->queue->ops->status(opt->queue, ctx, &status));
    *out = now - opt->settle_ms * (status.taken ? TAKEN_SETTLES : 1);
    if (status.waiting && status.oldest - opt->settle_ms < *out)
        *out = status.oldest - opt->settle_ms;
    return ERR_OK;
}

enum errc worker_reconcile(const struct worker_options *opt, struct ctx *ctx, millis now,
                           int64_t *n)
{
    str after = segment_key_at(ctx->arena, opt->prefix, now - opt->look_back_ms);
    struct keys k;
    millis until;

    *n = 0;
    TRY(settled_until(opt, ctx, now, &until));
    TRY(keys_init(ctx, opt, until, &k));
    do {
        TRY(keys_read(opt, &k, after));
        if (k.n)
            after = k.items[k.n - 1];
        TRY(push_unknown(opt, &k, n));
    } while (k.n == AT_ONCE);
    counter_add(&opt->counters->requeued, (uint64_t)*n);
    return ERR_OK;
}

enum errc worker_forget(const struct worker_options *opt, struct ctx *ctx, millis now, int64_t *n)
{
    struct keys k;

    *n = 0;
    if (opt->retention_days <= 0)
        return ERR_OK;
    TRY(keys_init(ctx, opt, now - opt->retention_days * MILLIS_DAY, &k));
    do {
        TRY(keys_read(opt, &k, STR_NONE));
        if (k.n)
            TRY(opt->blobs->ops->remove(opt->blobs, ctx, k.items, k.n));
        *n += (int64_t)k.n;
    } while (k.n == AT_ONCE);
    counter_add(&opt->counters->forgotten, (uint64_t)*n);
    return ERR_OK;
}
