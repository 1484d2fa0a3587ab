// SPDX-License-Identifier: MIT
// Keys in order of bytes, from directories that have none: each directory's names are sorted with a
// slash behind those of directories, as they stand in keys, and what cannot lie in the range is not
// opened. A file that goes away in between is passed over.
#include "base/limits.h"
#include "blob/files/files_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct listing {
    const struct files *files;
    struct ctx *ctx;
    const struct blob_range *range;
    blob_entry_fn *fn;
    void *user;
    struct arena *arena; // names of the directories that are open
    int64_t n;
};

static bool within_limit(const struct listing *l)
{
    return l->range->limit <= 0 || l->n < l->range->limit;
}

// Whether keys that begin with `path`, a directory with its slash, may lie in the range.
static bool may_hold(const struct listing *l, str path)
{
    str prefix = l->range->prefix, after = l->range->after;
    bool on_the_way = str_starts(path, prefix) || str_starts(prefix, path);
    return on_the_way && (str_cmp(path, after) > 0 || str_starts(after, path));
}

static bool in_range(const struct listing *l, str key)
{
    return str_starts(key, l->range->prefix) && str_cmp(key, l->range->after) > 0;
}

static int compare(const void *x, const void *y)
{
    return str_cmp(*(const str *)x, *(const str *)y);
}

static bool is_directory(int dir, const struct dirent *e)
{
    struct stat st;
    if (e->d_type != DT_UNKNOWN)
        return e->d_type == DT_DIR;
    return fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

// The keys and directories below `path`, sorted. -1: out of memory.
static ssize_t read_names(struct listing *l, int dir, str path, str **out)
{
    int fd = fcntl(dir, F_DUPFD_CLOEXEC, 0);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    size_t n = 0, cap = 0;
    bool fine = d != NULL;

    for (const struct dirent *e; fine && (e = readdir(d));) {
        str name = str_c(e->d_name);
        if (str_eq(name, STR(".")) || str_eq(name, STR("..")))
            continue;
        fine = arena_grow(l->arena, (void **)out, n, &cap, sizeof **out);
        if (!fine)
            break;
        (*out)[n] = arena_fmt(l->arena, "%.*s%.*s%s", STR_ARG(path), STR_ARG(name),
                              is_directory(dir, e) ? "/" : "");
        fine = str_some((*out)[n++]);
    }
    if (d)
        closedir(d);
    if (fine && n > 0)
        qsort(*out, n, sizeof **out, compare);
    return fine ? (ssize_t)n : -1;
}

static enum errc give(struct listing *l, int dir, str path, str key)
{
    struct stat st;
    const char *name = key.p + path.n; // arena_fmt ends it with NUL

    if (!in_range(l, key) || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(st.st_mode))
        return ERR_OK;
    const struct blob_entry entry = {
        .key = key,
        .bytes = st.st_size,
        .modified = (millis)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000,
    };
    l->n++;
    return l->fn(l->user, &entry);
}

static enum errc walk(struct listing *l, int parent, str path, str name);

static enum errc walk_names(struct listing *l, int dir, str path)
{
    str *names = NULL;
    enum errc rc = ERR_OK;
    ssize_t n = read_names(l, dir, path, &names);

    if (n < 0)
        return fail(l->ctx, ERR_LIMIT,
                    "%s/objects/%.*s has too many files to be listed in order; give a longer"
                    " prefix",
                    l->files->root, STR_ARG(path));
    for (ssize_t i = 0; i < n && rc == ERR_OK && within_limit(l); i++) {
        if (!str_ends(names[i], STR("/")))
            rc = give(l, dir, path, names[i]);
        else if (may_hold(l, names[i]))
            rc = walk(l, dir, names[i], str_skip(names[i], path.n));
    }
    return rc;
}

// `path` ends with the slash of the directory `name` ("name/"), which lies in `parent`.
static enum errc walk(struct listing *l, int parent, str path, str name)
{
    struct arena_mark mark = arena_mark(l->arena);
    int dir = openat(parent, name.p, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (dir < 0)
        return errno == ENOENT ? ERR_OK : files_failed(l->ctx, l->files, path, errno);
    enum errc rc = walk_names(l, dir, path);
    close(dir);
    arena_rewind(l->arena, mark);
    return rc;
}

enum errc files_list(struct blob_store *b, struct ctx *ctx, const struct blob_range *range,
                     blob_entry_fn *fn, void *user)
{
    struct listing l = {.files = (const struct files *)b,
                        .ctx = ctx,
                        .range = range,
                        .fn = fn,
                        .user = user,
                        .arena = arena_create(LIMIT_BLOB_LIST_BYTES)};
    enum errc rc = walk(&l, l.files->objects, STR(""), STR("."));
    arena_destroy(l.arena);
    return rc;
}
