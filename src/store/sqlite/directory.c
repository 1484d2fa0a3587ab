// SPDX-License-Identifier: MIT
// Days from the directory into the catalogue: at open by reading the tiny `project` table of each -
// nothing is scanned -, later when a file comes back: restored from a backup, or with a volume that
// was not mounted at the start. The writer thread looks for those now and then, and before it files a
// trace under a day it does not know: its traces must be found, not made again.
#include "base/log.h"
#include "store/sqlite/store_priv.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define PROBE_AFTER_MS 30000               // refused writes are doubted after that time
#define PROBE_BYTES    ((uint64_t)4 << 20) // free on the disk, at least

static enum errc entry_load(struct sql *db, struct ctx *ctx, struct day_entry *e)
{
    struct day_project *list = NULL;
    size_t n = 0;
    struct sql_stmt *st;
    bool row = true;

    TRY(day_sealed(db, ctx, &e->sealed));
    TRY(day_projects_query(db, ctx, &st));
    enum errc rc = ERR_OK;
    while (rc == ERR_OK && row) {
        rc = sql_step(st, ctx, &row);
        if (rc != ERR_OK || !row)
            break;
        struct day_project *more = realloc(list, (n + 1) * sizeof(*list));
        CHECK(more != NULL);
        list = more;
        list[n++] = day_project_read(st);
    }
    if (rc != ERR_OK) {
        free(list);
        return rc;
    }
    e->projects = list;
    e->n_projects = n;
    return ERR_OK;
}

static struct bad_day *bad_day_find(struct sqlite_store *s, int64_t day)
{
    for (size_t i = 0; i < s->n_bad; i++) {
        if (s->bad[i].day == day)
            return &s->bad[i];
    }
    return NULL;
}

static void bad_day_note(struct sqlite_store *s, int64_t day, str problem)
{
    lock_acquire(&s->lock);
    struct bad_day *b = bad_day_find(s, day);
    bool known = b != NULL;
    if (!b && s->n_bad < BAD_DAYS_MAX)
        b = &s->bad[s->n_bad++];
    if (b) {
        b->day = day;
        str text = str_sub(problem, 0, sizeof(b->problem) - 1);
        if (text.n)
            memcpy(b->problem, text.p, text.n);
        b->problem[text.n] = 0;
    }
    lock_release(&s->lock);
    if (!known)
        log_debug("store.bad_day", "%.*s", STR_ARG(problem));
}

void bad_day_forget(struct sqlite_store *s, int64_t day)
{
    lock_acquire(&s->lock);
    struct bad_day *b = bad_day_find(s, day);
    if (b)
        *b = s->bad[--s->n_bad];
    lock_release(&s->lock);
}

// A day that cannot be read is left out of lists and named in the status; the others work.
static bool day_load(struct sqlite_store *s, struct ctx *ctx, int64_t day, struct day_entry *out)
{
    const struct sql_options opt = {.readonly = false, .cache_kib = 64};
    struct day_entry e = {.day = day};
    char path[PATH_MAX_BYTES];
    struct sql *db = NULL;

    if (!day_path(s, day, "", path))
        return false;
    enum errc rc = sql_open(ctx, path, &opt, &db);
    if (rc != ERR_OK) { // read-only media: look without writing
        const struct sql_options readonly = {.readonly = true, .cache_kib = 64};
        ctx_clear_error(ctx);
        rc = sql_open(ctx, path, &readonly, &db);
    }
    if (rc == ERR_OK)
        rc = entry_load(db, ctx, &e);
    sql_close(db);
    if (rc != ERR_OK)
        bad_day_note(s, day, ctx->message);
    ctx_clear_error(ctx);
    if (rc == ERR_OK)
        *out = e;
    return rc == ERR_OK;
}

static bool day_of_name(const char *name, int64_t *day)
{
    str s = str_c(name);

    return s.n == 13 && str_ends(s, STR(".db")) && time_parse_day(str_sub(s, 0, 10), day);
}

enum errc catalog_load(struct sqlite_store *s, struct ctx *ctx)
{
    DIR *dir = opendir(s->dir);
    size_t cap = 0;
    int64_t day;

    if (!dir) {
        s->catalog = catalog_alloc(0);
        return fail(ctx, ERR_UNAVAILABLE, "Cannot read %s: %s", s->dir, strerror(errno));
    }
    for (struct dirent *e; (e = readdir(dir));)
        cap += day_of_name(e->d_name, &day);
    rewinddir(dir);
    struct catalog *c = catalog_alloc(cap);
    c->n = 0;
    for (struct dirent *e; (e = readdir(dir)) && c->n < cap;) {
        if (day_of_name(e->d_name, &day) && day_load(s, ctx, day, &c->days[c->n]))
            c->n++;
    }
    closedir(dir);
    qsort(c->days, c->n, sizeof(c->days[0]), catalog_order);
    s->catalog = c;
    return ERR_OK;
}

// ---- later, on the writer thread

static bool is_known(const struct sqlite_store *s, int64_t day)
{
    for (size_t i = 0; i < s->catalog->n; i++) {
        if (s->catalog->days[i].day == day)
            return true;
    }
    for (size_t i = 0; i < s->n_days; i++) {
        if (s->days[i]->day == day)
            return true;
    }
    return false;
}

bool day_adopt(struct sqlite_store *s, struct ctx *ctx, int64_t day)
{
    char path[PATH_MAX_BYTES];
    struct day_entry e;

    if (is_known(s, day) || !day_path(s, day, "", path) || access(path, F_OK) != 0)
        return false;
    if (filter_build(s, ctx, day) != ERR_OK) { // its ids must be known before its rows are shown
        bad_day_note(s, day, ctx->message);
        ctx_clear_error(ctx);
        return false;
    }
    if (!day_load(s, ctx, day, &e))
        return false;
    catalog_add(s, &e);
    bad_day_forget(s, day);
    return true;
}

static void problem_doubt(struct sqlite_store *s)
{
    struct statvfs disk;

    lock_acquire(&s->lock);
    bool old = s->problem[0] && clock_mono_ms() - s->problem_at_ms > PROBE_AFTER_MS;
    lock_release(&s->lock);
    if (old && access(s->dir, W_OK) == 0 && statvfs(s->dir, &disk) == 0 &&
        (uint64_t)disk.f_bavail * disk.f_frsize >= PROBE_BYTES)
        store_problem_set(s, STR_NONE);
}

void directory_look(struct sqlite_store *s, struct ctx *ctx)
{
    DIR *dir = opendir(s->dir);
    int64_t day;

    problem_doubt(s);
    if (!dir)
        return;
    for (struct dirent *e; (e = readdir(dir));) {
        if (day_of_name(e->d_name, &day) && day_adopt(s, ctx, day))
            log_info("store.day_back", "%.10s can be read again", e->d_name);
    }
    closedir(dir);
}
