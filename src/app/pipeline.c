// SPDX-License-Identifier: MIT
// From accepted requests to stored events where the two are not one step: servers keep requests in segments
// (segment/writer.h), workers store them (worker/worker.h). A server whose queue is its own is its own
// worker. The log of what was stored lies beside the events.
#include "app/app_int.h"

#include "blob/files/files.h"
#include "net/web.h"
#include "queue/work_queue.h"
#include "segment/writer.h"
#include "store/clickhouse/clickhouse_store.h"
#include "store/sqlite/event_log.h"
#include "worker/worker.h"

#include <stdlib.h>
#include <unistd.h>

#define HOUR_MS     (3600 * (int64_t)1000)
#define SLICE_BYTES (8 << 20)
enum {
    SETTLE_MS = 60000, // of segments whose reference is on its way through a shared queue
    DRAIN_MS = 5000,   // a server that stops stores what it has just accepted
    DRAIN_PAUSE_US = 10000
};

struct pipeline {
    struct web *web; // of the object store
    struct blob_store *blobs, *spool;
    struct work_queue *queue;
    struct event_log *log, *own_log; // own_log: to be closed
    struct segment_counters segments;
    struct worker_counters counters;
    struct segment_writer *writer;
    struct ingest_log ingest_log;
    struct ingest decode; // of workers: without a log
    struct worker_options options;
    struct worker *worker;
};

static bool wanted(const struct app *app)
{
    return app->store->shared || app->cfg->segments.when == SEGMENTS_ALWAYS;
}

// ---- Start --------------------------------------------------------------------------------------

static enum errc open_log(struct app *app, struct ctx *ctx)
{
    struct pipeline *p = app->pipeline;
    str path = arena_cat(ctx->arena, app->cfg->data_dir, STR("/segments.db"));
    const struct sqlite_event_log_options opt = {
        .path = arena_cstr(ctx->arena, path),
        .keep_ms = (app->cfg->segments.look_back_hours + 24) * HOUR_MS};

    if (config_on_clickhouse(app->cfg)) {
        p->log = clickhouse_store_event_log(app->store);
        return ERR_OK;
    }
    TRY(sqlite_event_log_open(ctx, &opt, &p->own_log));
    p->log = p->own_log;
    return ERR_OK;
}

static struct worker_options options_of(struct app *app)
{
    struct pipeline *p = app->pipeline;
    const struct config *cfg = app->cfg;

    return (struct worker_options){.ingest = &p->decode,
                                   .blobs = p->blobs,
                                   .queue = p->queue,
                                   .log = p->log,
                                   .prefix = STR(""),
                                   .threads = cfg->worker_threads,
                                   .slice_bytes = SLICE_BYTES,
                                   .look_back_ms = cfg->segments.look_back_hours * HOUR_MS,
                                   .settle_ms = config_on_redis(cfg) ? SETTLE_MS : 0,
                                   .retention_days = cfg->segments.retention_days,
                                   .counters = &p->counters};
}

static enum errc open_parts(struct app *app, struct ctx *ctx)
{
    struct pipeline *p = app->pipeline;

    TRY(app_blob_open(ctx, app->cfg, BLOB_EVENTS, &p->web, &p->blobs));
    TRY(app_queue_open(ctx, app->cfg, &p->queue));
    TRY(open_log(app, ctx));
    p->decode = (struct ingest){.store = app->store, .meta = app->meta};
    p->options = options_of(app);
    return ERR_OK;
}

static enum errc open_writer(struct app *app, struct ctx *ctx)
{
    struct pipeline *p = app->pipeline;
    const struct config *cfg = app->cfg;

    if (str_some(cfg->segments.spool_dir))
        TRY(blob_files_open(ctx, cfg->segments.spool_dir, &p->spool));
    const struct segment_options opt = {.blobs = p->blobs,
                                        .queue = p->queue,
                                        .prefix = p->options.prefix,
                                        .age_ms = cfg->segments.age_ms,
                                        .bytes = cfg->segments.bytes,
                                        .spool = p->spool,
                                        .spool_bytes = cfg->segments.spool_bytes,
                                        .counters = &p->segments};
    TRY(segment_writer_open(ctx, &opt, &p->writer));
    p->ingest_log = segment_writer_log(p->writer);
    app->ingest.log = &p->ingest_log;
    return ERR_OK;
}

enum errc pipeline_open(struct app *app, struct ctx *ctx)
{
    if (!wanted(app))
        return ERR_OK;
    app->pipeline = calloc(1, sizeof *app->pipeline);
    CHECK(app->pipeline);
    TRY(open_parts(app, ctx));
    return app->cfg->role == ROLE_SERVER ? open_writer(app, ctx) : ERR_OK;
}

static bool works(const struct app *app)
{
    return app->pipeline && (app->cfg->role == ROLE_WORKER ||
                             (app->cfg->role == ROLE_SERVER && !config_on_redis(app->cfg)));
}

enum errc pipeline_work(struct app *app, struct ctx *ctx)
{
    if (!works(app))
        return ERR_OK;
    return worker_start(ctx, &app->pipeline->options, &app->pipeline->worker);
}

const struct worker_options *pipeline_worker(const struct app *app)
{
    return app->pipeline ? &app->pipeline->options : NULL;
}

// ---- End ----------------------------------------------------------------------------------------

// The queue of one process ends with it. What is left is found at the next start, but then only.
static void drain(const struct pipeline *p)
{
    struct arena *arena = arena_create(1 << 20);
    int64_t deadline = clock_mono_ms() + DRAIN_MS;
    struct work_status left = {.waiting = 1};
    struct ctx ctx;

    while ((left.waiting || left.taken) && clock_mono_ms() < deadline) {
        arena_reset(arena);
        ctx_init(&ctx, arena);
        if (p->queue->ops->status(p->queue, &ctx, &left) != ERR_OK)
            break;
        if (left.waiting || left.taken)
            (void)usleep(DRAIN_PAUSE_US);
    }
    arena_destroy(arena);
}

static void close_store(struct blob_store *b)
{
    if (b)
        b->ops->close(b);
}

void pipeline_close(struct app *app)
{
    struct pipeline *p = app->pipeline;

    if (!p)
        return;
    segment_writer_close(p->writer);
    if (p->worker && !config_on_redis(app->cfg))
        drain(p);
    worker_stop(p->worker);
    sqlite_event_log_close(p->own_log);
    if (p->queue)
        p->queue->ops->close(p->queue);
    close_store(p->spool);
    close_store(p->blobs);
    web_close(p->web);
    free(p);
    app->pipeline = NULL;
}

// ---- What people and probes see -----------------------------------------------------------------

str pipeline_problem(void *app, struct arena *a)
{
    const struct pipeline *p = ((struct app *)app)->pipeline;

    // With a spool requests are kept all the same.
    return p && p->writer && !p->spool ? segment_writer_problem(p->writer, a) : STR_NONE;
}

struct number {
    const char *name, *help;
    enum metric_type type;
    uint64_t value;
};

static void write_numbers(struct buf *out, const struct number *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        metric_family(out, rows[i].name, rows[i].type, rows[i].help);
        metric_u64(out, rows[i].name, NULL, rows[i].value);
    }
}

static uint64_t level(const _Atomic(int64_t) *value)
{
    int64_t v = atomic_load_explicit(value, memory_order_relaxed);
    return v > 0 ? (uint64_t)v : 0;
}

static void write_segments(const struct segment_counters *c, struct buf *out)
{
    const struct number rows[] = {
        {"rushlight_segments_requests_total", "Requests that were put into segments.",
         METRIC_COUNTER, counter_get(&c->requests)},
        {"rushlight_segments_put_total", "Segments that reached the object store.", METRIC_COUNTER,
         counter_get(&c->puts)},
        {"rushlight_segments_put_failures_total", "Attempts that did not.", METRIC_COUNTER,
         counter_get(&c->put_failures)},
        {"rushlight_segments_bytes_total", "Their bytes, compressed.", METRIC_COUNTER,
         counter_get(&c->bytes)},
        {"rushlight_segments_unannounced_total", "Segments that the queue did not take at once.",
         METRIC_COUNTER, counter_get(&c->queue_failures)},
        {"rushlight_segments_spooled_total", "Segments that went to the spool directory.",
         METRIC_COUNTER, counter_get(&c->spooled)},
        {"rushlight_segments_drained_total", "And from there to the object store.", METRIC_COUNTER,
         counter_get(&c->drained)},
        {"rushlight_segments_open_bytes", "Requests that wait for their segment to be kept.",
         METRIC_GAUGE, level(&c->waiting_bytes)},
        {"rushlight_segments_spool_bytes", "What the spool directory holds.", METRIC_GAUGE,
         level(&c->spool_bytes)},
    };
    write_numbers(out, rows, ARRAY_LEN(rows));
}

static void write_worker(const struct worker_counters *c, struct buf *out)
{
    const struct number rows[] = {
        {"rushlight_worker_segments_total", "Segments whose events were stored.", METRIC_COUNTER,
         counter_get(&c->segments)},
        {"rushlight_worker_requests_total", "Requests in them.", METRIC_COUNTER,
         counter_get(&c->records)},
        {"rushlight_worker_requests_refused_total",
         "Requests that were accepted once and are refused by now.", METRIC_COUNTER,
         counter_get(&c->refused_records)},
        {"rushlight_worker_events_total", "Events in them.", METRIC_COUNTER,
         counter_get(&c->events)},
        {"rushlight_worker_failures_total", "Segments that are stored later.", METRIC_COUNTER,
         counter_get(&c->failures)},
        {"rushlight_worker_buried_total", "Segments that were given up.", METRIC_COUNTER,
         counter_get(&c->buried)},
        {"rushlight_worker_requeued_total", "Segments that the queue had lost.", METRIC_COUNTER,
         counter_get(&c->requeued)},
        {"rushlight_worker_segments_deleted_total",
         "Segments that were older than their retention.", METRIC_COUNTER,
         counter_get(&c->forgotten)},
    };
    int64_t lag_ms = atomic_load_explicit(&c->lag_ms, memory_order_relaxed);

    write_numbers(out, rows, ARRAY_LEN(rows));
    metric_family(out, "rushlight_worker_lag_seconds", METRIC_GAUGE,
                  "From acceptance to stored, of the last segment.");
    metric_double(out, "rushlight_worker_lag_seconds", NULL, (double)lag_ms / 1e3);
}

void pipeline_metrics(const struct app *app, struct buf *out)
{
    const struct pipeline *p = app->pipeline;

    if (!p)
        return;
    if (p->writer)
        write_segments(&p->segments, out);
    if (p->worker)
        write_worker(&p->counters, out);
    app_queue_metrics(p->queue, out);
}
