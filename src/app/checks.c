// SPDX-License-Identifier: MIT
// The checks of every server that the settings name, in one table: `rushlight doctor` runs it, the system
// page and /ready of a running server show it. There the result is kept for a while and one thread at a
// time makes a new one, outside the lock; who comes meanwhile gets the last.
#include "app/app_int.h"
#include "base/clock.h"
#include "base/thread.h"
#include "blob/blob.h"
#include "doctor/doctor.h"
#include "net/web.h"
#include "queue/redis/redis_server.h"
#include "store/clickhouse/client.h"

#include <stdlib.h>

enum { KEEP_MS = 30000, CHECKS_ARENA = 8 << 20 };

// ---- The table ----------------------------------------------------------------------------------

static void add_failure(struct report *r)
{
    report_add(r, FINDING_BROKEN, "%.*s", STR_ARG(r->ctx->message));
    ctx_clear_error(r->ctx);
}

static void check_metadata_server(struct report *r, const struct config *cfg)
{
    struct pg_server server = {0};
    if (!config_on_server(cfg))
        return;
    if (app_database(r->ctx, cfg, &server) != ERR_OK) {
        add_failure(r);
        return;
    }
    r->database = &server;
    r->migrations = meta_migrations(&r->n_migrations);
    check_postgres(r);
    r->database = NULL;
}

static void check_event_server(struct report *r, const struct config *cfg)
{
    struct ch_server server = {0};
    if (!config_on_clickhouse(cfg))
        return;
    app_clickhouse(cfg, &server);
    r->clickhouse = &server;
    check_clickhouse(r);
    r->clickhouse = NULL;
}

static void check_queue_server(struct report *r, const struct config *cfg)
{
    struct redis_server server = {0};
    if (!config_on_redis(cfg))
        return;
    if (app_redis(r->ctx, cfg, &server) != ERR_OK) {
        add_failure(r);
        return;
    }
    r->redis = &server;
    check_redis(r);
    r->redis = NULL;
}

// Each bucket has rights of its own.
static void check_buckets(struct report *r, const struct config *cfg)
{
    static const char *const names[] = {[BLOB_EVENTS] = "bucket of events",
                                        [BLOB_MEDIA] = "bucket of media",
                                        [BLOB_EXPORTS] = "bucket of exports"};
    struct web *web = NULL;
    for (size_t use = 0; use < ARRAY_LEN(names); use++) {
        if (!config_on_bucket(cfg, (enum blob_use)use))
            continue;
        r->bucket_name = str_c(names[use]);
        if (app_blob_open(r->ctx, cfg, (enum blob_use)use, &web, &r->bucket) != ERR_OK) {
            add_failure(r);
            continue;
        }
        check_bucket(r);
        r->bucket->ops->close(r->bucket);
    }
    web_close(web);
}

void app_check_servers(struct report *r, const struct config *cfg)
{
    static const struct {
        const char *part;
        void (*run)(struct report *r, const struct config *cfg);
    } parts[] = {
        {"metadata", check_metadata_server},
        {"events", check_event_server},
        {"queue", check_queue_server},
        {"object store", check_buckets},
    };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        r->part = parts[i].part;
        parts[i].run(r, cfg);
    }
}

// ---- Of a running server ------------------------------------------------------------------------

struct check_cache {
    struct lock lock; // guards what follows
    bool running;
    int64_t at_ms; // monotonic; of the lines below, 0 = none yet
    struct arena *arena;
    struct report_line lines[REPORT_MAX];
    size_t n;
};

struct check_cache *check_cache_create(void)
{
    struct check_cache *c = calloc(1, sizeof *c);
    CHECK(c);
    lock_init(&c->lock);
    return c;
}

void check_cache_destroy(struct check_cache *c)
{
    if (!c)
        return;
    arena_destroy(c->arena);
    lock_fini(&c->lock);
    free(c);
}

// Whether this caller makes the new result.
static bool claim(struct check_cache *c)
{
    lock_acquire(&c->lock);
    bool old = c->at_ms == 0 || clock_mono_ms() - c->at_ms > KEEP_MS;
    bool mine = old && !c->running;
    c->running = c->running || mine;
    lock_release(&c->lock);
    return mine;
}

static void renew(struct check_cache *c, const struct config *cfg)
{
    struct arena *arena = arena_create(CHECKS_ARENA), *last;
    struct report *r = arena_alloc(arena, sizeof *r);
    struct ctx ctx;
    CHECK(r);
    ctx_init(&ctx, arena);
    *r = (struct report){.ctx = &ctx, .arena = arena, .data_dir = cfg->data_dir};
    app_check_servers(r, cfg);
    lock_acquire(&c->lock);
    last = c->arena;
    c->arena = arena;
    memcpy(c->lines, r->lines, r->n * sizeof r->lines[0]);
    c->n = r->n;
    c->at_ms = clock_mono_ms();
    c->running = false;
    lock_release(&c->lock);
    arena_destroy(last);
}

void app_checks(void *app, struct report *out)
{
    struct app *a = app;
    if (claim(a->checks))
        renew(a->checks, a->cfg);
    lock_acquire(&a->checks->lock);
    for (size_t i = 0; i < a->checks->n; i++) {
        const struct report_line *line = &a->checks->lines[i];
        out->part = line->part;
        report_add(out, line->finding, "%.*s", STR_ARG(line->text));
    }
    lock_release(&a->checks->lock);
}
