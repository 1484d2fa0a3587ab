// SPDX-License-Identifier: MIT
// rushlight key add | list | delete. The secret exists in the printed block only.
#include "app/app.h"
#include "cli/cli.h"

#include <stdio.h>

static enum errc make_key(struct cli *c, struct meta_key *key, str *secret)
{
    struct meta_org org = {0};
    struct meta_project project = {0};
    key->note = cli_option(c, "--note");
    if (cli_has(c, "--org")) {
        TRY(cli_find_org(c, cli_option(c, "--org"), &org));
        key->org_id = org.id;
        return key_generate(c->auth, &c->ctx, key, secret);
    }
    TRY(cli_find_project(c, c->n_args > 0 ? c->args[0] : STR_NONE, &project));
    key->project_id = project.id;
    return key_generate(c->auth, &c->ctx, key, secret);
}

// Where the server of this directory listens, or listened last; else where it would.
static str server_url(struct cli *c)
{
    struct running_server s = {0};
    struct config *cfg = &c->config;
    (void)data_dir_server(c->ctx.arena, cfg->data_dir, &s);
    return str_empty(s.url) ? app_local_url(c->ctx.arena, cfg, (uint16_t)cfg->port) : s.url;
}

static void print_block(struct cli *c, const struct meta_key *k, str secret)
{
    str url = server_url(c);
    if (cli_has(c, "--json"))
        printf("{\"id\":\"%.*s\",\"publicKey\":\"%.*s\",\"secretKey\":\"%.*s\"}\n", STR_ARG(k->id),
               STR_ARG(k->public_key), STR_ARG(secret));
    else
        printf("LANGFUSE_PUBLIC_KEY=\"%.*s\"\nLANGFUSE_SECRET_KEY=\"%.*s\"\n"
               "LANGFUSE_HOST=\"%.*s\"\nLANGFUSE_BASE_URL=\"%.*s\"\n",
               STR_ARG(k->public_key), STR_ARG(secret), STR_ARG(url), STR_ARG(url));
}

int cli_key_add(struct cli *c)
{
    struct meta_key key = {0};
    str secret = STR_NONE;
    if (cli_has(c, "--org") && c->n_args > 0)
        return cli_usage_error("give a project or --org, not both");
    enum errc rc = make_key(c, &key, &secret);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    print_block(c, &key, secret);
    if (!cli_has(c, "--json"))
        (void)fprintf(stderr, "The secret is shown only now.\n");
    return EXIT_FINE;
}

static const char *const key_columns[] = {"id",    "publicKey", "secretKey", "project",
                                          "orgId", "note",      "createdAt", "lastUsedAt"};

static str time_or_none(struct arena *a, millis t)
{
    return t == MILLIS_NONE ? STR_NONE : time_iso(a, t);
}

static enum errc key_row(void *user, const struct meta_key *row)
{
    struct listing *l = user;
    const str cells[] = {row->id,
                         row->public_key,
                         row->display_secret,
                         row->project_id,
                         row->org_id,
                         row->note,
                         time_iso(l->arena, row->created_at),
                         time_or_none(l->arena, row->last_used_at)};
    listing_add(l, cells);
    return ERR_OK;
}

static enum errc list_keys(struct cli *c, struct listing *l)
{
    struct meta_project project = {0};
    if (c->n_args > 0)
        TRY(cli_find_project(c, c->args[0], &project));
    return meta_key_list(c->meta, &c->ctx, project.id, STR_NONE, key_row, l);
}

int cli_key_list(struct cli *c)
{
    struct listing l;
    listing_init(&l, c->ctx.arena, key_columns, ARRAY_LEN(key_columns));
    enum errc rc = list_keys(c, &l);
    return rc == ERR_OK ? listing_print(&l, cli_has(c, "--json")) : cli_fail(c, rc);
}

int cli_key_delete(struct cli *c)
{
    struct meta_key key = {0};
    str id = c->args[0];
    enum errc rc = meta_key_by_public(c->meta, &c->ctx, id, &key);
    if (rc == ERR_OK)
        id = key.id;
    if (rc == ERR_OK || rc == ERR_NOT_FOUND)
        rc = meta_key_delete(c->meta, &c->ctx, id);
    if (rc == ERR_NOT_FOUND)
        rc =
            fail(&c->ctx, rc, "there is no key %.*s; `rushlight key list` shows them", STR_ARG(id));
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    printf("Deleted key %.*s.\n", STR_ARG(c->args[0]));
    return EXIT_FINE;
}
