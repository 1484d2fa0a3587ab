// SPDX-License-Identifier: MIT
#pragma once
// What the files of this folder share: faults as messages, one connection, the queue's state.
#include "base/limits.h"
#include "base/thread.h"
#include "queue/redis/redis_pool.h"
#include "queue/redis/redis_queue.h"
#include "queue/work_checks.h"

struct redis_conn;

// ---- redis_error.c ------------------------------------------------------------------------------

// An error that Redis answered. `quote`: its own words may be shown (they may repeat what was sent).
enum errc redis_failed(struct ctx *ctx, const struct redis_server *server, str words, bool quote);
bool redis_ends_connection(str words); // another connection may fare better, this one will not
bool redis_wants_no_password(str words);

// ---- redis_find.c -------------------------------------------------------------------------------

// Connects to the server; to the primary that its sentinels tell; or to `moved` ("[host]:port", where a
// node said that our keys are), else to the first node that answers.
enum errc redis_find(struct ctx *ctx, const struct redis_server *server, str moved,
                     struct redis_conn **out) MUST_CHECK;

// ---- redis_conn.c -------------------------------------------------------------------------------

// Connects, signs in and selects the database.
enum errc redis_conn_open(struct ctx *ctx, const struct redis_server *server,
                          struct redis_conn **out) MUST_CHECK;
const struct redis_server *redis_conn_server(const struct redis_conn *c); // as long as it is open
void redis_conn_close(struct redis_conn *c);                              // NULL is fine
bool redis_conn_stale(const struct redis_conn *c);
// The server's answer, errors among them. Anything but ERR_OK: the connection is of no more use.
enum errc redis_conn_call(struct redis_conn *c, struct ctx *ctx, const struct redis_command *cmd,
                          struct redis_value *out) MUST_CHECK;

// ---- The queue ----------------------------------------------------------------------------------

#define REDIS_GROUP    "workers" // consumer group of the stream
#define REDIS_SWEEP_MS 600000    // consumers are looked through

// A consumer whose claim got no answer: what Redis gave it since then never came.
struct lost_claim {
    uint64_t consumer; // hash of its name; 0 = free
    int64_t since_ms;  // monotonic: when that claim began
};
struct redis_queue {
    struct work_queue base;
    struct lock lock; // of `lost`
    struct lost_claim lost[LIMIT_REDIS_CONNECTIONS];
    struct work_bounds bounds;
    struct redis_pool *pool;
    struct arena *arena;       // texts of the keys
    str work, dead, fence;     // keys
    str lease_prefix;          // of the keys of leases
    _Atomic(int64_t) swept_ms; // monotonic: when consumers were last looked through
};
struct redis_queue *redis_of(struct work_queue *q);

// A script with its keys and arguments, in the one round trip that makes it atomic.
struct redis_script {
    const char *text;
    str keys[2];
    size_t n_keys;
    const str *args;
    size_t n_args;
};
enum errc redis_eval(struct redis_queue *q, struct ctx *ctx, const struct redis_script *script,
                     struct redis_value *out) MUST_CHECK;
str redis_number(struct arena *a, int64_t n); // as a word of a command
bool redis_id_valid(str id);                  // "milliseconds-sequence"
millis redis_id_time(str id);

// redis_claim.c
enum errc redis_claim(struct work_queue *base, struct ctx *ctx, const struct work_claim *claim,
                      work_fn *fn, void *user) MUST_CHECK;
// redis_dead.c
enum errc redis_bury(struct work_queue *base, struct ctx *ctx, const struct work *work,
                     str reason) MUST_CHECK;
enum errc redis_dead_list(struct work_queue *base, struct ctx *ctx, int64_t limit, dead_work_fn *fn,
                          void *user) MUST_CHECK;
enum errc redis_dead_retry(struct work_queue *base, struct ctx *ctx, const str *ids, size_t n,
                           int64_t *count) MUST_CHECK;
enum errc redis_dead_drop(struct work_queue *base, struct ctx *ctx, const str *ids, size_t n,
                          int64_t *count) MUST_CHECK;
// redis_lease.c
enum errc redis_lease(struct work_queue *base, struct ctx *ctx, str name, int64_t ttl_ms,
                      struct work_lease *out) MUST_CHECK;
enum errc redis_renew(struct work_queue *base, struct ctx *ctx, const struct work_lease *lease,
                      int64_t ttl_ms) MUST_CHECK;
enum errc redis_release(struct work_queue *base, struct ctx *ctx,
                        const struct work_lease *lease) MUST_CHECK;
