// SPDX-License-Identifier: MIT
// Objects as files below a data directory. An object is written to ROOT/new, made durable, renamed into
// its place, and the directories that changed are made durable: at any moment a key has its old
// bytes, its new bytes or none. Runs in the threads of the callers without a lock: the file
// system's calls are atomic where it matters. What a crash left in ROOT/new goes at the next start.
#include "base/codec.h"
#include "base/crypto.h"
#include "blob/files/files_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEFTOVER_AGE_S = 86400, PLACE_TRIES = 64 };

static struct files *files_of(struct blob_store *b)
{
    return (struct files *)b;
}

enum errc files_failed(struct ctx *ctx, const struct files *f, str key, int error)
{
    const char *cure = error == ENOSPC || error == EDQUOT  ? "make room on that disk"
                       : error == EACCES || error == EPERM ? "give this process's user the rights"
                       : error == ENOTDIR || error == EISDIR || error == EEXIST
                           ? "an object's key is the beginning of this one's"
                           : "look at the disk and its mount";
    return fail(ctx, error == ENOSPC || error == EDQUOT ? ERR_UNAVAILABLE : ERR_IO,
                "%s/objects/%.*s: %s; %s", f->root, STR_ARG(key), strerrordesc_np(error), cure);
}

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

// ---- Writing ------------------------------------------------------------------------------------

static bool write_all(int fd, str body)
{
    while (body.n > 0) {
        ssize_t n = write(fd, body.p, body.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        body = str_skip(body, (size_t)n);
    }
    return true;
}

// Opens the directory of `key`, creating what is missing; each new name is made durable in its
// parent. -1 with errno.
static int open_parent(struct arena *a, int objects, str key)
{
    int dir = fcntl(objects, F_DUPFD_CLOEXEC, 0);
    str rest = key, part;

    while (dir >= 0 && str_next(&rest, '/', &part) && str_some(rest)) { // the last is the file
        const char *name = arena_cstr(a, part);
        int next = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (next < 0 && errno == ENOENT && (mkdirat(dir, name, 0700) == 0 || errno == EEXIST))
            next = fsync(dir) == 0 ? openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
        int error = errno;
        close(dir);
        errno = error;
        dir = next;
    }
    return dir;
}

static str leaf_of(str key)
{
    const char *slash = memrchr(key.p, '/', key.n);
    return slash ? str_skip(key, (size_t)(slash - key.p) + 1) : key;
}

// Renames ROOT/new/<name> to its place. A remover may take the empty directory away in between.
static bool place(struct arena *a, const struct files *f, const char *name, str key)
{
    const char *leaf = arena_cstr(a, leaf_of(key));
    bool placed = false;

    errno = ENOENT;
    for (int i = 0; i < PLACE_TRIES && !placed && errno == ENOENT; i++) {
        AUTO(close_fd) int dir = open_parent(a, f->objects, key);
        placed = dir >= 0 && renameat(f->fresh, name, dir, leaf) == 0 && fsync(dir) == 0;
        if (dir < 0 && errno != ENOENT)
            break;
    }
    return placed;
}

static enum errc files_put(struct blob_store *b, struct ctx *ctx, const struct blob_object *object)
{
    const struct files *f = files_of(b);
    uint8_t random[16];

    TRY(blob_key_check(ctx, object->key));
    crypto_random(random, sizeof random);
    const char *name = arena_cstr(ctx->arena, hex_encode(ctx->arena, random, sizeof random));
    if (!name)
        return fail(ctx, ERR_NOMEM, "out of memory for a file name");
    AUTO(close_fd) int fd = openat(f->fresh, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0 && write_all(fd, object->body) && fsync(fd) == 0 &&
        place(ctx->arena, f, name, object->key))
        return ERR_OK;
    int error = errno;
    if (fd >= 0)
        (void)unlinkat(f->fresh, name, 0);
    return files_failed(ctx, f, object->key, error);
}

// ---- Reading ------------------------------------------------------------------------------------

static bool read_all(int fd, size_t n, struct buf *out)
{
    while (n > 0) {
        ssize_t got = read(fd, out->data + out->len, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            errno = got == 0 ? EIO : errno; // shorter than it was: not by us, who rename
            return false;
        }
        out->len += (size_t)got;
        n -= (size_t)got;
    }
    return true;
}

static enum errc files_get(struct blob_store *b, struct ctx *ctx, str key, struct buf *out)
{
    const struct files *f = files_of(b);
    struct stat st;

    TRY(blob_key_check(ctx, key));
    AUTO(close_fd)
    int fd = openat(f->objects, arena_cstr(ctx->arena, key), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND
                                                   : files_failed(ctx, f, key, errno);
    if (fstat(fd, &st) != 0)
        return files_failed(ctx, f, key, errno);
    if (!S_ISREG(st.st_mode))
        return ERR_NOT_FOUND;
    if (!buf_reserve(out, (size_t)st.st_size))
        return fail(ctx, ERR_TOO_LARGE, "%s/objects/%.*s has %lld bytes, %zu may be read", f->root,
                    STR_ARG(key), (long long)st.st_size, out->max);
    return read_all(fd, (size_t)st.st_size, out) ? ERR_OK : files_failed(ctx, f, key, errno);
}

// ---- Removing -----------------------------------------------------------------------------------

// Takes away the directories that became empty, the innermost first.
static void prune(const struct files *f, struct arena *a, str key)
{
    for (str dir = key;;) {
        const char *slash = memrchr(dir.p, '/', dir.n);
        dir.n = slash ? (size_t)(slash - dir.p) : 0;
        if (dir.n == 0 || unlinkat(f->objects, arena_cstr(a, dir), AT_REMOVEDIR) != 0)
            return;
    }
}

static enum errc files_remove(struct blob_store *b, struct ctx *ctx, const str *keys, size_t n)
{
    const struct files *f = files_of(b);

    for (size_t i = 0; i < n; i++) {
        TRY(blob_key_check(ctx, keys[i]));
        int bad = unlinkat(f->objects, arena_cstr(ctx->arena, keys[i]), 0);
        if (bad && errno != ENOENT && errno != ENOTDIR && errno != EISDIR)
            return files_failed(ctx, f, keys[i], errno);
        if (!bad)
            prune(f, ctx->arena, keys[i]);
    }
    return ERR_OK; // not synced: what comes back after a power cut is removed again by who wanted it
}

static enum errc files_link(struct blob_store *b, struct ctx *ctx, const struct blob_link *link,
                            str *url)
{
    (void)b;
    (void)url;
    TRY(blob_key_check(ctx, link->key));
    return fail(ctx, ERR_NOT_IMPLEMENTED, "files have no address of their own");
}

// ---- Opening ------------------------------------------------------------------------------------

static void files_close(struct blob_store *b)
{
    struct files *f = files_of(b);

    close_fd(&f->objects);
    close_fd(&f->fresh);
    free(f->root);
    free(f);
}

static int open_directory(struct arena *a, const char *root, const char *name)
{
    const char *path = arena_cstr(a, arena_fmt(a, "%s%s", root, name));
    if (!path || (mkdir(path, 0700) != 0 && errno != EEXIST))
        return -1;
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

// What a process that ended while writing left behind; another process may be writing right now.
static void sweep(int fresh)
{
    int fd = fcntl(fresh, F_DUPFD_CLOEXEC, 0);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    time_t now = time(NULL);
    struct stat st;

    for (const struct dirent *e; d && (e = readdir(d));)
        if (fstatat(fresh, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
            now - st.st_mtime > LEFTOVER_AGE_S)
            (void)unlinkat(fresh, e->d_name, 0);
    if (d)
        closedir(d);
}

enum errc blob_files_open(struct ctx *ctx, str root, struct blob_store **out)
{
    static const struct blob_store_ops ops = {
        .name = "files",
        .put = files_put,
        .get = files_get,
        .list = files_list,
        .remove = files_remove,
        .link = files_link,
        .close = files_close,
    };
    struct files *f = calloc(1, sizeof *f);

    CHECK(f);
    *f = (struct files){{&ops}, str_dup(root), -1, -1};
    CHECK(f->root);
    int top = open_directory(ctx->arena, f->root, "");
    f->objects = open_directory(ctx->arena, f->root, "/objects");
    f->fresh = open_directory(ctx->arena, f->root, "/new");
    if (f->objects >= 0 && f->fresh >= 0 && fsync(top) == 0) {
        close_fd(&top);
        sweep(f->fresh);
        *out = &f->base;
        return ERR_OK;
    }
    enum errc rc = files_failed(ctx, f, STR(""), errno);
    close_fd(&top);
    files_close(&f->base);
    return rc;
}
