// SPDX-License-Identifier: MIT
// API keys. What is stored of a secret is its salted hash (auth/auth.h) and, for keys taken over
// from another instance, the bcrypt hash until the first use. Reading a key by its hash is the hot
// path of a server without a warm cache: both look-ups are unique indexes.
#include "store/meta/meta_int.h"

const char meta_schema_keys[] =
    "CREATE TABLE api_keys("
    " id TEXT NOT NULL PRIMARY KEY, public_key TEXT NOT NULL UNIQUE,"
    " display_secret TEXT NOT NULL, note TEXT, project_id TEXT, org_id TEXT,"
    " fast_hash TEXT UNIQUE, slow_hash TEXT, created_at BIGINT NOT NULL, expires_at BIGINT,"
    " last_used_at BIGINT, CHECK ((project_id IS NULL) <> (org_id IS NULL)));"
    "CREATE INDEX api_keys_project ON api_keys(project_id);"
    "CREATE INDEX api_keys_org ON api_keys(org_id);";

#define KEY_COLUMNS                                                                               \
    "id, public_key, display_secret, note, project_id, org_id, fast_hash, slow_hash, created_at," \
    " expires_at, last_used_at"
static const struct column key_list[] = {
    COLUMN(STR, meta_key, id),
    COLUMN(STR, meta_key, public_key),
    COLUMN(STR, meta_key, display_secret),
    COLUMN(STR, meta_key, note),
    COLUMN(STR, meta_key, project_id),
    COLUMN(STR, meta_key, org_id),
    COLUMN(STR, meta_key, fast_hash),
    COLUMN(STR, meta_key, slow_hash),
    COLUMN(TIME, meta_key, created_at),
    COLUMN(TIME, meta_key, expires_at),
    COLUMN(TIME, meta_key, last_used_at),
};
static const struct columns key_columns = COLUMNS(meta_key, key_list);

enum { TOUCH_EVERY_MS = 60000 };

static enum errc key_insert(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct meta_key *k = arg;
    bool taken = false;
    TRY(write_exists(
        db, ctx, QUERY("SELECT 1 FROM api_keys WHERE public_key = ?", NULL, ARG_STR(k->public_key)),
        &taken));
    if (taken)
        return fail(ctx, ERR_CONFLICT, "an API key with public key %.*s exists",
                    STR_ARG(k->public_key));
    TRY(write_exists(
        db, ctx, QUERY("SELECT 1 FROM api_keys WHERE fast_hash = ?", NULL, ARG_STR(k->fast_hash)),
        &taken));
    if (taken)
        return fail(ctx, ERR_CONFLICT, "another API key has the same secret; choose a new one");
    return write_row(db, ctx,
                     STR("INSERT INTO api_keys(" KEY_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?)"),
                     &key_columns, k);
}

enum errc meta_key_create(struct meta *m, struct ctx *ctx, struct meta_key *k)
{
    row_stamp(ctx, &k->id, &k->created_at, NULL);
    if (k->expires_at == 0)
        k->expires_at = MILLIS_NONE;
    if (k->last_used_at == 0)
        k->last_used_at = MILLIS_NONE;
    return meta_write(m, ctx, true, key_insert, k);
}

enum errc meta_key_by_hash(struct meta *m, struct ctx *ctx, str fast_hash, struct meta_key *out)
{
    return meta_select_one(m, ctx,
                           QUERY("SELECT " KEY_COLUMNS " FROM api_keys WHERE fast_hash = ?",
                                 &key_columns, ARG_STR(fast_hash)),
                           out);
}

enum errc meta_key_by_public(struct meta *m, struct ctx *ctx, str public_key, struct meta_key *out)
{
    return meta_select_one(m, ctx,
                           QUERY("SELECT " KEY_COLUMNS " FROM api_keys WHERE public_key = ?",
                                 &key_columns, ARG_STR(public_key)),
                           out);
}

// Neither id: all keys.
enum errc meta_key_list(struct meta *m, struct ctx *ctx, str project_id, str org_id,
                        meta_key_fn *fn, void *user)
{
    const struct query *of_project = QUERY("SELECT " KEY_COLUMNS " FROM api_keys"
                                           " WHERE project_id = ? ORDER BY created_at, id",
                                           &key_columns, ARG_STR(project_id));
    const struct query *of_org = QUERY("SELECT " KEY_COLUMNS " FROM api_keys"
                                       " WHERE org_id = ? ORDER BY created_at, id",
                                       &key_columns, ARG_STR(org_id));
    const struct query *all =
        QUERY0("SELECT " KEY_COLUMNS " FROM api_keys ORDER BY created_at, id", &key_columns);
    const struct query *chosen = str_some(project_id) ? of_project
                                 : str_some(org_id)   ? of_org
                                                      : all;
    struct rows rows = {0};
    TRY(meta_select(m, ctx, chosen, &rows));
    const struct meta_key *list = rows.items;
    for (size_t i = 0; i < rows.n; i++)
        TRY(fn(user, &list[i]));
    return ERR_OK;
}

struct key_change {
    str id, fast_hash;
    millis at;
};

static enum errc key_set_hash(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct key_change *c = arg;
    TRY(write_run(db, ctx,
                  QUERY("UPDATE api_keys SET fast_hash = ? WHERE id = ?", NULL,
                        ARG_STR(c->fast_hash), ARG_STR(c->id))));
    return write_hit(db);
}

enum errc meta_key_set_fast_hash(struct meta *m, struct ctx *ctx, str id, str fast_hash)
{
    const struct key_change c = {id, fast_hash, 0};
    return meta_write(m, ctx, false, key_set_hash, &c);
}

static enum errc key_set_used(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct key_change *c = arg;
    return write_run(db, ctx,
                     QUERY("UPDATE api_keys SET last_used_at = ? WHERE id = ?"
                           " AND (last_used_at IS NULL OR last_used_at <= ?)",
                           NULL, ARG_TIME(c->at), ARG_STR(c->id),
                           ARG_TIME(c->at - TOUCH_EVERY_MS)));
}

enum errc meta_key_touch(struct meta *m, struct ctx *ctx, str id, millis at)
{
    const struct key_change c = {id, STR_NONE, at};
    return meta_write(m, ctx, false, key_set_used, &c);
}

static enum errc key_remove(struct sql *db, struct ctx *ctx, const void *arg)
{
    const str *id = arg;
    TRY(write_run(db, ctx, QUERY("DELETE FROM api_keys WHERE id = ?", NULL, ARG_STR(*id))));
    return write_hit(db);
}

enum errc meta_key_delete(struct meta *m, struct ctx *ctx, str id)
{
    return meta_write(m, ctx, true, key_remove, &id);
}

struct key_note {
    str id, note;
};

static enum errc key_set_note(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct key_note *k = arg;
    TRY(write_run(db, ctx,
                  QUERY("UPDATE api_keys SET note = ? WHERE id = ?", NULL, ARG_STR(k->note),
                        ARG_STR(k->id))));
    return write_hit(db);
}

enum errc meta_key_set_note(struct meta *m, struct ctx *ctx, str id, str note)
{
    const struct key_note k = {id, note};
    return meta_write(m, ctx, false, key_set_note, &k);
}
