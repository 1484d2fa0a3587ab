// SPDX-License-Identifier: MIT
// One segment is open at a time. The first request of a segment starts its clock; a flusher thread takes the
// segment when it is old or large enough, and while it is being stored the next one is filled. Several
// flushers, because a PUT takes as long as its way. Requests sleep on tickets; nothing is
// answered before the object store (or the spool) has the bytes.
#include "base/limits.h"
#include "base/log.h"
#include "segment/segment.h"
#include "segment/writer_int.h"

#include <stdio.h>
#include <stdlib.h>

enum { PUT_MS = 8000, PUT_BEFORE_SPOOL_MS = 2000, STACK = 256 << 10 };

struct waiting { // a request, on its own stack
    struct ticket ticket;
    struct waiting *next;
};
struct open_segment {
    struct buf records;
    uint32_t n;
    int64_t began_ms;
    struct waiting *waiting;
};

// ---- Requests -----------------------------------------------------------------------------------

static struct open_segment *segment_begin(void)
{
    struct open_segment *seg = calloc(1, sizeof *seg);

    CHECK(seg);
    buf_init(&seg->records, LIMIT_SEGMENT_BYTES);
    seg->began_ms = clock_mono_ms();
    return seg;
}

// Under the lock. False when the record does not fit into this segment.
static bool segment_add(struct open_segment *seg, const struct ingest_record *record,
                        struct waiting *me)
{
    size_t before = seg->records.len;

    if (!segment_record_write(&seg->records, record)) {
        seg->records.len = before;
        seg->records.failed = false;
        return false;
    }
    seg->n++;
    me->next = seg->waiting;
    seg->waiting = me;
    return true;
}

static bool add_to_open(struct segment_writer *w, const struct ingest_record *record,
                        struct waiting *me)
{
    lock_acquire(&w->lock);
    if (!w->open)
        w->open = segment_begin();
    bool added = !atomic_load(&w->closing) && segment_add(w->open, record, me);
    cond_broadcast(&w->changed);
    lock_release(&w->lock);
    return added;
}

static enum errc append(void *user, struct ctx *ctx, const struct ingest_record *record,
                        size_t events UNUSED)
{
    struct segment_writer *w = user;
    struct segment_counters *c = w->opt.counters;
    int64_t bytes = (int64_t)record->body.n;
    struct waiting me = {0};

    if (atomic_fetch_add(&c->waiting_bytes, bytes) + bytes > (int64_t)LIMIT_SEGMENT_WAITING) {
        atomic_fetch_sub(&c->waiting_bytes, bytes);
        return fail(ctx, ERR_UNAVAILABLE, "Too much waits for the object store: try again later");
    }
    ticket_init(&me.ticket);
    bool added = add_to_open(w, record, &me);
    enum errc rc = added ? ticket_wait(&me.ticket) : ERR_UNAVAILABLE;
    ticket_fini(&me.ticket);
    atomic_fetch_sub(&c->waiting_bytes, bytes);
    counter_add(&c->requests, 1);
    if (rc == ERR_OK)
        return ERR_OK;
    return fail(ctx, ERR_UNAVAILABLE, "The events could not be kept: %.*s",
                STR_ARG(added ? segment_writer_problem(w, ctx->arena)
                              : STR("too many requests at once; try again")));
}

struct ingest_log segment_writer_log(struct segment_writer *w)
{
    return (struct ingest_log){.append = append, .user = w};
}

// ---- Storing ------------------------------------------------------------------------------------

void writer_problem_set(struct segment_writer *w, str problem)
{
    lock_acquire(&w->lock);
    bool news = (w->problem[0] != 0) != (problem.n != 0);
    (void)snprintf(w->problem, sizeof w->problem, "%.*s", STR_ARG(problem));
    lock_release(&w->lock);
    if (news && problem.n)
        log_error("segments.away", "%.*s%s", STR_ARG(problem),
                  w->opt.spool ? "; segments are kept in the spool directory until then" : "");
    else if (news)
        log_info("segments.back", "segments reach the object store again");
}

str segment_writer_problem(struct segment_writer *w, struct arena *a)
{
    lock_acquire(&w->lock);
    str problem = w->problem[0] ? arena_str(a, str_c(w->problem)) : STR_NONE;
    lock_release(&w->lock);
    return problem;
}

enum errc writer_put(struct segment_writer *w, struct ctx *ctx, str key, str object)
{
    const struct blob_object put = {.key = key, .body = object};

    ctx->deadline_ms = clock_mono_ms() + (w->opt.spool ? PUT_BEFORE_SPOOL_MS : PUT_MS);
    enum errc rc = w->opt.blobs->ops->put(w->opt.blobs, ctx, &put);
    if (rc != ERR_OK) {
        counter_add(&w->opt.counters->put_failures, 1);
        return rc;
    }
    counter_add(&w->opt.counters->puts, 1);
    counter_add(&w->opt.counters->bytes, object.n);
    return ERR_OK;
}

// Into the object store and the queue, or into the spool.
static enum errc keep(struct segment_writer *w, struct ctx *ctx, str object)
{
    str key = segment_key(ctx->arena, w->opt.prefix, clock_now());

    if (w->opt.spool && atomic_load(&w->away))
        return spool_put(w, ctx, key, object);
    enum errc rc = writer_put(w, ctx, key, object);
    if (rc == ERR_OK) {
        writer_problem_set(w, STR_NONE);
        writer_announce(w, ctx, key);
        return ERR_OK;
    }
    writer_problem_set(w, ctx->message);
    if (!w->opt.spool)
        return rc;
    ctx_clear_error(ctx);
    atomic_store(&w->away, true);
    return spool_put(w, ctx, key, object);
}

static void segment_end(struct open_segment *seg, enum errc rc)
{
    struct waiting *next;

    for (struct waiting *one = seg->waiting; one; one = next) {
        next = one->next;
        ticket_complete(&one->ticket, rc);
    }
    buf_fini(&seg->records);
    free(seg);
}

static void segment_store(struct segment_writer *w, struct arena *a, struct zstd *z,
                          struct open_segment *seg)
{
    AUTO(buf_fini) struct buf object = {0};
    struct ctx ctx;

    arena_reset(a);
    ctx_init(&ctx, a);
    buf_init(&object, LIMIT_SEGMENT_BYTES + (LIMIT_SEGMENT_BYTES >> 4));
    enum errc rc = segment_seal(&ctx, z, buf_str(&seg->records), seg->n, &object);
    if (rc == ERR_OK)
        rc = keep(w, &ctx, buf_str(&object));
    if (rc != ERR_OK)
        writer_problem_set(w, ctx.message);
    segment_end(seg, rc);
}

// Milliseconds until the open segment is to be stored; < 0: there is none. Under the lock.
static int64_t due_in(const struct segment_writer *w)
{
    if (!w->open)
        return -1;
    if (atomic_load(&w->closing) || (int64_t)w->open->records.len >= w->opt.bytes)
        return 0;
    int64_t left = w->open->began_ms + w->opt.age_ms - clock_mono_ms();
    return left > 0 ? left : 0;
}

// Waits for a segment to store; NULL at the end.
static struct open_segment *segment_take(struct segment_writer *w)
{
    struct open_segment *seg = NULL;

    lock_acquire(&w->lock);
    for (int64_t wait; !seg && !(atomic_load(&w->closing) && !w->open);) {
        wait = due_in(w);
        if (wait != 0) {
            (void)cond_wait(&w->changed, &w->lock, wait);
            continue;
        }
        seg = w->open;
        w->open = NULL;
    }
    lock_release(&w->lock);
    return seg;
}

static void *flush_main(void *writer)
{
    struct segment_writer *w = writer;
    struct arena *a = arena_create(WRITER_ARENA);
    struct zstd *z = zstd_create();

    for (struct open_segment *seg; (seg = segment_take(w));)
        segment_store(w, a, z, seg);
    zstd_destroy(z);
    arena_destroy(a);
    return NULL;
}

// ---- Start and end ------------------------------------------------------------------------------

static enum errc start(struct segment_writer *w, struct ctx *ctx)
{
    if (w->opt.spool)
        TRY(spool_open(w, ctx));
    for (size_t i = 0; i < FLUSHERS; i++) {
        w->flushers[i] = thread_start("segments", STACK, flush_main, w);
        if (!w->flushers[i])
            return fail(ctx, ERR_UNAVAILABLE, "no thread for segments can be started");
    }
    w->announcer = thread_start("announce", STACK, announce_main, w);
    if (w->opt.spool)
        w->drainer = thread_start("spool", STACK, spool_main, w);
    return !w->announcer || (w->opt.spool && !w->drainer)
               ? fail(ctx, ERR_UNAVAILABLE, "no thread for the spool or the queue can be started")
               : ERR_OK;
}

enum errc segment_writer_open(struct ctx *ctx, const struct segment_options *opt,
                              struct segment_writer **out)
{
    struct segment_writer *w = calloc(1, sizeof *w + opt->prefix.n + 1);

    CHECK(w);
    w->opt = *opt;
    if (opt->prefix.n)
        memcpy(w->prefix, opt->prefix.p, opt->prefix.n);
    w->opt.prefix = str_make(w->prefix, opt->prefix.n);
    lock_init(&w->lock);
    cond_init(&w->changed);
    cond_init(&w->ended);
    late_init(w);
    enum errc rc = start(w, ctx);
    if (rc != ERR_OK) {
        segment_writer_close(w);
        return rc;
    }
    *out = w;
    return ERR_OK;
}

void segment_writer_close(struct segment_writer *w)
{
    if (!w)
        return;
    lock_acquire(&w->lock);
    atomic_store(&w->closing, true);
    cond_broadcast(&w->changed);
    cond_broadcast(&w->ended);
    cond_broadcast(&w->late.came);
    lock_release(&w->lock);
    for (size_t i = 0; i < FLUSHERS; i++)
        thread_join(w->flushers[i]);
    thread_join(w->drainer);
    thread_join(w->announcer);
    late_fini(w);
    cond_fini(&w->ended);
    cond_fini(&w->changed);
    lock_fini(&w->lock);
    free(w);
}
