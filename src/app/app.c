// SPDX-License-Identifier: MIT
// The composition root. Start order: directory and its lock, metadata, events, prices, API, accounts,
// listening, jobs. Stop order is the reverse: no new requests, running ones finish, jobs stop, last
// uses of keys are stored, the writer drains, files close. Everything that can fail at the start
// fails with cause and cure; app_stop() takes a half-built app too.
//
// Runs on the main thread. Signals are waited for (serve.c), never handled inside requests.
#include "app/app_int.h"
#include "base/crypto.h"
#include "base/log.h"
#include "ui/ui.h"

#include <stdlib.h>
#include <unistd.h>

#define COMPATIBLE_VERSION "4.16.0" // of the wire, as recorded
enum { APP_ARENA = 1 << 20, HTTP_TIMEOUT_S = 60, STOP_ARENA = 4 << 20 };

static bool app_stopping(void *app)
{
    return atomic_load(&((struct app *)app)->stopping);
}

// ---- Start --------------------------------------------------------------------------------------

static enum errc open_meta(struct app *app, struct ctx *ctx)
{
    TRY(app_meta_open(ctx, app->cfg, &app->meta));
    const struct auth_options opt = {.meta = app->meta,
                                     .admin_api_key = app->cfg->admin_api_key,
                                     .cache_ttl_ms = app->cfg->key_ttl_seconds * 1000};
    app->auth = auth_create(&opt);
    return ERR_OK;
}

static str mode_of(const struct config *cfg)
{
    static const char *const modes[2][2] = {{"SQLite", "events in SQLite, accounts in PostgreSQL"},
                                            {"events in ClickHouse, accounts in SQLite",
                                             "events in ClickHouse, accounts in PostgreSQL"}};

    return str_c(modes[config_on_clickhouse(cfg)][config_on_server(cfg)]);
}

static void build_api(struct app *app)
{
    const struct config *cfg = app->cfg;
    app->ingest.store = app->store;
    app->ingest.meta = app->meta;
    app->api = (struct api){
        .store = app->store,
        .meta = app->meta,
        .auth = app->auth,
        .pricing = app->pricing,
        .ingest = &app->ingest,
        .settings = {.version = STR(RUSHLIGHT_VERSION),
                     .compatible_version = STR(COMPATIBLE_VERSION),
                     .traces_need_range = cfg->traces_need_range,
                     .traces_default_days = cfg->traces_default_days,
                     .traces_default_fields = cfg->traces_default_fields,
                     .trace_default_fields = cfg->trace_default_fields,
                     .data_dir = cfg->data_dir,
                     .mode = mode_of(cfg),
                     .started = clock_now(),
                     .disk_budget = cfg->disk_budget,
                     .retention_days = cfg->retention_days,
                     .max_connections = cfg->max_connections,
                     .trace_bytes = cfg->trace_bytes},
        .stopping = app_stopping,
        .settled = app_settled,
        .app = app,
        .problem = pipeline_problem,
        .checks = app_checks,
        .metrics_write = app_metrics_write,
    };
}

static void build_routes(struct app *app)
{
    const struct ui_settings ui = {.sign_up = !app->cfg->sign_up_disabled,
                                   .password = !app->cfg->password_disabled};

    if (app->cfg->role == ROLE_SERVER) {
        app->api.ui = ui_create(&app->api, &ui);
        size_t n = ui_routes(app->tables, app->table_lens, UI_TABLES_MAX);
        api_routes(app->tables + n, app->table_lens + n);
    } else {
        api_probe_routes(app->tables, app->table_lens);
    }
    app_metrics_init(&app->metrics, app->tables, app->table_lens);
}

static enum errc listen_http(struct app *app, struct ctx *ctx)
{
    bool server = app->cfg->role == ROLE_SERVER;
    const struct http_config http = {
        .host = arena_cstr(app->arena, app->cfg->host),
        .port = (uint16_t)app->cfg->port,
        .base_path = app->cfg->base_path,
        .max_connections = (uint32_t)app->cfg->max_connections,
        .timeout_s = HTTP_TIMEOUT_S,
        .app = &app->api,
        .tables = app->tables,
        .table_lens = app->table_lens,
        .authorize = server ? ui_authorize : api_authorize,
        .on_done = app_on_done,
        .fallback = server ? ui_page : NULL,
    };
    return http_server_start(ctx, &http, &app->http);
}

static enum errc plan_backups(struct app *app)
{
    struct ctx own; // what the site refers to lives as long as the app
    ctx_init(&own, app->arena);
    app->backup = (struct backup_schedule){.dir = app->cfg->backup.dir,
                                           .every_hours = app->cfg->backup.every_hours,
                                           .keep = app->cfg->backup.keep};
    return app_backup_site(&own, app->cfg, &app->backup_server, &app->backup.site);
}

static enum errc start_jobs(struct app *app, struct ctx *ctx)
{
    TRY(plan_backups(app));
    const struct jobs_context jobs = {.store = app->store,
                                      .meta = app->meta,
                                      .auth = app->auth,
                                      .pricing = app->pricing,
                                      .tokenizer = app->tokenizer,
                                      .counters = &app->jobs_counters,
                                      .backup = &app->backup,
                                      .settle = app_settle_job,
                                      .app = app};
    app->jobs = jobs_start(&jobs);
    if (!app->jobs)
        return fail(ctx, ERR_UNAVAILABLE,
                    "the background thread cannot be started; check the"
                    " limit of processes (ulimit -u)");
    return ERR_OK;
}

static enum errc listen_and_greet(struct app *app, struct ctx *ctx)
{
    enum errc rc = listen_http(app, ctx);
    app_greet(app, ctx->arena);
    TRY(rc);
    if (app->lock_fd < 0)
        return ERR_OK;
    const struct running_server here = {.pid = getpid(),
                                        .host = app->cfg->host,
                                        .port = app_port(app),
                                        .base_path = app->cfg->base_path,
                                        .url = app_local_url(ctx->arena, app->cfg, app_port(app))};
    return data_dir_announce(ctx, app->lock_fd, &here);
}

// What a process with a queue of its own writes to, no other may write to.
static enum errc open_directory(struct app *app, struct ctx *ctx)
{
    if (app->cfg->role != ROLE_SERVER && config_on_redis(app->cfg))
        return ERR_OK;
    TRY(data_dir_prepare(ctx, app->cfg->data_dir));
    return data_dir_lock(ctx, app->cfg->data_dir, &app->lock_fd);
}

static enum errc check_role(const struct config *cfg, struct ctx *ctx)
{
    if (cfg->role != ROLE_WORKER || (config_on_clickhouse(cfg) && config_on_redis(cfg)))
        return ERR_OK;
    return fail(ctx, ERR_INVALID,
                "a worker shares events on ClickHouse (CLICKHOUSE_URL) and a queue on Redis"
                " (REDIS_HOST) with servers; without them `rushlight serve` does its work");
}

static enum errc open_data(struct app *app, struct ctx *ctx)
{
    TRY(open_directory(app, ctx));
    TRY(open_meta(app, ctx));
    return app_events_open(app, ctx);
}

// What runs by itself from now on.
static enum errc begin(struct app *app, struct ctx *ctx)
{
    TRY(pipeline_work(app, ctx));
    TRY(listen_and_greet(app, ctx));
    return start_jobs(app, ctx);
}

static enum errc build(struct app *app, struct ctx *ctx)
{
    TRY(check_role(app->cfg, ctx));
    TRY(crypto_init());
    TRY(open_data(app, ctx));
    build_api(app);
    build_routes(app);
    TRY(pipeline_open(app, ctx));
    TRY(app_settle_or_wait(app, ctx));
    return app->cfg->role == ROLE_TOOL ? ERR_OK : begin(app, ctx);
}

enum errc app_start(struct ctx *ctx, const struct config *cfg, struct app **out)
{
    struct app *app = calloc(1, sizeof *app);
    CHECK(app);
    app->cfg = cfg;
    app->lock_fd = -1;
    app->started_ms = clock_mono_ms();
    app->arena = arena_create(APP_ARENA);
    app->checks = check_cache_create();
    enum errc rc = build(app, ctx);
    if (rc != ERR_OK) {
        app_stop(app, 0);
        return rc;
    }
    *out = app;
    return ERR_OK;
}

uint16_t app_port(const struct app *app)
{
    return http_server_port(app->http);
}

// ---- Stop ---------------------------------------------------------------------------------------

static void store_last_uses(struct app *app)
{
    struct ctx ctx;
    struct arena *arena = arena_create(STOP_ARENA);
    ctx_init(&ctx, arena);
    if (auth_store_uses(app->auth, &ctx) != ERR_OK)
        log_debug("stop.uses", "%.*s", STR_ARG(ctx.message));
    arena_destroy(arena);
}

void app_stop(struct app *app, int64_t grace_ms)
{
    if (!app)
        return;
    atomic_store(&app->stopping, true);
    if (app->http)
        http_server_stop(app->http, grace_ms);
    jobs_stop(app->jobs);
    if (app->jobs)
        store_last_uses(app);
    backup_close(app->backup.running);
    pipeline_close(app);
    if (app->store)
        app->store->ops->close(app->store);
    ui_destroy(app->api.ui);
    auth_destroy(app->auth);
    if (app->pricing)
        pricing_destroy(app->pricing);
    if (app->tokenizer)
        tokenizer_destroy(app->tokenizer);
    meta_close(app->meta);
    app_metrics_fini(&app->metrics);
    check_cache_destroy(app->checks);
    if (app->lock_fd >= 0)
        close(app->lock_fd);
    arena_destroy(app->arena);
    free(app);
}
