// SPDX-License-Identifier: MIT
#pragma once
// What may be wrong with a data directory and its machine: checks that only read, for `rushlight
// doctor` and for the system page of a running server.
#include "base/err.h"

struct migration; // sql/migrate.h
struct pg_server; // sql/postgres.h
enum finding { FINDING_FINE, FINDING_NOTE, FINDING_BROKEN };

struct redis_server; // queue/redis/redis_server.h
struct blob_store;   // blob/blob.h
struct ch_server;    // store/clickhouse/client.h
struct report_line {
    const char *part; // "event files"
    enum finding finding;
    str text; // what is so; for a broken part cause and cure
};
enum { REPORT_MAX = 128 };
struct report {
    struct ctx *ctx;
    struct arena *arena;
    str data_dir;
    int64_t max_connections;
    bool deep;                          // every day file, not only the newest
    const struct pg_server *database;   // NULL: metadata is in the data directory
    const struct migration *migrations; // of the metadata
    size_t n_migrations;
    const struct redis_server *redis; // of the queue
    const struct ch_server *clickhouse;
    struct blob_store *bucket;
    str bucket_name; // for people
    struct report_line lines[REPORT_MAX];
    size_t n;
    const char *part; // of the check that runs
    void *owner;      // of checks that live elsewhere
};
void report_add(struct report *r, enum finding finding, const char *fmt, ...) PRINTF_LIKE(3, 4);

// A check adds one line or more. Checks don't depend on each other's outcome.
typedef void doctor_check(struct report *r);
struct doctor_part {
    const char *part;
    doctor_check *run;
};
void report_run(struct report *r, const struct doctor_part *parts, size_t n);

doctor_check check_data_directory, check_clock, check_limits; // cheap
doctor_check check_metadata, check_event_files;               // read whole files
doctor_check check_bucket;     // writes and removes objects in `bucket`
doctor_check check_clickhouse; // asks `clickhouse`
doctor_check check_redis;      // asks `redis`
doctor_check check_postgres;   // asks the server of `database`
