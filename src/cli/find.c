// SPDX-License-Identifier: MIT
// What a person means by an organization or a project: its id, its name when only one has it, or
// nothing when there is only one. The message of a failure lists what there is.
#include "cli/cli.h"

struct finding {
    struct arena *arena;
    str wanted; // none: the only one
    size_t n_all, n_named;
    bool by_id;
    str choices;
    void *out;
};

// Notes one candidate; true when it is the best so far and should be copied.
static bool consider(struct finding *f, str id, str name)
{
    f->n_all++;
    f->choices =
        arena_fmt(f->arena, "%.*s\n  %.*s  %.*s", STR_ARG(f->choices), STR_ARG(id), STR_ARG(name));
    if (!str_some(f->wanted))
        return true;
    if (str_eq(id, f->wanted)) {
        f->by_id = true;
        return true;
    }
    if (f->by_id || !str_eq(name, f->wanted))
        return false;
    f->n_named++;
    return true;
}

static enum errc verdict(struct cli *c, const struct finding *f, const char *kind)
{
    if (f->n_all == 0)
        return fail(&c->ctx, ERR_NOT_FOUND, "there is no %s yet; `rushlight %s add` makes one",
                    kind, kind[0] == 'o' ? "org" : "project");
    if (!str_some(f->wanted) && f->n_all > 1)
        return fail(&c->ctx, ERR_INVALID, "say which %s, by id or name:%.*s", kind,
                    STR_ARG(f->choices));
    if (str_some(f->wanted) && !f->by_id && f->n_named == 0)
        return fail(&c->ctx, ERR_NOT_FOUND, "there is no %s %.*s; there are:%.*s", kind,
                    STR_ARG(f->wanted), STR_ARG(f->choices));
    if (!f->by_id && f->n_named > 1)
        return fail(&c->ctx, ERR_INVALID, "several have the name %.*s; give the id:%.*s",
                    STR_ARG(f->wanted), STR_ARG(f->choices));
    return ERR_OK;
}

static enum errc on_org(void *user, const struct meta_org *row)
{
    struct finding *f = user;
    if (consider(f, row->id, row->name))
        *(struct meta_org *)f->out = *row;
    return ERR_OK;
}

static enum errc on_project(void *user, const struct meta_project *row)
{
    struct finding *f = user;
    if (consider(f, row->id, row->name))
        *(struct meta_project *)f->out = *row;
    return ERR_OK;
}

enum errc cli_find_org(struct cli *c, str wanted, struct meta_org *out)
{
    struct finding f = {.arena = c->ctx.arena, .wanted = wanted, .out = out};
    TRY(meta_org_list(c->meta, &c->ctx, on_org, &f));
    return verdict(c, &f, "organization");
}

enum errc cli_find_project(struct cli *c, str wanted, struct meta_project *out)
{
    struct finding f = {.arena = c->ctx.arena, .wanted = wanted, .out = out};
    TRY(meta_project_list(c->meta, &c->ctx, STR_NONE, on_project, &f));
    return verdict(c, &f, "project");
}
