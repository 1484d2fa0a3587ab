// SPDX-License-Identifier: MIT
// SQL functions of a read connection that look into body packs, so that conditions on metadata, input
// and output are ordinary SQL: rl_body(pack, slot, field) is a body field as stored, rl_metadata(pack,
// slot, key) the text of one metadata key (dotted keys reach into nested objects), both NULL when absent.
#include "json/json.h"
#include "store/sqlite/read_int.h"

static bool record_of(struct reader *r, struct sql_call *call, str *record)
{
    struct ctx *ctx = reader_ctx(r);
    struct ctx own;
    int64_t pack = sql_arg_i64(call, 0);

    if (!ctx || pack <= 0)
        return false;
    ctx_init(&own, ctx->arena);
    return reader_record(r, &own, pack, sql_arg_i64(call, 1), record) == ERR_OK &&
           str_some(*record);
}

static void rl_body(void *user, struct sql_call *call)
{
    int64_t field = sql_arg_i64(call, 2);
    str record;

    if (field > 0 && field < PACK_FIELD_COUNT && record_of(user, call, &record))
        sql_result_str(call, pack_field(record, (enum pack_field)field));
    else
        sql_result_null(call);
}

// The whole key first; else its first segment as an object and the rest inside it.
static const struct json *lookup(const struct json *v, str key)
{
    const struct json *found = json_get(v, key);

    for (size_t i = 0; !found && i < key.n; i++) {
        const struct json *inner = key.p[i] == '.' ? json_get(v, str_sub(key, 0, i)) : NULL;
        if (json_is(inner, JSON_OBJECT))
            found = lookup(inner, str_skip(key, i + 1));
    }
    return found;
}

static void rl_metadata(void *user, struct sql_call *call)
{
    struct reader *r = user;
    str record;

    if (!record_of(r, call, &record)) {
        sql_result_null(call);
        return;
    }
    struct arena *a = reader_ctx(r)->arena;
    struct arena_mark mark = arena_mark(a);
    const struct json *m = json_try(a, pack_field(record, PACK_METADATA));
    const struct json *v = lookup(m, sql_arg_str(call, 2));
    sql_result_str(call, v ? json_stored(a, v) : STR_NONE);
    arena_rewind(a, mark);
}

enum errc reader_functions(struct reader *r, struct ctx *ctx)
{
    TRY(sql_define(r->db, ctx, "rl_body", 3, rl_body, r));
    return sql_define(r->db, ctx, "rl_metadata", 3, rl_metadata, r);
}
