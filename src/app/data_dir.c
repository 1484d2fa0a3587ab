// SPDX-License-Identifier: MIT
// The data directory: created with its parents, checked, and locked against a second server. The
// lock is a flock on DIR/lock, so it goes with the process, however that ends. Commands that work
// beside a server (user, key ...) don't take it: meta.db allows several processes.
#include "app/app.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

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

static long lock_holder(int fd)
{
    char text[32] = "";
    int64_t pid = 0;
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    return n > 0 && str_to_i64(str_trim(str_make(text, (size_t)n)), &pid) ? (long)pid : 0;
}

enum errc data_dir_lock(struct ctx *ctx, str dir, int *fd)
{
    char pid[32];
    const char *path = arena_cstr(ctx->arena, arena_cat(ctx->arena, dir, STR("/lock")));
    int lock = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (lock < 0)
        return refuse(ctx, "cannot be locked", arena_cstr(ctx->arena, dir), errno);
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        long holder = lock_holder(lock);
        close(lock);
        return fail(ctx, ERR_CONFLICT,
                    "data directory %.*s is used by another server (process %ld); stop that one or"
                    " choose another directory with --data",
                    STR_ARG(dir), holder);
    }
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(lock, 0) != 0 || pwrite(lock, pid, (size_t)n, 0) != n) {
        int error = errno;
        close(lock);
        return refuse(ctx, "cannot be written", arena_cstr(ctx->arena, dir), error);
    }
    *fd = lock;
    return ERR_OK;
}
