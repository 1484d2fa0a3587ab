// SPDX-License-Identifier: MIT
// `rushlight doctor`: runs a table of checks and prints one line per finding, for people or as JSON.
// It reads only, so it is safe beside a running server and on a directory that is not ours.
#include "cli/doctor_int.h"
#include "app/app.h"
#include "base/crypto.h"

static doctor_check check_configuration, check_accounts, check_events, check_servers;
static const struct doctor_part parts[] = {
    {"configuration", check_configuration},
    {"secrets", check_secrets},
    {"data directory", check_data_directory},
    {"metadata", check_accounts},
    {"servers", check_servers}, // each has a part of its own
    {"event files", check_events},
    {"server", check_server},
    {"clock", check_clock},
    {"limits", check_limits},
};

static const struct doctor_part deployment_parts[] = {
    {"topology", check_topology},
    {"pages", check_deployed_server},
    {"workers", check_workers},
};

static void note_warning(void *user, str text)
{
    report_add(user, FINDING_NOTE, "%.*s", STR_ARG(text));
}

// Loads the configuration; what is not valid is left at its default, and the other checks go on.
static void check_configuration(struct report *r)
{
    struct cli *c = r->owner;
    const struct config_input in = {c->environment, c->flags, c->n_flags, c->command->role};
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

// Where metadata is a file.
static void check_accounts(struct report *r)
{
    if (!config_on_server(&((struct cli *)r->owner)->config))
        check_metadata(r);
}

// Unless they are on a ClickHouse, which is one of the servers.
static void check_events(struct report *r)
{
    if (!config_on_clickhouse(&((struct cli *)r->owner)->config))
        check_event_files(r);
}

static void check_servers(struct report *r)
{
    app_check_servers(r, &((struct cli *)r->owner)->config);
}

int cli_doctor(struct cli *c)
{
    struct report *r = arena_alloc(c->ctx.arena, sizeof *r);
    CHECK(r);
    *r = (struct report){
        .ctx = &c->ctx, .arena = c->ctx.arena, .deep = cli_has(c, "--deep"), .owner = c};
    if (crypto_init() != ERR_OK)
        return cli_usage_error("the system's random source does not work");
    report_run(r, parts, ARRAY_LEN(parts));
    if (cli_has(c, "--deployment"))
        report_run(r, deployment_parts, ARRAY_LEN(deployment_parts));
    return report_print(r, cli_has(c, "--json"));
}
