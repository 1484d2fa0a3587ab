// SPDX-License-Identifier: MIT
// Organizations and projects. Names of projects are unique within their organization while they
// live. Deleting a project is soft: its keys and settings go at once, the row stays (deleted_at)
// until the purge job has removed its events, then meta_project_purge takes the row too. So a
// project row may outlive its organization; org_id is no foreign key.
#include "store/meta/meta_int.h"

const char meta_schema_accounts[] =
    "CREATE TABLE organizations("
    " id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, metadata TEXT,"
    " created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL);"
    "CREATE TABLE projects("
    " id TEXT NOT NULL PRIMARY KEY, org_id TEXT NOT NULL,"
    " name TEXT NOT NULL, metadata TEXT, retention_days BIGINT NOT NULL,"
    " created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT);"
    "CREATE UNIQUE INDEX projects_name ON projects(org_id, name) WHERE deleted_at IS NULL;"
    "CREATE TABLE users("
    " id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT, password_hash TEXT,"
    " admin BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL);"
    "CREATE TABLE org_members("
    " org_id TEXT NOT NULL REFERENCES organizations(id),"
    " user_id TEXT NOT NULL REFERENCES users(id), role TEXT NOT NULL,"
    " created_at BIGINT NOT NULL, PRIMARY KEY (org_id, user_id));";

#define ORG_COLUMNS "id, name, metadata, created_at, updated_at"
static const struct column org_list[] = {
    COLUMN(STR, meta_org, id),          COLUMN(STR, meta_org, name),
    COLUMN(STR, meta_org, metadata),    COLUMN(TIME, meta_org, created_at),
    COLUMN(TIME, meta_org, updated_at),
};
static const struct columns org_columns = COLUMNS(meta_org, org_list);

// ---- Organizations ------------------------------------------------------------------------------

static enum errc org_insert(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct meta_org *o = arg;
    bool taken = false;
    TRY(write_exists(
        db, ctx, QUERY("SELECT 1 FROM organizations WHERE id = ?", NULL, ARG_STR(o->id)), &taken));
    if (taken)
        return fail(ctx, ERR_CONFLICT, "an organization with id %.*s exists", STR_ARG(o->id));
    return write_row(db, ctx, STR("INSERT INTO organizations(" ORG_COLUMNS ") VALUES(?,?,?,?,?)"),
                     &org_columns, o);
}

enum errc meta_org_create(struct meta *m, struct ctx *ctx, struct meta_org *o)
{
    row_stamp(ctx, &o->id, &o->created_at, &o->updated_at);
    return meta_write(m, ctx, true, org_insert, o);
}

enum errc meta_org_get(struct meta *m, struct ctx *ctx, str id, struct meta_org *out)
{
    return meta_select_one(
        m, ctx,
        QUERY("SELECT " ORG_COLUMNS " FROM organizations WHERE id = ?", &org_columns, ARG_STR(id)),
        out);
}

enum errc meta_org_list(struct meta *m, struct ctx *ctx, meta_org_fn *fn, void *user)
{
    struct rows rows = {0};
    TRY(meta_select(
        m, ctx,
        QUERY0("SELECT " ORG_COLUMNS " FROM organizations ORDER BY created_at, id", &org_columns),
        &rows));
    const struct meta_org *list = rows.items;
    for (size_t i = 0; i < rows.n; i++)
        TRY(fn(user, &list[i]));
    return ERR_OK;
}

static enum errc org_change(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct meta_org *o = arg;
    TRY(write_run(
        db, ctx,
        QUERY("UPDATE organizations SET name = ?, metadata = ?, updated_at = ? WHERE id = ?", NULL,
              ARG_STR(o->name), ARG_STR(o->metadata), ARG_TIME(clock_now()), ARG_STR(o->id))));
    return write_hit(db);
}

enum errc meta_org_update(struct meta *m, struct ctx *ctx, const struct meta_org *o)
{
    return meta_write(m, ctx, true, org_change, o);
}

static enum errc org_remove(struct sql *db, struct ctx *ctx, const void *arg)
{
    const str *id = arg;
    bool has_projects = false;
    TRY(write_exists(
        db, ctx,
        QUERY("SELECT 1 FROM projects WHERE org_id = ? AND deleted_at IS NULL", NULL, ARG_STR(*id)),
        &has_projects));
    if (has_projects)
        return fail(ctx, ERR_CONFLICT, "Cannot delete organization with existing projects");
    TRY(write_run(db, ctx, QUERY("DELETE FROM api_keys WHERE org_id = ?", NULL, ARG_STR(*id))));
    TRY(write_run(db, ctx, QUERY("DELETE FROM org_members WHERE org_id = ?", NULL, ARG_STR(*id))));
    TRY(write_run(db, ctx, QUERY("DELETE FROM organizations WHERE id = ?", NULL, ARG_STR(*id))));
    return write_hit(db);
}

enum errc meta_org_delete(struct meta *m, struct ctx *ctx, str id)
{
    return meta_write(m, ctx, true, org_remove, &id);
}

// ---- Projects -----------------------------------------------------------------------------------

#define PROJECT_SELECT                                                                   \
    "SELECT p.id, p.org_id, o.name, p.name, p.metadata, p.retention_days, p.created_at," \
    " p.updated_at FROM projects p LEFT JOIN organizations o ON o.id = p.org_id"
static const struct column project_list[] = {
    COLUMN(STR, meta_project, id),          COLUMN(STR, meta_project, org_id),
    COLUMN(STR, meta_project, org_name),    COLUMN(STR, meta_project, name),
    COLUMN(STR, meta_project, metadata),    COLUMN(I64, meta_project, retention_days),
    COLUMN(TIME, meta_project, created_at), COLUMN(TIME, meta_project, updated_at),
};
static const struct columns project_columns = COLUMNS(meta_project, project_list);

static enum errc project_name_free(struct sql *db, struct ctx *ctx, const struct meta_project *p)
{
    bool taken = false;
    TRY(write_exists(db, ctx,
                     QUERY("SELECT 1 FROM projects WHERE org_id = ? AND name = ? AND id <> ?"
                           " AND deleted_at IS NULL",
                           NULL, ARG_STR(p->org_id), ARG_STR(p->name), ARG_STR(p->id)),
                     &taken));
    if (taken)
        return fail(ctx, ERR_CONFLICT,
                    "A project with name %.*s already exists in your organization",
                    STR_ARG(p->name));
    return ERR_OK;
}

// An id whose earlier project was deleted may be used again (a provisioned project comes back).
static enum errc project_insert(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct meta_project *p = arg;
    bool taken = false;
    TRY(project_name_free(db, ctx, p));
    TRY(write_exists(
        db, ctx,
        QUERY("SELECT 1 FROM projects WHERE id = ? AND deleted_at IS NULL", NULL, ARG_STR(p->id)),
        &taken));
    if (taken)
        return fail(ctx, ERR_CONFLICT, "a project with id %.*s exists", STR_ARG(p->id));
    return write_run(
        db, ctx,
        QUERY("INSERT INTO projects(id, org_id, name, metadata, retention_days, created_at,"
              " updated_at) VALUES(?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET"
              " org_id = excluded.org_id, name = excluded.name, metadata = excluded.metadata,"
              " retention_days = excluded.retention_days, created_at = excluded.created_at,"
              " updated_at = excluded.updated_at, deleted_at = NULL",
              NULL, ARG_STR(p->id), ARG_STR(p->org_id), ARG_STR(p->name), ARG_STR(p->metadata),
              ARG_I64(p->retention_days), ARG_TIME(p->created_at), ARG_TIME(p->updated_at)));
}

enum errc meta_project_create(struct meta *m, struct ctx *ctx, struct meta_project *p)
{
    row_stamp(ctx, &p->id, &p->created_at, &p->updated_at);
    return meta_write(m, ctx, true, project_insert, p);
}

enum errc meta_project_get(struct meta *m, struct ctx *ctx, str id, struct meta_project *out)
{
    return meta_select_one(m, ctx,
                           QUERY(PROJECT_SELECT " WHERE p.id = ? AND p.deleted_at IS NULL",
                                 &project_columns, ARG_STR(id)),
                           out);
}

static enum errc each_project(const struct rows *rows, meta_project_fn *fn, void *user)
{
    const struct meta_project *list = rows->items;
    for (size_t i = 0; i < rows->n; i++)
        TRY(fn(user, &list[i]));
    return ERR_OK;
}

enum errc meta_project_list(struct meta *m, struct ctx *ctx, str org_id, meta_project_fn *fn,
                            void *user)
{
    const struct query *all = QUERY0(
        PROJECT_SELECT " WHERE p.deleted_at IS NULL ORDER BY p.created_at, p.id", &project_columns);
    const struct query *of_org = QUERY(
        PROJECT_SELECT " WHERE p.org_id = ? AND p.deleted_at IS NULL ORDER BY p.created_at, p.id",
        &project_columns, ARG_STR(org_id));
    struct rows rows = {0};
    TRY(meta_select(m, ctx, str_some(org_id) ? of_org : all, &rows));
    return each_project(&rows, fn, user);
}

enum errc meta_project_list_deleted(struct meta *m, struct ctx *ctx, meta_project_fn *fn,
                                    void *user)
{
    struct rows rows = {0};
    TRY(meta_select(m, ctx,
                    QUERY0(PROJECT_SELECT
                           " WHERE p.deleted_at IS NOT NULL ORDER BY p.deleted_at, p.id",
                           &project_columns),
                    &rows));
    return each_project(&rows, fn, user);
}

static enum errc project_change(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct meta_project *p = arg;
    TRY(project_name_free(db, ctx, p));
    TRY(write_run(db, ctx,
                  QUERY("UPDATE projects SET org_id = ?, name = ?, metadata = ?,"
                        " retention_days = ?, updated_at = ? WHERE id = ? AND deleted_at IS NULL",
                        NULL, ARG_STR(p->org_id), ARG_STR(p->name), ARG_STR(p->metadata),
                        ARG_I64(p->retention_days), ARG_TIME(clock_now()), ARG_STR(p->id))));
    return write_hit(db);
}

enum errc meta_project_update(struct meta *m, struct ctx *ctx, const struct meta_project *p)
{
    return meta_write(m, ctx, true, project_change, p);
}

static enum errc project_remove(struct sql *db, struct ctx *ctx, const void *arg)
{
    const str *id = arg;
    TRY(write_run(db, ctx,
                  QUERY("UPDATE projects SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL",
                        NULL, ARG_TIME(clock_now()), ARG_STR(*id))));
    TRY(write_hit(db));
    TRY(write_run(db, ctx, QUERY("DELETE FROM api_keys WHERE project_id = ?", NULL, ARG_STR(*id))));
    TRY(write_run(db, ctx,
                  QUERY("DELETE FROM score_configs WHERE project_id = ?", NULL, ARG_STR(*id))));
    return write_run(db, ctx, QUERY("DELETE FROM models WHERE project_id = ?", NULL, ARG_STR(*id)));
}

enum errc meta_project_delete(struct meta *m, struct ctx *ctx, str id)
{
    return meta_write(m, ctx, true, project_remove, &id);
}

static enum errc project_purge(struct sql *db, struct ctx *ctx, const void *arg)
{
    const str *id = arg;
    return write_run(
        db, ctx,
        QUERY("DELETE FROM projects WHERE id = ? AND deleted_at IS NOT NULL", NULL, ARG_STR(*id)));
}

enum errc meta_project_purge(struct meta *m, struct ctx *ctx, str id)
{
    return meta_write(m, ctx, false, project_purge, &id);
}
