// SPDX-License-Identifier: MIT
// The data directory: created with its parents, checked, and locked against a second server. The
// lock is an open-file lock on DIR/lock, so it goes with the process, however that ends. Commands that work
// beside a server (user, key ...) don't take it: meta.db allows several processes. They read from the
// same file where the server listens.
#include "app/app.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *data_dir_meta(struct arena *a, str dir)
{
    return arena_cstr(a, arena_cat(a, dir, STR("/meta.db")));
}

static const char *cure_of(int error)
{
    switch (error) {
    case EACCES:
    case EPERM: return "give this user the rights, or choose another directory with --data";
    case EROFS: return "the file system is read-only; remount it or choose another with --data";
    case ENOSPC: return "the disk is full; make room or choose another directory with --data";
    case ENOTDIR:
    case EEXIST: return "a part of the path is a file; choose another directory with --data";
    default: return "choose another directory with --data";
    }
}

static enum errc refuse(struct ctx *ctx, const char *what, const char *dir, int error)
{
    return fail(ctx, ERR_IO, "data directory %s %s: %s; %s", dir, what, strerrordesc_np(error),
                cure_of(error));
}

static bool make_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

enum errc data_dir_prepare(struct ctx *ctx, str dir)
{
    struct stat st;
    const char *path = arena_cstr(ctx->arena, dir);
    str copy = arena_fmt(ctx->arena, "%.*s", STR_ARG(dir));
    char *parts = arena_alloc(ctx->arena, copy.n + 1);
    if (!path || !parts || str_empty(dir))
        return fail(ctx, ERR_INVALID, "the data directory has no name; give one with --data");
    memcpy(parts, copy.p, copy.n);
    if (!make_parents(parts))
        return refuse(ctx, "cannot be created", path, errno);
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return refuse(ctx, "is not a directory", path, ENOTDIR);
    if (access(path, W_OK | X_OK) != 0)
        return refuse(ctx, "cannot be written", path, errno);
    return ERR_OK;
}

// Asks without taking the lock even for a moment: a server may be starting.
static bool is_held(int fd)
{
    struct flock probe = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_OFD_GETLK, &probe) == 0 && probe.l_type != F_UNLCK;
}

bool data_dir_server(struct arena *a, str dir, struct running_server *out)
{
    enum { TEXT_MAX = 1024 };
    const char *path = arena_cstr(a, arena_cat(a, dir, STR("/lock")));
    char *text = arena_alloc(a, TEXT_MAX);
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t n = fd >= 0 && text ? pread(fd, text, TEXT_MAX, 0) : -1;
    bool held = fd >= 0 && is_held(fd);
    if (fd >= 0)
        close(fd);
    str rest = str_make(text, n > 0 ? (size_t)n : 0);
    str fields[5] = {{0}};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        (void)str_next(&rest, '\n', &fields[i]);
    *out = (struct running_server){.host = fields[1], .base_path = fields[3], .url = fields[4]};
    bool read = str_to_i64(fields[0], &out->pid) && str_to_i64(fields[2], &out->port);
    return held && read && out->port > 0;
}

enum errc data_dir_announce(struct ctx *ctx, int fd, const struct running_server *s)
{
    str text =
        arena_fmt(ctx->arena, "%lld\n%.*s\n%lld\n%.*s\n%.*s\n", (long long)s->pid, STR_ARG(s->host),
                  (long long)s->port, STR_ARG(s->base_path), STR_ARG(s->url));
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text.p, text.n, 0) != (ssize_t)text.n)
        return fail(ctx, ERR_IO, "the data directory cannot be written: %s; %s",
                    strerrordesc_np(errno), cure_of(errno));
    return ERR_OK;
}

enum errc data_dir_lock(struct ctx *ctx, str dir, int *fd)
{
    struct running_server other = {0};
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const char *path = arena_cstr(ctx->arena, arena_cat(ctx->arena, dir, STR("/lock")));
    int lock = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (lock < 0)
        return refuse(ctx, "cannot be locked", arena_cstr(ctx->arena, dir), errno);
    if (fcntl(lock, F_OFD_SETLK, &whole) != 0) {
        close(lock);
        (void)data_dir_server(ctx->arena, dir, &other);
        return fail(ctx, ERR_CONFLICT,
                    "data directory %.*s is used by another server (process %lld); stop that one or"
                    " choose another directory with --data",
                    STR_ARG(dir), (long long)other.pid);
    }
    const struct running_server starting = {.pid = getpid()};
    enum errc rc = data_dir_announce(ctx, lock, &starting);
    if (rc == ERR_OK)
        *fd = lock;
    else
        close(lock);
    return rc;
}
