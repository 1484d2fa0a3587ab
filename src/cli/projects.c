// SPDX-License-Identifier: MIT
// rushlight project add | list | rename | retention | delete.
#include "cli/cli.h"

#include <stdio.h>

enum { MIN_RETENTION = 3, MAX_RETENTION = 36500 };

static const char *const project_columns[] = {"id",    "name",           "organization",
                                              "orgId", "#retentionDays", "createdAt"};

static enum errc project_row(void *user, const struct meta_project *row)
{
    struct listing *l = user;
    str days = arena_fmt(l->arena, "%lld", (long long)row->retention_days);
    const str cells[] = {row->id,     row->name, row->org_name,
                         row->org_id, days,      time_iso(l->arena, row->created_at)};
    listing_add(l, cells);
    return ERR_OK;
}

static enum errc retention_parse(struct cli *c, str text, int64_t *out)
{
    int64_t days = 0;
    bool number = str_to_i64(text, &days);
    if (!number || days > MAX_RETENTION || (days != 0 && days < MIN_RETENTION))
        return fail(&c->ctx, ERR_INVALID, "retention %.*s: give 0 (keep) or %d to %d days",
                    STR_ARG(text), MIN_RETENTION, MAX_RETENTION);
    *out = days;
    return ERR_OK;
}

static enum errc add_project(struct cli *c, struct meta_project *p)
{
    struct meta_org org = {0};
    str days = cli_option(c, "--retention");
    TRY(cli_find_org(c, cli_option(c, "--org"), &org));
    *p = (struct meta_project){
        .id = cli_option(c, "--id"), .org_id = org.id, .org_name = org.name, .name = c->args[0]};
    if (str_some(days))
        TRY(retention_parse(c, days, &p->retention_days));
    return meta_project_create(c->meta, &c->ctx, p);
}

int cli_project_add(struct cli *c)
{
    struct listing l;
    struct meta_project p = {0};
    enum errc rc = add_project(c, &p);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    listing_init(&l, c->ctx.arena, project_columns, ARRAY_LEN(project_columns));
    (void)project_row(&l, &p);
    return listing_print(&l, cli_has(c, "--json"));
}

static enum errc list_projects(struct cli *c, struct listing *l)
{
    struct meta_org org = {0};
    if (cli_has(c, "--org"))
        TRY(cli_find_org(c, cli_option(c, "--org"), &org));
    return meta_project_list(c->meta, &c->ctx, org.id, project_row, l);
}

int cli_project_list(struct cli *c)
{
    struct listing l;
    listing_init(&l, c->ctx.arena, project_columns, ARRAY_LEN(project_columns));
    enum errc rc = list_projects(c, &l);
    return rc == ERR_OK ? listing_print(&l, cli_has(c, "--json")) : cli_fail(c, rc);
}

int cli_project_rename(struct cli *c)
{
    struct meta_project p = {0};
    enum errc rc = cli_find_project(c, c->args[0], &p);
    str before = p.name;
    p.name = c->args[1];
    if (rc == ERR_OK)
        rc = meta_project_update(c->meta, &c->ctx, &p);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    printf("Renamed project %.*s to %.*s.\n", STR_ARG(before), STR_ARG(p.name));
    return EXIT_FINE;
}

int cli_project_retention(struct cli *c)
{
    struct meta_project p = {0};
    enum errc rc = cli_find_project(c, c->args[0], &p);
    if (rc == ERR_OK)
        rc = retention_parse(c, c->args[1], &p.retention_days);
    if (rc == ERR_OK)
        rc = meta_project_update(c->meta, &c->ctx, &p);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    printf("Project %.*s now says %lld days.\n", STR_ARG(p.name), (long long)p.retention_days);
    return EXIT_FINE;
}

int cli_project_delete(struct cli *c)
{
    struct meta_project p = {0};
    enum errc rc = cli_find_project(c, c->args[0], &p);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    if (!cli_confirmed(c, "deleting a project with its keys and events"))
        return EXIT_USAGE;
    rc = meta_project_delete(c->meta, &c->ctx, p.id);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    printf("Deleted project %.*s (%.*s); its events are removed in the background.\n",
           STR_ARG(p.name), STR_ARG(p.id));
    return EXIT_FINE;
}
