// SPDX-License-Identifier: MIT
// `rushlight doctor`: runs a table of checks and prints one line per finding, for people or as JSON.
// It reads only, so it is safe beside a running server and on a directory that is not ours.
#include "cli/doctor_int.h"
#include "app/app.h"
#include "base/crypto.h"
#include "blob/blob.h"
#include "net/web.h"
#include "queue/redis/redis_server.h"
#include "sql/postgres.h"

static doctor_check check_configuration, check_accounts, check_queue, check_buckets;
static const struct doctor_part parts[] = {
    {"configuration", check_configuration},
    {"secrets", check_secrets},
    {"data directory", check_data_directory},
    {"metadata", check_accounts},
    {"queue", check_queue},
    {"object store", check_buckets},
    {"event files", check_event_files},
    {"server", check_server},
    {"clock", check_clock},
    {"limits", check_limits},
};

static void note_warning(void *user, str text)
{
    report_add(user, FINDING_NOTE, "%.*s", STR_ARG(text));
}

// Loads the configuration; what is not valid is left at its default, and the other checks go on.
static void check_configuration(struct report *r)
{
    struct cli *c = r->owner;
    const struct config_input in = {c->environment, c->flags, c->n_flags};
    config_load_valid(&c->ctx, &in, &c->config);
    for (const struct issue *i = c->ctx.issues; i; i = i->next)
        report_add(r, FINDING_BROKEN, "%.*s", STR_ARG(i->message));
    ctx_init(&c->ctx, r->arena);
    config_warnings(&c->ctx, c->environment, note_warning, r);
    if (r->n == 0)
        report_add(r, FINDING_FINE, "valid");
    r->data_dir = c->config.data_dir;
    r->max_connections = c->config.max_connections;
}

// Metadata is a file or on a server.
static void check_accounts(struct report *r)
{
    struct cli *c = r->owner;
    struct pg_server server = {0};
    if (!config_on_server(&c->config)) {
        check_metadata(r);
        return;
    }
    if (app_database(r->ctx, &c->config, &server) != ERR_OK) {
        report_add(r, FINDING_BROKEN, "%.*s", STR_ARG(r->ctx->message));
        ctx_clear_error(r->ctx);
        return;
    }
    r->database = &server;
    r->migrations = meta_migrations(&r->n_migrations);
    check_postgres(r);
    r->database = NULL;
}

// In process, or on a Redis.
static void check_queue(struct report *r)
{
    struct cli *c = r->owner;
    struct redis_server server = {0};
    if (!config_on_redis(&c->config))
        return;
    if (app_redis(r->ctx, &c->config, &server) != ERR_OK) {
        report_add(r, FINDING_BROKEN, "%.*s", STR_ARG(r->ctx->message));
        ctx_clear_error(r->ctx);
        return;
    }
    r->redis = &server;
    check_redis(r);
    r->redis = NULL;
}

// The buckets that are named, each with its own rights.
static void check_buckets(struct report *r)
{
    static const char *const names[] = {[BLOB_EVENTS] = "bucket of events",
                                        [BLOB_MEDIA] = "bucket of media",
                                        [BLOB_EXPORTS] = "bucket of exports"};
    struct cli *c = r->owner;
    struct web *web = NULL;
    for (size_t use = 0; use < ARRAY_LEN(names); use++) {
        if (!config_on_bucket(&c->config, (enum blob_use)use))
            continue;
        r->bucket_name = str_c(names[use]);
        if (app_blob_open(r->ctx, &c->config, (enum blob_use)use, &web, &r->bucket) == ERR_OK) {
            check_bucket(r);
            r->bucket->ops->close(r->bucket);
        } else {
            report_add(r, FINDING_BROKEN, "%.*s: %.*s", STR_ARG(r->bucket_name),
                       STR_ARG(r->ctx->message));
            ctx_clear_error(r->ctx);
        }
    }
    web_close(web);
}

int cli_doctor(struct cli *c)
{
    struct report r = {
        .ctx = &c->ctx, .arena = c->ctx.arena, .deep = cli_has(c, "--deep"), .owner = c};
    if (crypto_init() != ERR_OK)
        return cli_usage_error("the system's random source does not work");
    report_run(&r, parts, ARRAY_LEN(parts));
    return report_print(&r, cli_has(c, "--json"));
}
