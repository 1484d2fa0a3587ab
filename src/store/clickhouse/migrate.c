// SPDX-License-Identifier: MIT
// Brings the database up to date. ClickHouse has no transactions, so every step may be done again:
// tables are made IF NOT EXISTS, and a step's row in schema_version is written after it. Whoever starts
// at the same time does the same steps with the same result.
#include "store/clickhouse/schema.h"

#define VERSION_TABLE                                                                             \
    "CREATE TABLE IF NOT EXISTS schema_version {ON_CLUSTER} (version UInt32, row_version UInt64," \
    " is_deleted UInt8, name String, checksum UInt64, applied DateTime DEFAULT now())"            \
    " ENGINE = {ENGINE} ORDER BY version"
#define OLDEST_MAJOR 23 // 23.2 knows is_deleted

struct applied {
    int64_t version;
    uint64_t checksum;
};
struct history {
    struct applied *items;
    size_t n;
};

static str on_cluster(const struct ch *c, struct arena *a)
{
    str cluster = ch_server_of(c)->cluster;
    return cluster.n ? arena_cat(a, STR("ON CLUSTER "), ch_quoted(a, cluster)) : STR("");
}

// Fills {ON_CLUSTER} and {ENGINE}.
static void text_fill(struct sql_text *t, const struct ch *c, const char *text)
{
    const char *engine = ch_server_of(c)->cluster.n
                             ? "ReplicatedReplacingMergeTree(row_version, is_deleted)"
                             : "ReplacingMergeTree(row_version, is_deleted)";
    const struct {
        str mark, value;
    } fills[] = {{STR("{ON_CLUSTER}"), on_cluster(c, t->arena)}, {STR("{ENGINE}"), str_c(engine)}};
    str rest = str_c(text);

    for (size_t i = 0; i < ARRAY_LEN(fills); i++) {
        ptrdiff_t at = str_find(rest, fills[i].mark);
        CHECK(at >= 0);
        buf_add(&t->text, str_sub(rest, 0, (size_t)at));
        buf_add(&t->text, fills[i].value);
        rest = str_skip(rest, (size_t)at + fills[i].mark.n);
    }
    buf_add(&t->text, rest);
}

static enum errc ddl(struct ch *c, struct ctx *ctx, const char *text)
{
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, ctx->arena);
    text_fill(&t, c, text);
    return ch_run(c, ctx, &t, NULL);
}

// A database that is there is enough: making one is a right that not every user has.
static enum errc database_make(struct ch *c, struct ctx *ctx)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct arena *a = ctx->arena;

    sql_text_init(&t, a);
    sql_text_add(&t, "SELECT count() FROM system.tables WHERE database = currentDatabase()");
    enum errc rc = ch_select(c, ctx, &t, &answer);
    if (rc == ERR_OK || !str_has(ctx->message, STR("code 81")))
        return rc;
    ctx_clear_error(ctx);
    return ch_run_outside(c, ctx,
                          arena_fmt(a, "CREATE DATABASE IF NOT EXISTS %.*s %.*s",
                                    STR_ARG(ch_quoted(a, ch_server_of(c)->database)),
                                    STR_ARG(on_cluster(c, a))));
}

static enum errc server_check(struct ch *c, struct ctx *ctx)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    AUTO(sql_text_fini) struct sql_text t = {0};
    int64_t major = 0;

    sql_text_init(&t, ctx->arena);
    sql_text_add(&t, "SELECT version()");
    TRY(ch_select(c, ctx, &t, &answer));
    str version = ch_get_str(&answer.rows), part = STR_NONE, rest = version;
    if (str_next(&rest, '.', &part) && str_to_i64(part, &major) && major < OLDEST_MAJOR)
        return fail(ctx, ERR_UNAVAILABLE, "ClickHouse %.*s is too old: take 23.8 or newer",
                    STR_ARG(version));
    return ERR_OK;
}

static enum errc history_read(struct ch *c, struct ctx *ctx, struct history *h)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    AUTO(sql_text_fini) struct sql_text t = {0};
    size_t cap = 0;

    sql_text_init(&t, ctx->arena);
    sql_text_add(&t,
                 "SELECT toInt64(version), checksum FROM schema_version FINAL ORDER BY version");
    TRY(ch_select(c, ctx, &t, &answer));
    while (ch_more(&answer.rows)) {
        if (!arena_grow(ctx->arena, (void **)&h->items, h->n, &cap, sizeof *h->items))
            return fail(ctx, ERR_NOMEM, "The history of the tables is too long");
        struct applied *item = &h->items[h->n++];
        item->version = ch_get_i64(&answer.rows);
        item->checksum = ch_get_u64(&answer.rows);
    }
    return answer.rows.bad ? fail(ctx, ERR_CORRUPT, "ClickHouse's answer ends inside a row")
                           : ERR_OK;
}

static enum errc step_note(struct ch *c, struct ctx *ctx, const struct ch_migration *m,
                           uint64_t checksum)
{
    AUTO(buf_fini) struct buf rows = {0};

    buf_init(&rows, 4096);
    ch_put_u32(&rows, (uint32_t)m->version);
    ch_put_u64(&rows, 1);
    ch_put_u8(&rows, 0);
    ch_put_str(&rows, str_c(m->name));
    ch_put_u64(&rows, checksum);
    return ch_insert(c, ctx, "schema_version",
                     STR("version, row_version, is_deleted, name, checksum"), buf_str(&rows),
                     STR_NONE);
}

static enum errc step(struct ch *c, struct ctx *ctx, const struct history *h,
                      const struct ch_migration *m)
{
    uint64_t checksum = str_hash(str_c(m->text));

    for (size_t i = 0; i < h->n; i++) {
        if (h->items[i].version != m->version)
            continue;
        if (h->items[i].checksum != checksum)
            return fail(ctx, ERR_CORRUPT,
                        "Step %d (%s) of ClickHouse's tables was made with another text: the"
                        " database was written by a different build",
                        m->version, m->name);
        return ERR_OK;
    }
    TRY(ddl(c, ctx, m->text));
    return step_note(c, ctx, m, checksum);
}

enum errc ch_migrate(struct ch *c, struct ctx *ctx)
{
    struct history h = {0};

    TRY(database_make(c, ctx));
    TRY(server_check(c, ctx));
    TRY(ddl(c, ctx, VERSION_TABLE));
    TRY(history_read(c, ctx, &h));
    if (h.n && h.items[h.n - 1].version > ch_migrations[ch_n_migrations - 1].version)
        return fail(ctx, ERR_CORRUPT,
                    "ClickHouse's tables have version %lld, this program knows up to %d: start a"
                    " newer version",
                    (long long)h.items[h.n - 1].version,
                    ch_migrations[ch_n_migrations - 1].version);
    for (size_t i = 0; i < ch_n_migrations; i++)
        TRY(step(c, ctx, &h, &ch_migrations[i]));
    return ERR_OK;
}

// ---- Retention ----------------------------------------------------------------------------------

static enum errc ttl_of(struct ch *c, struct ctx *ctx, const char *table, str *out)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, ctx->arena);
    sql_text_add(&t, "SELECT extract(create_table_query, 'TTL (.*?) SETTINGS') FROM system.tables"
                     " WHERE database = currentDatabase() AND name = ");
    sql_text_str(&t, str_c(table));
    TRY(ch_select(c, ctx, &t, &answer));
    *out = arena_str(ctx->arena, ch_get_str(&answer.rows));
    return ERR_OK;
}

static enum errc table_retain(struct ch *c, struct ctx *ctx, const char *table, int64_t days)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    str now;

    TRY(ttl_of(c, ctx, table, &now));
    str ttl =
        arena_fmt(ctx->arena, "toDateTime(hour * 3600) + toIntervalDay(%lld)", (long long)days);
    if (days == 0 ? !now.n : str_eq(now, ttl))
        return ERR_OK;
    sql_text_init(&t, ctx->arena);
    buf_add_fmt(&t.text, "ALTER TABLE %s %.*s %s %.*s", table, STR_ARG(on_cluster(c, ctx->arena)),
                days ? "MODIFY TTL" : "REMOVE TTL", STR_ARG(days ? ttl : STR("")));
    return ch_run(c, ctx, &t, "&materialize_ttl_after_modify=0");
}

enum errc ch_retain(struct ch *c, struct ctx *ctx, int64_t days)
{
    static const char *const tables[] = {"traces", "observations", "scores"};

    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        TRY(table_retain(c, ctx, tables[i], days));
    return ERR_OK;
}
