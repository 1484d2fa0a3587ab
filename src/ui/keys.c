// SPDX-License-Identifier: MIT
// API keys of a project: made (the secret is shown this once), noted, revoked.
#include "base/log.h"
#include "ui/form.h"
#include "ui/tables.h"

enum { NOTE_BYTES = 200 };

static void key_members(struct jw *w, const struct meta_key *k)
{
    jw_kstr(w, STR("id"), k->id);
    jw_kstr(w, STR("publicKey"), k->public_key);
    jw_kstr(w, STR("displaySecretKey"), k->display_secret);
    if (str_some(k->note) && k->note.n)
        jw_kstr(w, STR("note"), k->note);
    jw_ki64(w, STR("created"), k->created_at);
    if (k->last_used_at > 0)
        jw_ki64(w, STR("lastUsed"), k->last_used_at);
}

static enum errc write_key(void *user, const struct meta_key *row)
{
    struct jw *w = user;

    jw_object(w);
    key_members(w, row);
    jw_object_end(w);
    return ERR_OK;
}

static enum errc keys_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct jw w;

    TRY(ui_require(rq, ROLE_MEMBER));
    reply_object(rs, &w);
    jw_key(&w, STR("keys"));
    jw_array(&w);
    TRY(meta_key_list(api->meta, rq->ctx, ui_caller(rq)->project.id, STR_NONE, write_key, &w));
    jw_array_end(&w);
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

static enum errc note_read(struct http_req *rq, str *out)
{
    const struct json *form;

    TRY(form_read(rq, &form));
    *out = form_text(form, "note");
    return out->n <= NOTE_BYTES
               ? ERR_OK
               : fail(rq->ctx, ERR_INVALID, "A note has at most %d bytes", NOTE_BYTES);
}

static enum errc key_post(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct meta_key key = {.project_id = ui_caller(rq)->project.id};
    str secret;
    struct jw w;

    TRY(ui_require(rq, ROLE_ADMIN));
    TRY(note_read(rq, &key.note));
    TRY(key_generate(api->auth, rq->ctx, &key, &secret));
    log_info("key.created", "%.*s by user %.*s", STR_ARG(key.public_key),
             STR_ARG(ui_caller(rq)->who.user.id));
    res_header(rq, rs, STR("Cache-Control"), STR("no-store"));
    reply_object(rs, &w);
    key_members(&w, &key);
    jw_kstr(&w, STR("secretKey"), secret);
    jw_kstr(&w, STR("host"), req_origin(rq));
    jw_object_end(&w);
    return ERR_OK;
}

struct wanted {
    str id;
    bool found;
};

static enum errc is_wanted(void *user, const struct meta_key *row)
{
    struct wanted *w = user;

    w->found = w->found || str_eq(w->id, row->id);
    return ERR_OK;
}

// The key of the path, which is the project's.
static enum errc key_reach(struct api *api, struct http_req *rq)
{
    struct wanted wanted = {.id = rq->vars[1]};

    TRY(ui_require(rq, ROLE_ADMIN));
    TRY(meta_key_list(api->meta, rq->ctx, ui_caller(rq)->project.id, STR_NONE, is_wanted, &wanted));
    return wanted.found ? ERR_OK : fail(rq->ctx, ERR_NOT_FOUND, "There is no such key");
}

static enum errc key_patch(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    str note;

    TRY(key_reach(api, rq));
    TRY(note_read(rq, &note));
    TRY(meta_key_set_note(api->meta, rq->ctx, rq->vars[1], note));
    return answer_nothing(rs);
}

static enum errc key_delete(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;

    TRY(key_reach(api, rq));
    TRY(meta_key_delete(api->meta, rq->ctx, rq->vars[1]));
    auth_invalidate(api->auth);
    log_info("key.revoked", "%.*s by user %.*s", STR_ARG(rq->vars[1]),
             STR_ARG(ui_caller(rq)->who.user.id));
    return answer_nothing(rs);
}

const struct route ui_key_routes[] = {
    SESSION_ROUTE(HTTP_GET, "{projectId}/keys", keys_get, "The project's API keys"),
    SESSION_ROUTE(HTTP_POST, "{projectId}/keys", key_post, "Make a key pair"),
    SESSION_ROUTE(HTTP_PATCH, "{projectId}/keys/{id}", key_patch, "Change a key's note"),
    SESSION_ROUTE(HTTP_DELETE, "{projectId}/keys/{id}", key_delete, "Revoke a key"),
};
const size_t ui_key_routes_n = ARRAY_LEN(ui_key_routes);
