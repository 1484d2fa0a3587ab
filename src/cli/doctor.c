// SPDX-License-Identifier: MIT
// `rushlight doctor`: runs a table of checks and prints one line per finding, for people or as JSON.
// It reads only, so it is safe beside a running server and on a directory that is not ours.
#include "cli/doctor_int.h"
#include "app/app.h"
#include "base/crypto.h"
#include "json/write.h"
#include "sql/postgres.h"

#include <stdio.h>
#include <unistd.h>

enum { REPORT_BYTES = 1 << 20 };

static doctor_check check_configuration, check_accounts;
static const struct doctor_part parts[] = {
    {"configuration", check_configuration},
    {"secrets", check_secrets},
    {"data directory", check_data_directory},
    {"metadata", check_accounts},
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

static void print_text(const struct report *r)
{
    static const char *const signs[] = {"ok  ", "note", "FAIL"};
    for (size_t i = 0; i < r->n; i++)
        printf("%s  %-15s %.*s\n", signs[r->lines[i].finding], r->lines[i].part,
               STR_ARG(r->lines[i].text));
}

static void print_json(const struct report *r, bool healthy)
{
    static const char *const names[] = {"ok", "note", "broken"};
    AUTO(buf_fini) struct buf out = {0};
    struct jw w;
    buf_init(&out, REPORT_BYTES);
    jw_init(&w, &out);
    jw_object(&w);
    jw_kbool(&w, STR("healthy"), healthy);
    jw_key(&w, STR("findings"));
    jw_array(&w);
    for (size_t i = 0; i < r->n; i++) {
        jw_object(&w);
        jw_kstr(&w, STR("part"), str_c(r->lines[i].part));
        jw_kstr(&w, STR("finding"), str_c(names[r->lines[i].finding]));
        jw_kstr(&w, STR("text"), r->lines[i].text);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    printf("%.*s\n", (int)out.len, out.data);
}

int cli_doctor(struct cli *c)
{
    struct report r = {
        .ctx = &c->ctx, .arena = c->ctx.arena, .deep = cli_has(c, "--deep"), .owner = c};
    bool healthy = true;
    if (crypto_init() != ERR_OK)
        return cli_usage_error("the system's random source does not work");
    report_run(&r, parts, ARRAY_LEN(parts));
    for (size_t i = 0; i < r.n; i++)
        healthy = healthy && r.lines[i].finding != FINDING_BROKEN;
    if (cli_has(c, "--json"))
        print_json(&r, healthy);
    else
        print_text(&r);
    return healthy ? EXIT_FINE : EXIT_FAILED;
}
