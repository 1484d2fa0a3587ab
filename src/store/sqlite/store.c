// SPDX-License-Identifier: MIT
// The embedded event store as the rest of the program sees it: opening, the ops table, status, and the
// writes, which prepare on the caller's thread and wait for the writer's commit.
#include "base/limits.h"
#include "store/sqlite/insight.h"
#include "store/sqlite/lines.h"
#include "store/sqlite/store_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITER_STACK  ((size_t)512 << 10)
#define SCRATCH_BYTES ((size_t)256 << 20)

static struct sqlite_store *self(struct event_store *s)
{
    return (struct sqlite_store *)s;
}

void store_problem_set(struct sqlite_store *s, str problem)
{
    lock_acquire(&s->lock);
    snprintf(s->problem, sizeof(s->problem), "%.*s", STR_ARG(problem));
    s->problem_at_ms = clock_mono_ms();
    lock_release(&s->lock);
}

str observation_insert_sql(struct sqlite_store *s)
{
    return s->insert_sql;
}

static enum errc store_write(struct event_store *store, struct ctx *ctx, str project,
                             const struct event_list *events, struct write_result *res)
{
    struct sqlite_store *s = self(store);
    struct write_set set;

    TRY(write_set_prepare(s, ctx, project, events, &set));
    struct work w = {.kind = WORK_WRITE,
                     .ctx = ctx,
                     .project = project,
                     .project_hash = (int64_t)str_hash(project),
                     .set = &set};
    TRY(work_submit(s, &w));
    atomic_fetch_add_explicit(&s->events_written, (int64_t)events->n, memory_order_relaxed);
    *res = w.result;
    return ERR_OK;
}

static enum errc store_trace_delete(struct event_store *store, struct ctx *ctx, str project,
                                    const str *ids, size_t n)
{
    struct work w = {.kind = WORK_DELETE_TRACES,
                     .ctx = ctx,
                     .project = project,
                     .project_hash = (int64_t)str_hash(project),
                     .ids = ids,
                     .n_ids = n};

    return work_submit(self(store), &w);
}

static enum errc store_score_delete(struct event_store *store, struct ctx *ctx, str project, str id)
{
    struct work w = {.kind = WORK_DELETE_SCORE,
                     .ctx = ctx,
                     .project = project,
                     .project_hash = (int64_t)str_hash(project),
                     .ids = &id,
                     .n_ids = 1};

    return work_submit(self(store), &w);
}

static enum errc store_trace_mark(struct event_store *store, struct ctx *ctx, str project,
                                  struct str_set ids, const struct trace_mark *mark, int64_t *n)
{
    struct work w = {.kind = WORK_MARK,
                     .ctx = ctx,
                     .project = project,
                     .project_hash = (int64_t)str_hash(project),
                     .ids = ids.items,
                     .n_ids = ids.n,
                     .mark = mark};

    TRY(work_submit(self(store), &w));
    *n = w.done;
    return ERR_OK;
}

static enum errc store_set_usage(struct event_store *store, struct ctx *ctx, str project,
                                 const struct observation *o)
{
    struct work w = {.kind = WORK_USAGE,
                     .ctx = ctx,
                     .project = project,
                     .project_hash = (int64_t)str_hash(project),
                     .observation = o};

    return work_submit(self(store), &w);
}

static void counts_sum(const struct catalog *c, struct store_counts *out)
{
    for (size_t i = 0; i < c->n; i++) {
        for (size_t k = 0; k < c->days[i].n_projects; k++) {
            out->traces += c->days[i].projects[k].n_traces;
            out->observations += c->days[i].projects[k].n_observations;
            out->scores += c->days[i].projects[k].n_scores;
        }
    }
}

// Writable is what the last write met; without one, what the directory says now.
static bool probe_directory(struct sqlite_store *s, struct ctx *ctx, str *problem)
{
    if (access(s->dir, W_OK) == 0)
        return true;
    *problem = arena_fmt(ctx->arena, "Cannot write to %s: %s. Make it writable for this user",
                         s->dir, strerror(errno));
    return false;
}

static enum errc store_status(struct event_store *store, struct ctx *ctx, struct store_status *out)
{
    struct sqlite_store *s = self(store);
    const struct catalog *c = catalog_pin(s);

    *out = (struct store_status){.oldest_day = INT64_MIN,
                                 .newest_day = INT64_MIN,
                                 .writable = true,
                                 .queue_cap = LIMIT_WRITE_QUEUE};
    counts_sum(c, &out->counts);
    out->bytes = store_bytes(s, c);
    out->n_files = (int64_t)c->n;
    if (c->n) {
        out->newest_day = c->days[0].day;
        out->oldest_day = c->days[c->n - 1].day;
    }
    catalog_unpin(c);
    out->queue_len = (int64_t)queue_len(s->queue);
    out->deleted_days_age = atomic_load(&s->deleted_age);
    out->deleted_days_budget = atomic_load(&s->deleted_budget);
    lock_acquire(&s->lock);
    if (s->problem[0])
        out->problem = arena_str(ctx->arena, str_c(s->problem));
    else if (s->n_bad)
        out->problem = arena_str(ctx->arena, str_c(s->bad[0].problem));
    out->writable = !s->problem[0];
    lock_release(&s->lock);
    if (out->writable)
        out->writable = probe_directory(s, ctx, &out->problem);
    return ERR_OK;
}

static void store_close(struct event_store *store)
{
    struct sqlite_store *s = self(store);

    queue_close(s->queue);
    thread_join(s->writer);
    queue_close(s->checkpoints);
    thread_join(s->checkpointer);
    queue_destroy(s->checkpoints);
    readers_close(s);
    catalog_unpin(s->catalog);
    for (size_t i = 0; i < s->n_filters; i++)
        ids_filter_destroy(s->filters[i].filter);
    free(s->filters);
    for (size_t i = 0; i < s->n_compressors; i++)
        zstd_destroy(s->compressors[i]);
    queue_destroy(s->queue);
    zstd_destroy(s->zstd);
    arena_destroy(s->scratch);
    cond_fini(&s->reader_free);
    lock_fini(&s->filters_lock);
    lock_fini(&s->lock);
    free(unconst(s->insert_sql.p));
    free(s->recent);
    free(s->dir);
    free(s);
}

static const struct event_store_ops ops = {
    .name = "sqlite",
    .write = store_write,
    .trace_list = read_trace_list,
    .trace_get = read_trace_get,
    .trace_tree = read_trace_tree,
    .trace_observation = read_trace_observation,
    .observation_list = read_observation_list,
    .observation_get = read_observation_get,
    .score_list = read_score_list,
    .score_get = read_score_get,
    .session_list = read_session_list,
    .session_get = read_session_get,
    .trace_delete = store_trace_delete,
    .trace_mark = store_trace_mark,
    .score_delete = store_score_delete,
    .has_recent = read_has_recent,
    .status = store_status,
    .set_usage = store_set_usage,
    .close = store_close,
};

static const struct insight_ops insight = {
    .trace_lines = read_trace_lines,
    .observation_lines = read_observation_lines,
    .trace_line = read_trace_line,
    .summary = read_summary,
    .overview = read_overview,
    .values = read_values,
    .user_lines = read_user_lines,
    .session_lines = read_session_lines,
};

static bool make_directories(const char *path)
{
    char part[PATH_MAX_BYTES];
    size_t n = strlen(path);

    if (n >= sizeof(part))
        return false;
    for (size_t i = 1; i <= n; i++) {
        if (i < n && path[i] != '/')
            continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return false;
    }
    return true;
}

static struct sqlite_store *store_alloc(const struct sqlite_store_options *opt)
{
    struct sqlite_store *s = calloc(1, sizeof(*s));
    AUTO(buf_fini) struct buf sql = {0};

    CHECK(s != NULL);
    s->base.ops = &ops;
    s->base.insight = &insight;
    s->opt = *opt;
    s->dir = strdup(opt->dir);
    s->recent = calloc(RECENT_SLOTS, sizeof(s->recent[0]));
    CHECK(s->dir && s->recent);
    lock_init(&s->lock);
    lock_init(&s->filters_lock);
    cond_init(&s->reader_free);
    s->queue = queue_create(LIMIT_WRITE_QUEUE);
    s->checkpoints = queue_create(DAYS_OPEN_MAX);
    s->zstd = zstd_create();
    s->scratch = arena_create(SCRATCH_BYTES);
    buf_init(&sql, 8192);
    buf_add_fmt(&sql, "INSERT INTO observation(");
    buf_add(&sql, str_c(observation_columns));
    BUF_ADD(&sql, ") VALUES (");
    buf_add(&sql, sql_marks(s->scratch, OBSERVATION_COLUMNS));
    BUF_ADD(&sql, ")");
    size_t n;
    s->insert_sql.p = buf_take(&sql, &n);
    s->insert_sql.n = n;
    return s;
}

enum errc sqlite_store_open(struct ctx *ctx, const struct sqlite_store_options *opt,
                            struct event_store **out)
{
    struct sqlite_store *s = store_alloc(opt);

    if (!make_directories(s->dir)) {
        str why = arena_fmt(ctx->arena, "Cannot create %s: %s", s->dir, strerror(errno));
        store_problem_set(s, why);
    }
    if (catalog_load(s, ctx) != ERR_OK) {
        store_problem_set(s, ctx->message);
        ctx_clear_error(ctx);
    }
    s->checkpointer = thread_start("checkpointer", WRITER_STACK, checkpointer_main, s);
    s->writer = thread_start("writer", WRITER_STACK, writer_main, s);
    *out = &s->base;
    return ERR_OK;
}

const struct histogram *sqlite_store_commit_times(const struct event_store *s)
{
    return &((const struct sqlite_store *)s)->commit_times;
}
