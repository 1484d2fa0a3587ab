// SPDX-License-Identifier: MIT
// The engine behind body.h: one reader per kind, chosen by table. Absent members set no bit; null sets
// the bit and leaves "none", so that merging can tell the two apart (ingestion.md 3.2).
#include "ingest/body.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "json/write.h"
#include "model/merge.h"
#include "model/usage.h"

typedef void body_reader(struct ctx *ctx, const struct path *at, const struct json *v, void *dst);

static void read_str(struct ctx *ctx, const struct path *at, const struct json *v, void *dst)
{
    if (!json_is(v, JSON_STRING)) {
        issue_expected(ctx, at, "string", v);
        return;
    }
    *(str *)dst = json_str(v);
}

static void read_id(struct ctx *ctx, const struct path *at, const struct json *v, void *dst)
{
    str s = json_str(v);

    if (!str_some(s))
        issue_expected(ctx, at, "string", v);
    else if (s.n == 0)
        issue_too_short(ctx, at, 1);
    else if (s.n > LIMIT_ID_UNITS && utf8_units(s) > LIMIT_ID_UNITS)
        issue_too_long(ctx, at, LIMIT_ID_UNITS);
    else if (str_find_char(s, '\r') >= 0)
        issue_custom(ctx, at, "ID cannot contain carriage return characters");
    else
        *(str *)dst = s;
}

static void read_name(struct ctx *ctx, const struct path *at, const struct json *v, void *dst)
{
    str s = json_str(v);

    if (s.n > LIMIT_TRACE_NAME_UNITS && utf8_units(s) > LIMIT_TRACE_NAME_UNITS)
        issue_too_long(ctx, at, LIMIT_TRACE_NAME_UNITS);
    else
        read_str(ctx, at, v, dst);
}

static void read_name_required(struct ctx *ctx, const struct path *at, const struct json *v,
                               void *dst)
{
    if (json_is(v, JSON_STRING) && json_str(v).n == 0)
        issue_too_short(ctx, at, 1);
    else
        read_str(ctx, at, v, dst);
}

static void read_time(struct ctx *ctx, const struct path *at, const struct json *v, void *dst)
{
    if (!json_is(v, JSON_STRING))
        issue_expected(ctx, at, "string", v);
    else if (!time_parse_iso(json_str(v), dst))
        issue_datetime(ctx, at);
}

static void read_bool(struct ctx *ctx, const struct path *at, const struct json *v, void *dst)
{
    if (!json_is(v, JSON_BOOL))
        issue_expected(ctx, at, "boolean", v);
    else
        *(bool *)dst = json_bool(v);
}

static void read_io(struct ctx *ctx, const struct path *at UNUSED, const struct json *v, void *dst)
{
    *(str *)dst = json_stored(ctx->arena, v);
}

// Objects as they are; scalars and arrays become {"metadata": text}; falsy values say nothing (3.4).
static void read_metadata(struct ctx *ctx, const struct path *at UNUSED, const struct json *v,
                          void *dst)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    if (json_is(v, JSON_OBJECT)) {
        *(str *)dst = json_text(ctx->arena, v);
        return;
    }
    if (!json_truthy(v))
        return;
    str text = json_stored(ctx->arena, v);
    buf_init(&b, text.n * 6 + 64);
    jw_init(&w, &b);
    jw_object(&w);
    jw_kstr(&w, STR("metadata"), text);
    jw_object_end(&w);
    *(str *)dst = arena_str(ctx->arena, buf_str(&b));
}

static void read_tags(struct ctx *ctx, const struct path *at, const struct json *v, void *dst)
{
    size_t n = 0;

    if (!json_is(v, JSON_ARRAY)) {
        issue_expected(ctx, at, "array", v);
        return;
    }
    str *items = ARENA_ARRAY(ctx->arena, str, json_len(v) + 1);
    for (struct json_iter it = json_iter(v); items && json_next(&it); n++) {
        struct path leaf = {at, arena_fmt(ctx->arena, "%zu", n)};
        items[n] = json_str(it.value);
        if (!str_some(items[n]))
            issue_expected(ctx, &leaf, "string", it.value);
    }
    if (items)
        *(struct tag_list *)dst = tags_sorted(ctx->arena, items, n);
}

static void read_environment(struct ctx *ctx, const struct path *at UNUSED, const struct json *v,
                             void *dst)
{
    *(str *)dst = environment_normalize(ctx->arena, json_str(v));
}

static void read_level(struct ctx *ctx, const struct path *at, const struct json *v, void *dst)
{
    static const char *const options[] = {"DEBUG", "DEFAULT", "WARNING", "ERROR", NULL};
    int32_t level = observation_level_parse(json_str(v));

    if (!level)
        issue_option(ctx, at, options);
    else
        *(int32_t *)dst = level;
}

static bool all_strings(const struct json *container)
{
    for (struct json_iter it = json_iter(container); json_next(&it);) {
        if (!json_is(it.value, JSON_STRING))
            return false;
    }
    return true;
}

// Values: string, number, bool, null, string[], object of strings (2.6).
static void read_parameters(struct ctx *ctx, const struct path *at, const struct json *v, void *dst)
{
    static const char *const branches[] = {"string", "number", "boolean", "array", "record", NULL};

    if (!json_is(v, JSON_OBJECT)) {
        issue_expected(ctx, at, "record", v);
        return;
    }
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        struct path leaf = {at, it.key};
        if (!all_strings(it.value))
            issue_union(ctx, &leaf, branches, it.value);
    }
    *(str *)dst = json_text(ctx->arena, v);
}

static void read_int(struct ctx *ctx, const struct path *at, const struct json *v, void *dst)
{
    if (!json_i64(v, dst))
        issue_int(ctx, at, v);
}

static void read_ignored(struct ctx *ctx, const struct path *at, const struct json *v,
                         void *dst UNUSED)
{
    str discard;
    read_str(ctx, at, v, &discard);
}

static body_reader *const readers[] = {
    [BODY_STR] = read_str,
    [BODY_ID] = read_id,
    [BODY_ID_REQUIRED] = read_id,
    [BODY_NAME] = read_name,
    [BODY_NAME_REQUIRED] = read_name_required,
    [BODY_TIME] = read_time,
    [BODY_BOOL] = read_bool,
    [BODY_IO] = read_io,
    [BODY_METADATA] = read_metadata,
    [BODY_TAGS] = read_tags,
    [BODY_ENVIRONMENT] = read_environment,
    [BODY_LEVEL] = read_level,
    [BODY_PARAMETERS] = read_parameters,
    [BODY_INT] = read_int,
    [BODY_IGNORED] = read_ignored,
};

static bool required(const struct body_field *f)
{
    return f->kind == BODY_ID_REQUIRED || f->kind == BODY_NAME_REQUIRED ||
           f->kind == BODY_ENVIRONMENT;
}

uint64_t body_read(struct ctx *ctx, const struct path *at, const struct body_schema *schema,
                   const struct json *body, void *row)
{
    uint64_t present = 0;

    for (size_t i = 0; i < schema->n; i++) {
        const struct body_field *f = &schema->fields[i];
        const struct json *v = f->since <= schema->since ? json_get(body, f->name) : NULL;
        if (!v && !(required(f) && f->since <= schema->since))
            continue;
        if (f->bit != BODY_NO_BIT)
            present |= BIT(f->bit);
        if (json_is(v, JSON_NULL) && !required(f))
            continue;
        struct path leaf = {at, f->name};
        readers[f->kind](ctx, &leaf, v, (char *)row + f->offset);
    }
    return present;
}
