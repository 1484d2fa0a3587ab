// SPDX-License-Identifier: MIT
// Boot data (web/src/api/ui.ts): who is signed in and which projects there are.
#include "ui/boot.h"
#include "ui/query.h"

struct org_rows {
    struct ui *ui;
    struct ctx *ctx;
    const struct signed_in *who;
    struct jw *w;
    const char *role; // in the organization being written
};

static enum errc write_project(void *user, const struct meta_project *row)
{
    const struct org_rows *o = user;

    jw_object(o->w);
    jw_kstr(o->w, STR("id"), row->id);
    jw_kstr(o->w, STR("name"), row->name);
    jw_kstr(o->w, STR("role"), str_c(o->role));
    jw_object_end(o->w);
    return ERR_OK;
}

static enum errc write_org(void *user, const struct meta_org *row)
{
    struct org_rows *o = user;
    str role = STR_NONE;

    TRY(meta_member_role(o->ui->api->meta, o->ctx, row->id, o->who->user.id, &role));
    if (o->who->user.admin)
        role = STR("OWNER");
    if (role_of(role) == ROLE_NONE)
        return ERR_OK;
    o->role = role_text(role_of(role));
    jw_object(o->w);
    jw_kstr(o->w, STR("id"), row->id);
    jw_kstr(o->w, STR("name"), row->name);
    jw_kstr(o->w, STR("role"), str_c(o->role));
    jw_key(o->w, STR("projects"));
    jw_array(o->w);
    TRY(meta_project_list(o->ui->api->meta, o->ctx, row->id, write_project, o));
    jw_array_end(o->w);
    jw_object_end(o->w);
    return ERR_OK;
}

static void write_user(const struct signed_in *who, struct jw *w)
{
    jw_key(w, STR("user"));
    jw_object(w);
    jw_kstr(w, STR("id"), who->user.id);
    jw_kstr(w, STR("email"), who->user.email);
    jw_kstr(w, STR("name"), str_some(who->user.name) ? who->user.name : STR(""));
    jw_kbool(w, STR("admin"), who->user.admin);
    jw_object_end(w);
    jw_kstr(w, STR("csrf"), who->csrf);
}

enum errc boot_write(struct ui *ui, struct ctx *ctx, const struct signed_in *who, struct jw *w)
{
    struct org_rows o = {.ui = ui, .ctx = ctx, .who = who, .w = w};

    jw_kstr(w, STR("version"), ui->api->settings.version);
    if (who)
        write_user(who, w);
    jw_key(w, STR("orgs"));
    jw_array(w);
    if (who)
        TRY(meta_org_list(ui->api->meta, ctx, write_org, &o));
    jw_array_end(w);
    jw_kbool(w, STR("signUp"), ui->settings.sign_up && ui->settings.password);
    jw_key(w, STR("fields"));
    query_fields_write(w);
    return ERR_OK;
}
