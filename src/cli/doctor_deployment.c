// SPDX-License-Identifier: MIT
// `rushlight doctor --deployment`: what else must hold where a deployment is meant to be complete. The
// parts of a production topology belong together; the server must answer, and workers must keep up.
// Run it in the server's pod, with the server's environment.
#include "app/app.h"
#include "cli/doctor_int.h"

#include <string.h>

enum { METRICS_MAX = 4 << 20, KEEPS_UP_SECONDS = 60 };

static const struct config *config_of(const struct report *r)
{
    return &((const struct cli *)r->owner)->config;
}

// ---- Parts --------------------------------------------------------------------------------------

static bool on_bucket(const struct config *cfg)
{
    return str_some(cfg->events.bucket);
}

static const struct {
    const char *name;
    bool (*configured)(const struct config *cfg);
    enum finding without;
    const char *what;
} production[] = {
    {"PostgreSQL", config_on_server, FINDING_BROKEN,
     "set DATABASE_URL or DATABASE_HOST: accounts would go with the pod"},
    {"ClickHouse", config_on_clickhouse, FINDING_BROKEN,
     "set CLICKHOUSE_URL: events would go with the pod"},
    {"Redis", config_on_redis, FINDING_NOTE,
     "REDIS_HOST is not set: the server is its own worker, and there can be only one"},
    {"bucket", on_bucket, FINDING_BROKEN,
     "set LANGFUSE_S3_EVENT_UPLOAD_BUCKET: raw events would go with the pod"},
};

void check_topology(struct report *r)
{
    const struct config *cfg = config_of(r);
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(production); i++)
        n += production[i].configured(cfg);
    if (n == 0) {
        report_add(r, FINDING_FINE, "embedded: one process with one data directory, %.*s",
                   STR_ARG(cfg->data_dir));
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(production); i++)
        if (!production[i].configured(cfg))
            report_add(r, production[i].without, "%s is missing beside the others; %s",
                       production[i].name, production[i].what);
    if (n == ARRAY_LEN(production))
        report_add(r, FINDING_FINE, "PostgreSQL, ClickHouse, Redis and a bucket are configured");
}

// ---- Server and workers -------------------------------------------------------------------------

static const char *own_host(struct report *r, str host)
{
    if (str_eq(host, STR("0.0.0.0")))
        return "127.0.0.1";
    return str_eq(host, STR("::")) ? "::1" : arena_cstr(r->arena, host);
}

// GET below the base path from the server of this configuration.
static int ask_server(struct report *r, str path, struct buf *answer)
{
    const struct config *cfg = config_of(r);
    str whole = arena_cat(r->arena, cfg->base_path, path);
    return http_probe(own_host(r, cfg->host), (uint16_t)cfg->port, arena_cstr(r->arena, whole),
                      answer);
}

void check_deployed_server(struct report *r)
{
    AUTO(buf_fini) struct buf answer = {0};
    const struct config *cfg = config_of(r);

    buf_init(&answer, METRICS_MAX);
    int error = ask_server(r, STR("/"), &answer);
    str got = buf_str(&answer);
    if (error != 0)
        report_add(r, FINDING_BROKEN,
                   "no server answers at port %lld: %s; run this in the server's pod, with the"
                   " server's environment",
                   (long long)cfg->port, strerrordesc_np(error));
    else if (str_starts(got, STR("HTTP/1.1 200")) || str_starts(got, STR("HTTP/1.1 30")))
        report_add(r, FINDING_FINE, "pages answer at %s/",
                   str_empty(cfg->base_path) ? "" : arena_cstr(r->arena, cfg->base_path));
    else
        report_add(r, FINDING_BROKEN, "pages at %.*s/ answer with %.*s", STR_ARG(cfg->base_path),
                   STR_ARG(str_sub(got, 0, 12)));
}

static bool metric(str metrics, const char *name, double *out)
{
    str wanted = str_c(name);
    for (str rest = metrics, line; str_next(&rest, '\n', &line);)
        if (str_starts(line, wanted) && line.n > wanted.n && line.p[wanted.n] == ' ')
            return str_to_double(str_trim(str_skip(line, wanted.n)), out);
    return false;
}

void check_workers(struct report *r)
{
    AUTO(buf_fini) struct buf answer = {0};
    double waiting = 0, oldest = 0;

    buf_init(&answer, METRICS_MAX);
    if (ask_server(r, STR("/metrics"), &answer) != 0)
        return; // said by the check of the server
    str text = buf_str(&answer);
    if (!metric(text, "rushlight_queue_waiting", &waiting)) {
        report_add(r, FINDING_FINE, "not needed: events are stored before they are answered");
        return;
    }
    (void)metric(text, "rushlight_queue_oldest_seconds", &oldest);
    if (oldest > KEEPS_UP_SECONDS)
        report_add(
            r, FINDING_BROKEN,
            "%.0f jobs wait, the oldest for %.0f seconds; see that a worker runs and is ready"
            " (kubectl get pods), then its log",
            waiting, oldest);
    else
        report_add(r, FINDING_FINE, "keep up: %.0f jobs wait", waiting);
}
