// SPDX-License-Identifier: MIT
// The catalogue: which days exist and what range of each project they hold. Immutable snapshots; the
// writer publishes a new one after each commit, readers pin the one they started with. What is in it
// at the start comes from directory.c.
#include "store/sqlite/store_priv.h"

#include <stdio.h>
#include <stdlib.h>

#define RANGE_EMPTY_MIN INT64_MAX
#define RANGE_EMPTY_MAX INT64_MIN

bool day_path(const struct sqlite_store *s, int64_t day, const char *suffix,
              char out[PATH_MAX_BYTES])
{
    char name[16];

    name[time_format_day(day, name)] = 0;
    return snprintf(out, PATH_MAX_BYTES, "%s/%s.db%s", s->dir, name, suffix) < PATH_MAX_BYTES;
}

millis store_now(const struct sqlite_store *s)
{
    return s->opt.now ? s->opt.now() : clock_now();
}

struct catalog *catalog_alloc(size_t n)
{
    struct catalog *c = calloc(1, sizeof(*c) + n * sizeof(c->days[0]));

    CHECK(c != NULL);
    atomic_init(&c->refs, 1);
    c->n = n;
    return c;
}

const struct catalog *catalog_pin(struct sqlite_store *s)
{
    lock_acquire(&s->lock);
    struct catalog *c = unconst(s->catalog);
    atomic_fetch_add(&c->refs, 1);
    lock_release(&s->lock);
    return c;
}

void catalog_unpin(const struct catalog *pinned)
{
    struct catalog *c = unconst(pinned);

    if (!c || atomic_fetch_sub(&c->refs, 1) != 1)
        return;
    for (size_t i = 0; i < c->n; i++)
        free(unconst(c->days[i].projects));
    free(c);
}

const struct day_project *day_project_find(const struct day_entry *d, int64_t project)
{
    for (size_t i = 0; i < d->n_projects; i++) {
        if (d->projects[i].project == project)
            return &d->projects[i];
    }
    return NULL;
}

static const struct day_project *projects_copy(const struct day_project *p, size_t n)
{
    struct day_project *copy = calloc(n ? n : 1, sizeof(*copy));

    CHECK(copy != NULL);
    if (n)
        memcpy(copy, p, n * sizeof(*copy));
    return copy;
}

static struct day_entry entry_of(const struct day_writer *d)
{
    struct day_project *p = calloc(d->n_projects ? d->n_projects : 1, sizeof(*p));

    CHECK(p != NULL);
    for (size_t i = 0; i < d->n_projects; i++)
        p[i] = d->projects[i].v;
    return (struct day_entry){
        .day = d->day, .sealed = d->sealed, .projects = p, .n_projects = d->n_projects};
}

static void catalog_replace(struct sqlite_store *s, struct catalog *next)
{
    lock_acquire(&s->lock);
    const struct catalog *old = s->catalog;
    s->catalog = next;
    lock_release(&s->lock);
    catalog_unpin(old);
}

static bool changed_day(struct day_writer *const *changed, size_t n, int64_t day)
{
    for (size_t i = 0; i < n; i++) {
        if (changed[i]->day == day && changed[i]->begun)
            return true;
    }
    return false;
}

int catalog_order(const void *x, const void *y)
{
    const struct day_entry *a = x, *b = y;

    return a->day < b->day ? 1 : a->day > b->day ? -1 : 0;
}

void catalog_publish(struct sqlite_store *s, struct day_writer *const *changed, size_t n)
{
    const struct catalog *old = s->catalog; // only this thread replaces it
    struct catalog *next = catalog_alloc(old->n + n);
    size_t k = 0;

    for (size_t i = 0; i < old->n; i++) {
        const struct day_entry *e = &old->days[i];
        if (changed_day(changed, n, e->day))
            continue;
        next->days[k] = *e;
        next->days[k++].projects = projects_copy(e->projects, e->n_projects);
    }
    for (size_t i = 0; i < n; i++) {
        if (changed[i]->begun)
            next->days[k++] = entry_of(changed[i]);
    }
    next->n = k;
    qsort(next->days, k, sizeof(next->days[0]), catalog_order);
    catalog_replace(s, next);
    for (size_t i = 0; i < n; i++) {
        if (changed[i]->begun)
            bad_day_forget(s, changed[i]->day);
    }
}

void catalog_add(struct sqlite_store *s, const struct day_entry *e)
{
    const struct catalog *old = s->catalog;
    struct catalog *next = catalog_alloc(old->n + 1);

    for (size_t i = 0; i < old->n; i++) {
        next->days[i] = old->days[i];
        next->days[i].projects = projects_copy(old->days[i].projects, old->days[i].n_projects);
    }
    next->days[old->n] = *e;
    qsort(next->days, next->n, sizeof(next->days[0]), catalog_order);
    catalog_replace(s, next);
}

void catalog_forget(struct sqlite_store *s, int64_t day)
{
    const struct catalog *old = s->catalog;
    struct catalog *next = catalog_alloc(old->n);
    size_t k = 0;

    for (size_t i = 0; i < old->n; i++) {
        if (old->days[i].day == day)
            continue;
        next->days[k] = old->days[i];
        next->days[k++].projects = projects_copy(old->days[i].projects, old->days[i].n_projects);
    }
    next->n = k;
    catalog_replace(s, next);
}

static const char projects_sql[] =
    "SELECT project, n_traces, n_observations, n_scores, n_sessions, min_trace, max_trace, "
    "min_observation, max_observation,"
    " min_score, max_score, min_session, max_session, id FROM project";

static int64_t or_value(struct sql_stmt *st, int i, int64_t missing)
{
    return sql_is_null(st, i) ? missing : sql_i64(st, i);
}

struct day_project day_project_read(struct sql_stmt *st)
{
    return (struct day_project){
        .project = sql_i64(st, 0),
        .n_traces = sql_i64(st, 1),
        .n_observations = sql_i64(st, 2),
        .n_scores = sql_i64(st, 3),
        .n_sessions = sql_i64(st, 4),
        .min_trace = or_value(st, 5, RANGE_EMPTY_MIN),
        .max_trace = or_value(st, 6, RANGE_EMPTY_MAX),
        .min_observation = or_value(st, 7, RANGE_EMPTY_MIN),
        .max_observation = or_value(st, 8, RANGE_EMPTY_MAX),
        .min_score = or_value(st, 9, RANGE_EMPTY_MIN),
        .max_score = or_value(st, 10, RANGE_EMPTY_MAX),
        .min_session = or_value(st, 11, RANGE_EMPTY_MIN),
        .max_session = or_value(st, 12, RANGE_EMPTY_MAX),
    };
}

enum errc day_projects_query(struct sql *db, struct ctx *ctx, struct sql_stmt **out)
{
    return sql_prepare(db, ctx, str_c(projects_sql), out);
}
