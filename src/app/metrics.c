// SPDX-License-Identifier: MIT
// GET /metrics: all numbers of the process in Prometheus' text format. Requests are counted here by
// route; the other numbers live in the rooms that count them and are only written here.
#include "app/metrics_machine.h"
#include "base/log.h"
#include "base/process.h"
#include "store/sqlite/sqlite_store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STATUS_ARENA = 4 << 20 };

static const char *const class_names[STATUS_CLASSES] = {"2xx", "3xx", "4xx", "5xx"};
static const char *const method_names[HTTP_METHOD_COUNT] = {
    [HTTP_GET] = "GET",     [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",      [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS"};

// ---- Counting -----------------------------------------------------------------------------------

void app_metrics_init(struct app_metrics *m, const struct route *const *tables, const size_t *lens)
{
    m->tables = tables;
    m->lens = lens;
    for (size_t t = 0; tables[t]; t++)
        m->n_routes += lens[t];
    m->routes = calloc(m->n_routes + 1, sizeof *m->routes);
    CHECK(m->routes);
}

void app_metrics_fini(struct app_metrics *m)
{
    free(m->routes);
    m->routes = NULL;
}

// Position of a route in all tables; n_routes for requests outside every route.
static size_t route_index(const struct app_metrics *m, const struct route *route)
{
    size_t before = 0;
    for (size_t t = 0; m->tables[t]; before += m->lens[t++])
        for (size_t i = 0; i < m->lens[t]; i++)
            if (route == &m->tables[t][i])
                return before + i;
    return m->n_routes;
}

void app_on_done(void *api, const struct http_req *rq, int status, size_t bytes, int64_t ns)
{
    struct app *app = ((struct api *)api)->app;
    struct app_metrics *m = &app->metrics;
    struct route_counters *rc = &m->routes[route_index(m, rq->route)];
    int group = status / 100 - 2;
    counter_add(&rc->by_class[group < 0 ? 0 : group >= STATUS_CLASSES ? STATUS_5XX : group], 1);
    counter_add(&rc->sum_ns, ns > 0 ? (uint64_t)ns : 0);
    counter_add(&rc->bytes, bytes);
    bool reads = rq->method == HTTP_GET || rq->method == HTTP_HEAD;
    histogram_observe(reads ? &m->read_duration : &m->write_duration, ns);
    log_debug("request", "%s %.*s %d %zu bytes %lld us", method_names[rq->method],
              STR_ARG(rq->path), status, bytes, (long long)(ns / 1000));
}

// ---- Requests -----------------------------------------------------------------------------------

typedef void route_writer(struct buf *out, const char *labels, const struct route_counters *rc);

static void write_requests_of(struct buf *out, const char *labels, const struct route_counters *rc)
{
    for (size_t c = 0; c < STATUS_CLASSES; c++) {
        uint64_t n = counter_get(&rc->by_class[c]);
        if (n > 0)
            buf_add_fmt(out, "rushlight_http_requests_total{%s,status=\"%s\"} %llu\n", labels,
                        class_names[c], (unsigned long long)n);
    }
}

static void write_seconds_of(struct buf *out, const char *labels, const struct route_counters *rc)
{
    uint64_t ns = counter_get(&rc->sum_ns);
    if (ns > 0)
        metric_double(out, "rushlight_http_request_seconds_total", labels, (double)ns / 1e9);
}

static void write_bytes_of(struct buf *out, const char *labels, const struct route_counters *rc)
{
    uint64_t n = counter_get(&rc->bytes);
    if (n > 0)
        metric_u64(out, "rushlight_http_answer_bytes_total", labels, n);
}

// Routes that were never asked for are left out: the page stays small.
static void each_route(const struct app_metrics *m, struct buf *out, route_writer *fn)
{
    char labels[512];
    size_t at = 0;
    for (size_t t = 0; m->tables[t]; t++)
        for (size_t i = 0; i < m->lens[t]; i++, at++) {
            const struct route *r = &m->tables[t][i];
            (void)snprintf(labels, sizeof labels, "method=\"%s\",route=\"%s\"",
                           method_names[r->method], r->path);
            fn(out, labels, &m->routes[at]);
        }
    fn(out, "method=\"\",route=\"other\"", &m->routes[at]);
}

static void write_http(const struct app *app, struct buf *out)
{
    const struct app_metrics *m = &app->metrics;
    metric_family(out, "rushlight_http_requests_total", METRIC_COUNTER,
                  "Answered requests by route and class of status.");
    each_route(m, out, write_requests_of);
    metric_family(out, "rushlight_http_request_seconds_total", METRIC_COUNTER,
                  "Time spent on requests by route.");
    each_route(m, out, write_seconds_of);
    metric_family(out, "rushlight_http_answer_bytes_total", METRIC_COUNTER,
                  "Bytes of answers by route.");
    each_route(m, out, write_bytes_of);
    metric_family(out, "rushlight_http_write_seconds", METRIC_HISTOGRAM,
                  "Duration of requests that write; it includes the durable commit.");
    metric_histogram(out, "rushlight_http_write_seconds", &m->write_duration);
    metric_family(out, "rushlight_http_read_seconds", METRIC_HISTOGRAM,
                  "Duration of requests that read.");
    metric_histogram(out, "rushlight_http_read_seconds", &m->read_duration);
    metric_family(out, "rushlight_http_connections", METRIC_GAUGE, "Open connections.");
    metric_u64(out, "rushlight_http_connections", NULL, http_server_connections(app->http));
}

// ---- Events, jobs, store ------------------------------------------------------------------------

static void write_one(struct buf *out, const char *name, enum metric_type type, const char *help,
                      uint64_t value)
{
    metric_family(out, name, type, help);
    metric_u64(out, name, NULL, value);
}

struct labelled {
    const char *labels;
    uint64_t n;
};

static void write_labelled(struct buf *out, const char *name, const struct labelled *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        metric_u64(out, name, rows[i].labels, rows[i].n);
}

static void write_ingest(const struct app *app, struct buf *out)
{
    const struct ingest_counters *c = &app->ingest.counters;
    const struct labelled refused[] = {
        {"reason=\"invalid\"", counter_get(&c->rejected)},
        {"reason=\"score_config\"", counter_get(&c->scores_refused)},
        {"reason=\"span_limit\"", counter_get(&c->spans_refused)},
        {"reason=\"sdk_log\"", counter_get(&c->sdk_logs)},
    };
    const struct labelled cut[] = {
        {"part=\"tag\"", counter_get(&c->tags_cut)},
        {"part=\"usage_key\"", counter_get(&c->usage_keys_cut)},
    };
    write_one(out, "rushlight_events_accepted_total", METRIC_COUNTER, "Events stored.",
              counter_get(&c->accepted));
    metric_family(out, "rushlight_events_refused_total", METRIC_COUNTER,
                  "Events that were not stored, by reason; each was said in the answer or is"
                  " dropped by the protocol (sdk_log).");
    write_labelled(out, "rushlight_events_refused_total", refused, ARRAY_LEN(refused));
    metric_family(out, "rushlight_event_parts_cut_total", METRIC_COUNTER,
                  "Parts over a limit that were left off events which are stored, by kind.");
    write_labelled(out, "rushlight_event_parts_cut_total", cut, ARRAY_LEN(cut));
}

static void write_jobs(const struct app *app, struct buf *out)
{
    const struct jobs_counters *c = &app->jobs_counters;
    char labels[64];
    metric_family(out, "rushlight_job_runs_total", METRIC_COUNTER, "Steps of background jobs.");
    for (size_t k = 0; k < JOB_COUNT; k++) {
        (void)snprintf(labels, sizeof labels, "job=\"%s\"", job_names[k]);
        metric_u64(out, "rushlight_job_runs_total", labels, counter_get(&c->runs[k]));
    }
    metric_family(out, "rushlight_job_failures_total", METRIC_COUNTER, "Steps that failed.");
    for (size_t k = 0; k < JOB_COUNT; k++) {
        (void)snprintf(labels, sizeof labels, "job=\"%s\"", job_names[k]);
        metric_u64(out, "rushlight_job_failures_total", labels, counter_get(&c->failures[k]));
    }
    write_one(out, "rushlight_traces_packed_total", METRIC_COUNTER,
              "Quiet traces whose bodies were compressed together.",
              counter_get(&c->packed_traces));
    write_one(out, "rushlight_observations_counted_total", METRIC_COUNTER,
              "Observations whose tokens were counted here.",
              counter_get(&c->counted_observations));
    write_one(out, "rushlight_observations_uncountable_total", METRIC_COUNTER,
              "Observations without usage whose tokens cannot be counted.",
              counter_get(&c->uncountable_observations));
    write_one(out, "rushlight_events_expired_total", METRIC_COUNTER,
              "Traces, and scores of their own, deleted by the retention of their project.",
              counter_get(&c->expired_events));
}

static void write_store_numbers(struct buf *out, const struct store_status *st)
{
    const struct {
        const char *name, *help;
        enum metric_type type;
        int64_t value;
    } rows[] = {
        {"rushlight_store_traces", "Stored traces.", METRIC_GAUGE, st->counts.traces},
        {"rushlight_store_observations", "Stored observations.", METRIC_GAUGE,
         st->counts.observations},
        {"rushlight_store_scores", "Stored scores.", METRIC_GAUGE, st->counts.scores},
        {"rushlight_store_bytes", "Bytes of event files.", METRIC_GAUGE, st->bytes},
        {"rushlight_store_files", "Day files.", METRIC_GAUGE, st->n_files},
        {"rushlight_store_queue_length", "Requests waiting for the writer.", METRIC_GAUGE,
         st->queue_len},
        {"rushlight_store_queue_capacity", "Requests that may wait.", METRIC_GAUGE, st->queue_cap},
        {"rushlight_store_writable", "1 when events can be stored.", METRIC_GAUGE, st->writable},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        write_one(out, rows[i].name, rows[i].type, rows[i].help, (uint64_t)rows[i].value);
    metric_family(out, "rushlight_store_days_deleted_total", METRIC_COUNTER,
                  "Days deleted, by reason.");
    metric_u64(out, "rushlight_store_days_deleted_total", "reason=\"age\"",
               (uint64_t)st->deleted_days_age);
    metric_u64(out, "rushlight_store_days_deleted_total", "reason=\"disk_budget\"",
               (uint64_t)st->deleted_days_budget);
}

static void write_store(const struct app *app, struct buf *out)
{
    struct ctx ctx;
    struct store_status st = {0};
    struct arena *arena = arena_create(STATUS_ARENA);
    ctx_init(&ctx, arena);
    if (!app->store->shared) {
        metric_family(out, "rushlight_store_commit_seconds", METRIC_HISTOGRAM,
                      "Duration of durable commits of the event store.");
        metric_histogram(out, "rushlight_store_commit_seconds",
                         sqlite_store_commit_times(app->store));
    }
    if (app->store->ops->status(app->store, &ctx, &st) == ERR_OK)
        write_store_numbers(out, &st);
    arena_destroy(arena);
}

// ---- Process ------------------------------------------------------------------------------------

static uint64_t open_files(void)
{
    uint64_t n = 0;
    DIR *d = opendir("/proc/self/fd");
    for (const struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d))
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

static void write_process(const struct app *app, struct buf *out)
{
    struct rusage use = {0};
    (void)getrusage(RUSAGE_SELF, &use);
    double cpu = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
                 (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
    write_one(out, "process_resident_memory_bytes", METRIC_GAUGE, "Resident memory.",
              process_resident_bytes());
    metric_family(out, "process_cpu_seconds_total", METRIC_COUNTER, "User and system CPU time.");
    metric_double(out, "process_cpu_seconds_total", NULL, cpu);
    write_one(out, "process_open_fds", METRIC_GAUGE, "Open file descriptors.", open_files());
    write_one(out, "rushlight_uptime_seconds", METRIC_GAUGE, "Time since the start.",
              (uint64_t)((clock_mono_ms() - app->started_ms) / 1000));
    metric_family(out, "rushlight_build_info", METRIC_GAUGE, "Version of the program.");
    metric_u64(out, "rushlight_build_info", "version=\"" RUSHLIGHT_VERSION "\"", 1);
}

void app_metrics_write(void *app, struct buf *out)
{
    write_http(app, out);
    write_ingest(app, out);
    write_jobs(app, out);
    write_store(app, out);
    pipeline_metrics(app, out);
    write_process(app, out);
    app_metrics_machine(app, out);
}
