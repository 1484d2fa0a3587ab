// SPDX-License-Identifier: MIT
#pragma once
// The public API: what every handler works on, and the route tables. One file per resource.
#include "auth/auth.h"
#include "http/http.h"
#include "ingest/ingest.h"
#include "pricing/pricing.h"
#include "store/meta/meta.h"
#include "store/store.h"

struct api_settings {
    str version;            // Rushlight's own
    str compatible_version; // the wire's version that /health reports
    bool traces_need_range; // LANGFUSE_API_TRACES_REJECT_NO_DATE_RANGE
    int64_t traces_default_days;
    str traces_default_fields, trace_default_fields;
    str data_dir, mode; // mode: where accounts and events are kept, in words
    millis started;
    int64_t disk_budget, retention_days, max_connections; // 0 = none, for ever
    int64_t trace_bytes; // LANGFUSE_API_TRACE_OBSERVATIONS_SIZE_LIMIT_BYTES
};

struct ui;
struct report; // doctor/doctor.h
struct api {   // built by app; everything in it is thread safe
    struct event_store *store;
    struct meta *meta;
    struct auth *auth;
    struct pricing *pricing;
    struct ingest *ingest;
    struct ui *ui; // of the pages (ui/ui.h); handlers of the public API do not look into it
    struct api_settings settings;
    bool (*stopping)(void *app);
    bool (*settled)(void *app); // accounts and keys are there
    void *app;
    // Why accepted requests cannot be kept now, in the arena; none when they can.
    str (*problem)(void *app, struct arena *a);
    // Adds what is known of the servers behind this one, at most half a minute old, to the report.
    void (*checks)(void *app, struct report *r);
    // Prometheus text of GET /metrics, from the composition root.
    void (*metrics_write)(void *app, struct buf *out);
};

// Fills the NULL-terminated list of route tables and their lengths for http_config.
#define API_TABLES 11
void api_routes(const struct route *rows[API_TABLES + 1], size_t lens[API_TABLES]);
// Of a process that has nothing but probes: a worker.
void api_probe_routes(const struct route *rows[2], size_t lens[1]);

// http_config.authorize: checks the route's level and sets rq->principal (struct principal).
enum errc api_authorize(void *context, struct http_req *rq); // context: struct api
