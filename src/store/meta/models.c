// SPDX-License-Identifier: MIT
// Projects' own price definitions (api.md section 12). The built-in ones live in pricing. Prices and
// tiers are text as the API received them, checked by the API; pricing_set_project takes them from
// here.
#include "store/meta/meta_int.h"

const char meta_schema_models[] =
    "CREATE TABLE models("
    " id TEXT NOT NULL PRIMARY KEY, project_id TEXT NOT NULL, name TEXT NOT NULL,"
    " match_pattern TEXT NOT NULL, unit TEXT, tokenizer_id TEXT, tokenizer_config TEXT,"
    " start_date BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,"
    " input_price TEXT, output_price TEXT, total_price TEXT, tiers TEXT, UNIQUE (project_id, "
    "name));";

#define MODEL_COLUMNS                                                                        \
    "id, project_id, name, match_pattern, unit, tokenizer_id, tokenizer_config, start_date," \
    " created_at, updated_at, input_price, output_price, total_price, tiers"
static const struct column model_list[] = {
    COLUMN(STR, meta_model, id),
    COLUMN(STR, meta_model, project_id),
    COLUMN(STR, meta_model, name),
    COLUMN(STR, meta_model, match_pattern),
    COLUMN(STR, meta_model, unit),
    COLUMN(STR, meta_model, tokenizer_id),
    COLUMN(STR, meta_model, tokenizer_config),
    COLUMN(TIME, meta_model, start_date),
    COLUMN(TIME, meta_model, created_at),
    COLUMN(TIME, meta_model, updated_at),
    COLUMN(STR, meta_model, input_price),
    COLUMN(STR, meta_model, output_price),
    COLUMN(STR, meta_model, total_price),
    COLUMN(STR, meta_model, tiers),
};
static const struct columns model_columns = COLUMNS(meta_model, model_list);

static enum errc model_insert(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct meta_model *d = arg;
    bool taken = false;
    TRY(write_exists(db, ctx,
                     QUERY("SELECT 1 FROM models WHERE project_id = ? AND name = ?", NULL,
                           ARG_STR(d->project_id), ARG_STR(d->name)),
                     &taken));
    if (taken)
        return fail(ctx, ERR_CONFLICT, "Model with name %.*s already exists in project",
                    STR_ARG(d->name));
    return write_row(
        db, ctx, STR("INSERT INTO models(" MODEL_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
        &model_columns, d);
}

enum errc meta_model_create(struct meta *m, struct ctx *ctx, struct meta_model *d)
{
    row_stamp(ctx, &d->id, &d->created_at, &d->updated_at);
    return meta_write(m, ctx, true, model_insert, d);
}

enum errc meta_model_get(struct meta *m, struct ctx *ctx, str project, str id,
                         struct meta_model *out)
{
    return meta_select_one(m, ctx,
                           QUERY("SELECT " MODEL_COLUMNS " FROM models"
                                 " WHERE id = ? AND project_id = ?",
                                 &model_columns, ARG_STR(id), ARG_STR(project)),
                           out);
}

enum errc meta_model_list(struct meta *m, struct ctx *ctx, str project, meta_model_fn *fn,
                          void *user)
{
    struct rows rows = {0};
    TRY(meta_select(m, ctx,
                    QUERY("SELECT " MODEL_COLUMNS " FROM models WHERE project_id = ?"
                          " ORDER BY name, unit, id",
                          &model_columns, ARG_STR(project)),
                    &rows));
    const struct meta_model *list = rows.items;
    for (size_t i = 0; i < rows.n; i++)
        TRY(fn(user, &list[i]));
    return ERR_OK;
}

struct model_key {
    str project, id;
};

static enum errc model_remove(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct model_key *k = arg;
    TRY(write_run(db, ctx,
                  QUERY("DELETE FROM models WHERE id = ? AND project_id = ?", NULL, ARG_STR(k->id),
                        ARG_STR(k->project))));
    return write_hit(db);
}

enum errc meta_model_delete(struct meta *m, struct ctx *ctx, str project, str id)
{
    const struct model_key k = {project, id};
    return meta_write(m, ctx, true, model_remove, &k);
}
