// SPDX-License-Identifier: MIT
// Day files as the writer thread sees them: opened on demand, a few kept open, one transaction per
// touched file and group commit. Project counters live in memory and are stored with each commit.
#include "store/sqlite/store_priv.h"

#include <stdlib.h>

#define WRITER_CACHE_KIB 8192
#define WRITER_PAGE_SIZE 4096

static const struct migration_step {
    int version;
    const char *text;
} steps[] = {{1, DAY_SCHEMA_1}};

// Day files carry their version in user_version: one statement instead of a bookkeeping table.
static enum errc schema_ensure(struct sql *db, struct ctx *ctx)
{
    struct sql_stmt *st;
    bool row;

    TRY(sql_prepare(db, ctx, STR("PRAGMA user_version"), &st));
    TRY(sql_step(st, ctx, &row));
    int64_t have = row ? sql_i64(st, 0) : 0;
    sql_reset(st);
    if (have > steps[ARRAY_LEN(steps) - 1].version)
        return fail(ctx, ERR_CORRUPT,
                    "This day file was written by a newer version: start that version");
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if (steps[i].version <= have)
            continue;
        TRY(sql_begin(db, ctx, true));
        enum errc rc = sql_exec(db, ctx, steps[i].text);
        if (rc == ERR_OK)
            rc = sql_exec(db, ctx, "PRAGMA user_version = 1");
        if (rc == ERR_OK)
            rc = sql_commit(db, ctx);
        if (rc != ERR_OK) {
            sql_rollback(db);
            return rc;
        }
    }
    return ERR_OK;
}

static struct day_project_row *project_add(struct day_writer *d)
{
    if (d->n_projects == d->cap_projects) {
        d->cap_projects = d->cap_projects ? d->cap_projects * 2 : 4;
        d->projects = realloc(d->projects, d->cap_projects * sizeof(d->projects[0]));
        CHECK(d->projects != NULL);
    }
    struct day_project_row *p = &d->projects[d->n_projects++];
    *p = (struct day_project_row){0};
    return p;
}

struct day_project_row *day_writer_project(struct day_writer *d, int64_t hash, str id)
{
    for (size_t i = 0; i < d->n_projects; i++) {
        if (d->projects[i].v.project == hash) {
            d->projects[i].dirty = true;
            return &d->projects[i];
        }
    }
    struct day_project_row *p = project_add(d);
    p->v = (struct day_project){.project = hash,
                                .min_trace = INT64_MAX,
                                .max_trace = INT64_MIN,
                                .min_observation = INT64_MAX,
                                .max_observation = INT64_MIN,
                                .min_score = INT64_MAX,
                                .max_score = INT64_MIN,
                                .min_session = INT64_MAX,
                                .max_session = INT64_MIN};
    p->id = strndup(id.p, id.n);
    CHECK(p->id != NULL);
    p->dirty = true;
    return p;
}

static enum errc projects_load(struct day_writer *d, struct ctx *ctx)
{
    struct sql_stmt *st;
    bool row = true;

    TRY(day_projects_query(d->db, ctx, &st));
    while (row) {
        TRY(sql_step(st, ctx, &row));
        if (!row)
            break;
        struct day_project_row *p = project_add(d);
        str id = sql_str(st, 13);
        p->v = day_project_read(st);
        p->stored = true;
        p->id = strndup(id.p ? id.p : "", id.n);
        CHECK(p->id != NULL);
    }
    return ERR_OK;
}

static void bind_range(struct sql_stmt *st, int i, int64_t min, int64_t max)
{
    if (min > max) {
        sql_bind_null(st, i);
        sql_bind_null(st, i + 1);
        return;
    }
    sql_bind_i64(st, i, min);
    sql_bind_i64(st, i + 1, max);
}

static enum errc project_store(struct day_writer *d, struct ctx *ctx, struct day_project_row *p)
{
    const struct day_project *v = &p->v;
    struct sql_stmt *st;

    TRY(sql_prepare(d->db, ctx,
                    STR("INSERT OR REPLACE INTO project(n_traces, n_observations, n_scores, "
                        "n_sessions, min_trace, max_trace,"
                        " min_observation, max_observation, min_score, max_score, min_session, "
                        "max_session, id, project)"
                        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
                    &st));
    sql_bind_i64(st, 1, v->n_traces);
    sql_bind_i64(st, 2, v->n_observations);
    sql_bind_i64(st, 3, v->n_scores);
    sql_bind_i64(st, 4, v->n_sessions);
    bind_range(st, 5, v->min_trace, v->max_trace);
    bind_range(st, 7, v->min_observation, v->max_observation);
    bind_range(st, 9, v->min_score, v->max_score);
    bind_range(st, 11, v->min_session, v->max_session);
    sql_bind_str(st, 13, str_c(p->id));
    sql_bind_i64(st, 14, v->project);
    p->dirty = false;
    return sql_run(st, ctx);
}

static void day_writer_free(struct day_writer *d)
{
    if (d->begun)
        sql_rollback(d->db);
    sql_close(d->db);
    for (size_t i = 0; i < d->n_projects; i++)
        free(d->projects[i].id);
    free(d->projects);
    free(d);
}

void day_writers_close(struct sqlite_store *s)
{
    for (size_t i = 0; i < s->n_days; i++)
        day_writer_free(s->days[i]);
    s->n_days = 0;
}

void day_writer_close_one(struct sqlite_store *s, int64_t day)
{
    for (size_t i = 0; i < s->n_days; i++) {
        if (s->days[i]->day != day)
            continue;
        day_writer_free(s->days[i]);
        s->days[i] = s->days[--s->n_days];
        return;
    }
}

// Room for one more open day: the longest unused one without a transaction goes.
static enum errc make_room(struct sqlite_store *s, struct ctx *ctx)
{
    struct day_writer *oldest = NULL;

    if (s->n_days < DAYS_OPEN_MAX)
        return ERR_OK;
    for (size_t i = 0; i < s->n_days; i++) {
        struct day_writer *d = s->days[i];
        if (!d->begun && (!oldest || d->used < oldest->used))
            oldest = d;
    }
    if (!oldest) { // a request that spans many days: commit what there is, the rest follows
        TRY(day_writers_commit(s, ctx));
        return make_room(s, ctx);
    }
    day_writer_close_one(s, oldest->day);
    return ERR_OK;
}

static enum errc day_writer_open(struct sqlite_store *s, struct ctx *ctx, int64_t day,
                                 struct day_writer **out)
{
    const struct sql_options opt = {.create = true,
                                    .full_sync = true,
                                    .cache_kib = WRITER_CACHE_KIB,
                                    .wal_pages = -1, // checkpoint.c folds the log in
                                    .page_size = WRITER_PAGE_SIZE};
    char path[PATH_MAX_BYTES];
    struct sql *db;

    if (!day_path(s, day, "", path))
        return fail(ctx, ERR_IO, "The path of the data directory is too long");
    TRY(make_room(s, ctx));
    TRY(sql_open(ctx, path, &opt, &db));
    struct day_writer *d = calloc(1, sizeof(*d));
    CHECK(d != NULL);
    *d = (struct day_writer){.day = day, .db = db};
    enum errc rc = schema_ensure(db, ctx);
    if (rc == ERR_OK)
        rc = projects_load(d, ctx);
    if (rc == ERR_OK)
        rc = day_sealed(db, ctx, &d->sealed);
    if (rc != ERR_OK) {
        day_writer_free(d);
        return rc;
    }
    s->days[s->n_days++] = d;
    *out = d;
    return ERR_OK;
}

enum errc day_writer_get(struct sqlite_store *s, struct ctx *ctx, int64_t day,
                         struct day_writer **out)
{
    struct day_writer *d = NULL;

    for (size_t i = 0; i < s->n_days && !d; i++)
        d = s->days[i]->day == day ? s->days[i] : NULL;
    if (!d)
        TRY(day_writer_open(s, ctx, day, &d));
    CHECK(d != NULL);
    d->used = ++s->clock;
    if (!d->begun) {
        TRY(sql_begin(d->db, ctx, true));
        d->begun = true;
    }
    *out = d;
    return ERR_OK;
}

static enum errc day_commit(struct day_writer *d, struct ctx *ctx)
{
    for (size_t k = 0; k < d->n_projects; k++) {
        if (d->projects[k].dirty)
            TRY(project_store(d, ctx, &d->projects[k]));
    }
    return sql_commit(d->db, ctx);
}

enum errc day_writers_commit(struct sqlite_store *s, struct ctx *ctx)
{
    for (size_t i = 0; i < s->n_days; i++) {
        if (s->days[i]->begun)
            TRY(day_commit(s->days[i], ctx));
    }
    catalog_publish(s, s->days, s->n_days);
    for (size_t i = 0; i < s->n_days; i++)
        s->days[i]->begun = false;
    return ERR_OK;
}
