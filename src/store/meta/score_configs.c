// SPDX-License-Identifier: MIT
// Score configurations of projects (api.md section 6). There is no delete: they are archived.
#include "store/meta/meta_int.h"

const char meta_schema_score_configs[] =
    "CREATE TABLE score_configs("
    " id TEXT NOT NULL PRIMARY KEY, project_id TEXT NOT NULL, name TEXT NOT NULL,"
    " description TEXT, data_type BIGINT NOT NULL, is_archived BIGINT NOT NULL,"
    " has_min BIGINT NOT NULL, has_max BIGINT NOT NULL, min_value DOUBLE PRECISION NOT NULL,"
    " max_value DOUBLE PRECISION NOT NULL, categories TEXT, created_at BIGINT NOT NULL,"
    " updated_at BIGINT NOT NULL);"
    "CREATE INDEX score_configs_project ON score_configs(project_id, created_at);";

#define CONFIG_COLUMNS                                                                        \
    "id, project_id, name, description, data_type, is_archived, has_min, has_max, min_value," \
    " max_value, categories, created_at, updated_at"
static const struct column config_list[] = {
    COLUMN(STR, meta_score_config, id),           COLUMN(STR, meta_score_config, project_id),
    COLUMN(STR, meta_score_config, name),         COLUMN(STR, meta_score_config, description),
    COLUMN(I32, meta_score_config, data_type),    COLUMN(BOOL, meta_score_config, is_archived),
    COLUMN(BOOL, meta_score_config, has_min),     COLUMN(BOOL, meta_score_config, has_max),
    COLUMN(DOUBLE, meta_score_config, min_value), COLUMN(DOUBLE, meta_score_config, max_value),
    COLUMN(STR, meta_score_config, categories),   COLUMN(TIME, meta_score_config, created_at),
    COLUMN(TIME, meta_score_config, updated_at),
};
static const struct columns config_columns = COLUMNS(meta_score_config, config_list);

static enum errc config_insert(struct sql *db, struct ctx *ctx, const void *arg)
{
    return write_row(
        db, ctx,
        STR("INSERT INTO score_configs(" CONFIG_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)"),
        &config_columns, arg);
}

enum errc meta_score_config_create(struct meta *m, struct ctx *ctx, struct meta_score_config *c)
{
    row_stamp(ctx, &c->id, &c->created_at, &c->updated_at);
    return meta_write(m, ctx, true, config_insert, c);
}

// What a change may set, and the two columns that find the row.
static const struct column change_list[] = {
    COLUMN(STR, meta_score_config, name),         COLUMN(STR, meta_score_config, description),
    COLUMN(BOOL, meta_score_config, is_archived), COLUMN(BOOL, meta_score_config, has_min),
    COLUMN(BOOL, meta_score_config, has_max),     COLUMN(DOUBLE, meta_score_config, min_value),
    COLUMN(DOUBLE, meta_score_config, max_value), COLUMN(STR, meta_score_config, categories),
    COLUMN(TIME, meta_score_config, updated_at),  COLUMN(STR, meta_score_config, id),
    COLUMN(STR, meta_score_config, project_id),
};
static const struct columns change_columns = COLUMNS(meta_score_config, change_list);

static enum errc config_change(struct sql *db, struct ctx *ctx, const void *arg)
{
    TRY(write_row(db, ctx,
                  STR("UPDATE score_configs SET name = ?, description = ?, is_archived = ?,"
                      " has_min = ?, has_max = ?, min_value = ?, max_value = ?, categories = ?,"
                      " updated_at = ? WHERE id = ? AND project_id = ?"),
                  &change_columns, arg));
    return write_hit(db);
}

enum errc meta_score_config_update(struct meta *m, struct ctx *ctx,
                                   const struct meta_score_config *c)
{
    struct meta_score_config changed = *c;
    changed.updated_at = clock_now();
    return meta_write(m, ctx, true, config_change, &changed);
}

enum errc meta_score_config_get(struct meta *m, struct ctx *ctx, str project, str id,
                                struct meta_score_config *out)
{
    return meta_select_one(m, ctx,
                           QUERY("SELECT " CONFIG_COLUMNS " FROM score_configs"
                                 " WHERE id = ? AND project_id = ?",
                                 &config_columns, ARG_STR(id), ARG_STR(project)),
                           out);
}

enum errc meta_score_config_list(struct meta *m, struct ctx *ctx, str project,
                                 struct meta_page *page, meta_score_config_fn *fn, void *user)
{
    struct rows rows = {0};
    TRY(meta_select(m, ctx,
                    QUERY("SELECT " CONFIG_COLUMNS " FROM score_configs WHERE project_id = ?"
                          " ORDER BY created_at DESC, id LIMIT ? OFFSET ?",
                          &config_columns, ARG_STR(project), ARG_I64(page->limit),
                          ARG_I64(page->offset)),
                    &rows));
    TRY(meta_select_i64(
        m, ctx,
        QUERY("SELECT COUNT(*) FROM score_configs WHERE project_id = ?", NULL, ARG_STR(project)),
        &page->total));
    const struct meta_score_config *list = rows.items;
    for (size_t i = 0; i < rows.n; i++)
        TRY(fn(user, &list[i]));
    return ERR_OK;
}
