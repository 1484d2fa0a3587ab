// SPDX-License-Identifier: MIT
// rushlight org add | list | delete.
#include "cli/cli.h"

#include <stdio.h>

static const char *const org_columns[] = {"id", "name", "createdAt"};

static enum errc org_row(void *user, const struct meta_org *row)
{
    struct listing *l = user;
    const str cells[] = {row->id, row->name, time_iso(l->arena, row->created_at)};
    listing_add(l, cells);
    return ERR_OK;
}

int cli_org_list(struct cli *c)
{
    struct listing l;
    listing_init(&l, c->ctx.arena, org_columns, ARRAY_LEN(org_columns));
    enum errc rc = meta_org_list(c->meta, &c->ctx, org_row, &l);
    return rc == ERR_OK ? listing_print(&l, cli_has(c, "--json")) : cli_fail(c, rc);
}

int cli_org_add(struct cli *c)
{
    struct listing l;
    struct meta_org o = {.id = cli_option(c, "--id"), .name = c->args[0]};
    enum errc rc = meta_org_create(c->meta, &c->ctx, &o);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    listing_init(&l, c->ctx.arena, org_columns, ARRAY_LEN(org_columns));
    (void)org_row(&l, &o);
    return listing_print(&l, cli_has(c, "--json"));
}

int cli_org_delete(struct cli *c)
{
    struct meta_org o = {0};
    enum errc rc = cli_find_org(c, c->args[0], &o);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    if (!cli_confirmed(c, "deleting an organization"))
        return EXIT_USAGE;
    rc = meta_org_delete(c->meta, &c->ctx, o.id);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    printf("Deleted organization %.*s (%.*s).\n", STR_ARG(o.name), STR_ARG(o.id));
    return EXIT_FINE;
}
