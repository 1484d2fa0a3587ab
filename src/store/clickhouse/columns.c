// SPDX-License-Identifier: MIT
// The column tables (columns.h): name in the database, how it is written, where it is in the struct, and
// which wish brings it. A column that is new in the database gets its row here.
#include "store/clickhouse/columns.h"

#include <stddef.h>

enum kind {
    K_BOOL, // bool, UInt8
    K_ENUM, // int32_t, UInt8
    K_U32,
    K_U64,
    K_I64,
    K_I64_OR, // INT64_MIN = NULL
    K_DOUBLE,
    K_STR,   // String
    K_TEXT,  // Nullable(String)
    K_USAGE, // Map
    K_COST,
    K_TAGS,   // Array(String)
    K_MODELS, // of struct trace_stats
};

struct column {
    const char *name;
    uint8_t kind;
    uint8_t want; // read only with one of these wishes; 0 = always
    uint16_t offset;
};

#define PLACE(type)                                                   \
    {"hour", K_U32, 0, offsetof(type, place.hour)},                   \
        {"row_version", K_U64, 0, offsetof(type, place.row_version)}, \
        {"is_deleted", K_BOOL, 0, offsetof(type, place.is_deleted)},  \
    {                                                                 \
        "arrival", K_U64, 0, offsetof(type, place.arrival)            \
    }
#define TOOLS (WANT_IO | WANT_METADATA | WANT_TOOLS)

#define T(name, kind, member)                            \
    {                                                    \
        name, kind, 0, offsetof(struct ch_trace, member) \
    }
#define T_IF(name, kind, member, w)                      \
    {                                                    \
        name, kind, w, offsetof(struct ch_trace, member) \
    }
static const struct column trace_columns[] = {
    PLACE(struct ch_trace),
    T("trace_id", K_STR, t.id),
    T("ts", K_I64, t.timestamp),
    T("explicit_ts", K_BOOL, t.timestamp_explicit),
    T("has_event", K_BOOL, has_event),
    T("has_root", K_BOOL, has_root),
    T("own_in", K_BOOL, own_in),
    T("own_out", K_BOOL, own_out),
    T("public", K_BOOL, t.is_public),
    T("bookmarked", K_BOOL, t.bookmarked),
    T("name", K_TEXT, t.name),
    T("user_id", K_TEXT, t.user_id),
    T("session_id", K_TEXT, t.session_id),
    T("release", K_TEXT, t.release),
    T("version", K_TEXT, t.version),
    T("environment", K_TEXT, t.environment),
    T("tags", K_TAGS, t.tags),
    T("preview_in", K_TEXT, t.preview_in),
    T("preview_out", K_TEXT, t.preview_out),
    T("n_observations", K_I64, s.n_observations),
    T("n_error", K_I64, s.n_error),
    T("n_warning", K_I64, s.n_warning),
    T("n_default", K_I64, s.n_default),
    T("n_debug", K_I64, s.n_debug),
    T("n_ended", K_I64, s.n_ended),
    T("first_start", K_I64_OR, s.first_start),
    T("last_start", K_I64_OR, s.last_start),
    T("last_end", K_I64_OR, s.last_end),
    T("input_tokens", K_I64, s.input_tokens),
    T("output_tokens", K_I64, s.output_tokens),
    T("total_tokens", K_I64, s.total_tokens),
    T("input_cost", K_I64, s.input_cost),
    T("output_cost", K_I64, s.output_cost),
    T("total_cost", K_I64, s.total_cost),
    T("kind", K_ENUM, s.kind),
    T("slowest", K_I64, s.slowest),
    T("error", K_TEXT, s.error),
    T("models", K_MODELS, s),
    T("created", K_I64, t.created_at),
    T("updated", K_I64, t.updated_at),
    T_IF("input", K_TEXT, t.input, WANT_IO),
    T_IF("output", K_TEXT, t.output, WANT_IO),
    T_IF("metadata", K_TEXT, t.metadata, WANT_METADATA),
};

#define O(name, kind, member)                                  \
    {                                                          \
        name, kind, 0, offsetof(struct ch_observation, member) \
    }
#define O_IF(name, kind, member, w)                            \
    {                                                          \
        name, kind, w, offsetof(struct ch_observation, member) \
    }
static const struct column observation_columns[] = {
    PLACE(struct ch_observation),
    O("trace_id", K_STR, o.trace_id),
    O("observation_id", K_STR, o.id),
    O("parent_id", K_TEXT, o.parent_id),
    O("type", K_ENUM, o.type),
    O("level", K_ENUM, o.level),
    O("source", K_ENUM, o.source),
    O("public", K_BOOL, o.is_public),
    O("bookmarked", K_BOOL, o.bookmarked),
    O("app_root", K_BOOL, o.is_app_root),
    O("needs_tokens", K_BOOL, o.needs_tokens),
    O("start", K_I64, o.start_time),
    O("end", K_I64_OR, o.end_time),
    O("completion_start", K_I64_OR, o.completion_start_time),
    O("name", K_TEXT, o.name),
    O("environment", K_TEXT, o.environment),
    O("version", K_TEXT, o.version),
    O("model", K_TEXT, o.model),
    O("model_id", K_TEXT, o.model_id),
    O("prompt_id", K_TEXT, o.prompt_id),
    O("prompt_name", K_TEXT, o.prompt_name),
    O("prompt_version", K_I64_OR, o.prompt_version),
    O("tier_id", K_TEXT, o.tier_id),
    O("tier_name", K_TEXT, o.tier_name),
    O("usage", K_USAGE, o.usage),
    O("cost", K_COST, o.cost),
    O("input_tokens", K_I64, tokens.input),
    O("output_tokens", K_I64, tokens.output),
    O("total_tokens", K_I64, tokens.total),
    O("input_cost", K_I64, costs.input),
    O("output_cost", K_I64, costs.output),
    O("total_cost", K_I64, costs.total),
    O("trace_name", K_TEXT, o.trace_name),
    O("user_id", K_TEXT, o.user_id),
    O("session_id", K_TEXT, o.session_id),
    O("release", K_TEXT, o.release),
    O("tags", K_TAGS, o.tags),
    O("created", K_I64, o.created_at),
    O("updated", K_I64, o.updated_at),
    O("status_message", K_TEXT, o.status_message),
    O("model_parameters", K_TEXT, o.model_parameters),
    O("provided_usage", K_USAGE, o.provided_usage),
    O("provided_cost", K_COST, o.provided_cost),
    O("experiment", K_TEXT, o.experiment),
    O("sdk_name", K_TEXT, o.sdk_name),
    O("sdk_version", K_TEXT, o.sdk_version),
    O("api_key", K_TEXT, o.api_key),
    O_IF("input", K_TEXT, o.input, WANT_IO),
    O_IF("output", K_TEXT, o.output, WANT_IO),
    O_IF("metadata", K_TEXT, o.metadata, WANT_METADATA),
    O_IF("tool_definitions", K_TEXT, o.tool_definitions, TOOLS),
    O_IF("tool_calls", K_TEXT, o.tool_calls, TOOLS),
    O_IF("tool_call_names", K_TEXT, o.tool_call_names, TOOLS),
};

#define S(name, kind, member)                            \
    {                                                    \
        name, kind, 0, offsetof(struct ch_score, member) \
    }
static const struct column score_columns[] = {
    PLACE(struct ch_score),
    S("score_id", K_STR, s.id),
    S("trace_id", K_TEXT, s.trace_id),
    S("observation_id", K_TEXT, s.observation_id),
    S("session_id", K_TEXT, s.session_id),
    S("run_id", K_TEXT, s.dataset_run_id),
    S("name", K_STR, s.name),
    S("type", K_ENUM, s.data_type),
    S("source", K_ENUM, s.source),
    S("value", K_DOUBLE, s.value),
    S("string_value", K_TEXT, s.string_value),
    S("long_string", K_TEXT, s.long_string_value),
    S("ts", K_I64, s.timestamp),
    S("environment", K_TEXT, s.environment),
    S("comment", K_TEXT, s.comment),
    S("author_id", K_TEXT, s.author_user_id),
    S("config_id", K_TEXT, s.config_id),
    S("queue_id", K_TEXT, s.queue_id),
    S("execution_trace_id", K_TEXT, s.execution_trace_id),
    S("metadata", K_TEXT, s.metadata),
    S("sdk_name", K_TEXT, s.sdk_name),
    S("sdk_version", K_TEXT, s.sdk_version),
    S("api_key", K_TEXT, s.api_key),
    S("created", K_I64, s.created_at),
    S("updated", K_I64, s.updated_at),
};

static const struct {
    const struct column *columns;
    size_t n;
} tables[] = {
    [CH_TRACES] = {trace_columns, ARRAY_LEN(trace_columns)},
    [CH_OBSERVATIONS] = {observation_columns, ARRAY_LEN(observation_columns)},
    [CH_SCORES] = {score_columns, ARRAY_LEN(score_columns)},
};
const char *const ch_table_names[] = {
    [CH_TRACES] = "traces", [CH_OBSERVATIONS] = "observations", [CH_SCORES] = "scores"};

// ---- Names --------------------------------------------------------------------------------------

static bool wanted(const struct column *c, unsigned want)
{
    return !c->want || (c->want & want);
}

void ch_columns_add(struct sql_text *t, enum ch_table table, unsigned want, const char *prefix)
{
    const char *sep = "";

    for (size_t i = 0; i < tables[table].n; i++) {
        const struct column *c = &tables[table].columns[i];
        if (!wanted(c, want))
            continue;
        sql_text_add(t, sep);
        sql_text_add(t, prefix);
        sql_text_add(t, c->name);
        sep = ", ";
    }
}

str ch_insert_columns(struct arena *a, enum ch_table table)
{
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, a);
    sql_text_add(&t, "project_id, ");
    ch_columns_add(&t, table, ~0u, "");
    return arena_str(a, buf_str(&t.text));
}

// ---- Reading ------------------------------------------------------------------------------------

#define AT(type, row, c)       ((type *)(void *)((char *)(row) + (c)->offset))
#define AT_CONST(type, row, c) ((const type *)(const void *)((const char *)(row) + (c)->offset))

static void usage_read(struct ch_reader *r, struct arena *a, struct usage_map *m)
{
    size_t n = ch_get_count(r);

    *m = (struct usage_map){.items = n ? ARENA_ARRAY(a, struct usage_item, n) : NULL};
    for (size_t i = 0; i < n && m->items; i++)
        m->items[i] = (struct usage_item){.key = ch_get_str(r), .value = ch_get_i64(r)};
    m->n = m->cap = m->items ? n : 0;
    r->bad |= n && !m->items;
}

static void cost_read(struct ch_reader *r, struct arena *a, struct cost_map *m)
{
    size_t n = ch_get_count(r);

    *m = (struct cost_map){.items = n ? ARENA_ARRAY(a, struct cost_item, n) : NULL};
    for (size_t i = 0; i < n && m->items; i++)
        m->items[i] = (struct cost_item){.key = ch_get_str(r), .value = ch_get_i64(r)};
    m->n = m->cap = m->items ? n : 0;
    r->bad |= n && !m->items;
}

static void tags_read(struct ch_reader *r, struct arena *a, struct tag_list *tags)
{
    size_t n = ch_get_count(r);

    *tags = (struct tag_list){.items = ARENA_ARRAY(a, str, n + 1)};
    for (size_t i = 0; i < n && tags->items; i++)
        tags->items[tags->n++] = ch_get_str(r);
    r->bad |= !tags->items;
}

static void models_read(struct ch_reader *r, struct trace_stats *s)
{
    size_t n = ch_get_count(r);

    for (size_t i = 0; i < n; i++) {
        struct model_use use = {.model = ch_get_str(r)};
        use.n = ch_get_i64(r);
        use.tokens = ch_get_i64(r);
        use.cost = ch_get_i64(r);
        if (s->n_models < ARRAY_LEN(s->models))
            s->models[s->n_models++] = use;
    }
}

static void column_read(struct ch_reader *r, struct arena *a, const struct column *c, void *row)
{
    switch ((enum kind)c->kind) {
    case K_BOOL: *AT(bool, row, c) = ch_get_u8(r) != 0; break;
    case K_ENUM: *AT(int32_t, row, c) = ch_get_u8(r); break;
    case K_U32: *AT(uint32_t, row, c) = ch_get_u32(r); break;
    case K_U64: *AT(uint64_t, row, c) = ch_get_u64(r); break;
    case K_I64: *AT(int64_t, row, c) = ch_get_i64(r); break;
    case K_I64_OR: *AT(int64_t, row, c) = ch_get_i64_or(r, INT64_MIN); break;
    case K_DOUBLE: *AT(double, row, c) = ch_get_double(r); break;
    case K_STR: *AT(str, row, c) = ch_get_str(r); break;
    case K_TEXT: *AT(str, row, c) = ch_get_text(r); break;
    case K_USAGE: usage_read(r, a, AT(struct usage_map, row, c)); break;
    case K_COST: cost_read(r, a, AT(struct cost_map, row, c)); break;
    case K_TAGS: tags_read(r, a, AT(struct tag_list, row, c)); break;
    case K_MODELS: models_read(r, AT(struct trace_stats, row, c)); break;
    }
}

enum errc ch_cut_short(struct ctx *ctx)
{
    if (arena_failed(ctx->arena))
        return fail(ctx, ERR_LIMIT, "The answer needs too much memory: ask for fewer rows");
    return fail(ctx, ERR_CORRUPT, "ClickHouse's answer ends inside a row");
}

static enum errc row_read(struct ch_reader *r, struct ctx *ctx, enum ch_table table, unsigned want,
                          void *row)
{
    for (size_t i = 0; i < tables[table].n; i++) {
        const struct column *c = &tables[table].columns[i];
        if (wanted(c, want))
            column_read(r, ctx->arena, c, row);
    }
    return r->bad ? ch_cut_short(ctx) : ERR_OK;
}

enum errc ch_trace_read(struct ch_reader *r, struct ctx *ctx, unsigned want, struct ch_trace *out)
{
    *out = (struct ch_trace){0};
    return row_read(r, ctx, CH_TRACES, want, out);
}

enum errc ch_observation_read(struct ch_reader *r, struct ctx *ctx, unsigned want,
                              struct ch_observation *out)
{
    *out = (struct ch_observation){0};
    return row_read(r, ctx, CH_OBSERVATIONS, want, out);
}

enum errc ch_score_read(struct ch_reader *r, struct ctx *ctx, struct ch_score *out)
{
    *out = (struct ch_score){0};
    return row_read(r, ctx, CH_SCORES, ~0u, out);
}

// ---- Writing ------------------------------------------------------------------------------------

static void usage_put(struct buf *b, const struct usage_map *m)
{
    ch_put_count(b, m->n);
    for (size_t i = 0; i < m->n; i++) {
        ch_put_str(b, m->items[i].key);
        ch_put_i64(b, m->items[i].value);
    }
}

static void cost_put(struct buf *b, const struct cost_map *m)
{
    ch_put_count(b, m->n);
    for (size_t i = 0; i < m->n; i++) {
        ch_put_str(b, m->items[i].key);
        ch_put_i64(b, m->items[i].value);
    }
}

static void tags_put(struct buf *b, const struct tag_list *tags)
{
    ch_put_count(b, tags->n);
    for (size_t i = 0; i < tags->n; i++)
        ch_put_str(b, tags->items[i]);
}

static void models_put(struct buf *b, const struct trace_stats *s)
{
    ch_put_count(b, s->n_models);
    for (size_t i = 0; i < s->n_models; i++) {
        ch_put_str(b, s->models[i].model);
        ch_put_i64(b, s->models[i].n);
        ch_put_i64(b, s->models[i].tokens);
        ch_put_i64(b, s->models[i].cost);
    }
}

static void column_put(struct buf *b, const struct column *c, const void *row)
{
    switch ((enum kind)c->kind) {
    case K_BOOL: ch_put_u8(b, *AT_CONST(bool, row, c)); break;
    case K_ENUM: ch_put_u8(b, (uint8_t)*AT_CONST(int32_t, row, c)); break;
    case K_U32: ch_put_u32(b, *AT_CONST(uint32_t, row, c)); break;
    case K_U64: ch_put_u64(b, *AT_CONST(uint64_t, row, c)); break;
    case K_I64: ch_put_i64(b, *AT_CONST(int64_t, row, c)); break;
    case K_I64_OR: ch_put_i64_or(b, *AT_CONST(int64_t, row, c), INT64_MIN); break;
    case K_DOUBLE: ch_put_double(b, *AT_CONST(double, row, c)); break;
    case K_STR: ch_put_str(b, *AT_CONST(str, row, c)); break;
    case K_TEXT: ch_put_text(b, *AT_CONST(str, row, c)); break;
    case K_USAGE: usage_put(b, AT_CONST(struct usage_map, row, c)); break;
    case K_COST: cost_put(b, AT_CONST(struct cost_map, row, c)); break;
    case K_TAGS: tags_put(b, AT_CONST(struct tag_list, row, c)); break;
    case K_MODELS: models_put(b, AT_CONST(struct trace_stats, row, c)); break;
    }
}

static void row_put(struct buf *b, enum ch_table table, str project, const void *row)
{
    ch_put_str(b, project);
    for (size_t i = 0; i < tables[table].n; i++)
        column_put(b, &tables[table].columns[i], row);
}

void ch_trace_write(struct buf *b, str project, const struct ch_trace *row)
{
    row_put(b, CH_TRACES, project, row);
}

void ch_observation_write(struct buf *b, str project, struct ch_observation *row)
{
    row->tokens = usage_totals(&row->o.usage);
    row->costs = cost_totals(&row->o.cost);
    row_put(b, CH_OBSERVATIONS, project, row);
}

void ch_score_write(struct buf *b, str project, const struct ch_score *row)
{
    row_put(b, CH_SCORES, project, row);
}
