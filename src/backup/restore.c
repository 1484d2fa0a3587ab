// SPDX-License-Identifier: MIT
// Putting a backup back. Everything is unpacked beside its place and compared with the manifest before
// anything is moved; a restore that was interrupted leaves only its own directory, which the next one
// removes. The archive may come from anywhere: names are checked before a file is made.
#include "backup/backup_int.h"
#include "json/json.h"
#include "sql/migrate.h"
#include "sql/postgres.h"
#include "base/codec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORK_NAME ".restoring"
enum { CONNECT_S = 10 };

struct restore {
    struct ctx *ctx;
    const struct backup_site *site;
    str work; // data_dir/.restoring
    struct archive_reader reader;
    struct archive_file *files;
    size_t n_files;
    int64_t bytes;
    struct buf manifest;
};

static const char *path_in(const struct restore *r, str dir, str name)
{
    struct arena *a = r->ctx->arena;
    return arena_cstr(a, arena_fmt(a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name)));
}

// ---- The place ----------------------------------------------------------------------------------

static enum errc check_empty(struct restore *r)
{
    const char *path = arena_cstr(r->ctx->arena, r->site->data_dir);
    DIR *dir = opendir(path);
    const char *found = NULL;
    if (!dir)
        return errno == ENOENT
                   ? ERR_OK
                   : fail(r->ctx, ERR_IO, "%s cannot be read: %s", path, strerrordesc_np(errno));
    for (const struct dirent *e = readdir(dir); e && !found; e = readdir(dir))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
            strcmp(e->d_name, WORK_NAME) != 0 && strcmp(e->d_name, "lost+found") != 0)
            found = arena_cstr(r->ctx->arena, str_c(e->d_name));
    closedir(dir);
    return found ? fail(r->ctx, ERR_CONFLICT,
                        "%s is not empty (%s); restore into an empty directory, --data names one",
                        path, found)
                 : ERR_OK;
}

// Two levels, as this program makes them.
static void remove_tree(const struct restore *r, str dir)
{
    DIR *d = opendir(arena_cstr(r->ctx->arena, dir));
    for (const struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        str path = arena_fmt(r->ctx->arena, "%.*s/%s", STR_ARG(dir), e->d_name);
        bool self = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
        if (!self && unlink(arena_cstr(r->ctx->arena, path)) != 0)
            remove_tree(r, path);
    }
    if (d)
        closedir(d);
    (void)rmdir(arena_cstr(r->ctx->arena, dir));
}

static enum errc make_work(struct restore *r)
{
    struct arena *a = r->ctx->arena;
    r->work = arena_cat(a, r->site->data_dir, STR("/" WORK_NAME));
    const char *const dirs[] = {arena_cstr(a, r->site->data_dir), arena_cstr(a, r->work),
                                path_in(r, r->work, STR("events"))};
    remove_tree(r, r->work);
    for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
        if (mkdir(dirs[i], 0700) != 0 && errno != EEXIST)
            return fail(r->ctx, ERR_IO, "%s cannot be made: %s", dirs[i], strerrordesc_np(errno));
    return ERR_OK;
}

// ---- Unpacking ----------------------------------------------------------------------------------

struct output {
    int fd;
    struct sha256_run *sum;
};

static enum errc write_bytes(void *user, struct ctx *ctx, str bytes)
{
    struct output *o = user;
    sha256_more(o->sum, bytes);
    while (bytes.n > 0) {
        ssize_t n = write(o->fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail(ctx, ERR_IO, "the restored file cannot be written: %s",
                        strerrordesc_np(errno));
        bytes = str_skip(bytes, (size_t)n);
    }
    return ERR_OK;
}

static enum errc unpack_file(struct restore *r, const struct archive_entry *e)
{
    const char *path = path_in(r, r->work, str_c(e->name));
    uint8_t digest[32];
    struct output o = {.fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (o.fd < 0)
        return fail(r->ctx, ERR_IO, "%s cannot be written: %s", path, strerrordesc_np(errno));
    o.sum = sha256_begin();
    enum errc rc = archive_read(&r->reader, r->ctx, e, write_bytes, &o);
    sha256_finish(o.sum, digest);
    if (rc == ERR_OK && fsync(o.fd) != 0)
        rc = fail(r->ctx, ERR_IO, "%s cannot be written: %s", path, strerrordesc_np(errno));
    close(o.fd);
    TRY(rc);
    r->files[r->n_files++] =
        (struct archive_file){.name = arena_str(r->ctx->arena, str_c(e->name)),
                              .bytes = e->bytes,
                              .sha256 = hex_encode(r->ctx->arena, digest, sizeof digest)};
    r->bytes += e->bytes;
    return ERR_OK;
}

static enum errc keep_text(void *user, struct ctx *ctx, str bytes)
{
    struct buf *out = user;
    buf_add(out, bytes);
    return buf_ok(out) ? ERR_OK : fail(ctx, ERR_CORRUPT, "the manifest is too large");
}

static enum errc unpack(struct restore *r)
{
    for (;;) {
        struct archive_entry e;
        bool more = false;
        TRY(archive_next(&r->reader, r->ctx, &e, &more));
        if (!more)
            return ERR_OK;
        if (strcmp(e.name, MANIFEST_NAME) == 0)
            TRY(archive_read(&r->reader, r->ctx, &e, keep_text, &r->manifest));
        else if (!backup_name_valid(str_c(e.name)) || r->n_files == LIMIT_BACKUP_FILES)
            return fail(r->ctx, ERR_CORRUPT, "this is no backup of Rushlight: it holds \"%s\"",
                        e.name);
        else
            TRY(unpack_file(r, &e));
    }
}

// ---- Comparing ----------------------------------------------------------------------------------

static enum errc compare_file(struct restore *r, const struct json *said, size_t i)
{
    const struct archive_file *file = &r->files[i];
    int64_t bytes = -1;
    (void)json_i64(json_get(said, STR("bytes")), &bytes);
    if (str_eq(json_str(json_get(said, STR("name"))), file->name) && bytes == file->bytes &&
        str_eq(json_str(json_get(said, STR("sha256"))), file->sha256))
        return ERR_OK;
    return fail(r->ctx, ERR_CORRUPT, "the backup is damaged: %.*s is not what its manifest says",
                STR_ARG(file->name));
}

static enum errc compare(struct restore *r)
{
    const struct json *m = NULL;
    int64_t format = 0;
    size_t i = 0;
    if (r->manifest.len == 0)
        return fail(r->ctx, ERR_CORRUPT,
                    "the backup has no manifest: it was not written to its"
                    " end");
    if (json_parse(r->ctx, buf_str(&r->manifest), &m) != ERR_OK) {
        ctx_clear_error(r->ctx);
        return fail(r->ctx, ERR_CORRUPT, "the backup is damaged: its manifest cannot be read");
    }
    (void)json_i64(json_get(m, STR("format")), &format);
    if (format != MANIFEST_FORMAT)
        return fail(r->ctx, ERR_INVALID,
                    "the backup has format %lld, this program reads %d: use the version that wrote"
                    " it, or a newer one",
                    (long long)format, MANIFEST_FORMAT);
    const struct json *files = json_get(m, STR("files"));
    if (json_len(files) != r->n_files)
        return fail(r->ctx, ERR_CORRUPT,
                    "the backup is damaged: it holds %zu files, its manifest"
                    " names %zu",
                    r->n_files, json_len(files));
    for (struct json_iter it = json_iter(files); json_next(&it); i++)
        TRY(compare_file(r, it.value, i));
    return ERR_OK;
}

// ---- Moving into place --------------------------------------------------------------------------

static enum errc connect_server(struct restore *r, struct sql **out)
{
    struct sql *db = NULL;
    TRY(pg_connect(r->ctx, r->site->database, CONNECT_S, &db));
    enum errc rc = migrate(db, r->ctx, r->site->migrations, r->site->n_migrations);
    if (rc == ERR_OK)
        rc = rows_check_unused(db, r->ctx);
    if (rc == ERR_OK)
        *out = db;
    else
        sql_close(db);
    return rc;
}

// Rows to the server; the file, which an older version may have written, is brought up to date first.
static enum errc fill_server(struct restore *r)
{
    const struct sql_options opt = {.cache_kib = 2048};
    const char *path = path_in(r, r->work, STR(META_NAME));
    struct sql *file = NULL, *server = NULL;
    TRY(sql_open(r->ctx, path, &opt, &file));
    enum errc rc = migrate(file, r->ctx, r->site->migrations, r->site->n_migrations);
    if (rc == ERR_OK)
        rc = connect_server(r, &server);
    if (rc == ERR_OK)
        rc = rows_copy(file, server, file, r->ctx);
    sql_close(server);
    sql_close(file);
    return rc;
}

static enum errc move(struct restore *r, const char *name)
{
    const char *from = path_in(r, r->work, str_c(name));
    const char *to = path_in(r, r->site->data_dir, str_c(name));
    if (rename(from, to) != 0)
        return fail(r->ctx, ERR_IO, "%s cannot be moved: %s", to, strerrordesc_np(errno));
    return ERR_OK;
}

static enum errc put_in_place(struct restore *r)
{
    if (r->site->database)
        TRY(fill_server(r));
    TRY(move(r, "events"));
    if (!r->site->database)
        TRY(move(r, META_NAME));
    int fd = open(arena_cstr(r->ctx->arena, r->site->data_dir), O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    return ERR_OK;
}

static enum errc run(struct restore *r)
{
    TRY(check_empty(r));
    TRY(make_work(r));
    enum errc rc = unpack(r);
    if (rc == ERR_OK)
        rc = compare(r);
    if (rc == ERR_OK)
        rc = put_in_place(r);
    remove_tree(r, r->work);
    return rc;
}

enum errc backup_restore(struct ctx *ctx, const struct backup_site *site, str path,
                         struct backup_result *out)
{
    struct restore r = {.ctx = ctx, .site = site};
    int fd = str_eq(path, STR("-")) ? dup(STDIN_FILENO)
                                    : open(arena_cstr(ctx->arena, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(ctx, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%.*s cannot be read: %s",
                    STR_ARG(path), strerrordesc_np(errno));
    r.files = ARENA_ARRAY(ctx->arena, struct archive_file, LIMIT_BACKUP_FILES + 1);
    CHECK(r.files);
    buf_init(&r.manifest, LIMIT_BACKUP_MANIFEST);
    archive_reader_init(&r.reader, fd);
    enum errc rc = run(&r);
    *out = (struct backup_result){.files = (int64_t)r.n_files, .bytes = r.bytes};
    archive_reader_fini(&r.reader);
    buf_fini(&r.manifest);
    close(fd);
    return rc;
}
