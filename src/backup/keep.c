// SPDX-License-Identifier: MIT
// The directory of archives: which is the newest, and which are too many. Archives are known by their
// names, which say when they were begun; other files are never touched.
#include "backup/backup_int.h"
#include "base/clock.h"
#include "base/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARCHIVES_MAX = 10000, STAMP_LEN = 16, HOUR_MS = 3600 * 1000 };

struct archives {
    str names[ARCHIVES_MAX]; // oldest first
    size_t n;
};

// rushlight-20261123T163000Z.tar.zst
static bool parse_name(struct arena *a, str name, millis *at)
{
    size_t from = STR(ARCHIVE_PREFIX).n;
    str s = str_sub(name, from, STAMP_LEN);
    bool ours = name.n == from + STAMP_LEN + STR(ARCHIVE_SUFFIX).n &&
                str_starts(name, STR(ARCHIVE_PREFIX)) && str_ends(name, STR(ARCHIVE_SUFFIX));
    str iso = arena_fmt(a, "%.*s-%.*s-%.*s:%.*s:%.*s", STR_ARG(str_sub(s, 0, 4)),
                        STR_ARG(str_sub(s, 4, 2)), STR_ARG(str_sub(s, 6, 5)),
                        STR_ARG(str_sub(s, 11, 2)), STR_ARG(str_sub(s, 13, 3)));
    return ours && time_parse_iso(iso, at);
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static enum errc list(struct ctx *ctx, str dir, struct archives *l)
{
    millis at;
    DIR *d = opendir(arena_cstr(ctx->arena, dir));
    l->n = 0;
    if (!d && errno != ENOENT)
        return fail(ctx, ERR_IO, "%.*s cannot be read: %s", STR_ARG(dir), strerrordesc_np(errno));
    for (const struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d))
        if (parse_name(ctx->arena, str_c(e->d_name), &at) && l->n < ARCHIVES_MAX)
            l->names[l->n++] = arena_str(ctx->arena, str_c(e->d_name));
    if (d)
        closedir(d);
    qsort(l->names, l->n, sizeof l->names[0], by_name);
    return ERR_OK;
}

static struct archives *archives_alloc(struct ctx *ctx)
{
    struct archives *l = arena_alloc(ctx->arena, sizeof *l);
    CHECK(l);
    return l;
}

enum errc backup_newest(struct ctx *ctx, str dir, int64_t *at)
{
    struct archives *l = archives_alloc(ctx);
    *at = MILLIS_NONE;
    TRY(list(ctx, dir, l));
    if (l->n > 0)
        (void)parse_name(ctx->arena, l->names[l->n - 1], at);
    return ERR_OK;
}

// What a process left that was killed while it made a backup.
static void remove_leftovers(struct ctx *ctx, str dir)
{
    struct stat st;
    DIR *d = opendir(arena_cstr(ctx->arena, dir));
    for (const struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        str name = str_c(e->d_name);
        bool ours = (str_starts(name, STR(ARCHIVE_PREFIX)) && str_has(name, STR(".part-"))) ||
                    str_starts(name, STR(COPY_PREFIX));
        if (ours && fstatat(dirfd(d), e->d_name, &st, 0) == 0 &&
            clock_now() - (millis)st.st_mtim.tv_sec * 1000 > MILLIS_DAY)
            (void)unlinkat(dirfd(d), e->d_name, 0);
    }
    if (d)
        closedir(d);
}

enum errc backup_prune(struct ctx *ctx, str dir, int64_t keep, int64_t *removed)
{
    struct archives *l = archives_alloc(ctx);
    *removed = 0;
    remove_leftovers(ctx, dir);
    TRY(list(ctx, dir, l));
    for (size_t i = 0; i + (size_t)keep < l->n; i++) {
        str path = arena_fmt(ctx->arena, "%.*s/%.*s", STR_ARG(dir), STR_ARG(l->names[i]));
        if (unlink(arena_cstr(ctx->arena, path)) != 0)
            return fail(ctx, ERR_IO, "%.*s cannot be removed: %s", STR_ARG(path),
                        strerrordesc_np(errno));
        ++*removed;
    }
    return ERR_OK;
}

// ---- The schedule -------------------------------------------------------------------------------

static enum errc begin_when_due(struct backup_schedule *s, struct ctx *ctx)
{
    int64_t newest = MILLIS_NONE;
    TRY(backup_newest(ctx, s->dir, &newest));
    if (newest != MILLIS_NONE && clock_now() - newest < s->every_hours * HOUR_MS)
        return ERR_OK;
    return backup_begin(ctx, &s->site, s->dir, &s->running);
}

static enum errc finish(struct backup_schedule *s, struct ctx *ctx)
{
    struct backup_result done = {0};
    int64_t removed = 0;
    TRY(backup_end(s->running, ctx, &done));
    log_info("backup.done", "%.*s: %lld files, %lld KiB", STR_ARG(done.path), (long long)done.files,
             (long long)(done.archive_bytes >> 10));
    if (str_some(s->site.events_elsewhere))
        log_info("backup.metadata_only", "events are in %.*s and not in the archive",
                 STR_ARG(s->site.events_elsewhere));
    if (done.skipped > 0)
        log_error("backup.incomplete", "%lld damaged files are not in it: %.*s",
                  (long long)done.skipped, STR_ARG(done.problem));
    return backup_prune(ctx, s->dir, s->keep, &removed);
}

enum errc backup_schedule_step(struct backup_schedule *s, struct ctx *ctx, bool *more)
{
    if (!str_some(s->dir))
        return ERR_OK;
    if (!s->running) {
        TRY(begin_when_due(s, ctx));
        *more = s->running != NULL;
        return ERR_OK;
    }
    enum errc rc = backup_step(s->running, ctx, more);
    if (rc == ERR_OK && *more)
        return ERR_OK;
    if (rc == ERR_OK)
        rc = finish(s, ctx);
    backup_close(s->running);
    s->running = NULL;
    return rc;
}
