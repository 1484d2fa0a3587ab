// SPDX-License-Identifier: MIT
// Requests on their way into segments: many in one, answered when they are kept, in the spool while the
// object store is away, and brought over when it is back.
#include "base/limits.h"
#include "base/thread.h"
#include "blob/files/files.h"
#include "queue/memory/memory_queue.h"
#include "segment/segment.h"
#include "segment/writer.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>
#undef fail // cmocka's; ours records an error

enum { SENDERS = 12, EACH = 20, BACK_MS = 10000 };

struct flaky { // an object store that can be switched off
    struct blob_store base;
    struct blob_store *inner;
    atomic_bool away;
};
struct fixture {
    struct arena *a;
    struct ctx ctx;
    char directory[64];
    struct flaky blobs;
    struct blob_store *spool;
    struct work_queue *queue;
    struct segment_counters counters;
    struct segment_writer *writer;
    struct ingest_log log;
};

static enum errc flaky_put(struct blob_store *b, struct ctx *ctx, const struct blob_object *o)
{
    struct flaky *f = (struct flaky *)b;

    if (atomic_load(&f->away))
        return fail(ctx, ERR_UNAVAILABLE, "nobody listens on the bucket's port");
    return f->inner->ops->put(f->inner, ctx, o);
}
static enum errc flaky_get(struct blob_store *b, struct ctx *ctx, str key, struct buf *out)
{
    struct flaky *f = (struct flaky *)b;
    return f->inner->ops->get(f->inner, ctx, key, out);
}
static const struct blob_store_ops flaky_ops = {
    .name = "flaky", .put = flaky_put, .get = flaky_get};

static struct blob_store *folder(struct fixture *f, const char *name)
{
    struct blob_store *out = NULL;
    str path = arena_fmt(f->a, "%s/%s", f->directory, name);
    assert_int_equal(blob_files_open(&f->ctx, path, &out), ERR_OK);
    return out;
}

static void writer_start(struct fixture *f, bool spool, int64_t spool_bytes)
{
    const struct segment_options opt = {.blobs = &f->blobs.base,
                                        .queue = f->queue,
                                        .prefix = STR("p/"),
                                        .age_ms = 20,
                                        .bytes = 1 << 20,
                                        .spool = spool ? f->spool : NULL,
                                        .spool_bytes = spool_bytes,
                                        .counters = &f->counters};
    assert_int_equal(segment_writer_open(&f->ctx, &opt, &f->writer), ERR_OK);
    f->log = segment_writer_log(f->writer);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->a = arena_create(64 << 20);
    ctx_init(&f->ctx, f->a);
    (void)snprintf(f->directory, sizeof f->directory, "/tmp/rushlight-segments-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    f->blobs = (struct flaky){.base = {&flaky_ops}, .inner = folder(f, "bucket")};
    f->spool = folder(f, "spool");
    f->queue = memory_queue_create(NULL);
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
    segment_writer_close(f->writer);
    f->queue->ops->close(f->queue);
    f->spool->ops->close(f->spool);
    f->blobs.inner->ops->close(f->blobs.inner);
    arena_destroy(f->a);
    assert_int_equal(nftw(f->directory, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(f);
    return 0;
}

static enum errc send(struct fixture *f, struct ctx *ctx, const char *body)
{
    const struct ingest_record record = {
        INGEST_BATCH, {.project_id = STR("p"), .now = 1}, str_c(body)};
    return f->log.append(f->log.user, ctx, &record, 1);
}

struct count {
    struct fixture *f;
    int64_t segments, records;
};

static enum errc count_work(void *user, const struct work *work)
{
    struct count *c = user;
    struct fixture *f = c->f;
    AUTO(buf_fini) struct buf object = {0};
    struct zstd *z = zstd_create();
    struct segment_reader r;
    struct ingest_record record;
    bool more = true;

    buf_init(&object, LIMIT_SEGMENT_BYTES);
    assert_int_equal(flaky_get(&f->blobs.base, &f->ctx, work->body, &object), ERR_OK);
    assert_int_equal(segment_open(&f->ctx, z, buf_str(&object), &r), ERR_OK);
    while (segment_next(&f->ctx, &r, &record, &more) == ERR_OK && more)
        c->records++;
    c->segments++;
    zstd_destroy(z);
    return ERR_OK;
}

// All that is announced within the time, until so many records are there.
static struct count announced(struct fixture *f, int64_t records)
{
    const struct work_claim claim = {
        .consumer = STR("test"), .max = 100, .wait_ms = 100, .idle_ms = 60000};
    struct count c = {.f = f};
    int64_t deadline = clock_mono_ms() + BACK_MS;

    while (c.records < records && clock_mono_ms() < deadline)
        assert_int_equal(f->queue->ops->claim(f->queue, &f->ctx, &claim, count_work, &c), ERR_OK);
    return c;
}

static void *sender(void *user)
{
    struct fixture *f = user;
    struct arena *a = arena_create(1 << 20);
    struct ctx ctx;

    ctx_init(&ctx, a);
    for (int i = 0; i < EACH; i++)
        CHECK(send(f, &ctx, "{\"batch\":[]}") == ERR_OK);
    arena_destroy(a);
    return NULL;
}

static void many_requests_share_segments(void **state)
{
    struct fixture *f = *state;
    struct thread *threads[SENDERS];

    writer_start(f, false, 0);
    for (size_t i = 0; i < SENDERS; i++)
        threads[i] = thread_start("sender", 128 << 10, sender, f);
    for (size_t i = 0; i < SENDERS; i++)
        thread_join(threads[i]);
    struct count c = announced(f, (int64_t)SENDERS * EACH);
    assert_int_equal(c.records, SENDERS * EACH);
    assert_true(c.segments < SENDERS * EACH / 2);
    assert_int_equal(counter_get(&f->counters.puts), c.segments);
    assert_int_equal(atomic_load(&f->counters.waiting_bytes), 0);
}

static void without_object_store_and_spool_nothing_is_acknowledged(void **state)
{
    struct fixture *f = *state;

    writer_start(f, false, 0);
    atomic_store(&f->blobs.away, true);
    assert_int_equal(send(f, &f->ctx, "{}"), ERR_UNAVAILABLE);
    assert_true(str_has(f->ctx.message, STR("nobody listens on the bucket's port")));
    ctx_clear_error(&f->ctx);
    assert_true(str_some(segment_writer_problem(f->writer, f->a)));
    atomic_store(&f->blobs.away, false);
    assert_int_equal(send(f, &f->ctx, "{}"), ERR_OK);
    assert_false(str_some(segment_writer_problem(f->writer, f->a)));
    assert_int_equal(announced(f, 1).records, 1);
}

static enum errc count_and_finish(void *user, const struct work *work)
{
    struct count *c = user;

    TRY(count_work(user, work));
    return c->f->queue->ops->done(c->f->queue, &c->f->ctx, &work->id, 1);
}

static void what_the_queue_refused_is_offered_again(void **state)
{
    struct fixture *f = *state;
    static const struct work_bounds one = {.work = 1};
    const struct work_claim claim = {
        .consumer = STR("test"), .max = 1, .wait_ms = 100, .idle_ms = 60000};
    struct count c = {.f = f};
    int64_t deadline = clock_mono_ms() + BACK_MS;

    f->queue->ops->close(f->queue);
    f->queue = memory_queue_create(&one);
    writer_start(f, false, 0);
    for (int i = 0; i < 3; i++) // one after another: three segments
        assert_int_equal(send(f, &f->ctx, "{}"), ERR_OK);
    assert_int_equal(counter_get(&f->counters.queue_failures), 2);
    while (c.records < 3 && clock_mono_ms() < deadline)
        assert_int_equal(f->queue->ops->claim(f->queue, &f->ctx, &claim, count_and_finish, &c),
                         ERR_OK);
    assert_int_equal(c.records, 3);
}

static void the_spool_bridges_an_outage(void **state)
{
    struct fixture *f = *state;

    writer_start(f, true, 1 << 20);
    atomic_store(&f->blobs.away, true);
    for (int i = 0; i < 5; i++)
        assert_int_equal(send(f, &f->ctx, "{\"batch\":[]}"), ERR_OK);
    assert_int_equal(counter_get(&f->counters.spooled), 5);
    assert_true(atomic_load(&f->counters.spool_bytes) > 0);
    atomic_store(&f->blobs.away, false);
    assert_int_equal(announced(f, 5).records, 5);
    assert_int_equal(counter_get(&f->counters.drained), 5);
    assert_int_equal(atomic_load(&f->counters.spool_bytes), 0);
}

static void what_is_spooled_survives_the_process(void **state)
{
    struct fixture *f = *state;

    writer_start(f, true, 1 << 20);
    atomic_store(&f->blobs.away, true);
    assert_int_equal(send(f, &f->ctx, "{\"batch\":[]}"), ERR_OK);
    segment_writer_close(f->writer);
    f->writer = NULL;
    atomic_store(&f->blobs.away, false);
    writer_start(f, true, 1 << 20);
    assert_int_equal(announced(f, 1).records, 1);
}

static void a_full_spool_is_said(void **state)
{
    struct fixture *f = *state;

    writer_start(f, true, 10);
    atomic_store(&f->blobs.away, true);
    assert_int_equal(send(f, &f->ctx, "{\"batch\":[]}"), ERR_UNAVAILABLE);
    assert_true(str_has(f->ctx.message, STR("spool directory holds its 10 bytes")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_requests_share_segments, setup, teardown),
        cmocka_unit_test_setup_teardown(without_object_store_and_spool_nothing_is_acknowledged,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(what_the_queue_refused_is_offered_again, setup, teardown),
        cmocka_unit_test_setup_teardown(the_spool_bridges_an_outage, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_spooled_survives_the_process, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_spool_is_said, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
