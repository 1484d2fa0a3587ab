// SPDX-License-Identifier: MIT
// Checks of what is on disk: the directory, the metadata database, the event files. Every
// database is opened read-only.
#include "base/clock.h"
#include "doctor/doctor.h"
#include "sql/sql.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { DAYS_MAX = 4096, LOW_SPACE_MIB = 512 };

static const char *path_of(const struct report *r, const char *name)
{
    return arena_cstr(r->arena, arena_cat(r->arena, r->data_dir, str_c(name)));
}

// ---- Directory ----------------------------------------------------------------------------------

static void check_space(struct report *r, const char *dir)
{
    struct statvfs fs;
    if (statvfs(dir, &fs) != 0) {
        report_add(r, FINDING_NOTE, "the free space of %s is unknown: %s", dir,
                   strerrordesc_np(errno));
        return;
    }
    unsigned long long mib = (unsigned long long)fs.f_bavail * fs.f_frsize >> 20;
    if (mib < LOW_SPACE_MIB)
        report_add(r, FINDING_BROKEN,
                   "%s has %llu MiB left; make room, or set RUSHLIGHT_DISK_BUDGET or"
                   " RUSHLIGHT_RETENTION_DAYS so that old days go",
                   dir, mib);
    else
        report_add(r, FINDING_FINE, "%s can be written, %llu MiB free", dir, mib);
}

void check_data_directory(struct report *r)
{
    struct stat st;
    const char *dir = path_of(r, "");
    if (stat(dir, &st) != 0 && errno == ENOENT)
        report_add(r, FINDING_NOTE, "%s does not exist yet; `rushlight serve` creates it", dir);
    else if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))
        report_add(r, FINDING_BROKEN,
                   "%s is not a readable directory; name another with --data or"
                   " RUSHLIGHT_DATA_DIR",
                   dir);
    else if (access(dir, R_OK | W_OK | X_OK) != 0)
        report_add(r, FINDING_BROKEN,
                   "%s cannot be written by this user (%s); change its owner or name another with"
                   " --data",
                   dir, strerrordesc_np(errno));
    else
        check_space(r, dir);
}

// ---- Databases ----------------------------------------------------------------------------------

static enum errc read_cell(struct sql *db, struct ctx *ctx, str text, str *out)
{
    struct sql_stmt *st = NULL;
    bool row = false;
    TRY(sql_prepare(db, ctx, text, &st));
    TRY(sql_step(st, ctx, &row));
    *out = row ? arena_str(ctx->arena, sql_str(st, 0)) : STR_NONE;
    sql_reset(st);
    return ERR_OK;
}

// Opens, reads every page's structure, closes. A message on failure.
static enum errc quick_check(struct report *r, const char *path)
{
    struct sql *db = NULL;
    struct ctx *ctx = r->ctx;
    const struct sql_options opt = {.readonly = true};
    str said = STR_NONE;
    TRY(sql_open(ctx, path, &opt, &db));
    enum errc rc = read_cell(db, ctx, STR("PRAGMA quick_check(1)"), &said);
    sql_close(db);
    TRY(rc);
    if (!str_eq(said, STR("ok")))
        return fail(ctx, ERR_CORRUPT,
                    "%s is damaged (%.*s): restore it from a backup or move it away", path,
                    STR_ARG(said));
    return ERR_OK;
}

static str message_of(const struct report *r)
{
    return str_some(r->ctx->message) ? r->ctx->message : STR("it cannot be read");
}

static enum errc count(struct sql *db, struct ctx *ctx, str text, int64_t *out)
{
    str said = STR_NONE;
    TRY(read_cell(db, ctx, text, &said));
    return str_to_i64(said, out) ? ERR_OK : ERR_CORRUPT;
}

struct meta_counts {
    int64_t orgs, projects, keys, users;
    str sqlite_version;
};

static enum errc count_all(struct sql *db, struct ctx *ctx, struct meta_counts *n)
{
    TRY(count(db, ctx, STR("SELECT CAST(COUNT(*) AS TEXT) FROM organizations"), &n->orgs));
    TRY(count(db, ctx, STR("SELECT CAST(COUNT(*) AS TEXT) FROM projects WHERE deleted_at IS NULL"),
              &n->projects));
    TRY(count(db, ctx, STR("SELECT CAST(COUNT(*) AS TEXT) FROM api_keys"), &n->keys));
    TRY(count(db, ctx, STR("SELECT CAST(COUNT(*) AS TEXT) FROM users"), &n->users));
    return read_cell(db, ctx, STR("SELECT sqlite_version()"), &n->sqlite_version);
}

static enum errc read_counts(struct report *r, const char *path, struct meta_counts *n)
{
    struct sql *db = NULL;
    const struct sql_options opt = {.readonly = true};
    TRY(sql_open(r->ctx, path, &opt, &db));
    enum errc rc = count_all(db, r->ctx, n);
    sql_close(db);
    return rc;
}

void check_metadata(struct report *r)
{
    struct stat st;
    struct meta_counts n = {0};
    const char *path = path_of(r, "/meta.db");
    if (stat(path, &st) != 0) {
        report_add(r, FINDING_NOTE, "%s does not exist yet; the first `rushlight serve` makes it",
                   path);
        return;
    }
    enum errc rc = quick_check(r, path);
    if (rc == ERR_OK)
        rc = read_counts(r, path, &n);
    if (rc != ERR_OK)
        report_add(r, FINDING_BROKEN,
                   "%.*s; stop the server first. Without meta.db it starts with new accounts",
                   STR_ARG(message_of(r)));
    else
        report_add(r, FINDING_FINE,
                   "%lld organizations, %lld projects, %lld keys, %lld users (SQLite %.*s)",
                   (long long)n.orgs, (long long)n.projects, (long long)n.keys, (long long)n.users,
                   STR_ARG(n.sqlite_version));
    ctx_clear_error(r->ctx);
    if (rc == ERR_OK && n.keys == 0)
        report_add(r, FINDING_NOTE, "there is no API key; make one with `rushlight key add`");
}

// ---- Event files --------------------------------------------------------------------------------

struct day_files {
    str names[DAYS_MAX]; // newest first
    size_t n;
    int64_t bytes;
};

static int newest_first(const void *a, const void *b)
{
    return str_cmp(*(const str *)b, *(const str *)a);
}

static bool is_day_file(str name)
{
    int64_t day = 0;
    return name.n == 13 && str_ends(name, STR(".db")) && time_parse_day(str_sub(name, 0, 10), &day);
}

static void list_days(struct report *r, const char *dir, struct day_files *out)
{
    DIR *d = opendir(dir);
    for (const struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        struct stat st;
        if (fstatat(dirfd(d), e->d_name, &st, 0) == 0 && S_ISREG(st.st_mode))
            out->bytes += st.st_size;
        if (is_day_file(str_c(e->d_name)) && out->n < DAYS_MAX)
            out->names[out->n++] = arena_str(r->arena, str_c(e->d_name));
    }
    if (d)
        closedir(d);
    qsort(out->names, out->n, sizeof out->names[0], newest_first);
}

static size_t check_days(struct report *r, const char *dir, const struct day_files *days, size_t n)
{
    size_t broken = 0;
    for (size_t i = 0; i < n; i++) {
        str path = arena_fmt(r->arena, "%s/%.*s", dir, STR_ARG(days->names[i]));
        if (quick_check(r, arena_cstr(r->arena, path)) != ERR_OK && ++broken <= 8)
            report_add(r, FINDING_BROKEN,
                       "%.*s; stop the server first. The other days are not affected",
                       STR_ARG(message_of(r)));
        ctx_clear_error(r->ctx);
    }
    return broken;
}

void check_event_files(struct report *r)
{
    const char *dir = path_of(r, "/events");
    struct day_files *days = arena_alloc(r->arena, sizeof *days);
    CHECK(days);
    list_days(r, dir, days);
    size_t n = r->deep || days->n == 0 ? days->n : 1;
    if (days->n == 0)
        report_add(r, FINDING_FINE, "no events yet");
    else if (check_days(r, dir, days, n) == 0)
        report_add(r, FINDING_FINE, "%zu days, %lld MiB; %zu checked, newest %.*s", days->n,
                   (long long)(days->bytes >> 20), n, STR_ARG(str_sub(days->names[0], 0, 10)));
}
