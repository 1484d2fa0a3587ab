// SPDX-License-Identifier: MIT
// Segments on their way into a store: exactly once in effect, whatever is delivered twice, fails for a
// while, is broken, or was lost by the queue. The store is the embedded one.
#include "worker/worker.h"
#include "base/limits.h"
#include "base/thread.h"
#include "blob/files/files.h"
#include "queue/memory/memory_queue.h"
#include "segment/segment.h"
#include "store/sqlite/sqlite_store.h"
#include "unit/meta/meta_fixture.h"

#include <ftw.h>

#undef fail // cmocka's; ours records an error

enum { PATIENCE_MS = 15000, DAY_MS = 86400000 };

struct fake_log {
    struct event_log base;
    struct lock lock;
    char keys[64][160];
    size_t n;
};
struct shaky_store { // the embedded store, away for the first writes
    struct event_store base;
    struct event_store *inner;
    atomic_int failures;
};
struct fixture {
    struct meta_fixture *m;
    char directory[64];
    struct event_store_ops shaky_ops;
    struct shaky_store store;
    struct blob_store *blobs;
    struct work_queue *queue;
    struct fake_log log;
    struct ingest ingest;
    struct worker_counters counters;
    struct worker_options opt;
    struct worker *worker;
    char keys[8][160]; // of the segments that were made
    size_t n_keys;
};

// ---- Parts --------------------------------------------------------------------------------------

static enum errc log_note(struct event_log *log, struct ctx *ctx, const struct segment_note *note)
{
    struct fake_log *l = (struct fake_log *)log;

    (void)ctx;
    lock_acquire(&l->lock);
    (void)snprintf(l->keys[l->n++ % 64], sizeof l->keys[0], "%.*s", STR_ARG(note->key));
    lock_release(&l->lock);
    return ERR_OK;
}

static enum errc log_known(struct event_log *log, struct ctx *ctx, const str *keys, size_t n,
                           bool *known)
{
    struct fake_log *l = (struct fake_log *)log;

    (void)ctx;
    for (size_t i = 0; i < n; i++) {
        known[i] = false;
        for (size_t k = 0; k < l->n; k++)
            known[i] |= str_eq(keys[i], str_c(l->keys[k]));
    }
    return ERR_OK;
}
static const struct event_log_ops log_ops = {log_note, log_known};

static enum errc shaky_write(struct event_store *s, struct ctx *ctx, str project,
                             const struct event_list *events, struct write_result *res)
{
    struct shaky_store *f = (struct shaky_store *)s;

    assert_true(ctx->fence > 0); // written under a lease
    if (atomic_fetch_sub(&f->failures, 1) > 0)
        return fail(ctx, ERR_UNAVAILABLE, "the store is away");
    return f->inner->ops->write(f->inner, ctx, project, events, res);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->m = meta_fixture_create();
    (void)snprintf(f->directory, sizeof f->directory, "/tmp/rushlight-worker-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    struct arena *a = f->m->arena;
    const struct sqlite_store_options store = {.dir = arena_fmt(a, "%s/events", f->directory).p};
    assert_ok(sqlite_store_open(fresh(f->m), &store, &f->store.inner));
    f->shaky_ops = *f->store.inner->ops;
    f->shaky_ops.write = shaky_write;
    f->store.base.ops = &f->shaky_ops;
    assert_ok(blob_files_open(fresh(f->m), arena_fmt(a, "%s/bucket", f->directory), &f->blobs));
    f->queue = memory_queue_create(NULL);
    f->log.base.ops = &log_ops;
    lock_init(&f->log.lock);
    f->ingest = (struct ingest){.store = &f->store.base, .meta = f->m->meta};
    f->opt = (struct worker_options){.ingest = &f->ingest,
                                     .blobs = f->blobs,
                                     .queue = f->queue,
                                     .log = &f->log.base,
                                     .prefix = STR(""),
                                     .threads = 3,
                                     .slice_bytes = 2000,
                                     .look_back_ms = DAY_MS,
                                     .settle_ms = 60000,
                                     .retention_days = 2,
                                     .counters = &f->counters};
    *state = f;
    return 0;
}

static int remove_one(const char *path, const struct stat *st UNUSED, int type UNUSED,
                      struct FTW *ftw UNUSED)
{
    return remove(path);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    worker_stop(f->worker);
    f->queue->ops->close(f->queue);
    f->blobs->ops->close(f->blobs);
    f->store.inner->ops->close(f->store.inner);
    lock_fini(&f->log.lock);
    meta_fixture_destroy(f->m);
    assert_int_equal(nftw(f->directory, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(f);
    return 0;
}

// ---- Segments -----------------------------------------------------------------------------------

#define EVENT(kind, body)                                                          \
    "{\"id\":\"e\",\"type\":\"" kind "-create\",\"timestamp\":\"2026-11-23T10:00:" \
    "00.000Z\",\"body\":{" body "}}"

// A segment of `n` batches, each a trace of its own with a score that names no id; half of them in
// project "b".
static str segment_make(struct fixture *f, int first, int n, millis at)
{
    AUTO(buf_fini) struct buf records = {0}, object = {0};
    struct ctx *ctx = fresh(f->m);
    struct zstd *z = zstd_create();

    buf_init(&records, 1 << 20);
    buf_init(&object, 1 << 20);
    for (int i = first; i < first + n; i++) {
        str body =
            arena_fmt(ctx->arena,
                      "{\"batch\":[" EVENT("trace", "\"id\":\"t%d\",\"name\":\"n\"") "," EVENT(
                          "score", "\"traceId\":\"t%d\",\"name\":\"s\",\"value\":1") "]}",
                      i, i);
        const struct ingest_record record = {INGEST_BATCH,
                                             {.project_id = i % 2 ? STR("a") : STR("b"),
                                              .seed = arena_fmt(ctx->arena, "seed%d", i),
                                              .now = 1},
                                             body};
        assert_true(segment_record_write(&records, &record));
    }
    assert_ok(segment_seal(ctx, z, buf_str(&records), (uint32_t)n, &object));
    char *text = f->keys[f->n_keys++];
    (void)snprintf(text, sizeof f->keys[0], "%s",
                   arena_cstr(ctx->arena, segment_key(ctx->arena, STR(""), at)));
    str key = str_c(text);
    const struct blob_object put = {.key = key, .body = buf_str(&object)};
    assert_ok(f->blobs->ops->put(f->blobs, ctx, &put));
    zstd_destroy(z);
    return key;
}

static void push(struct fixture *f, str key)
{
    assert_ok(f->queue->ops->push(f->queue, fresh(f->m), key));
}

static struct store_counts counts(struct fixture *f)
{
    struct store_status status = {0};
    assert_ok(f->store.inner->ops->status(f->store.inner, fresh(f->m), &status));
    return status.counts;
}

static bool within_patience(int64_t began_ms)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    (void)nanosleep(&pause, NULL);
    return clock_mono_ms() - began_ms < PATIENCE_MS;
}

static void start(struct fixture *f)
{
    assert_ok(worker_start(fresh(f->m), &f->opt, &f->worker));
}

static void wait_for_segments(struct fixture *f, uint64_t n)
{
    int64_t began = clock_mono_ms();
    while (counter_get(&f->counters.segments) + counter_get(&f->counters.buried) < n)
        assert_true(within_patience(began));
}

// ---- Tests --------------------------------------------------------------------------------------

static void segments_are_stored_once_whatever_comes_twice(void **state)
{
    struct fixture *f = *state;
    str keys[6];

    for (int i = 0; i < 6; i++)
        keys[i] = segment_make(f, i * 20, 20, clock_now());
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 6; i++)
            push(f, keys[i]);
    start(f);
    wait_for_segments(f, 12);
    struct store_counts c = counts(f);
    assert_int_equal(c.traces, 120);
    assert_int_equal(c.scores, 120); // ids that were made up are the same ones again
    assert_int_equal(counter_get(&f->counters.events), 2 * 240);
}

static void a_store_that_is_away_is_waited_for(void **state)
{
    struct fixture *f = *state;

    atomic_store(&f->store.failures, 2);
    push(f, segment_make(f, 0, 10, clock_now()));
    start(f);
    wait_for_segments(f, 1);
    assert_int_equal(counts(f).traces, 10);
    assert_int_equal(counter_get(&f->counters.failures), 2);
    assert_int_equal(counter_get(&f->counters.buried), 0);
}

struct dead {
    size_t n;
    char reason[200];
};

static enum errc take_dead(void *user, const struct dead_work *work)
{
    struct dead *d = user;
    d->n++;
    (void)snprintf(d->reason, sizeof d->reason, "%.*s", STR_ARG(work->reason));
    return ERR_OK;
}

static void what_cannot_be_read_is_set_aside(void **state)
{
    struct fixture *f = *state;
    struct dead dead = {0};
    str key = segment_make(f, 0, 1, clock_now());
    const struct blob_object broken = {.key = key, .body = STR("RLSEG\0\0\1 and nonsense")};

    assert_ok(f->blobs->ops->put(f->blobs, fresh(f->m), &broken));
    push(f, key);
    push(f, segment_make(f, 1, 1, clock_now()));
    start(f);
    wait_for_segments(f, 2);
    assert_int_equal(counts(f).traces, 1);
    assert_ok(f->queue->ops->dead_list(f->queue, fresh(f->m), 10, take_dead, &dead));
    assert_int_equal(dead.n, 1);
    assert_true(str_has(str_c(dead.reason), STR("segment")));
}

static void what_the_queue_lost_is_found(void **state)
{
    struct fixture *f = *state;
    millis now = clock_now();
    int64_t n = 0;

    (void)segment_make(f, 0, 5, now);                           // lost
    (void)segment_make(f, 10, 5, now - 3 * (millis)DAY_MS);     // too old to look for
    assert_ok(worker_reconcile(&f->opt, fresh(f->m), now, &n)); // it may still be on its way
    assert_int_equal(n, 0);
    assert_ok(worker_reconcile(&f->opt, fresh(f->m), now + 120000, &n));
    assert_int_equal(n, 1);
    assert_ok(worker_reconcile(&f->opt, fresh(f->m), now + 120000, &n)); // it waits in the queue
    assert_int_equal(n, 0);
    start(f);
    wait_for_segments(f, 1);
    assert_int_equal(counts(f).traces, 5);
    assert_ok(worker_reconcile(&f->opt, fresh(f->m), now + 120000, &n)); // it is noted
    assert_int_equal(n, 0);
}

static enum errc count_entry(void *user, const struct blob_entry *entry)
{
    (void)entry;
    ++*(int *)user;
    return ERR_OK;
}

static void old_segments_are_deleted(void **state)
{
    struct fixture *f = *state;
    millis now = clock_now();
    int64_t n = 0;
    int left = 0;

    (void)segment_make(f, 0, 1, now);
    (void)segment_make(f, 1, 1, now - 3 * (millis)DAY_MS);
    assert_ok(worker_forget(&f->opt, fresh(f->m), now, &n));
    assert_int_equal(n, 1);
    assert_ok(
        f->blobs->ops->list(f->blobs, fresh(f->m), &(struct blob_range){0}, count_entry, &left));
    assert_int_equal(left, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(segments_are_stored_once_whatever_comes_twice, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_store_that_is_away_is_waited_for, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_set_aside, setup, teardown),
        cmocka_unit_test_setup_teardown(what_the_queue_lost_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(old_segments_are_deleted, setup, teardown),
    };
    CHECK(crypto_init() == ERR_OK);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
