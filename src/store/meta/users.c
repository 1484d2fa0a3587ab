// SPDX-License-Identifier: MIT
// Users and their roles in organizations (api.md section 21). E-mail addresses are kept and looked
// up in lower case. The last OWNER of an organization can be neither demoted nor removed.
#include "store/meta/meta_int.h"

#define USER_COLUMNS "id, email, name, password_hash, admin, created_at, updated_at"
static const struct column user_list[] = {
    COLUMN(STR, meta_user, id),          COLUMN(STR, meta_user, email),
    COLUMN(STR, meta_user, name),        COLUMN(STR, meta_user, password_hash),
    COLUMN(BOOL, meta_user, admin),      COLUMN(TIME, meta_user, created_at),
    COLUMN(TIME, meta_user, updated_at),
};
static const struct columns user_columns = COLUMNS(meta_user, user_list);

static const struct column member_list[] = {
    COLUMN(STR, meta_member, org_id), COLUMN(STR, meta_member, user_id),
    COLUMN(STR, meta_member, role),   COLUMN(STR, meta_member, email),
    COLUMN(STR, meta_member, name),   COLUMN(TIME, meta_member, last_seen),
};
static const struct columns member_columns = COLUMNS(meta_member, member_list);

// ---- Users --------------------------------------------------------------------------------------

static enum errc user_insert(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct meta_user *u = arg;
    bool taken = false;
    TRY(write_exists(db, ctx, QUERY("SELECT 1 FROM users WHERE email = ?", NULL, ARG_STR(u->email)),
                     &taken));
    if (taken)
        return fail(ctx, ERR_CONFLICT, "a user with e-mail %.*s exists", STR_ARG(u->email));
    return write_row(db, ctx, STR("INSERT INTO users(" USER_COLUMNS ") VALUES(?,?,?,?,?,?,?)"),
                     &user_columns, u);
}

enum errc meta_user_create(struct meta *m, struct ctx *ctx, struct meta_user *u)
{
    u->email = arena_lower(ctx->arena, u->email);
    row_stamp(ctx, &u->id, &u->created_at, &u->updated_at);
    return meta_write(m, ctx, true, user_insert, u);
}

enum errc meta_user_by_email(struct meta *m, struct ctx *ctx, str email, struct meta_user *out)
{
    return meta_select_one(m, ctx,
                           QUERY("SELECT " USER_COLUMNS " FROM users WHERE email = ?",
                                 &user_columns, ARG_STR(arena_lower(ctx->arena, email))),
                           out);
}

enum errc meta_user_get(struct meta *m, struct ctx *ctx, str id, struct meta_user *out)
{
    return meta_select_one(
        m, ctx,
        QUERY("SELECT " USER_COLUMNS " FROM users WHERE id = ?", &user_columns, ARG_STR(id)), out);
}

enum errc meta_user_list(struct meta *m, struct ctx *ctx, meta_user_fn *fn, void *user)
{
    struct rows rows = {0};
    TRY(meta_select(
        m, ctx, QUERY0("SELECT " USER_COLUMNS " FROM users ORDER BY created_at, id", &user_columns),
        &rows));
    const struct meta_user *list = rows.items;
    for (size_t i = 0; i < rows.n; i++)
        TRY(fn(user, &list[i]));
    return ERR_OK;
}

struct password_change {
    str id, hash;
};

static enum errc user_change_password(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct password_change *c = arg;
    TRY(write_run(db, ctx,
                  QUERY("UPDATE users SET password_hash = ?, updated_at = ? WHERE id = ?", NULL,
                        ARG_STR(c->hash), ARG_TIME(clock_now()), ARG_STR(c->id))));
    return write_hit(db);
}

enum errc meta_user_set_password(struct meta *m, struct ctx *ctx, str id, str password_hash)
{
    const struct password_change c = {id, password_hash};
    return meta_write(m, ctx, true, user_change_password, &c);
}

// ---- Members ------------------------------------------------------------------------------------

struct member_key {
    str org_id, user_id, role;
};

// Fails when the member is the only OWNER of the organization.
static enum errc not_last_owner(struct sql *db, struct ctx *ctx, const struct member_key *k)
{
    bool is_owner = false;
    bool has_other = false;
    TRY(write_exists(
        db, ctx,
        QUERY("SELECT 1 FROM org_members WHERE org_id = ? AND user_id = ? AND role = 'OWNER'", NULL,
              ARG_STR(k->org_id), ARG_STR(k->user_id)),
        &is_owner));
    TRY(write_exists(
        db, ctx,
        QUERY("SELECT 1 FROM org_members WHERE org_id = ? AND user_id <> ? AND role = 'OWNER'",
              NULL, ARG_STR(k->org_id), ARG_STR(k->user_id)),
        &has_other));
    if (is_owner && !has_other)
        return fail(ctx, ERR_CONFLICT,
                    "the last owner of an organization cannot be removed or demoted; make somebody"
                    " else an owner first");
    return ERR_OK;
}

static enum errc member_upsert(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct member_key *k = arg;
    if (!str_eq(k->role, STR("OWNER")))
        TRY(not_last_owner(db, ctx, k));
    return write_run(db, ctx,
                     QUERY("INSERT INTO org_members(org_id, user_id, role, created_at)"
                           " VALUES(?,?,?,?) ON CONFLICT (org_id, user_id)"
                           " DO UPDATE SET role = excluded.role",
                           NULL, ARG_STR(k->org_id), ARG_STR(k->user_id), ARG_STR(k->role),
                           ARG_TIME(clock_now())));
}

enum errc meta_member_set(struct meta *m, struct ctx *ctx, str org_id, str user_id, str role)
{
    const struct member_key k = {org_id, user_id, role};
    return meta_write(m, ctx, true, member_upsert, &k);
}

enum errc meta_member_list(struct meta *m, struct ctx *ctx, str org_id, meta_member_fn *fn,
                           void *user)
{
    struct rows rows = {0};
    TRY(meta_select(m, ctx,
                    QUERY("SELECT x.org_id, x.user_id, x.role, u.email, u.name,"
                          " (SELECT max(s.seen_at) FROM sessions s WHERE s.user_id = x.user_id)"
                          " FROM org_members x"
                          " JOIN users u ON u.id = x.user_id WHERE x.org_id = ?"
                          " ORDER BY x.created_at, x.user_id",
                          &member_columns, ARG_STR(org_id)),
                    &rows));
    const struct meta_member *list = rows.items;
    for (size_t i = 0; i < rows.n; i++)
        TRY(fn(user, &list[i]));
    return ERR_OK;
}

static enum errc member_remove(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct member_key *k = arg;
    TRY(not_last_owner(db, ctx, k));
    TRY(write_run(db, ctx,
                  QUERY("DELETE FROM org_members WHERE org_id = ? AND user_id = ?", NULL,
                        ARG_STR(k->org_id), ARG_STR(k->user_id))));
    return write_hit(db);
}

enum errc meta_member_delete(struct meta *m, struct ctx *ctx, str org_id, str user_id)
{
    const struct member_key k = {org_id, user_id, STR_NONE};
    return meta_write(m, ctx, true, member_remove, &k);
}

static enum errc user_remove(struct sql *db, struct ctx *ctx, const void *arg)
{
    const str *id = arg;
    bool sole_owner = false;
    TRY(write_exists(db, ctx,
                     QUERY("SELECT 1 FROM org_members a WHERE a.user_id = ? AND a.role = 'OWNER'"
                           " AND NOT EXISTS (SELECT 1 FROM org_members b WHERE"
                           " b.org_id = a.org_id AND b.user_id <> a.user_id AND b.role = 'OWNER')",
                           NULL, ARG_STR(*id)),
                     &sole_owner));
    if (sole_owner)
        return fail(ctx, ERR_CONFLICT,
                    "the user is the last owner of an organization; make somebody else an owner or"
                    " delete the organization first");
    TRY(write_run(db, ctx, QUERY("DELETE FROM org_members WHERE user_id = ?", NULL, ARG_STR(*id))));
    TRY(write_run(db, ctx, QUERY("DELETE FROM sessions WHERE user_id = ?", NULL, ARG_STR(*id))));
    TRY(write_run(db, ctx, QUERY("DELETE FROM users WHERE id = ?", NULL, ARG_STR(*id))));
    return write_hit(db);
}

enum errc meta_user_delete(struct meta *m, struct ctx *ctx, str id)
{
    return meta_write(m, ctx, true, user_remove, &id);
}

enum errc meta_member_role(struct meta *m, struct ctx *ctx, str org_id, str user_id, str *out)
{
    static const struct column list[] = {COLUMN(STR, meta_member, role)};
    static const struct columns cols = COLUMNS(meta_member, list);
    struct meta_member row = {0};
    enum errc rc =
        meta_select_one(m, ctx,
                        QUERY("SELECT role FROM org_members WHERE org_id = ? AND user_id = ?",
                              &cols, ARG_STR(org_id), ARG_STR(user_id)),
                        &row);
    *out = row.role;
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}
