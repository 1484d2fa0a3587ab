// SPDX-License-Identifier: MIT
// Where metadata is, and what a start needs from it: the salt of key hashes, the accounts that settings
// ask for or a first start makes, the projects' own models.
//
// A metadata server may be away when Rushlight starts. Then it listens all the same, answers 503 and
// says why, and a background job settles things as soon as the server is there.
#include "app/app_int.h"
#include "api/model_price.h"
#include "backup/backup.h"
#include "base/log.h"
#include "sql/postgres.h"

#define DATABASE_NAME "rushlight"
#define MODELS_MS     10000                // how soon a worker prices by a changed model
#define PRISMA_TABLE  "_prisma_migrations" // of an instance that DATABASE_URL was written for

bool config_on_server(const struct config *cfg)
{
    return str_some(cfg->database.url) || str_some(cfg->database.host);
}

enum errc app_database(struct ctx *ctx, const struct config *cfg, struct pg_server *out)
{
    *out = (struct pg_server){.port = cfg->database.port,
                              .user = cfg->database.user,
                              .password = cfg->database.password,
                              .name = cfg->database.name,
                              .params = cfg->database.args,
                              .foreign_table = STR(PRISMA_TABLE),
                              .own_schema = STR(DATABASE_NAME)};
    if (str_some(cfg->database.host))
        pg_host_parse(cfg->database.host, out);
    if (str_some(cfg->database.url))
        TRY(pg_url_parse(ctx, cfg->database.url, out));
    if (!str_some(out->name))
        out->name = STR(DATABASE_NAME);
    return ERR_OK;
}

enum errc app_meta_open(struct ctx *ctx, const struct config *cfg, struct meta **out)
{
    struct pg_server server = {0};
    if (!config_on_server(cfg))
        return meta_open(ctx, data_dir_meta(ctx->arena, cfg->data_dir), out);
    TRY(app_database(ctx, cfg, &server));
    *out = meta_open_server(&server);
    return ERR_OK;
}

enum errc app_backup_site(struct ctx *ctx, const struct config *cfg, struct pg_server *server,
                          struct backup_site *out)
{
    *out = (struct backup_site){.data_dir = cfg->data_dir};
    out->migrations = meta_migrations(&out->n_migrations);
    out->events_elsewhere = config_on_clickhouse(cfg) ? STR("ClickHouse") : STR_NONE;
    if (!config_on_server(cfg))
        return ERR_OK;
    TRY(app_database(ctx, cfg, server));
    out->database = server;
    return ERR_OK;
}

// ---- Settling -----------------------------------------------------------------------------------

struct models_load {
    struct app *app;
    struct ctx *ctx;
};

static enum errc load_models_of(void *user, const struct meta_project *row)
{
    const struct models_load *l = user;
    return api_models_load(l->app->meta, l->app->pricing, l->ctx, row->id);
}

static enum errc make_accounts(struct app *app, struct ctx *ctx)
{
    str salt = STR_NONE;
    bool created = false;
    struct config cfg = *app->cfg; // env_lookup takes a mutable pointer

    if (cfg.role != ROLE_SERVER)
        return ERR_OK;
    TRY(auth_salt(app->meta, ctx, cfg.salt, true, &salt));
    auth_set_salt(app->auth, salt);
    TRY(accounts_headless(app->auth, ctx, config_init_value, &cfg));
    TRY(accounts_first_run(app->auth, ctx, &app->first, &created));
    app->greet = created;
    return ERR_OK;
}

enum errc app_settle(struct app *app, struct ctx *ctx)
{
    struct models_load load = {app, ctx};
    TRY(meta_bulk_begin(app->meta, ctx));
    enum errc rc = make_accounts(app, ctx);
    if (rc == ERR_OK)
        rc = meta_project_list(app->meta, ctx, STR_NONE, load_models_of, &load);
    enum errc synced = meta_bulk_end(app->meta, ctx);
    TRY(rc);
    TRY(synced);
    atomic_store(&app->settled, true);
    return ERR_OK;
}

enum errc app_settle_or_wait(struct app *app, struct ctx *ctx)
{
    enum errc rc = app_settle(app, ctx);
    if (rc == ERR_OK || !config_on_server(app->cfg))
        return rc;
    log_error("metadata.away", "%.*s; every request is answered with 503 until it is there",
              STR_ARG(ctx->message));
    ctx_clear_error(ctx);
    return ERR_OK;
}

// The secrets of a first start are printed once, also when listening failed: they exist by then.
void app_greet(struct app *app, struct arena *arena)
{
    if (!app->greet)
        return;
    app->greet = false;
    uint16_t port = app->http ? app_port(app) : (uint16_t)app->cfg->port;
    banner_print(&app->first, app_local_url(arena, app->cfg, port));
}

// A worker prices by models that people change through a server.
static enum errc follow_models(struct app *app, struct ctx *ctx)
{
    struct models_load load = {app, ctx};
    int64_t now_ms = clock_mono_ms();

    if (app->cfg->role != ROLE_WORKER || now_ms - app->models_ms < MODELS_MS)
        return ERR_OK;
    TRY(meta_project_list(app->meta, ctx, STR_NONE, load_models_of, &load));
    app->models_ms = now_ms;
    return ERR_OK;
}

enum errc app_settle_job(void *app, struct ctx *ctx)
{
    struct app *a = app;
    if (atomic_load(&a->settled))
        return follow_models(a, ctx);
    TRY(app_settle(a, ctx));
    log_info("metadata.settled", "the metadata database is there; requests are served");
    app_greet(a, ctx->arena);
    return ERR_OK;
}

bool app_settled(void *app)
{
    return atomic_load(&((struct app *)app)->settled);
}
