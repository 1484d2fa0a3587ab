// SPDX-License-Identifier: MIT
// Folding a day's write-ahead log into its file, on a thread and a connection of its own, so that no
// client waits for it: a checkpoint copies megabytes and syncs. Passive checkpoints never block the
// writer. Under load the log cannot start over while the writer keeps appending; when it has grown to
// WAL_PAGES_MAX the writer folds in the rest itself, which is little, and the log starts over.
// Rejected: SQLite's automatic checkpoint, which runs inside the commit that a client waits for.
#include "base/log.h"
#include "store/sqlite/store_priv.h"

#include <stdlib.h>

#define WAL_PAGES_STEP 2000  // 8 MiB: worth a checkpoint
#define WAL_PAGES_MAX  16000 // 64 MiB
#define ARENA_BYTES    ((size_t)64 << 10)

struct checkpoint {
    int64_t day;
};

static void fold_here(struct day_writer *d)
{
    struct arena *a = arena_create(ARENA_BYTES);
    struct ctx ctx;

    ctx_init(&ctx, a);
    if (sql_checkpoint(d->db, &ctx, false) != ERR_OK)
        log_debug("store.checkpoint", "%.*s", STR_ARG(ctx.message));
    arena_destroy(a);
}

static void offer(struct sqlite_store *s, struct day_writer *d)
{
    struct checkpoint *c = malloc(sizeof(*c));

    CHECK(c != NULL);
    c->day = d->day;
    if (!queue_push(s->checkpoints, c, 0))
        free(c); // busy: the next commit asks again
}

void checkpoints_offer(struct sqlite_store *s)
{
    for (size_t i = 0; i < s->n_days; i++) {
        struct day_writer *d = s->days[i];
        int64_t pages = sql_wal_pages(d->db);
        if (pages < d->offered)
            d->offered = 0; // the log started over
        if (pages >= WAL_PAGES_MAX)
            fold_here(d);
        if (pages < d->offered + WAL_PAGES_STEP)
            continue;
        d->offered = pages;
        offer(s, d);
    }
}

static void fold(struct sqlite_store *s, struct ctx *ctx, int64_t day)
{
    const struct sql_options opt = {.full_sync = true, .cache_kib = 64, .wal_pages = -1};
    char path[PATH_MAX_BYTES];
    struct sql *db = NULL;

    enum errc rc = day_path(s, day, "", path) ? sql_open(ctx, path, &opt, &db) : ERR_IO;
    if (rc == ERR_OK)
        rc = sql_checkpoint(db, ctx, false);
    if (rc != ERR_OK)
        log_debug("store.checkpoint", "%.*s", STR_ARG(ctx->message));
    sql_close(db);
}

void *checkpointer_main(void *arg)
{
    struct sqlite_store *s = arg;
    struct arena *a = arena_create(ARENA_BYTES);
    void *item = NULL;
    struct ctx ctx;

    while (queue_pop(s->checkpoints, &item, 1, 1000) || !queue_closed(s->checkpoints)) {
        struct checkpoint *c = item;
        item = NULL;
        if (!c)
            continue;
        arena_reset(a);
        ctx_init(&ctx, a);
        fold(s, &ctx, c->day);
        free(c);
    }
    arena_destroy(a);
    return NULL;
}
