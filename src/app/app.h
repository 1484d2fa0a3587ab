// SPDX-License-Identifier: MIT
#pragma once
// The composition root: configuration -> objects -> threads, and back. One struct app per process
// holds everything; nothing is global.
#include "app/config.h"
#include "base/clock.h"

struct app;
struct meta;
// Opens the data directory, creates first accounts when needed, listens. `cfg` must outlive the app.
// Errors say cause and cure: port in use, directory not writable or used by another server ...
enum errc app_start(struct ctx *ctx, const struct config *cfg, struct app **out) MUST_CHECK;
uint16_t app_port(const struct app *app);
// Stops accepting, lets running requests finish for at most grace_ms, drains the writer, closes.
void app_stop(struct app *app, int64_t grace_ms);

// Stores the events of kept requests again, on the caller's thread, in an app of ROLE_TOOL. A segment that
// cannot be read is counted and left out; a part that stays away ends it (*out says how far it came).
struct replay_result {
    int64_t segments, bytes, records, events, broken;
    millis reached; // acceptance of the last segment that was done
};
struct replay {
    millis from, to; // of acceptance
    str project;     // none: all
    bool dry_run;    // counts segments and their bytes only
    void (*progress)(void *user, const struct replay_result *so_far);
    void *user;
};
enum errc app_replay(struct app *app, struct ctx *ctx, const struct replay *r,
                     struct replay_result *out) MUST_CHECK;

// `rushlight serve` and `rushlight worker`: start, wait for a signal, stop. Returns the exit status: 0 after a graceful stop,
// 1 when the start failed. A second signal ends the process at once.
int app_serve(const struct config *cfg, const char *const *environment);

// Public URL as seen from this machine: "http://localhost:3000/monitor".
str app_local_url(struct arena *a, const struct config *cfg, uint16_t port);

// The metadata that the configuration names. A file is opened and migrated now; a server is not
// connected to before the first use (store/meta/meta.h).
enum errc app_meta_open(struct ctx *ctx, const struct config *cfg, struct meta **out) MUST_CHECK;
// The server that DATABASE_* name. ERR_INVALID says what is wrong with the URL.
struct pg_server; // sql/postgres.h
enum errc app_database(struct ctx *ctx, const struct config *cfg, struct pg_server *out) MUST_CHECK;
// The ClickHouse server that the configuration names (config_on_clickhouse).
struct ch_server; // store/clickhouse/client.h
void app_clickhouse(const struct config *cfg, struct ch_server *out);

// The queue that the configuration names: on REDIS_*, which is not connected to before the first use, or
// in process. ERR_INVALID says what is wrong with the address.
struct work_queue; // queue/work_queue.h
enum errc app_queue_open(struct ctx *ctx, const struct config *cfg,
                         struct work_queue **out) MUST_CHECK;
// The server that REDIS_* name, checked.
struct redis_server; // queue/redis/redis_server.h
enum errc app_redis(struct ctx *ctx, const struct config *cfg, struct redis_server *out) MUST_CHECK;
// Gauges of a queue for GET /metrics; rushlight_queue_up 0 and nothing else when it is away.
void app_queue_metrics(struct work_queue *q, struct buf *out);

// Adds what is to be said of every server that the configuration names: metadata, queue, buckets.
struct report; // doctor/doctor.h
void app_check_servers(struct report *r, const struct config *cfg);
// What `rushlight backup` saves. *server, if there is one, must outlive *out.
struct backup_site; // backup/backup.h
enum errc app_backup_site(struct ctx *ctx, const struct config *cfg, struct pg_server *server,
                          struct backup_site *out) MUST_CHECK;

// The object store for one use: LANGFUSE_S3_*, or a directory below the data directory. Nothing is asked
// of the network. *web is opened when it is NULL and needed; the caller closes it after the stores.
enum blob_use { BLOB_EVENTS, BLOB_MEDIA, BLOB_EXPORTS };
struct blob_store; // blob/blob.h
struct web;        // net/web.h
enum errc app_blob_open(struct ctx *ctx, const struct config *cfg, enum blob_use use,
                        struct web **web, struct blob_store **out) MUST_CHECK;
bool config_on_bucket(const struct config *cfg, enum blob_use use); // false: files

const char *data_dir_meta(struct arena *a, str dir); // path of meta.db

// Creates the directory with its parents (mode 0700) and checks that it can be written.
enum errc data_dir_prepare(struct ctx *ctx, str dir) MUST_CHECK;
// Takes the lock that keeps a second server out; *fd is closed to release it. ERR_CONFLICT names the
// process that holds it.
enum errc data_dir_lock(struct ctx *ctx, str dir, int *fd) MUST_CHECK;

// What the lock file says of the server that holds it.
struct running_server {
    int64_t pid;
    str host; // as configured, "0.0.0.0" for all
    int64_t port;
    str base_path, url;
};
enum errc data_dir_announce(struct ctx *ctx, int fd, const struct running_server *s) MUST_CHECK;
// False when no server runs on the directory; *out then has what the last one left.
bool data_dir_server(struct arena *a, str dir, struct running_server *out);
