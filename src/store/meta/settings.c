// SPDX-License-Identifier: MIT
// Small values of the instance itself (generated salt, first-start marker), and the change counter
// that caches compare (meta_changes).
#include "store/meta/meta_int.h"

const char meta_schema_settings[] =
    "CREATE TABLE settings(name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE change_counter(value BIGINT NOT NULL);"
    "INSERT INTO change_counter(value) VALUES(1);";

struct setting {
    str name, value;
};
static const struct column value_list[] = {COLUMN(STR, setting, value)};
static const struct columns value_columns = COLUMNS(setting, value_list);

enum errc meta_setting_get(struct meta *m, struct ctx *ctx, str name, str *out)
{
    struct setting found = {0};
    enum errc rc = meta_select_one(
        m, ctx, QUERY("SELECT value FROM settings WHERE name = ?", &value_columns, ARG_STR(name)),
        &found);
    if (rc != ERR_OK && rc != ERR_NOT_FOUND)
        return rc;
    *out = found.value;
    return ERR_OK;
}

static enum errc setting_store(struct sql *db, struct ctx *ctx, const void *arg)
{
    const struct setting *s = arg;
    if (!str_some(s->value))
        return write_run(db, ctx,
                         QUERY("DELETE FROM settings WHERE name = ?", NULL, ARG_STR(s->name)));
    return write_run(db, ctx,
                     QUERY("INSERT INTO settings(name, value) VALUES(?,?)"
                           " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                           NULL, ARG_STR(s->name), ARG_STR(s->value)));
}

enum errc meta_setting_set(struct meta *m, struct ctx *ctx, str name, str value)
{
    const struct setting s = {name, value};
    return meta_write(m, ctx, true, setting_store, &s);
}
