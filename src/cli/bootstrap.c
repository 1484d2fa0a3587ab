// SPDX-License-Identifier: MIT
// `rushlight bootstrap`: makes what a deployment needs before its first start, where the credentials
// allow it, and prints the exact statements where they don't. Running it again changes nothing.
#include "cli/bootstrap_int.h"
#include "app/app.h"
#include "base/crypto.h"

#include <stdio.h>

static doctor_check make_directory, make_metadata;
static const struct doctor_part steps[] = {
    {"data directory", make_directory},
    {"metadata", make_metadata},
    {"events", bootstrap_events},
    {"object store", bootstrap_buckets},
};

void bootstrap_failed(struct report *r)
{
    report_add(r, FINDING_BROKEN, "%.*s",
               STR_ARG(str_some(r->ctx->message) ? r->ctx->message : STR("it failed")));
    ctx_clear_error(r->ctx);
}

static void make_directory(struct report *r)
{
    const struct cli *c = r->owner;
    if (data_dir_prepare(r->ctx, c->config.data_dir) == ERR_OK)
        report_add(r, FINDING_FINE, "%.*s can be written", STR_ARG(c->config.data_dir));
    else
        bootstrap_failed(r);
}

// Tables, by the same migrations that the server would run.
static void make_tables(struct report *r)
{
    const struct cli *c = r->owner;
    struct meta *meta = NULL;
    size_t n = 0;
    enum errc rc = app_meta_open(r->ctx, &c->config, &meta);
    if (rc == ERR_OK)
        rc = meta_ping(meta, r->ctx);
    (void)meta_migrations(&n);
    if (rc == ERR_OK)
        report_add(r, FINDING_FINE, "all %zu migrations are applied", n);
    else
        bootstrap_failed(r);
    meta_close(meta);
}

static void make_metadata(struct report *r)
{
    const struct cli *c = r->owner;
    struct pg_server server = {0};
    bool going = true;
    if (config_on_server(&c->config)) {
        going = app_database(r->ctx, &c->config, &server) == ERR_OK;
        if (going)
            going = bootstrap_postgres(r, &server);
        else
            bootstrap_failed(r);
    }
    if (going)
        make_tables(r);
}

int cli_bootstrap(struct cli *c)
{
    struct report *r = arena_alloc(c->ctx.arena, sizeof *r);
    CHECK(r);
    *r = (struct report){.ctx = &c->ctx, .arena = c->ctx.arena, .owner = c};
    if (crypto_init() != ERR_OK)
        return cli_usage_error("the system's random source does not work");
    report_run(r, steps, ARRAY_LEN(steps));
    return report_print(r, cli_has(c, "--json"));
}
