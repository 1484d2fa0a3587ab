// SPDX-License-Identifier: MIT
// What people keep beside traces: comments, saved views, and deletes that can still be undone.
#include "store/meta/meta_int.h"

const char meta_schema_notes[] =
    "CREATE TABLE comments("
    " id TEXT NOT NULL PRIMARY KEY, project_id TEXT NOT NULL, object_type TEXT NOT NULL,"
    " object_id TEXT NOT NULL, trace_id TEXT NOT NULL, content TEXT NOT NULL, author_id TEXT,"
    " created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL);"
    "CREATE INDEX comments_trace ON comments(project_id, trace_id, created_at);"
    "CREATE TABLE saved_views("
    " id TEXT NOT NULL PRIMARY KEY, project_id TEXT NOT NULL, list TEXT NOT NULL,"
    " name TEXT NOT NULL, search TEXT NOT NULL, saved_by TEXT, created_at BIGINT NOT NULL);"
    "CREATE INDEX saved_views_project ON saved_views(project_id, list);"
    "CREATE TABLE pending_deletes("
    " id TEXT NOT NULL PRIMARY KEY, project_id TEXT NOT NULL, trace_ids TEXT NOT NULL,"
    " due_at BIGINT NOT NULL);"
    "CREATE INDEX pending_deletes_due ON pending_deletes(due_at);";

struct place { // a row of a project, and the statement that deletes it
    str sql, project, id;
};

static enum errc row_delete(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct place *p = arg;
    const struct arg args[] = {ARG_STR(p->project), ARG_STR(p->id)};
    const struct query q = {p->sql, NULL, args, ARRAY_LEN(args)};
    TRY(write_run(db, ctx, &q));
    return write_hit(db);
}

// ---- Comments -----------------------------------------------------------------------------------

#define COMMENT_COLUMNS                                                                           \
    "c.id, c.project_id, c.object_type, c.object_id, c.trace_id, c.content, c.author_id, u.name," \
    " u.email, c.created_at, c.updated_at"
static const struct column comment_list[] = {
    COLUMN(STR, meta_comment, id),           COLUMN(STR, meta_comment, project_id),
    COLUMN(STR, meta_comment, object_type),  COLUMN(STR, meta_comment, object_id),
    COLUMN(STR, meta_comment, trace_id),     COLUMN(STR, meta_comment, content),
    COLUMN(STR, meta_comment, author_id),    COLUMN(STR, meta_comment, author_name),
    COLUMN(STR, meta_comment, author_email), COLUMN(TIME, meta_comment, created_at),
    COLUMN(TIME, meta_comment, updated_at),
};
static const struct columns comment_columns = COLUMNS(meta_comment, comment_list);

static enum errc comment_insert(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct meta_comment *c = arg;
    return write_run(db, ctx,
                     QUERY("INSERT INTO comments(id, project_id, object_type, object_id, trace_id,"
                           " content, author_id, created_at, updated_at) VALUES(?,?,?,?,?,?,?,?,?)",
                           NULL, ARG_STR(c->id), ARG_STR(c->project_id), ARG_STR(c->object_type),
                           ARG_STR(c->object_id), ARG_STR(c->trace_id), ARG_STR(c->content),
                           ARG_STR(c->author_id), ARG_TIME(c->created_at),
                           ARG_TIME(c->updated_at)));
}

enum errc meta_comment_create(struct meta *m, struct ctx *ctx, struct meta_comment *c)
{
    row_stamp(ctx, &c->id, &c->created_at, &c->updated_at);
    return meta_write(m, ctx, false, comment_insert, c);
}

enum errc meta_comment_list(struct meta *m, struct ctx *ctx, str project, str trace_id,
                            meta_comment_fn *fn, void *user)
{
    struct rows rows = {0};
    TRY(meta_select(m, ctx,
                    QUERY("SELECT " COMMENT_COLUMNS
                          " FROM comments c LEFT JOIN users u ON u.id = c.author_id"
                          " WHERE c.project_id = ? AND c.trace_id = ? ORDER BY c.created_at, c.id",
                          &comment_columns, ARG_STR(project), ARG_STR(trace_id)),
                    &rows));
    const struct meta_comment *list = rows.items;
    for (size_t i = 0; i < rows.n; i++)
        TRY(fn(user, &list[i]));
    return ERR_OK;
}

enum errc meta_comment_get(struct meta *m, struct ctx *ctx, str project, str id,
                           struct meta_comment *out)
{
    return meta_select_one(m, ctx,
                           QUERY("SELECT " COMMENT_COLUMNS
                                 " FROM comments c LEFT JOIN users u ON u.id = c.author_id"
                                 " WHERE c.project_id = ? AND c.id = ?",
                                 &comment_columns, ARG_STR(project), ARG_STR(id)),
                           out);
}

enum errc meta_comment_delete(struct meta *m, struct ctx *ctx, str project, str id)
{
    const struct place p = {STR("DELETE FROM comments WHERE project_id = ? AND id = ?"), project,
                            id};
    return meta_write(m, ctx, false, row_delete, &p);
}

// ---- Saved views ----------------------------------------------------------------------------------

#define VIEW_COLUMNS \
    "v.id, v.project_id, v.list, v.name, v.search, v.saved_by, u.name, v.created_at"
static const struct column view_list[] = {
    COLUMN(STR, meta_view, id),      COLUMN(STR, meta_view, project_id),
    COLUMN(STR, meta_view, list),    COLUMN(STR, meta_view, name),
    COLUMN(STR, meta_view, search),  COLUMN(STR, meta_view, saved_by),
    COLUMN(STR, meta_view, by_name), COLUMN(TIME, meta_view, created_at),
};
static const struct columns view_columns = COLUMNS(meta_view, view_list);

static enum errc view_put(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct meta_view *v = arg;
    return write_run(db, ctx,
                     QUERY("INSERT INTO saved_views(id, project_id, list, name, search, saved_by,"
                           " created_at) VALUES(?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET"
                           " name = excluded.name, search = excluded.search",
                           NULL, ARG_STR(v->id), ARG_STR(v->project_id), ARG_STR(v->list),
                           ARG_STR(v->name), ARG_STR(v->search), ARG_STR(v->saved_by),
                           ARG_TIME(v->created_at)));
}

enum errc meta_view_put(struct meta *m, struct ctx *ctx, struct meta_view *v)
{
    row_stamp(ctx, &v->id, &v->created_at, NULL);
    return meta_write(m, ctx, false, view_put, v);
}

enum errc meta_view_list(struct meta *m, struct ctx *ctx, str project, meta_view_fn *fn, void *user)
{
    struct rows rows = {0};
    TRY(meta_select(m, ctx,
                    QUERY("SELECT " VIEW_COLUMNS
                          " FROM saved_views v LEFT JOIN users u ON u.id = v.saved_by"
                          " WHERE v.project_id = ? ORDER BY v.created_at, v.id",
                          &view_columns, ARG_STR(project)),
                    &rows));
    const struct meta_view *list = rows.items;
    for (size_t i = 0; i < rows.n; i++)
        TRY(fn(user, &list[i]));
    return ERR_OK;
}

enum errc meta_view_delete(struct meta *m, struct ctx *ctx, str project, str id)
{
    const struct place p = {STR("DELETE FROM saved_views WHERE project_id = ? AND id = ?"), project,
                            id};
    return meta_write(m, ctx, false, row_delete, &p);
}

// ---- Deletes that can still be undone -------------------------------------------------------------

#define PENDING_COLUMNS "id, project_id, trace_ids, due_at"
static const struct column pending_list[] = {
    COLUMN(STR, meta_pending, id),
    COLUMN(STR, meta_pending, project_id),
    COLUMN(STR, meta_pending, trace_ids),
    COLUMN(TIME, meta_pending, due_at),
};
static const struct columns pending_columns = COLUMNS(meta_pending, pending_list);

static enum errc pending_insert(struct sql *db, struct ctx *ctx, const void *arg)
{
    return write_row(db, ctx,
                     STR("INSERT INTO pending_deletes(" PENDING_COLUMNS ") VALUES(?,?,?,?)"),
                     &pending_columns, arg);
}

enum errc meta_pending_create(struct meta *m, struct ctx *ctx, struct meta_pending *p)
{
    millis now = 0;
    row_stamp(ctx, &p->id, &now, NULL);
    return meta_write(m, ctx, false, pending_insert, p);
}

enum errc meta_pending_list(struct meta *m, struct ctx *ctx, str project, meta_pending_fn *fn,
                            void *user)
{
    struct rows rows = {0};
    const struct query *all = QUERY0(
        "SELECT " PENDING_COLUMNS " FROM pending_deletes ORDER BY due_at, id", &pending_columns);
    const struct query *of_one =
        QUERY("SELECT " PENDING_COLUMNS " FROM pending_deletes WHERE project_id = ?",
              &pending_columns, ARG_STR(project));
    TRY(meta_select(m, ctx, str_some(project) ? of_one : all, &rows));
    const struct meta_pending *list = rows.items;
    for (size_t i = 0; i < rows.n; i++)
        TRY(fn(user, &list[i]));
    return ERR_OK;
}

enum errc meta_pending_delete(struct meta *m, struct ctx *ctx, str project, str id)
{
    const struct place p = {STR("DELETE FROM pending_deletes WHERE project_id = ? AND id = ?"),
                            project, id};
    return meta_write(m, ctx, false, row_delete, &p);
}
