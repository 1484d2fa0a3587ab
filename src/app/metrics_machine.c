// SPDX-License-Identifier: MIT
// Metrics of what the server stands on: the volume of its data, the container's memory limit, the size
// of its own metadata, the people with an account. Growth is judged by them (deploy/prometheus, cost).
#include "app/metrics_machine.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { MACHINE_ARENA = 1 << 20, PEOPLE_WAIT_MS = 500 };

static void gauge(struct buf *out, const char *name, const char *help, uint64_t value)
{
    metric_family(out, name, METRIC_GAUGE, help);
    metric_u64(out, name, NULL, value);
}

static void write_volume(struct arena *a, str dir, struct buf *out)
{
    struct statvfs fs;
    if (statvfs(arena_cstr(a, dir), &fs) != 0)
        return;
    gauge(out, "rushlight_disk_bytes", "Size of the volume of the data directory.",
          (uint64_t)fs.f_blocks * fs.f_frsize);
    gauge(out, "rushlight_disk_free_bytes", "Bytes of it that can still be written.",
          (uint64_t)fs.f_bavail * fs.f_frsize);
}

// The limit of the control group; a machine of its own has none ("max").
static void write_memory_limit(struct buf *out)
{
    char text[32];
    int64_t limit = 0;
    int fd = open("/sys/fs/cgroup/memory.max", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text) : -1;
    if (fd >= 0)
        close(fd);
    if (n > 0 && str_to_i64(str_trim(str_make(text, (size_t)n)), &limit) && limit > 0)
        gauge(out, "rushlight_memory_limit_bytes", "Memory that the container may use.",
              (uint64_t)limit);
}

static void write_metadata(struct arena *a, const struct config *cfg, struct buf *out)
{
    struct stat st, log;
    if (config_on_server(cfg) || stat(data_dir_meta(a, cfg->data_dir), &st) != 0)
        return;
    str wal = arena_cat(a, cfg->data_dir, STR("/meta.db-wal"));
    if (stat(arena_cstr(a, wal), &log) != 0)
        log.st_size = 0;
    gauge(out, "rushlight_metadata_bytes", "Size of meta.db and its log.",
          (uint64_t)(st.st_size + log.st_size));
}

static enum errc count_person(void *n, const struct meta_user *user UNUSED)
{
    *(uint64_t *)n += 1;
    return ERR_OK;
}

static void write_people(struct app *app, struct arena *a, struct buf *out)
{
    struct ctx ctx;
    uint64_t n = 0;
    ctx_init(&ctx, a);
    ctx.deadline_ms = clock_mono_ms() + PEOPLE_WAIT_MS;
    if (app_settled(app) && meta_user_list(app->meta, &ctx, count_person, &n) == ERR_OK)
        gauge(out, "rushlight_users", "People with an account.", n);
}

void app_metrics_machine(struct app *app, struct buf *out)
{
    struct arena *a = arena_create(MACHINE_ARENA);
    write_volume(a, app->cfg->data_dir, out);
    write_memory_limit(out);
    write_metadata(a, app->cfg, out);
    write_people(app, a, out);
    arena_destroy(a);
}
