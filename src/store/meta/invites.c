// SPDX-License-Identifier: MIT
// Invitations into an organization: a link with a secret, of which only a hash is kept; one use.
#include "store/meta/meta_int.h"

const char meta_schema_invites[] =
    "CREATE TABLE invites("
    " id TEXT NOT NULL PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, org_id TEXT NOT NULL,"
    " email TEXT NOT NULL, role TEXT NOT NULL, invited_by TEXT NOT NULL,"
    " created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL);"
    "CREATE INDEX invites_org ON invites(org_id);";

#define INVITE_COLUMNS "id, token_hash, org_id, email, role, invited_by, created_at, expires_at"
static const struct column invite_list[] = {
    COLUMN(STR, meta_invite, id),          COLUMN(STR, meta_invite, token_hash),
    COLUMN(STR, meta_invite, org_id),      COLUMN(STR, meta_invite, email),
    COLUMN(STR, meta_invite, role),        COLUMN(STR, meta_invite, invited_by),
    COLUMN(TIME, meta_invite, created_at), COLUMN(TIME, meta_invite, expires_at),
};
static const struct columns invite_columns = COLUMNS(meta_invite, invite_list);

static enum errc invite_insert(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct meta_invite *i = arg;
    TRY(write_run(db, ctx, // a new one for the same person takes the place of the old one
                  QUERY("DELETE FROM invites WHERE org_id = ? AND email = ?", NULL,
                        ARG_STR(i->org_id), ARG_STR(i->email))));
    return write_row(db, ctx,
                     STR("INSERT INTO invites(" INVITE_COLUMNS ") VALUES(?,?,?,?,?,?,?,?)"),
                     &invite_columns, i);
}

enum errc meta_invite_create(struct meta *m, struct ctx *ctx, struct meta_invite *i)
{
    row_stamp(ctx, &i->id, &i->created_at, NULL);
    return meta_write(m, ctx, false, invite_insert, i);
}

enum errc meta_invite_by_token(struct meta *m, struct ctx *ctx, str token_hash,
                               struct meta_invite *out)
{
    return meta_select_one(m, ctx,
                           QUERY("SELECT " INVITE_COLUMNS " FROM invites WHERE token_hash = ?",
                                 &invite_columns, ARG_STR(token_hash)),
                           out);
}

enum errc meta_invite_list(struct meta *m, struct ctx *ctx, str org_id, meta_invite_fn *fn,
                           void *user)
{
    struct rows rows = {0};
    TRY(meta_select(m, ctx,
                    QUERY("SELECT " INVITE_COLUMNS
                          " FROM invites WHERE org_id = ? ORDER BY created_at, id",
                          &invite_columns, ARG_STR(org_id)),
                    &rows));
    const struct meta_invite *list = rows.items;
    for (size_t i = 0; i < rows.n; i++)
        TRY(fn(user, &list[i]));
    return ERR_OK;
}

static enum errc invite_delete(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct meta_invite *i = arg;
    TRY(write_run(db, ctx,
                  QUERY("DELETE FROM invites WHERE org_id = ? AND id = ?", NULL, ARG_STR(i->org_id),
                        ARG_STR(i->id))));
    return write_hit(db);
}

enum errc meta_invite_delete(struct meta *m, struct ctx *ctx, str org_id, str id)
{
    const struct meta_invite i = {.org_id = org_id, .id = id};
    return meta_write(m, ctx, false, invite_delete, &i);
}
