// SPDX-License-Identifier: MIT
// Making a backup, file by file: SQLite copies a file that is in use (VACUUM INTO, in one read
// transaction that holds no writer up), the copy goes into the archive and is removed. The archive is
// written under another name and renamed when it is whole and on the disk. Any thread; one at a time.
#include "backup/backup_int.h"
#include "base/clock.h"
#include "base/log.h"
#include "json/write.h"
#include "sql/migrate.h"
#include "sql/postgres.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BACKUP_ARENA = 64 << 20, CONNECT_S = 10 };

struct backup {
    struct arena *arena; // everything below
    struct backup_site site;
    str dir, final, part, copy; // `copy`: of the file that is being archived
    bool to_stdout, ended, meta_done;
    int fd;
    millis begun;
    struct archive_writer writer;
    str *days;
    size_t n_days, next;
    struct archive_file *files;
    size_t n_files;
    int64_t bytes, skipped;
    str problem;
};

// ---- Beginning ----------------------------------------------------------------------------------

bool backup_name_valid(str name)
{
    int64_t day = 0;
    size_t skip = STR(EVENTS_PREFIX).n;
    if (str_eq(name, STR(META_NAME)))
        return true;
    return name.n == skip + 13 && str_starts(name, STR(EVENTS_PREFIX)) &&
           str_ends(name, STR(".db")) && time_parse_day(str_sub(name, skip, 10), &day);
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

// Names as in the archive, oldest first.
static enum errc list_days(struct backup *b, struct ctx *ctx)
{
    str path = arena_cat(b->arena, b->site.data_dir, STR("/" EVENTS_PREFIX));
    DIR *dir = opendir(arena_cstr(b->arena, path));
    if (!dir && errno != ENOENT)
        return fail(ctx, ERR_IO, "%.*s cannot be read: %s", STR_ARG(path), strerrordesc_np(errno));
    b->days = ARENA_ARRAY(b->arena, str, LIMIT_BACKUP_FILES);
    b->files = ARENA_ARRAY(b->arena, struct archive_file, LIMIT_BACKUP_FILES + 1);
    CHECK(b->days && b->files);
    for (const struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        str name = arena_fmt(b->arena, EVENTS_PREFIX "%s", e->d_name);
        if (backup_name_valid(name) && b->n_days < LIMIT_BACKUP_FILES)
            b->days[b->n_days++] = name;
    }
    if (dir)
        closedir(dir);
    qsort(b->days, b->n_days, sizeof b->days[0], by_name);
    return ERR_OK;
}

static enum errc open_target(struct backup *b, struct ctx *ctx)
{
    const char *dir = arena_cstr(b->arena, b->dir);
    if (b->to_stdout) {
        b->fd = dup(STDOUT_FILENO);
        return b->fd >= 0 ? ERR_OK : fail(ctx, ERR_IO, "standard output is closed");
    }
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return fail(ctx, ERR_IO, "the directory %s cannot be made: %s", dir,
                    strerrordesc_np(errno));
    b->fd = open(arena_cstr(b->arena, b->part), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return b->fd >= 0 ? ERR_OK
                      : fail(ctx, ERR_IO, "%.*s cannot be written: %s", STR_ARG(b->part),
                             strerrordesc_np(errno));
}

// rushlight-20261123T163000Z.tar.zst
static void name_files(struct backup *b)
{
    struct arena *a = b->arena;
    str iso = time_iso(a, b->begun); // 2026-11-23T16:30:00.123Z
    str stamp = arena_fmt(a, "%.*s%.*s%.*s%.*s%.*sZ", STR_ARG(str_sub(iso, 0, 4)),
                          STR_ARG(str_sub(iso, 5, 2)), STR_ARG(str_sub(iso, 8, 5)),
                          STR_ARG(str_sub(iso, 14, 2)), STR_ARG(str_sub(iso, 17, 2)));
    b->final =
        arena_fmt(a, "%.*s/" ARCHIVE_PREFIX "%.*s" ARCHIVE_SUFFIX, STR_ARG(b->dir), STR_ARG(stamp));
    b->part = arena_fmt(a, "%.*s.part-%d", STR_ARG(b->final), (int)getpid());
    b->copy = arena_fmt(a, "%.*s/" COPY_PREFIX "%d.db",
                        STR_ARG(b->to_stdout ? b->site.data_dir : b->dir), (int)getpid());
}

enum errc backup_begin(struct ctx *ctx, const struct backup_site *site, str dir,
                       struct backup **out)
{
    struct arena *a = arena_create(BACKUP_ARENA);
    struct backup *b = calloc(1, sizeof *b);
    CHECK(b);
    b->arena = a;
    b->site = *site;
    b->site.data_dir = arena_str(a, site->data_dir);
    b->to_stdout = str_eq(dir, STR("-"));
    b->dir = arena_str(a, dir);
    b->begun = clock_now();
    b->fd = -1;
    name_files(b);
    enum errc rc = list_days(b, ctx);
    if (rc == ERR_OK)
        rc = open_target(b, ctx);
    if (rc != ERR_OK) {
        backup_close(b);
        return rc;
    }
    archive_writer_init(&b->writer, b->fd);
    *out = b;
    return ERR_OK;
}

// ---- Files --------------------------------------------------------------------------------------

static void remove_copy(struct backup *b)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        (void)unlink(arena_cstr(b->arena, arena_cat(b->arena, b->copy, str_c(ends[i]))));
}

static enum errc copy_database(struct backup *b, struct ctx *ctx, const char *path)
{
    const struct sql_options opt = {.readonly = true, .cache_kib = 2048};
    struct sql *db = NULL;
    struct sql_stmt *st = NULL;
    remove_copy(b);
    TRY(sql_open(ctx, path, &opt, &db));
    enum errc rc = sql_prepare(db, ctx, STR("VACUUM INTO ?"), &st);
    if (rc == ERR_OK) {
        sql_bind_str(st, 1, b->copy);
        rc = sql_run(st, ctx);
    }
    sql_close(db);
    return rc;
}

static enum errc add_copy(struct backup *b, struct ctx *ctx, str name)
{
    struct archive_file *file = &b->files[b->n_files];
    *file = (struct archive_file){.name = name};
    TRY(archive_add_file(&b->writer, ctx, b->arena, arena_cstr(b->arena, b->copy), file));
    b->bytes += file->bytes;
    b->n_files++;
    return ERR_OK;
}

// A damaged day does not keep the others from being saved; a day that retention took is no fault.
static enum errc add_day(struct backup *b, struct ctx *ctx, str name)
{
    const char *path = arena_cstr(
        ctx->arena, arena_fmt(ctx->arena, "%.*s/%.*s", STR_ARG(b->site.data_dir), STR_ARG(name)));
    enum errc rc = copy_database(b, ctx, path);
    if (rc != ERR_OK && access(path, F_OK) != 0 && errno == ENOENT) {
        ctx_clear_error(ctx);
        return ERR_OK;
    }
    if (rc == ERR_CORRUPT) {
        b->problem = b->skipped++ ? b->problem : arena_str(b->arena, ctx->message);
        ctx_clear_error(ctx);
        return ERR_OK;
    }
    TRY(rc);
    return add_copy(b, ctx, name);
}

// The server's rows at one moment, as a file.
static enum errc copy_server(struct backup *b, struct ctx *ctx)
{
    const struct sql_options opt = {.create = true, .cache_kib = 2048};
    struct pg_server server = *b->site.database;
    struct sql *from = NULL, *to = NULL;
    remove_copy(b);
    server.look_only = true;
    TRY(pg_connect(ctx, &server, CONNECT_S, &from));
    enum errc rc = sql_exec(from, ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (rc == ERR_OK)
        rc = sql_open(ctx, arena_cstr(b->arena, b->copy), &opt, &to);
    if (rc == ERR_OK)
        rc = migrate(to, ctx, b->site.migrations, b->site.n_migrations);
    if (rc == ERR_OK)
        rc = rows_copy(from, to, to, ctx);
    sql_close(from);
    sql_close(to);
    return rc;
}

static enum errc add_meta(struct backup *b, struct ctx *ctx)
{
    str path = arena_cat(b->arena, b->site.data_dir, STR("/" META_NAME));
    if (b->site.database)
        TRY(copy_server(b, ctx));
    else
        TRY(copy_database(b, ctx, arena_cstr(b->arena, path)));
    return add_copy(b, ctx, STR(META_NAME));
}

enum errc backup_step(struct backup *b, struct ctx *ctx, bool *more)
{
    *more = true;
    if (b->next < b->n_days)
        TRY(add_day(b, ctx, b->days[b->next++]));
    else if (!b->meta_done) {
        TRY(add_meta(b, ctx));
        b->meta_done = true;
    }
    remove_copy(b);
    *more = !b->meta_done;
    return ERR_OK;
}

// ---- Ending -------------------------------------------------------------------------------------

// Last in the archive: without it the archive is not whole.
static enum errc add_manifest(struct backup *b, struct ctx *ctx)
{
    AUTO(buf_fini) struct buf text = {0};
    struct jw w;
    buf_init(&text, LIMIT_BACKUP_MANIFEST);
    jw_init(&w, &text);
    jw_object(&w);
    jw_ki64(&w, STR("format"), MANIFEST_FORMAT);
    jw_kstr(&w, STR("program"), STR("Rushlight " RUSHLIGHT_VERSION));
    jw_ktime(&w, STR("begun"), b->begun);
    jw_kstr(&w, STR("metadata"), b->site.database ? STR("PostgreSQL") : STR("SQLite"));
    jw_kstr(&w, STR("events"),
            str_some(b->site.events_elsewhere) ? b->site.events_elsewhere : STR("SQLite"));
    jw_ki64(&w, STR("skipped"), b->skipped);
    jw_key(&w, STR("files"));
    jw_array(&w);
    for (size_t i = 0; i < b->n_files; i++) {
        jw_object(&w);
        jw_kstr(&w, STR("name"), b->files[i].name);
        jw_ki64(&w, STR("bytes"), b->files[i].bytes);
        jw_kstr(&w, STR("sha256"), b->files[i].sha256);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    CHECK(buf_ok(&text));
    return archive_add_text(&b->writer, ctx, STR(MANIFEST_NAME), buf_str(&text));
}

static enum errc sync_directory(struct backup *b, struct ctx *ctx)
{
    int fd = open(arena_cstr(b->arena, b->dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return synced ? ERR_OK
                  : fail(ctx, ERR_IO, "%.*s cannot be synchronised: %s", STR_ARG(b->dir),
                         strerrordesc_np(errno));
}

static enum errc put_in_place(struct backup *b, struct ctx *ctx)
{
    if (b->to_stdout)
        return ERR_OK;
    if (fsync(b->fd) != 0 ||
        rename(arena_cstr(b->arena, b->part), arena_cstr(b->arena, b->final)) != 0)
        return fail(ctx, ERR_IO, "%.*s cannot be written: %s", STR_ARG(b->final),
                    strerrordesc_np(errno));
    return sync_directory(b, ctx);
}

enum errc backup_end(struct backup *b, struct ctx *ctx, struct backup_result *out)
{
    TRY(add_manifest(b, ctx));
    TRY(archive_end(&b->writer, ctx));
    TRY(put_in_place(b, ctx));
    b->ended = true;
    *out = (struct backup_result){.path = b->to_stdout ? STR_NONE : arena_str(ctx->arena, b->final),
                                  .files = (int64_t)b->n_files,
                                  .bytes = b->bytes,
                                  .archive_bytes = b->writer.bytes,
                                  .skipped = b->skipped,
                                  .problem = arena_str(ctx->arena, b->problem)};
    return ERR_OK;
}

void backup_close(struct backup *b)
{
    if (!b)
        return;
    remove_copy(b);
    if (!b->ended && !b->to_stdout && b->fd >= 0)
        (void)unlink(arena_cstr(b->arena, b->part));
    archive_writer_fini(&b->writer);
    if (b->fd >= 0)
        close(b->fd);
    arena_destroy(b->arena);
    free(b);
}
