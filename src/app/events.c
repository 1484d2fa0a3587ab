// SPDX-License-Identifier: MIT
// Where events are: files in the data directory, or a ClickHouse server, which may be away when Rushlight
// starts. Then it listens all the same, says so, and the first use that finds the server there makes its
// tables: a readiness probe is enough.
#include "app/app_int.h"
#include "base/log.h"
#include "store/clickhouse/clickhouse_store.h"
#include "store/sqlite/sqlite_store.h"

bool config_on_clickhouse(const struct config *cfg)
{
    return str_some(cfg->clickhouse.url);
}

void app_clickhouse(const struct config *cfg, struct ch_server *out)
{
    *out = (struct ch_server){.url = cfg->clickhouse.url,
                              .user = cfg->clickhouse.user,
                              .password = cfg->clickhouse.password,
                              .database = cfg->clickhouse.database,
                              .cluster =
                                  cfg->clickhouse.clustered ? cfg->clickhouse.cluster : STR_NONE};
}

static void enrich_later(void *pricing, struct arena *a, str project, struct observation *o)
{
    enrich_observation(pricing, a, project, o);
}

// Rows on a server are not changed by the background of several processes: tokens are counted at once.
static void enrich_now(void *user, struct arena *a, str project, struct observation *o)
{
    struct app *app = user;
    const struct jobs_context counting = {
        .pricing = app->pricing, .tokenizer = app->tokenizer, .counters = &app->jobs_counters};

    enrich_observation(app->pricing, a, project, o);
    if (o->needs_tokens)
        jobs_count_tokens(&counting, a, project, o);
}

static enum errc open_embedded(struct app *app, struct ctx *ctx)
{
    str dir = arena_cat(app->arena, app->cfg->data_dir, STR("/events"));
    const struct sqlite_store_options opt = {
        .dir = arena_cstr(app->arena, dir),
        .enrich = enrich_later,
        .enrich_user = app->pricing,
        .retention_days = app->cfg->retention_days,
        .budget_bytes = app->cfg->disk_budget,
        .quiet_ms = app->cfg->quiet_seconds * 1000,
        .commit_delay_ms = app->cfg->commit_delay_ms,
    };
    return sqlite_store_open(ctx, &opt, &app->store);
}

static enum errc open_server(struct app *app, struct ctx *ctx)
{
    struct clickhouse_store_options opt = {.enrich = enrich_now,
                                           .enrich_user = app,
                                           .retention_days = app->cfg->retention_days,
                                           .migrate = !app->cfg->clickhouse.no_migration};

    app_clickhouse(app->cfg, &opt.server);
    TRY(clickhouse_store_open(ctx, &opt, &app->store));
    if (clickhouse_store_settle(app->store, ctx) != ERR_OK) {
        log_error("events.away", "%.*s; events can be neither stored nor read until it is there",
                  STR_ARG(ctx->message));
        ctx_clear_error(ctx);
    }
    return ERR_OK;
}

enum errc app_events_open(struct app *app, struct ctx *ctx)
{
    app->pricing = pricing_create();
    app->tokenizer = tokenizer_create();
    return config_on_clickhouse(app->cfg) ? open_server(app, ctx) : open_embedded(app, ctx);
}
