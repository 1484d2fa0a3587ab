// SPDX-License-Identifier: MIT
// Retention: whole days go, oldest first - by age, and when the files outgrow their disk budget. The
// writer closes the day, the catalogue forgets it, the files are unlinked, and sessions whose first
// mention was there are handed to the next day that knows them.
#include "base/log.h"
#include "store/sqlite/store_priv.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t file_bytes(const struct sqlite_store *s, int64_t day)
{
    static const char *const suffixes[] = {"", "-wal"};
    char path[PATH_MAX_BYTES];
    struct stat st;
    int64_t sum = 0;

    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        if (day_path(s, day, suffixes[i], path) && stat(path, &st) == 0)
            sum += st.st_size;
    }
    return sum;
}

int64_t store_bytes(struct sqlite_store *s, const struct catalog *c)
{
    int64_t sum = 0;

    for (size_t i = 0; i < c->n; i++)
        sum += file_bytes(s, c->days[i].day);
    return sum;
}

struct session_ref {
    int64_t project, hash;
    str id;
};

static enum errc promote_in(struct sqlite_store *s, struct work *w, int64_t day,
                            const struct session_ref *ref, bool *done)
{
    struct day_writer *d;
    struct sql_stmt *st;
    bool row;

    if (!ids_filter_has(filter_of(s, day, true), id_kind_hash(ID_SESSION, ref->hash)))
        return ERR_OK;
    TRY(day_writer_get(s, w->ctx, day, &d));
    TRY(sql_prepare(
        d->db, w->ctx,
        STR("UPDATE session SET first = 1 WHERE hash = ? AND session_id = ? RETURNING created"),
        &st));
    sql_bind_i64(st, 1, ref->hash);
    sql_bind_str(st, 2, ref->id);
    TRY(sql_step(st, w->ctx, &row));
    *done = row;
    if (!row)
        return ERR_OK;
    int64_t created = sql_i64(st, 0);
    sql_reset(st);
    for (size_t i = 0; i < d->n_projects; i++) {
        struct day_project_row *p = &d->projects[i];
        if (p->v.project != ref->project)
            continue;
        p->dirty = true;
        p->v.n_sessions++;
        take_min_i64(&p->v.min_session, created);
        take_max_i64(&p->v.max_session, created);
    }
    return ERR_OK;
}

static enum errc promote(struct sqlite_store *s, struct work *w, const struct catalog *c,
                         const struct session_ref *ref)
{
    bool done = false;

    for (size_t i = c->n; i-- > 0 && !done;) { // oldest first
        if (c->days[i].day > w->day)
            TRY(promote_in(s, w, c->days[i].day, ref, &done));
    }
    return ERR_OK;
}

static enum errc sessions_promote(struct sqlite_store *s, struct work *w)
{
    const struct catalog *c = catalog_pin(s);
    struct reader *r = NULL;
    struct sql_stmt *st = NULL;
    bool row = true;

    enum errc rc = reader_acquire(s, w->ctx, w->day, &r);
    if (rc == ERR_OK)
        rc = sql_prepare(r->db, w->ctx,
                         STR("SELECT project, hash, session_id FROM session WHERE first = 1"), &st);
    while (rc == ERR_OK && row) {
        rc = sql_step(st, w->ctx, &row);
        if (rc == ERR_OK && row)
            rc = promote(s, w, c,
                         &(struct session_ref){sql_i64(st, 0), sql_i64(st, 1), sql_str(st, 2)});
    }
    reader_release(r);
    catalog_unpin(c);
    if (rc == ERR_CORRUPT) { // a damaged day may go all the same
        ctx_clear_error(w->ctx);
        rc = ERR_OK;
    }
    return rc;
}

enum errc forget_day_apply(struct sqlite_store *s, struct work *w)
{
    static const char *const suffixes[] = {"-wal", "-shm", ""};
    char path[PATH_MAX_BYTES];

    TRY(sessions_promote(s, w));
    day_writer_close_one(s, w->day);
    recent_clear(s);
    catalog_forget(s, w->day);
    filters_forget(s, w->day);
    readers_forget(s, w->day);
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        if (day_path(s, w->day, suffixes[i], path))
            unlink(path);
    }
    return ERR_OK;
}

static enum errc forget(struct sqlite_store *s, struct ctx *ctx, int64_t day, bool old)
{
    struct work w = {.kind = WORK_FORGET_DAY, .ctx = ctx, .day = day};
    char name[16];

    name[time_format_day(day, name)] = 0;
    TRY(work_submit(s, &w));
    if (old)
        log_info("store.day_deleted", "%s: older than the retention", name);
    else
        log_warn("store.day_deleted", "%s: over the disk budget", name);
    return ERR_OK;
}

// Said once when the files come near the budget, and again after they had room.
static void warn_of_budget(struct sqlite_store *s, int64_t bytes)
{
    bool near = s->opt.budget_bytes > 0 && bytes > s->opt.budget_bytes / 10 * 9;

    if (near && !atomic_exchange(&s->budget_near, true))
        log_warn(
            "store.budget_near",
            "event files take %lld of %lld bytes of the disk budget; over it the oldest day goes",
            (long long)bytes, (long long)s->opt.budget_bytes);
    else if (!near)
        atomic_store(&s->budget_near, false);
}

enum errc sqlite_store_retain(struct event_store *store, struct ctx *ctx, int64_t *n_days)
{
    struct sqlite_store *s = (struct sqlite_store *)store;
    int64_t today = time_day(store_now(s));
    enum errc rc = ERR_OK;

    *n_days = 0;
    const struct catalog *c = catalog_pin(s);
    int64_t bytes = s->opt.budget_bytes ? store_bytes(s, c) : 0;
    warn_of_budget(s, bytes);
    for (size_t i = c->n; i-- > 0 && rc == ERR_OK;) {
        int64_t day = c->days[i].day;
        bool old = s->opt.retention_days > 0 && day < today - s->opt.retention_days;
        bool large = s->opt.budget_bytes > 0 && bytes > s->opt.budget_bytes && day < today;
        if (!old && !large)
            break;
        bytes -= file_bytes(s, day);
        rc = forget(s, ctx, day, old);
        if (rc == ERR_OK) {
            ++*n_days;
            atomic_fetch_add(old ? &s->deleted_age : &s->deleted_budget, 1);
        }
    }
    catalog_unpin(c);
    return rc;
}
