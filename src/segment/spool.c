// SPDX-License-Identifier: MIT
// Segments that could not reach the object store wait in a directory under the keys that they will have
// there. One thread brings them over, oldest first, also those of an earlier run; while it is behind, new
// segments join the end, so that the object store is asked by one thread only as long as it is away.
#include "base/limits.h"
#include "base/log.h"
#include "segment/writer_int.h"

enum { TRY_MS = 1000, AT_ONCE = 64, OBJECT_MAX = LIMIT_SEGMENT_BYTES + (LIMIT_SEGMENT_BYTES >> 4) };

struct keys {
    struct arena *a;
    str items[AT_ONCE];
    size_t n;
    int64_t bytes;
};

static enum errc add_bytes(void *user, const struct blob_entry *entry)
{
    struct keys *keys = user;

    keys->bytes += entry->bytes;
    return ERR_OK;
}

static enum errc add_key(void *user, const struct blob_entry *entry)
{
    struct keys *keys = user;

    if (keys->n < AT_ONCE)
        keys->items[keys->n++] = arena_str(keys->a, entry->key);
    return ERR_OK;
}

enum errc spool_open(struct segment_writer *w, struct ctx *ctx)
{
    struct keys keys = {.a = ctx->arena};

    TRY(w->opt.spool->ops->list(w->opt.spool, ctx, &(struct blob_range){0}, add_bytes, &keys));
    atomic_store(&w->opt.counters->spool_bytes, keys.bytes);
    atomic_store(&w->away, keys.bytes > 0);
    if (keys.bytes > 0)
        log_info("segments.spooled", "%lld bytes of an earlier run wait in the spool directory",
                 (long long)keys.bytes);
    return ERR_OK;
}

enum errc spool_put(struct segment_writer *w, struct ctx *ctx, str key, str object)
{
    const struct blob_object put = {.key = key, .body = object};
    struct segment_counters *c = w->opt.counters;
    int64_t bytes = (int64_t)object.n;

    ctx->deadline_ms = 0;
    if (atomic_fetch_add(&c->spool_bytes, bytes) + bytes > w->opt.spool_bytes) {
        atomic_fetch_sub(&c->spool_bytes, bytes);
        return fail(ctx, ERR_UNAVAILABLE,
                    "The object store is away and the spool directory holds its %lld bytes",
                    (long long)w->opt.spool_bytes);
    }
    enum errc rc = w->opt.spool->ops->put(w->opt.spool, ctx, &put);
    if (rc != ERR_OK)
        atomic_fetch_sub(&c->spool_bytes, bytes);
    else
        counter_add(&c->spooled, 1);
    return rc;
}

static enum errc bring(struct segment_writer *w, struct ctx *ctx, str key)
{
    AUTO(buf_fini) struct buf object = {0};

    buf_init(&object, OBJECT_MAX);
    TRY(w->opt.spool->ops->get(w->opt.spool, ctx, key, &object));
    TRY(writer_put(w, ctx, key, buf_str(&object)));
    TRY(w->opt.spool->ops->remove(w->opt.spool, ctx, &key, 1));
    atomic_fetch_sub(&w->opt.counters->spool_bytes, (int64_t)object.len);
    counter_add(&w->opt.counters->drained, 1);
    writer_announce(w, ctx, key);
    return ERR_OK;
}

// Brings over what is there now; *left when there may be more.
static enum errc bring_some(struct segment_writer *w, struct ctx *ctx, bool *left)
{
    struct keys keys = {.a = ctx->arena};
    const struct blob_range first = {.limit = AT_ONCE};

    TRY(w->opt.spool->ops->list(w->opt.spool, ctx, &first, add_key, &keys));
    *left = keys.n > 0;
    for (size_t i = 0; i < keys.n && !atomic_load(&w->closing); i++)
        TRY(bring(w, ctx, keys.items[i]));
    return ERR_OK;
}

static void drain(struct segment_writer *w, struct ctx *ctx)
{
    bool left = true;

    while (left && !atomic_load(&w->closing)) {
        enum errc rc = bring_some(w, ctx, &left);
        if (rc != ERR_OK) {
            writer_problem_set(w, ctx->message);
            return;
        }
        writer_problem_set(w, STR_NONE);
    }
    if (!left)
        atomic_store(&w->away, false);
}

void *spool_main(void *writer)
{
    struct segment_writer *w = writer;
    struct arena *a = arena_create(WRITER_ARENA);
    struct ctx ctx;

    for (bool end = false; !end;) {
        arena_reset(a);
        ctx_init(&ctx, a);
        // A segment may have come just when the spool seemed empty.
        if (atomic_load(&w->away) || atomic_load(&w->opt.counters->spool_bytes) > 0)
            drain(w, &ctx);
        lock_acquire(&w->lock);
        if (!atomic_load(&w->closing))
            (void)cond_wait(&w->ended, &w->lock, TRY_MS);
        end = atomic_load(&w->closing);
        lock_release(&w->lock);
    }
    arena_destroy(a);
    return NULL;
}
