// SPDX-License-Identifier: MIT
// status' look at the data directory: how many days, how large, how much room is left, the newest backup;
// and, when asked, what each table takes, which reads every page of every file.
#include "backup/backup.h"
#include "base/clock.h"
#include "cli/status_int.h"
#include "sql/sql.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

enum { TABLES_MAX = 64 };

struct days {
    int64_t n, bytes;
    str oldest, newest; // names of files
};
struct table {
    str name;
    int64_t bytes;
};
struct tables {
    struct table items[TABLES_MAX];
    size_t n;
};

static str events_dir(const struct cli *c)
{
    return arena_cat(c->ctx.arena, c->config.data_dir, STR("/events"));
}

static void count_file(struct cli *c, struct days *d, str name, int64_t bytes)
{
    int64_t day = 0;
    d->bytes += bytes;
    if (name.n != 13 || !str_ends(name, STR(".db")) || !time_parse_day(str_sub(name, 0, 10), &day))
        return;
    d->n++;
    str kept = arena_str(c->ctx.arena, str_sub(name, 0, 10));
    if (!str_some(d->oldest) || str_cmp(kept, d->oldest) < 0)
        d->oldest = kept;
    if (!str_some(d->newest) || str_cmp(kept, d->newest) > 0)
        d->newest = kept;
}

static void count_days(struct cli *c, struct days *d)
{
    struct stat st;
    DIR *dir = opendir(arena_cstr(c->ctx.arena, events_dir(c)));
    for (const struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir))
        if (fstatat(dirfd(dir), e->d_name, &st, 0) == 0 && S_ISREG(st.st_mode))
            count_file(c, d, str_c(e->d_name), st.st_size);
    if (dir)
        closedir(dir);
}

static void add_backup(struct cli *c, struct listing *l)
{
    int64_t at = MILLIS_NONE;
    if (str_empty(c->config.backup.dir))
        return;
    if (backup_newest(&c->ctx, c->config.backup.dir, &at) != ERR_OK)
        status_add(l, "newest backup", c->ctx.message);
    else
        status_add(l, "newest backup",
                   at == MILLIS_NONE ? STR("none yet") : time_iso(c->ctx.arena, at));
    ctx_clear_error(&c->ctx);
}

// ---- Tables -------------------------------------------------------------------------------------

static void table_add(struct tables *t, struct arena *a, str name, int64_t bytes)
{
    size_t i = 0;
    while (i < t->n && !str_eq(t->items[i].name, name))
        i++;
    if (i == TABLES_MAX)
        return;
    if (i == t->n)
        t->items[t->n++].name = arena_str(a, name);
    t->items[i].bytes += bytes;
}

static enum errc read_tables(struct sql *db, struct ctx *ctx, struct tables *t)
{
    struct sql_stmt *st = NULL;
    bool row = true;
    // An index counts for its table.
    TRY(sql_prepare(db, ctx,
                    STR("SELECT coalesce(m.tbl_name, s.name), sum(s.pgsize) FROM dbstat s"
                        " LEFT JOIN sqlite_master m ON m.name = s.name"
                        " WHERE s.aggregate = TRUE GROUP BY 1"),
                    &st));
    for (;;) {
        TRY(sql_step(st, ctx, &row));
        if (!row)
            return ERR_OK;
        table_add(t, ctx->arena, sql_str(st, 0), sql_i64(st, 1));
    }
}

static void read_file(struct cli *c, struct tables *t, const char *name)
{
    const struct sql_options opt = {.readonly = true, .cache_kib = 2048};
    struct sql *db = NULL;
    str path = arena_fmt(c->ctx.arena, "%.*s/%s", STR_ARG(events_dir(c)), name);
    enum errc rc = sql_open(&c->ctx, arena_cstr(c->ctx.arena, path), &opt, &db);
    if (rc == ERR_OK)
        rc = read_tables(db, &c->ctx, t);
    if (rc != ERR_OK)
        (void)fprintf(stderr, "rushlight: %s: %.*s\n", name, STR_ARG(c->ctx.message));
    ctx_clear_error(&c->ctx);
    sql_close(db);
}

static int by_bytes(const void *a, const void *b)
{
    int64_t x = ((const struct table *)a)->bytes, y = ((const struct table *)b)->bytes;
    return x < y ? 1 : x > y ? -1 : 0;
}

static void add_tables(struct cli *c, struct listing *l)
{
    struct tables t = {.n = 0};
    DIR *dir = opendir(arena_cstr(c->ctx.arena, events_dir(c)));
    for (const struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir))
        if (str_ends(str_c(e->d_name), STR(".db")))
            read_file(c, &t, e->d_name);
    if (dir)
        closedir(dir);
    qsort(t.items, t.n, sizeof t.items[0], by_bytes);
    for (size_t i = 0; i < t.n; i++) {
        str label = arena_fmt(c->ctx.arena, "table %.*s", STR_ARG(t.items[i].name));
        status_add(l, arena_cstr(c->ctx.arena, label),
                   status_bytes(c->ctx.arena, t.items[i].bytes));
    }
}

void status_files(struct cli *c, struct listing *l)
{
    struct days d = {0};
    struct statvfs fs;
    struct arena *a = c->ctx.arena;
    count_days(c, &d);
    status_add(l, "data directory", c->config.data_dir);
    status_add(l, "days", arena_fmt(a, "%lld", (long long)d.n));
    status_add(l, "oldest day", d.oldest);
    status_add(l, "newest day", d.newest);
    status_add(l, "event files", status_bytes(a, d.bytes));
    if (statvfs(arena_cstr(a, c->config.data_dir), &fs) == 0)
        status_add(l, "free on the disk", status_bytes(a, (int64_t)(fs.f_bavail * fs.f_frsize)));
    add_backup(c, l);
    if (cli_has(c, "--tables"))
        add_tables(c, l);
}
