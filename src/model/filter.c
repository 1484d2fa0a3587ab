// SPDX-License-Identifier: MIT
// The `filter` parameter (api.md 0.6): JSON -> checked conditions. Issues carry the position; messages
// about columns and types are the recorded ones.
#include "model/filter.h"

#include "base/limits.h"

static const char *const type_names[FILTER_TYPE_COUNT] = {
    [FILTER_DATETIME] = "datetime",
    [FILTER_STRING] = "string",
    [FILTER_NUMBER] = "number",
    [FILTER_STRING_OPTIONS] = "stringOptions",
    [FILTER_CATEGORY_OPTIONS] = "categoryOptions",
    [FILTER_ARRAY_OPTIONS] = "arrayOptions",
    [FILTER_STRING_OBJECT] = "stringObject",
    [FILTER_NUMBER_OBJECT] = "numberObject",
    [FILTER_BOOLEAN_OBJECT] = "booleanObject",
    [FILTER_BOOLEAN] = "boolean",
    [FILTER_NULL] = "null",
    [FILTER_POSITION] = "positionInTrace",
};

struct op_row {
    str name;
    enum filter_op op;
    uint32_t types; // bit per filter type that offers it
};
#define T(x)      (1u << FILTER_##x)
#define T_TEXT    (T(STRING) | T(STRING_OBJECT))
#define T_NUMBER  (T(NUMBER) | T(NUMBER_OBJECT) | T(DATETIME))
#define T_OPTIONS (T(STRING_OPTIONS) | T(CATEGORY_OPTIONS) | T(ARRAY_OPTIONS))
static const struct op_row ops[] = {
    {STR_INIT("="), OP_EQ,
     T_TEXT | T(NUMBER) | T(NUMBER_OBJECT) | T(BOOLEAN) | T(BOOLEAN_OBJECT) | T(POSITION)},
    {STR_INIT("<>"), OP_NE, T(BOOLEAN) | T(BOOLEAN_OBJECT)},
    {STR_INIT("<"), OP_LT, T_NUMBER},
    {STR_INIT(">"), OP_GT, T_NUMBER},
    {STR_INIT("<="), OP_LE, T_NUMBER},
    {STR_INIT(">="), OP_GE, T_NUMBER},
    {STR_INIT("contains"), OP_CONTAINS, T_TEXT},
    {STR_INIT("does not contain"), OP_NOT_CONTAINS, T_TEXT},
    {STR_INIT("starts with"), OP_STARTS, T_TEXT},
    {STR_INIT("ends with"), OP_ENDS, T_TEXT},
    {STR_INIT("matches"), OP_MATCHES, T_TEXT},
    {STR_INIT("any of"), OP_ANY_OF, T_OPTIONS},
    {STR_INIT("none of"), OP_NONE_OF, T_OPTIONS},
    {STR_INIT("all of"), OP_ALL_OF, T(ARRAY_OPTIONS)},
    {STR_INIT("is null"), OP_IS_NULL, T(NULL)},
    {STR_INIT("is not null"), OP_NOT_NULL, T(NULL)},
};

str filter_type_name(enum filter_type type)
{
    return str_c(type_names[type]);
}

str filter_op_name(enum filter_op op)
{
    for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
        if (ops[i].op == op)
            return ops[i].name;
    }
    return STR_NONE;
}

static str path_of(struct ctx *ctx, size_t i, const char *member)
{
    return arena_fmt(ctx->arena, "[\"filter\",%zu,\"%s\"]", i, member);
}

static void bad(struct ctx *ctx, size_t i, const char *member, const char *message)
{
    issue_add(ctx, STR("custom"), path_of(ctx, i, member), str_c(message), STR_NONE);
}

static bool type_parse(str name, enum filter_type *out)
{
    for (int t = 0; t < FILTER_TYPE_COUNT; t++) {
        if (str_eq(name, str_c(type_names[t]))) {
            *out = (enum filter_type)t;
            return true;
        }
    }
    return false;
}

// The operators that a filter type offers, as recorded.
static void op_bad(struct ctx *ctx, size_t i, enum filter_type type)
{
    AUTO(buf_fini) struct buf list = {0}, text = {0};

    buf_init(&list, 1024);
    buf_init(&text, 1024);
    BUF_ADD(&text, "Invalid option: expected one of ");
    for (size_t k = 0; k < ARRAY_LEN(ops); k++) {
        if (!(ops[k].types >> type & 1) || ops[k].op == OP_MATCHES)
            continue;
        buf_add_fmt(&list, "%s\"%.*s\"", list.len ? "," : "\"values\":[", STR_ARG(ops[k].name));
        buf_add_fmt(&text, "%s\"%.*s\"", text.len > 32 ? "|" : "", STR_ARG(ops[k].name));
    }
    BUF_ADD(&list, "]");
    issue_add(ctx, STR("invalid_value"), path_of(ctx, i, "operator"),
              arena_str(ctx->arena, buf_str(&text)), arena_str(ctx->arena, buf_str(&list)));
}

static bool op_parse(str name, enum filter_type type, enum filter_op *out)
{
    for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
        if (str_eq(ops[i].name, name) && (ops[i].types >> type & 1)) {
            *out = ops[i].op;
            return true;
        }
    }
    return false;
}

static void values_read(struct ctx *ctx, size_t i, const struct json *v, struct filter_cond *c)
{
    size_t n = json_len(v);

    if (!json_is(v, JSON_ARRAY)) {
        bad(ctx, i, "value", "Invalid input: expected array of strings");
        return;
    }
    if (n > LIMIT_FILTER_VALUES) {
        str text =
            arena_fmt(ctx->arena, "Too many values: at most %u, got %zu", LIMIT_FILTER_VALUES, n);
        issue_add(ctx, STR("too_big"), path_of(ctx, i, "value"), text, STR_NONE);
        return;
    }
    c->values = ARENA_ARRAY(ctx->arena, str, n + 1);
    for (struct json_iter it = json_iter(v); c->values && json_next(&it);) {
        if (!json_is(it.value, JSON_STRING))
            bad(ctx, i, "value", "Invalid input: expected array of strings");
        c->values[c->n_values++] = json_str(it.value);
    }
    if (c->n_values == 0 && c->op == OP_ANY_OF && c->type == FILTER_STRING_OPTIONS)
        bad(ctx, i, "value", "At least one value is needed");
}

static void value_read(struct ctx *ctx, size_t i, const struct json *v, struct filter_cond *c)
{
    switch (c->type) {
    case FILTER_DATETIME:
        if (!time_parse_iso(json_str(v), &c->time))
            bad(ctx, i, "value", "Invalid ISO datetime");
        break;
    case FILTER_STRING:
    case FILTER_STRING_OBJECT:
        c->text = json_str(v);
        if (!str_some(c->text))
            bad(ctx, i, "value", "Invalid input: expected string");
        break;
    case FILTER_NUMBER:
    case FILTER_NUMBER_OBJECT:
    case FILTER_POSITION:
        if (!json_double(v, &c->number) && c->type != FILTER_POSITION)
            bad(ctx, i, "value", "Invalid input: expected number");
        break;
    case FILTER_BOOLEAN:
    case FILTER_BOOLEAN_OBJECT:
        c->boolean = json_bool(v);
        if (!json_is(v, JSON_BOOL))
            bad(ctx, i, "value", "Invalid input: expected boolean");
        break;
    case FILTER_STRING_OPTIONS:
    case FILTER_CATEGORY_OPTIONS:
    case FILTER_ARRAY_OPTIONS: values_read(ctx, i, v, c); break;
    case FILTER_NULL:
    case FILTER_TYPE_COUNT: break;
    }
}

static bool keyed(enum filter_type t)
{
    return t == FILTER_STRING_OBJECT || t == FILTER_NUMBER_OBJECT || t == FILTER_BOOLEAN_OBJECT ||
           t == FILTER_CATEGORY_OPTIONS;
}

// What may be sent to a column of another type (api.md 0.6), and what it then means.
static bool type_accepts(enum filter_type column, enum filter_type sent)
{
    if (column == sent || sent == FILTER_NULL || sent == FILTER_POSITION)
        return true;
    if (column == FILTER_STRING_OPTIONS)
        return sent == FILTER_STRING;
    if (column == FILTER_STRING)
        return sent == FILTER_STRING_OPTIONS;
    return sent == FILTER_STRING_OPTIONS &&
           (column == FILTER_ARRAY_OPTIONS || column == FILTER_CATEGORY_OPTIONS);
}

static enum errc column_check(struct ctx *ctx, enum filter_view view, str name,
                              struct filter_cond *c)
{
    c->column = filter_column_find(view, name);
    if (c->type == FILTER_POSITION)
        return ERR_OK;
    if (!c->column)
        return fail(ctx, ERR_INVALID, "Column %.*s does not match a UI / CH table mapping.",
                    STR_ARG(name));
    if (!type_accepts(c->column->type, c->type))
        return fail(ctx, ERR_INVALID,
                    "Invalid filter type '%s' for column '%.*s'. Expected filter type '%s'.",
                    type_names[c->type], STR_ARG(name), type_names[c->column->type]);
    if (c->type == FILTER_STRING_OPTIONS && c->column->type == FILTER_ARRAY_OPTIONS)
        c->type = FILTER_ARRAY_OPTIONS;
    if (c->type == FILTER_STRING_OPTIONS && c->column->type == FILTER_CATEGORY_OPTIONS)
        c->type = FILTER_CATEGORY_OPTIONS;
    return ERR_OK;
}

static enum errc cond_read(struct ctx *ctx, enum filter_view view, const struct json *v, size_t i,
                           struct filter_cond *c)
{
    const struct json *column = json_get(v, STR("column"));
    uint32_t before = ctx->n_issues;

    if (!json_is(v, JSON_OBJECT)) {
        issue_add(ctx, STR("invalid_type"), arena_fmt(ctx->arena, "[\"filter\",%zu]", i),
                  STR("Invalid input: expected object"), STR("\"expected\":\"object\""));
        return ERR_OK;
    }
    if (!type_parse(json_str(json_get(v, STR("type"))), &c->type)) {
        issue_add(
            ctx, STR("invalid_union"), path_of(ctx, i, "type"), STR("Invalid input"),
            STR("\"errors\":[],\"note\":\"No matching discriminator\",\"discriminator\":\"type\""));
        return ERR_OK;
    }
    if (!op_parse(json_str(json_get(v, STR("operator"))), c->type, &c->op))
        op_bad(ctx, i, c->type);
    if (!json_is(column, JSON_STRING))
        bad(ctx, i, "column", "Invalid input: expected string");
    c->key = json_str(json_get(v, STR("key")));
    if (keyed(c->type) && !str_some(c->key))
        bad(ctx, i, "key", "Invalid input: expected string, received undefined");
    value_read(ctx, i, json_get(v, STR("value")), c);
    return ctx->n_issues == before ? column_check(ctx, view, json_str(column), c) : ERR_OK;
}

static bool has_token(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char ch = (unsigned char)text.p[i];
        if (ch >= 0x80 || (ch >= '0' && ch <= '9') || ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'z'))
            return true;
    }
    return false;
}

// Rules of `matches` and of input/output conditions on v2 observations.
static enum errc io_check(struct ctx *ctx, const struct filter *f)
{
    bool io = false, anchored = false, texts = true;

    for (size_t i = 0; i < f->n; i++) {
        const struct filter_cond *c = &f->conds[i];
        const char *key = c->column ? c->column->key : "";
        bool is_io = !strcmp(key, "input") || !strcmp(key, "output");
        if (c->op == OP_MATCHES && !is_io && strcmp(key, "metadata") != 0)
            return fail(ctx, ERR_INVALID,
                        "`matches` is only supported for input, output, and metadata filters.");
        if (c->op == OP_MATCHES && !has_token(c->text))
            return fail(ctx, ERR_INVALID, "`matches` requires at least one search token.");
        io |= is_io;
        texts &= !is_io || c->type == FILTER_STRING;
        anchored |= is_io && (c->op == OP_MATCHES || c->op == OP_EQ);
    }
    return io && !(anchored && texts)
               ? fail(ctx, ERR_INVALID,
                      "Input/output filters require at least one `matches` or `=` operator.")
               : ERR_OK;
}

// Conditions that are accepted and mean nothing here are taken out.
static void drop_ignored(struct filter *f)
{
    size_t kept = 0;

    for (size_t i = 0; i < f->n; i++) {
        if (f->conds[i].column && !f->conds[i].column->ignored)
            f->conds[kept++] = f->conds[i];
    }
    f->n = kept;
}

enum errc filter_parse(struct ctx *ctx, enum filter_view view, str text, struct filter *out)
{
    const struct json *doc;
    struct filter f = {0};

    *out = f;
    if (str_trim(text).n == 0)
        return ERR_OK;
    doc = json_try(ctx->arena, str_trim(text));
    if (!doc)
        return fail(ctx, ERR_INVALID, "Invalid JSON in filter parameter");
    if (!json_is(doc, JSON_ARRAY)) {
        issue_add(ctx, STR("invalid_type"), STR("[]"), STR("Invalid input: expected array"),
                  STR("\"expected\":\"array\""));
        return fail(ctx, ERR_INVALID, "Invalid request data");
    }
    if (json_len(doc) > LIMIT_FILTER_CONDITIONS)
        return fail(ctx, ERR_INVALID, "A filter takes at most %u conditions, got %zu",
                    LIMIT_FILTER_CONDITIONS, json_len(doc));
    f.conds = ARENA_ARRAY(ctx->arena, struct filter_cond, json_len(doc) + 1);
    for (struct json_iter it = json_iter(doc); f.conds && json_next(&it); f.n++)
        TRY(cond_read(ctx, view, it.value, f.n, &f.conds[f.n]));
    if (ctx->n_issues)
        return fail(ctx, ERR_INVALID, "Invalid request data");
    TRY(io_check(ctx, &f));
    drop_ignored(&f);
    *out = f;
    return ERR_OK;
}

bool filter_has_column(const struct filter *f, const char *key)
{
    for (size_t i = 0; i < f->n; i++) {
        if (!strcmp(f->conds[i].column->key, key))
            return true;
    }
    return false;
}
