// SPDX-License-Identifier: MIT
// SQL functions of a read connection that look into body packs, so that conditions on metadata, input
// and output are ordinary SQL: rl_body(pack, slot, field) is a body field as stored, rl_metadata(pack,
// slot, key) the text of one metadata key (dotted keys reach into nested objects), both NULL when absent;
// rl_texts(pack) is everything in a pack, rl_has and rl_starts search without case.
#include "json/json.h"
#include "store/sqlite/read_int.h"
#include "store/sqlite/text.h"

static bool record_of(struct reader *r, struct sql_call *call, str *record)
{
    int64_t pack = sql_arg_i64(call, 0);

    return reader_ctx(r) && pack > 0 &&
           reader_search(r, &(struct row_body){pack, sql_arg_i64(call, 1)}, record) == ERR_OK &&
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

static void rl_has(void *user UNUSED, struct sql_call *call)
{
    str s = sql_arg_str(call, 0);

    sql_result_i64(call, str_some(s) && text_has(s, sql_arg_str(call, 1)));
}

static void rl_starts(void *user UNUSED, struct sql_call *call)
{
    str s = sql_arg_str(call, 0), prefix = sql_arg_str(call, 1);

    sql_result_i64(call, text_starts(s, prefix));
}

// Several texts as one to search in, each on a line of its own.
static void rl_join(void *user UNUSED, struct sql_call *call)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 1u << 20);
    for (int i = 0; i < 4; i++) {
        buf_add(&b, sql_arg_str(call, i));
        BUF_ADD(&b, "\n");
    }
    sql_result_str(call, buf_str(&b));
}

// All that a pack holds, as one text to search in.
static void rl_texts(void *user, struct sql_call *call)
{
    struct row_body all = {sql_arg_i64(call, 0), -1};
    str raw;

    if (all.pack > 0 && reader_search(user, &all, &raw) == ERR_OK)
        sql_result_str(call, raw);
    else
        sql_result_null(call);
}

enum errc reader_functions(struct reader *r, struct ctx *ctx)
{
    TRY(sql_define(r->db, ctx, "rl_body", 3, rl_body, r));
    TRY(sql_define(r->db, ctx, "rl_has", 2, rl_has, r));
    TRY(sql_define(r->db, ctx, "rl_starts", 2, rl_starts, r));
    TRY(sql_define(r->db, ctx, "rl_join", 4, rl_join, r));
    TRY(sql_define(r->db, ctx, "rl_texts", 1, rl_texts, r));
    return sql_define(r->db, ctx, "rl_metadata", 3, rl_metadata, r);
}
