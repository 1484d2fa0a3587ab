// SPDX-License-Identifier: MIT
// Sign-in sessions of browsers. The id is a hash of the token in the cookie, so that who reads this
// table cannot sign in with it. The tokens that followed each other since one sign-in are a family.
#include "store/meta/meta_int.h"

const char meta_schema_sessions[] =
    "CREATE TABLE sessions("
    " id TEXT NOT NULL PRIMARY KEY, user_id TEXT NOT NULL, created_at BIGINT NOT NULL,"
    " seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL);"
    "CREATE INDEX sessions_user ON sessions(user_id);"
    "CREATE INDEX sessions_expiry ON sessions(expires_at);";

// Sessions from before have no family: they end.
const char meta_schema_session_turns[] =
    "DELETE FROM sessions;"
    "ALTER TABLE sessions ADD COLUMN family TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE sessions ADD COLUMN issued_at BIGINT NOT NULL DEFAULT 0;"
    "ALTER TABLE sessions ADD COLUMN replaced_at BIGINT;";

#define SESSION_COLUMNS \
    "id, user_id, created_at, seen_at, expires_at, family, issued_at, replaced_at"
static const struct column session_list[] = {
    COLUMN(STR, meta_session, id),          COLUMN(STR, meta_session, user_id),
    COLUMN(TIME, meta_session, created_at), COLUMN(TIME, meta_session, seen_at),
    COLUMN(TIME, meta_session, expires_at), COLUMN(STR, meta_session, family),
    COLUMN(TIME, meta_session, issued_at),  COLUMN(TIME, meta_session, replaced_at),
};
static const struct columns session_columns = COLUMNS(meta_session, session_list);

static enum errc session_insert(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct meta_session *s = arg;
    TRY(write_run(
        db, ctx,
        QUERY("DELETE FROM sessions WHERE expires_at <= ?", NULL, ARG_TIME(s->issued_at))));
    return write_row(db, ctx,
                     STR("INSERT INTO sessions(" SESSION_COLUMNS ") VALUES(?,?,?,?,?,?,?,?)"),
                     &session_columns, s);
}

enum errc meta_session_create(struct meta *m, struct ctx *ctx, const struct meta_session *s)
{
    return meta_write(m, ctx, false, session_insert, s);
}

enum errc meta_session_get(struct meta *m, struct ctx *ctx, str id, struct meta_session *out)
{
    return meta_select_one(m, ctx,
                           QUERY("SELECT " SESSION_COLUMNS " FROM sessions WHERE id = ?",
                                 &session_columns, ARG_STR(id)),
                           out);
}

static enum errc session_touch(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct meta_session *s = arg;
    return write_run(db, ctx,
                     QUERY("UPDATE sessions SET seen_at = ?, expires_at = ? WHERE id = ?"
                           " AND replaced_at IS NULL",
                           NULL, ARG_TIME(s->seen_at), ARG_TIME(s->expires_at), ARG_STR(s->id)));
}

enum errc meta_session_touch(struct meta *m, struct ctx *ctx, const struct meta_session *s)
{
    return meta_write(m, ctx, false, session_touch, s);
}

struct session_turn {
    const struct meta_session *old, *next;
};

static enum errc session_turn(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct session_turn *t = arg;
    TRY(write_run(db, ctx,
                  QUERY("UPDATE sessions SET replaced_at = ?, expires_at = ? WHERE id = ?"
                        " AND replaced_at IS NULL",
                        NULL, ARG_TIME(t->old->replaced_at), ARG_TIME(t->old->expires_at),
                        ARG_STR(t->old->id))));
    TRY(write_hit(db));
    return session_insert(db, ctx, t->next);
}

enum errc meta_session_replace(struct meta *m, struct ctx *ctx, const struct meta_session *old,
                               const struct meta_session *next)
{
    const struct session_turn t = {old, next};
    return meta_write(m, ctx, false, session_turn, &t);
}

struct session_end {
    str user_id, family;
};

static enum errc session_delete(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct session_end *e = arg;
    return write_run(db, ctx,
                     QUERY("DELETE FROM sessions WHERE family = ?", NULL, ARG_STR(e->family)));
}

enum errc meta_session_delete(struct meta *m, struct ctx *ctx, str family)
{
    const struct session_end e = {.family = family};
    return meta_write(m, ctx, false, session_delete, &e);
}

static enum errc sessions_delete(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct session_end *e = arg;
    return write_run(db, ctx,
                     QUERY("DELETE FROM sessions WHERE user_id = ? AND family <> ?", NULL,
                           ARG_STR(e->user_id), ARG_STR(e->family)));
}

enum errc meta_session_delete_others(struct meta *m, struct ctx *ctx, str user_id, str keep)
{
    const struct session_end e = {user_id, str_some(keep) ? keep : STR("")};
    return meta_write(m, ctx, false, sessions_delete, &e);
}
