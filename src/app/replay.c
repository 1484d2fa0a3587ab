// SPDX-License-Identifier: MIT
// Kept requests once more into the store, in the order in which they came: after a change of mapping or
// prices, or into a store that was lost. Keys are ordered by time, so a range of time is a range of keys.
// A part that is away for a moment is waited for; who runs this wants the end, not a fault in the middle.
#include "app/app_int.h"

#include "base/limits.h"
#include "base/log.h"
#include "segment/segment.h"
#include "worker/worker.h"

#include <unistd.h>

enum { AT_ONCE = 1000, ATTEMPTS = 8, PAUSE_MS = 250, LIST_ARENA = 8 << 20 };

struct page { // of keys
    const struct replay *r;
    struct arena *a;
    str end; // keys from here on are not wanted
    str items[AT_ONCE];
    int64_t bytes[AT_ONCE];
    size_t n;
    bool last;
};
struct run {
    const struct replay *r;
    struct worker_options opt;
    struct arena *arena; // of one segment
    struct replay_result *out;
};

// ---- Keys ---------------------------------------------------------------------------------------

static enum errc page_add(void *user, const struct blob_entry *entry)
{
    struct page *p = user;

    p->last = str_cmp(entry->key, p->end) >= 0;
    if (p->last || p->n == AT_ONCE)
        return ERR_OK;
    p->bytes[p->n] = entry->bytes;
    p->items[p->n++] = arena_str(p->a, entry->key);
    return ERR_OK;
}

static enum errc page_read(const struct worker_options *opt, struct ctx *ctx, struct page *p,
                           str after)
{
    const struct blob_range range = {.prefix =
                                         arena_cat(ctx->arena, opt->prefix, STR(SEGMENT_FOLDER)),
                                     .after = after,
                                     .limit = AT_ONCE};

    p->n = 0;
    p->last = false;
    TRY(opt->blobs->ops->list(opt->blobs, ctx, &range, page_add, p));
    p->last = p->last || p->n < AT_ONCE;
    return ERR_OK;
}

// ---- Segments -----------------------------------------------------------------------------------

static bool passing(enum errc rc)
{
    return rc == ERR_UNAVAILABLE || rc == ERR_TIMEOUT;
}

static enum errc store_one(const struct run *run, struct ctx *ctx, str key,
                           struct segment_note *note)
{
    enum errc rc = worker_store(&run->opt, ctx, key, note);

    for (int attempt = 0; passing(rc) && attempt < ATTEMPTS; attempt++) {
        ctx_clear_error(ctx);
        (void)usleep((useconds_t)PAUSE_MS * 1000u << attempt);
        rc = worker_store(&run->opt, ctx, key, note);
    }
    return rc;
}

// One segment; *broken when it cannot be read.
static enum errc run_one(const struct run *run, struct ctx *ctx, str key)
{
    struct segment_note note;
    struct ctx own;

    arena_reset(run->arena);
    ctx_init(&own, run->arena);
    enum errc rc = store_one(run, &own, key, &note);
    if (rc == ERR_CORRUPT || rc == ERR_NOT_FOUND) {
        log_error("replay.broken", "%.*s: %.*s", STR_ARG(key),
                  STR_ARG(str_some(own.message) ? own.message : str_c(errc_name(rc))));
        run->out->broken++;
        return ERR_OK;
    }
    if (rc != ERR_OK)
        return fail(ctx, rc, "%.*s: %.*s", STR_ARG(key), STR_ARG(own.message));
    run->out->records += note.records;
    run->out->events += note.events;
    return ERR_OK;
}

static enum errc run_page(const struct run *run, struct ctx *ctx, const struct page *p)
{
    for (size_t i = 0; i < p->n; i++) {
        if (!run->r->dry_run)
            TRY(run_one(run, ctx, p->items[i]));
        run->out->segments++;
        run->out->bytes += p->bytes[i];
        (void)segment_key_time(p->items[i], run->opt.prefix, &run->out->reached);
        if (run->r->progress)
            run->r->progress(run->r->user, run->out);
    }
    return ERR_OK;
}

static enum errc run_pages(const struct run *run, struct ctx *ctx)
{
    struct page *p = ARENA_NEW(ctx->arena, struct page);
    char last[LIMIT_BLOB_KEY_BYTES + 1];

    if (!p)
        return fail(ctx, ERR_NOMEM, "Out of memory for a list of segments");
    *p = (struct page){.r = run->r,
                       .a = arena_create(LIST_ARENA),
                       .end = segment_key_at(ctx->arena, run->opt.prefix, run->r->to)};
    str after = segment_key_at(ctx->arena, run->opt.prefix, run->r->from);
    enum errc rc = ERR_OK;
    while (rc == ERR_OK && !p->last) {
        arena_reset(p->a);
        rc = page_read(&run->opt, ctx, p, after);
        if (rc == ERR_OK)
            rc = run_page(run, ctx, p);
        if (p->n) {
            memcpy(last, p->items[p->n - 1].p, p->items[p->n - 1].n);
            after = str_make(last, p->items[p->n - 1].n);
        }
    }
    arena_destroy(p->a);
    return rc;
}

enum errc app_replay(struct app *app, struct ctx *ctx, const struct replay *r,
                     struct replay_result *out)
{
    const struct worker_options *opt = pipeline_worker(app);

    *out = (struct replay_result){.reached = r->from};
    if (!opt)
        return fail(ctx, ERR_INVALID,
                    "no segments are kept here: events are in the data directory and"
                    " RUSHLIGHT_SEGMENTS is not always");
    struct run run = {.r = r, .opt = *opt, .arena = arena_create(LIMIT_SEGMENT_BYTES), .out = out};
    run.opt.only_project = r->project;
    enum errc rc = run_pages(&run, ctx);
    arena_destroy(run.arena);
    return rc;
}
