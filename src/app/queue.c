// SPDX-License-Identifier: MIT
// The queue that settings name, and its numbers.
#include "app/app.h"

#include "base/metrics.h"
#include "queue/memory/memory_queue.h"
#include "queue/redis/redis_queue.h"

#define STATUS_ARENA (256u << 10)

bool config_on_redis(const struct config *cfg)
{
    return str_some(cfg->redis.url) || str_some(cfg->redis.host) || cfg->redis.cluster ||
           cfg->redis.sentinel;
}

// A cluster or sentinels instead of one host.
static enum errc find_by_nodes(struct ctx *ctx, const struct config *cfg, struct redis_server *out)
{
    if (cfg->redis.sentinel) {
        out->nodes = cfg->redis.sentinel_nodes;
        out->primary = cfg->redis.sentinel_primary;
        out->sentinel_user = cfg->redis.sentinel_user;
        out->sentinel_password = cfg->redis.sentinel_password;
        if (str_empty(out->nodes) || str_empty(out->primary))
            return fail(
                ctx, ERR_INVALID,
                "REDIS_SENTINEL_ENABLED wants REDIS_SENTINEL_NODES (host:port,host:port) and"
                " REDIS_SENTINEL_MASTER_NAME");
    } else if (cfg->redis.cluster) {
        out->nodes = cfg->redis.cluster_nodes;
        if (str_empty(out->nodes) && !str_some(cfg->redis.host) && !str_some(cfg->redis.url))
            return fail(ctx, ERR_INVALID,
                        "REDIS_CLUSTER_ENABLED wants REDIS_CLUSTER_NODES (host:port,host:port)");
    }
    return ERR_OK;
}

enum errc app_redis(struct ctx *ctx, const struct config *cfg, struct redis_server *out)
{
    *out = (struct redis_server){.host = cfg->redis.host,
                                 .port = cfg->redis.port,
                                 .user = cfg->redis.user,
                                 .password = cfg->redis.password,
                                 .db = cfg->redis.db,
                                 .prefix = cfg->redis.prefix,
                                 .timeout_ms = cfg->redis.timeout_ms,
                                 .tls = {.on = cfg->redis.tls,
                                         .unverified = !cfg->redis.tls_verify,
                                         .ca_file = cfg->redis.ca_file,
                                         .cert_file = cfg->redis.cert_file,
                                         .key_file = cfg->redis.key_file,
                                         .key_password = cfg->redis.key_password,
                                         .server_name = cfg->redis.server_name}};
    TRY(find_by_nodes(ctx, cfg, out));
    if (str_some(cfg->redis.url))
        TRY(redis_url_parse(ctx, cfg->redis.url, out));
    return redis_server_check(ctx, out);
}

enum errc app_queue_open(struct ctx *ctx, const struct config *cfg, struct work_queue **out)
{
    struct redis_server server;

    if (!config_on_redis(cfg)) {
        *out = memory_queue_create(NULL);
        return ERR_OK;
    }
    TRY(app_redis(ctx, cfg, &server));
    *out = redis_queue_create(&server, NULL);
    return ERR_OK;
}

// ---- Metrics ------------------------------------------------------------------------------------

static void write_gauge(struct buf *out, const char *name, const char *help, int64_t value)
{
    metric_family(out, name, METRIC_GAUGE, help);
    metric_u64(out, name, NULL, value > 0 ? (uint64_t)value : 0);
}

static void write_status(struct buf *out, const struct work_status *st)
{
    int64_t age_ms = st->oldest == MILLIS_NONE ? 0 : clock_now() - st->oldest;
    const struct {
        const char *name, *help;
        int64_t value;
    } rows[] = {
        {"rushlight_queue_waiting", "Pieces of work that no worker has taken.", st->waiting},
        {"rushlight_queue_taken", "Pieces of work that workers have taken and not done.",
         st->taken},
        {"rushlight_queue_dead", "Pieces of work that were given up.", st->dead},
        {"rushlight_queue_oldest_seconds", "How long the oldest waiting piece has waited.",
         age_ms / 1000},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        write_gauge(out, rows[i].name, rows[i].help, rows[i].value);
}

void app_queue_metrics(struct work_queue *q, struct buf *out)
{
    struct arena *arena = arena_create(STATUS_ARENA);
    struct work_status st;
    struct ctx ctx;

    ctx_init(&ctx, arena);
    bool up = q->ops->status(q, &ctx, &st) == ERR_OK;
    write_gauge(out, "rushlight_queue_up", "1 when the queue answers.", up);
    if (up)
        write_status(out, &st);
    arena_destroy(arena);
}
