// SPDX-License-Identifier: MIT
// Sends bodies and takes the time. One thread per connection; all take the next request number from
// one counter, so that a schedule is kept by whoever is free. With a rate the answer time counts from
// the moment the request was planned, not from when a free connection got to it: a server that stalls
// shows it in every request that had to wait (no coordinated omission).
// The whole generator is one memory copy, one stamping pass and two system calls per request: it
// shares the machine with the server.
#include "base/crypto.h"
#include "base/thread.h"
#include "bench/bench.h"
#include "bench/body.h"

#include <errno.h>
#include <sys/resource.h>

enum {
    VARIANTS = 16, // bodies per thread; a repeated text is far apart and in other traces
    WORKER_ARENA = 8 << 20,
    WORKER_STACK = 256 << 10,
    ERRORS_MAX = 100, // then the run ends: the server is not there or does not want this
};

struct load {
    const struct bench_options *opt;
    uint64_t seed;
    uint64_t n_planned; // requests in all; UINT64_MAX: until the time is over
    millis now;         // wall clock at the start
    int64_t started_ns, ends_ns;
    _Atomic(uint64_t) next;
    _Atomic(int64_t) observations, bytes, errors;
};

struct worker {
    struct load *load;
    struct arena *arena;
    struct ctx ctx;
    struct thread *thread;
    struct net_connection connection;
    struct body bodies[VARIANTS];
    size_t n_bodies;
    int64_t *times_ns;
    size_t n_times, cap_times;
};

// ---- One request --------------------------------------------------------------------------------

static void sleep_until(int64_t mono_ns)
{
    const struct timespec t = {.tv_sec = mono_ns / 1000000000, .tv_nsec = mono_ns % 1000000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
        ;
}

// Start times: with days they run from the oldest to now when the end is known, as they would have
// come in; otherwise they are spread evenly.
static millis start_time(const struct load *l, uint64_t request, int64_t now_ns)
{
    double part = 0;
    millis span = l->opt->days * MILLIS_DAY;
    if (l->opt->days == 0)
        return l->now + (now_ns - l->started_ns) / 1000000;
    if (l->n_planned != UINT64_MAX)
        part = 1 - (double)request / (double)l->n_planned;
    else
        part = (double)(request * UINT64_C(0x9e3779b97f4a7c15) >> 11) * 0x1p-53;
    return l->now - (millis)(part * (double)span);
}

static bool accepted(const struct load *l, const struct net_answer *a)
{
    if (str_some(l->opt->path))
        return a->status >= 200 && a->status < 300;
    if (l->opt->kind == BENCH_OTLP)
        return a->status == 200 && !str_has(a->body, STR("partialSuccess")) && a->body.n <= 2;
    return a->status == 207 && str_has(a->body, STR("\"errors\":[]"));
}

static void note_time(struct worker *w, int64_t ns)
{
    if (w->n_times == w->cap_times) {
        w->cap_times = w->cap_times ? w->cap_times * 2 : 4096;
        w->times_ns = realloc(w->times_ns, w->cap_times * sizeof *w->times_ns);
        CHECK(w->times_ns);
    }
    w->times_ns[w->n_times++] = ns;
}

static void note_error(struct worker *w, enum errc rc, const struct net_answer *a)
{
    if (rc == ERR_OK)
        (void)fail(&w->ctx, ERR_INVALID, "answer %d: %.*s", a->status,
                   STR_ARG(str_sub(a->body, 0, 400)));
    (void)atomic_fetch_add(&w->load->errors, 1);
}

static void send_one(struct worker *w, uint64_t request, int64_t planned_ns)
{
    static const struct net_call calls[] = {
        [BENCH_BATCH] = {"POST",
                         STR_INIT("/api/public/ingestion"),
                         STR_INIT("application/json"),
                         {0}},
        [BENCH_OTLP] = {"POST",
                        STR_INIT("/api/public/otel/v1/traces"),
                        STR_INIT("application/x-protobuf"),
                        {0}},
    };
    struct load *l = w->load;
    struct body *body = &w->bodies[request % w->n_bodies];
    struct net_call call = calls[l->opt->kind];
    struct net_answer answer = {0};
    if (str_some(l->opt->path))
        call.path = l->opt->path;
    body_stamp(body, l->seed, request, start_time(l, request, planned_ns));
    call.body = buf_str(&body->text);
    enum errc rc = net_call(&w->ctx, &w->connection, &call, &answer);
    if (rc != ERR_OK || !accepted(l, &answer)) {
        note_error(w, rc, &answer);
        return;
    }
    note_time(w, clock_mono_ns() - planned_ns);
    (void)atomic_fetch_add(&l->observations, l->opt->per_batch);
    (void)atomic_fetch_add(&l->bytes, (int64_t)call.body.n);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct load *l = w->load;
    for (;;) {
        uint64_t request = atomic_fetch_add(&l->next, 1);
        int64_t planned = clock_mono_ns();
        if (l->opt->rate > 0)
            planned = l->started_ns + (int64_t)((double)request * 1e9 / l->opt->rate);
        if (request >= l->n_planned || planned >= l->ends_ns ||
            atomic_load(&l->errors) > ERRORS_MAX)
            return NULL;
        if (l->opt->rate > 0)
            sleep_until(planned);
        send_one(w, request, planned);
    }
}

// ---- Workers ------------------------------------------------------------------------------------

static bool worker_init(struct worker *w, struct load *l, uint64_t number)
{
    w->load = l;
    w->arena = arena_create(WORKER_ARENA);
    ctx_init(&w->ctx, w->arena);
    net_init(&w->connection, &l->opt->target);
    bool fine = true;
    while (fine && w->n_bodies < VARIANTS) {
        size_t i = w->n_bodies++;
        fine = body_render(&w->bodies[i], l->opt, number * VARIANTS + i);
    }
    return fine;
}

static void worker_fini(struct worker *w)
{
    for (size_t i = 0; i < w->n_bodies; i++)
        body_fini(&w->bodies[i]);
    net_fini(&w->connection);
    arena_destroy(w->arena);
    free(w->times_ns);
}

// The first request must find a server that accepts the keys: one clear message instead of a count.
static enum errc check_server(struct ctx *ctx, struct worker *w)
{
    static const struct net_call projects = {"GET", STR_INIT("/api/public/projects"), {0}, {0}};
    struct net_answer answer = {0};
    if (str_some(w->load->opt->path))
        return ERR_OK;
    TRY(net_call(ctx, &w->connection, &projects, &answer));
    if (answer.status == 401 || answer.status == 403)
        return fail(ctx, ERR_UNAUTHENTICATED,
                    "the server refuses these keys: %.*s; `rushlight key add` makes a pair",
                    STR_ARG(str_sub(answer.body, 0, 400)));
    if (answer.status != 200)
        return fail(ctx, ERR_UNAVAILABLE,
                    "%.*s answers %d to /api/public/projects: is it Rushlight?",
                    STR_ARG(w->load->opt->target.authority), answer.status);
    return ERR_OK;
}

static void show_progress(struct load *l, struct worker *workers)
{
    int64_t before = 0;
    bool running = l->opt->progress;
    for (int64_t second = 1; running; second++) {
        sleep_until(l->started_ns + second * 1000000000);
        int64_t now = atomic_load(&l->observations);
        bool over = atomic_load(&l->next) >= l->n_planned || clock_mono_ns() >= l->ends_ns;
        (void)fprintf(stderr, "\r%5lld s  %10lld observations  %7lld/s  %lld errors ",
                      (long long)second, (long long)now, (long long)(now - before),
                      (long long)atomic_load(&l->errors));
        before = now;
        running = !over && atomic_load(&l->errors) <= ERRORS_MAX;
        if (!running)
            (void)fprintf(stderr, "\n");
    }
    for (int64_t i = 0; i < l->opt->connections; i++)
        thread_join(workers[i].thread);
}

// ---- Adding up ----------------------------------------------------------------------------------

static double cpu_seconds(void)
{
    struct rusage u;
    if (getrusage(RUSAGE_SELF, &u) != 0)
        return 0;
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t quantile(const int64_t *sorted, size_t n, double q)
{
    size_t rank = (size_t)(q * (double)n);
    return sorted[rank < n ? rank : n - 1];
}

static void add_times(const struct worker *workers, size_t n_workers, struct bench_result *out)
{
    size_t n = 0;
    for (size_t i = 0; i < n_workers; i++)
        n += workers[i].n_times;
    out->requests = (int64_t)n;
    if (n == 0)
        return;
    int64_t *all = calloc(n, sizeof *all);
    CHECK(all);
    n = 0;
    for (size_t i = 0; i < n_workers; i++)
        for (size_t k = 0; k < workers[i].n_times; k++)
            all[n++] = workers[i].times_ns[k];
    qsort(all, n, sizeof *all, compare_times);
    out->p50_ns = quantile(all, n, 0.50);
    out->p95_ns = quantile(all, n, 0.95);
    out->p99_ns = quantile(all, n, 0.99);
    out->max_ns = all[n - 1];
    free(all);
}

static void measure(struct ctx *ctx, struct load *l, struct worker *workers,
                    struct bench_result *out)
{
    size_t n = (size_t)l->opt->connections;
    double cpu = cpu_seconds();
    l->now = clock_now();
    l->started_ns = clock_mono_ns();
    l->ends_ns =
        l->n_planned == UINT64_MAX ? l->started_ns + l->opt->seconds * 1000000000 : INT64_MAX;
    for (size_t i = 0; i < n; i++)
        workers[i].thread = thread_start("bench", WORKER_STACK, work, &workers[i]);
    show_progress(l, workers);
    out->seconds = (double)(clock_mono_ns() - l->started_ns) / 1e9;
    out->generator_cpu_s = cpu_seconds() - cpu;
    out->observations = atomic_load(&l->observations);
    out->bytes = atomic_load(&l->bytes);
    out->errors = atomic_load(&l->errors);
    add_times(workers, n, out);
    for (size_t i = 0; i < n && !str_some(out->first_error); i++)
        out->first_error = arena_str(ctx->arena, workers[i].ctx.message);
}

enum errc bench_run(struct ctx *ctx, const struct bench_options *opt, struct bench_result *out)
{
    struct load l = {.opt = opt, .n_planned = UINT64_MAX};
    size_t n = (size_t)opt->connections;
    TRY(crypto_init());
    struct worker *workers = calloc(n, sizeof *workers);
    CHECK(workers);
    crypto_random(&l.seed, sizeof l.seed);
    if (opt->observations > 0)
        l.n_planned = (uint64_t)((opt->observations + opt->per_batch - 1) / opt->per_batch);
    bool fine = true;
    for (size_t i = 0; i < n; i++)
        fine = worker_init(&workers[i], &l, i) && fine;
    enum errc rc = fine ? check_server(ctx, &workers[0])
                        : fail(ctx, ERR_INVALID,
                               "a request of %lld observations of %lld bytes is"
                               " too large; lower --batch or --bytes",
                               (long long)opt->per_batch, (long long)opt->bytes);
    if (rc == ERR_OK)
        measure(ctx, &l, workers, out);
    for (size_t i = 0; i < n; i++)
        worker_fini(&workers[i]);
    free(workers);
    return rc;
}
