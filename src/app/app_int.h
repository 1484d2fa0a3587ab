// SPDX-License-Identifier: MIT
#pragma once
// What the files of this folder share: the struct that holds everything, and its metrics.
#include "api/api.h"
#include "app/app.h"
#include "backup/backup.h"
#include "base/metrics.h"
#include "jobs/jobs.h"
#include "sql/postgres.h"
#include "ui/ui.h"

#include <stdatomic.h>

// ---- Metrics of HTTP requests -------------------------------------------------------------------

enum status_class { STATUS_2XX, STATUS_3XX, STATUS_4XX, STATUS_5XX, STATUS_CLASSES };
struct route_counters {
    counter by_class[STATUS_CLASSES];
    counter sum_ns, bytes;
};
struct app_metrics {                   // filled by http's on_done hook from any thread
    const struct route *const *tables; // NULL-terminated
    const size_t *lens;
    struct route_counters *routes; // one per route in the tables' order, then one for all else
    size_t n_routes;
    struct histogram write_duration, read_duration;
};
void app_metrics_init(struct app_metrics *m, const struct route *const *tables, const size_t *lens);
void app_metrics_fini(struct app_metrics *m);
// http_config.on_done; `api` is struct api, whose app is this.
void app_on_done(void *api, const struct http_req *rq, int status, size_t bytes, int64_t ns);
// api.metrics_write.
void app_metrics_write(void *app, struct buf *out);

// ---- Everything ---------------------------------------------------------------------------------

struct app {
    const struct config *cfg;
    struct arena *arena; // strings that live as long as the app
    int lock_fd;
    int64_t started_ms; // monotonic
    atomic_bool stopping;
    struct meta *meta;
    atomic_bool settled; // metadata was there and accounts are made
    int64_t models_ms;   // monotonic: when the projects' models were read; of the jobs' thread
    bool greet;          // `first` is to be printed
    struct first_run first;
    struct auth *auth;
    struct pricing *pricing;
    struct tokenizer *tokenizer;
    struct event_store *store;
    struct ingest ingest;
    struct api api;
    const struct route *tables[UI_TABLES_MAX + API_TABLES + 1];
    size_t table_lens[UI_TABLES_MAX + API_TABLES];
    struct app_metrics metrics;
    struct jobs_counters jobs_counters;
    struct backup_schedule backup;
    struct pg_server backup_server;
    struct http_server *http;
    struct jobs *jobs;
    struct check_cache *checks;
    struct pipeline *pipeline; // NULL: requests go to the store at once
};

// Salt, accounts and models from the metadata database. With a server that is away the second one
// logs why and returns ERR_OK; the job does it later.
enum errc app_settle(struct app *app, struct ctx *ctx) MUST_CHECK;
enum errc app_settle_or_wait(struct app *app, struct ctx *ctx) MUST_CHECK;
enum errc app_settle_job(void *app, struct ctx *ctx) MUST_CHECK;
bool app_settled(void *app);
void app_greet(struct app *app, struct arena *arena);

// Opens the event store that the configuration names, with prices and the counting of tokens; says in the
// log when a server is away: whoever needs it is told why, and the first use that finds it settles it.
enum errc app_events_open(struct app *app, struct ctx *ctx) MUST_CHECK;

// ---- Segments and their worker (pipeline.c) -----------------------------------------------------

// What the role of this process needs of it; nothing when requests go to the store at once.
enum errc pipeline_open(struct app *app, struct ctx *ctx) MUST_CHECK;
// Lets the threads of a worker begin, where this process is one.
enum errc pipeline_work(struct app *app, struct ctx *ctx) MUST_CHECK;
// Keeps what was accepted, finishes what was begun. The store must still be there.
void pipeline_close(struct app *app);
void pipeline_metrics(const struct app *app, struct buf *out);
// api.problem: why accepted requests cannot be kept, in the arena; none when they can.
str pipeline_problem(void *app, struct arena *a);
struct worker_options; // worker/worker.h
// For running segments on one's own thread.
const struct worker_options *pipeline_worker(const struct app *app);

// ---- Checks of other servers (checks.c) ---------------------------------------------------------

struct check_cache *check_cache_create(void);
void check_cache_destroy(struct check_cache *c); // NULL is fine
void app_checks(void *app, struct report *out);  // api.checks

// What a first start created, once, on standard output.
void banner_print(const struct first_run *first, str url);
