// SPDX-License-Identifier: MIT
#pragma once
// The event store on a ClickHouse server, one node or a cluster of replicas (schema.c says how rows are
// kept). Writers of one project must not run at the same time in two processes: a lease sees to that
// (queue/work_queue.h).
#include "store/clickhouse/client.h"
#include "store/event_log.h"

struct clickhouse_store_options {
    struct ch_server server;
    store_enrich_fn *enrich;
    void *enrich_user;
    millis (*now)(void);    // NULL = clock_now
    int64_t retention_days; // 0 = keep
    bool migrate;           // make and change tables; else they must be there
};
// Opens without calling the server: it may be away, now or later. ERR_INVALID: the settings.
enum errc clickhouse_store_open(struct ctx *ctx, const struct clickhouse_store_options *opt,
                                struct event_store **out) MUST_CHECK;
// Makes the tables if that is still to do: what every use does by itself.
enum errc clickhouse_store_settle(struct event_store *s, struct ctx *ctx) MUST_CHECK;

// Which segments have been stored; it lives as long as the store.
struct event_log *clickhouse_store_event_log(struct event_store *s);
