// SPDX-License-Identifier: MIT
#pragma once
// The store object itself, and what its write side shares. Readers include store_int.h only.
//
//   connection threads --prepare--> write_set --queue--> writer thread --commit--> tickets
//                                                        |-> catalogue snapshot, id filters
#include "base/metrics.h"
#include "base/thread.h"
#include "store/sqlite/row.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/store_int.h"
#include "store/trace_stats.h"

#define PATH_MAX_BYTES   4096
#define READERS_IDLE_MAX 24u    // open read connections kept for reuse
#define DAYS_OPEN_MAX    8u     // day files the writer keeps open
#define COMPRESSORS_MAX  4u     // kept for requests being prepared: ~1 MiB each
#define RECENT_SLOTS     65536u // power of two
#define BAD_DAYS_MAX     64u

enum id_kind { ID_TRACE, ID_SCORE, ID_SESSION };
struct id_key {
    enum id_kind kind;
    int64_t hash; // row_hash(project, id)
    str id;
};
struct row_at {
    int64_t day, row;
};

// Membership of ids per day: a list of blocked Bloom segments, ~16 bits per id. Bits are set by the
// writer and read by everybody (relaxed atomics: a commit is published through the catalogue lock).
struct ids_filter;
struct ids_filter *ids_filter_create(size_t expected);
void ids_filter_destroy(struct ids_filter *f); // NULL is fine
void ids_filter_add(struct ids_filter *f, uint64_t hash);
bool ids_filter_has(const struct ids_filter *f, uint64_t hash);
uint64_t id_kind_hash(enum id_kind kind, int64_t row_hash);

struct filter_slot {
    int64_t day;
    struct ids_filter *filter;
};

// One project's part of a day, as the writer changes it.
struct day_project_row {
    struct day_project v;
    char *id; // project id, for the row's first insert
    bool stored, dirty;
};

struct day_writer { // a day file open for writing; the writer thread's own
    int64_t day;
    struct sql *db;
    struct day_project_row *projects;
    size_t n_projects, cap_projects;
    int64_t offered; // pages of the log when its checkpoint was last asked for
    bool begun;
    bool sealed;   // has observation_hash, and all its traces are packed
    uint64_t used; // for choosing which to close
};

struct recent_slot { // id -> where its row is; the writer thread's own
    int64_t hash;
    uint64_t id_hash;
    struct row_at at;
};

struct bad_day {
    int64_t day;
    char problem[256];
};

struct sqlite_store {
    struct event_store base;
    struct sqlite_store_options opt;
    char *dir;

    struct lock lock; // catalogue pointer, reader pool, problem text
    struct cond reader_free;
    const struct catalog *catalog;
    struct reader *idle[READERS_IDLE_MAX];
    size_t n_idle, n_readers;
    struct zstd *compressors[COMPRESSORS_MAX]; // idle
    size_t n_compressors;
    struct bad_day bad[BAD_DAYS_MAX];
    size_t n_bad;
    char problem[512];     // why writes are refused; empty = fine
    int64_t problem_at_ms; // when it was met last, monotonic

    struct lock filters_lock; // the list; filters themselves are atomic
    struct filter_slot *filters;
    size_t n_filters, cap_filters;
    bool filters_ready;

    struct queue *queue;
    struct thread *writer;
    struct queue *checkpoints; // struct checkpoint: days whose log has grown
    struct thread *checkpointer;
    _Atomic(int64_t) events_written, deleted_age, deleted_budget;
    _Atomic(bool) budget_near; // the warning before deletion was said
    struct histogram commit_times;

    struct day_writer *days[DAYS_OPEN_MAX]; // writer thread
    size_t n_days;
    uint64_t clock;
    struct recent_slot *recent;
    str insert_sql;        // of an observation; made at open
    struct zstd *zstd;     // writer thread
    struct arena *scratch; // writer thread, reset per commit
};

int64_t store_bytes(struct sqlite_store *s,
                    const struct catalog *c); // of all day files and their logs
millis store_now(const struct sqlite_store *s);
// Path of a day file with a suffix ("", "-wal", ".tmp"); false when it would not fit.
bool day_path(const struct sqlite_store *s, int64_t day, const char *suffix,
              char out[PATH_MAX_BYTES]);
void store_problem_set(struct sqlite_store *s, str problem); // empty: writable again
enum errc catalog_load(struct sqlite_store *s,
                       struct ctx *ctx) MUST_CHECK; // at open: directory listing
void catalog_publish(struct sqlite_store *s, struct day_writer *const *changed,
                     size_t n);                                      // after a commit
void catalog_add(struct sqlite_store *s, const struct day_entry *e); // its lists are taken over
void catalog_forget(struct sqlite_store *s, int64_t day);            // after an unlink
struct catalog *catalog_alloc(size_t n);
int catalog_order(const void *x, const void *y); // of day entries, newest first
// Takes a file that the catalogue lacks into it; false when there is none or it cannot be read.
bool day_adopt(struct sqlite_store *s, struct ctx *ctx, int64_t day);
void directory_look(struct sqlite_store *s, struct ctx *ctx); // for days that came back
void bad_day_forget(struct sqlite_store *s, int64_t day);
void readers_close(struct sqlite_store *s); // all idle ones
void readers_forget(struct sqlite_store *s, int64_t day);

struct day_project day_project_read(struct sql_stmt *st);
enum errc day_projects_query(struct sql *db, struct ctx *ctx, struct sql_stmt **out) MUST_CHECK;

struct ids_filter *filter_of(struct sqlite_store *s, int64_t day, bool create);
enum errc filters_build(struct sqlite_store *s,
                        struct ctx *ctx) MUST_CHECK; // once; NULL-cheap afterwards
void filters_forget(struct sqlite_store *s, int64_t day);
enum errc filter_build(struct sqlite_store *s, struct ctx *ctx, int64_t day) MUST_CHECK;

// Work items of the writer's queue.
enum work_kind {
    WORK_WRITE,
    WORK_DELETE_TRACES,
    WORK_DELETE_SCORE,
    WORK_MARK,
    WORK_USAGE,
    WORK_REPACK,
    WORK_FACTS,
    WORK_SEAL,
    WORK_CHECKPOINT,
    WORK_FORGET_DAY
};
struct body_move { // a row whose body goes into another pack
    bool is_trace;
    int64_t row, pack, slot;
};
struct fact_blob { // a chunk of facts, compressed; in the caller's arena
    int64_t project, n;
    millis first, last;
    bool again;
    str data;
    const int64_t *replaces; // chunks that it was joined from; it takes the place of the last
    size_t n_replaces;
};
struct repack_plan { // the bodies of one trace, compressed together
    int64_t trace, project;
    millis updated; // the row as it was read
    struct body_move *moves;
    size_t n;
    str pack; // none: the trace stays as it is
};
struct work {
    enum work_kind kind;
    struct ticket ticket;
    struct ctx *ctx; // the caller's: arena and error; the caller waits, so nobody else touches it
    str project;
    int64_t project_hash;
    struct write_set *set;
    const str *ids;
    size_t n_ids;
    const struct observation *observation;
    const struct trace_mark *mark;
    const struct repack_plan *plans;
    size_t n_plans;
    const struct fact_blob *facts; // of the plans' traces, or joined
    size_t n_facts;
    int64_t day, done;
    struct write_result result;
};
// Queues the work and waits until it is durable.
enum errc work_submit(struct sqlite_store *s, struct work *w) MUST_CHECK;
// Folding write-ahead logs into their files, beside the writer (checkpoint.c).
void checkpoints_offer(struct sqlite_store *s); // writer thread, after a commit
void *checkpointer_main(void *arg);             // arg: the store
void *writer_main(void *arg);                   // arg: the store

// Day files of the writer.
enum errc day_writer_get(struct sqlite_store *s, struct ctx *ctx, int64_t day,
                         struct day_writer **out) MUST_CHECK; // open, in a transaction
struct day_project_row *day_writer_project(struct day_writer *d, int64_t hash, str id);
void day_writers_close(struct sqlite_store *s); // drops everything uncommitted
void day_writer_close_one(struct sqlite_store *s, int64_t day);
enum errc day_writers_commit(struct sqlite_store *s, struct ctx *ctx) MUST_CHECK;

void recent_put(struct sqlite_store *s, const struct id_key *key, struct row_at at);
void recent_clear(struct sqlite_store *s);
// Where the id's row is, as the writer sees it (uncommitted rows included). ERR_NOT_FOUND.
enum errc writer_find(struct sqlite_store *s, struct ctx *ctx, const struct id_key *key,
                      struct row_at *out) MUST_CHECK;

// prepare.c: a request's events grouped by trace, merged, enriched, bodies compressed.
struct obs_item {
    str id;
    int64_t hash;
    struct event **events;
    size_t n_events, cap_events;
    struct observation row; // merged as if new
    uint32_t slot;
};
struct score_item {
    struct event *event;
    struct score row;
    int64_t hash;
};
struct trace_group {
    str trace_id;
    int64_t hash;
    millis first; // earliest time said: chooses the day of a new trace
    struct event **trace_events;
    size_t n_trace_events, cap_trace_events;
    struct obs_item *items;
    size_t n_items, cap_items;
    struct score_item *scores;
    size_t n_scores, cap_scores;
    struct trace row; // merged trace events as if new
    uint32_t trace_slot;
    bool has_trace_body;
    str pack; // compressed bodies, or none
};
struct write_set {
    struct trace_group *groups;
    size_t n_groups, cap_groups;
    struct score_item *loose; // session and run scores
    size_t n_loose, cap_loose;
    size_t n_events;
    struct arena *arena;
};
// Trace id of a stored observation row.
enum errc observation_trace_id(struct sqlite_store *s, struct ctx *ctx, int64_t day, int64_t row,
                               str *out) MUST_CHECK;
enum errc write_set_prepare(struct sqlite_store *s, struct ctx *ctx, str project,
                            const struct event_list *events, struct write_set *out) MUST_CHECK;

// apply_*.c: rows of one set into the open day transactions.
enum errc apply_set(struct sqlite_store *s, struct work *w) MUST_CHECK;
// home: the day of the trace's file, or of the score itself; trace_row -1: none.
enum errc apply_scores(struct sqlite_store *s, struct work *w, struct row_at home,
                       struct score_item *items, size_t n) MUST_CHECK;
struct apply { // one group on its way into its trace's file
    struct sqlite_store *s;
    struct work *w;
    struct day_writer *d;
    struct trace_group *g;
    int64_t trace, pack; // row numbers; pack of this request's bodies, -1 without
    bool pack_stored;
    bool trace_is_new;
    struct trace_stats delta; // what new observations add
    struct root_words root;
    bool recompute; // a stored observation changed: sum the rows again
};
enum errc apply_observations(struct apply *a) MUST_CHECK;
enum errc request_pack(struct apply *a) MUST_CHECK; // makes a->pack known
enum errc apply_session(struct sqlite_store *s, struct work *w, struct day_writer *d,
                        str session_id, str environment) MUST_CHECK;
enum errc delete_traces(struct sqlite_store *s, struct work *w) MUST_CHECK;
enum errc mark_apply(struct sqlite_store *s, struct work *w) MUST_CHECK;
enum errc delete_score(struct sqlite_store *s, struct work *w) MUST_CHECK;
enum errc usage_apply(struct sqlite_store *s, struct work *w) MUST_CHECK;
enum errc repack_apply(struct sqlite_store *s, struct work *w) MUST_CHECK;
enum errc facts_apply(struct sqlite_store *s, struct work *w) MUST_CHECK;
enum errc seal_apply(struct sqlite_store *s, struct work *w) MUST_CHECK;
enum errc checkpoint_apply(struct sqlite_store *s, struct work *w) MUST_CHECK;
// Whether the day has observation_hash and waits for no repacking.
enum errc day_sealed(struct sql *db, struct ctx *ctx, bool *out) MUST_CHECK;
// Whether a trace of the day waits for its bodies to be packed together.
enum errc day_unpacked(struct sql *db, struct ctx *ctx, bool *out) MUST_CHECK;
enum errc forget_day_apply(struct sqlite_store *s, struct work *w) MUST_CHECK;

// facts.c: chunks of the plans' traces as their rows are now (caller's thread); storing them, and the
// word that a trace is gone (writer).
enum errc facts_of_plans(struct reader *r, struct ctx *ctx, const struct repack_plan *plans,
                         size_t n, struct fact_blob **out, size_t *n_out) MUST_CHECK;
enum errc facts_insert(struct work *w, struct day_writer *d) MUST_CHECK;
enum errc fact_insert_gone(struct sqlite_store *s, struct work *w, struct day_writer *d,
                           int64_t row) MUST_CHECK;

enum errc pack_insert(struct day_writer *d, struct ctx *ctx, str data,
                      int64_t *id) MUST_CHECK; // -1 for none
// Deletes a pack that no row of its trace points at any more.
enum errc pack_release(struct day_writer *d, struct ctx *ctx, int64_t trace,
                       int64_t pack) MUST_CHECK;
str observation_insert_sql(struct sqlite_store *s); // INSERT with all columns
void take_min_i64(int64_t *a, int64_t v);
void take_max_i64(int64_t *a, int64_t v);
// Sums of the trace's rows, after one was replaced.
enum errc stats_recompute(struct sqlite_store *s, struct day_writer *d, struct ctx *ctx,
                          int64_t trace, struct trace_stats *t) MUST_CHECK;
