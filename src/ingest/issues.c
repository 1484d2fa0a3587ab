// SPDX-License-Identifier: MIT
// Issue objects as the recorded system prints them (ingestion.md 2.3): clients show these texts to
// people, so codes, paths, messages and member order are kept. Members that stand before "code" in
// the recording come first in `extra`; lead_members tells how many per code.
#include "ingest/issues.h"

#include "json/write.h"

static const char datetime_pattern[] =
    "/^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|"
    "\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|"
    "(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d+)?)?"
    "(?:Z|([+-](?:[01]\\d|2[0-3]):[0-5]\\d)))$/";

const char *json_received(const struct json *v)
{
    static const char *const names[] = {
        [JSON_ABSENT] = "undefined", [JSON_NULL] = "null",     [JSON_BOOL] = "boolean",
        [JSON_NUMBER] = "number",    [JSON_STRING] = "string", [JSON_ARRAY] = "array",
        [JSON_OBJECT] = "object",
    };
    return names[json_type(v)];
}

static void path_write(struct jw *w, const struct path *at)
{
    if (!at)
        return;
    path_write(w, at->up);
    if (str_some(at->key))
        jw_str(w, at->key);
}

str path_json(struct arena *a, const struct path *at)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    buf_init(&b, 64u << 10);
    jw_init(&w, &b);
    jw_array(&w);
    path_write(&w, at);
    jw_array_end(&w);
    return arena_str(a, buf_str(&b));
}

void issue_expected(struct ctx *ctx, const struct path *at, const char *expected,
                    const struct json *got)
{
    issue_add(ctx, STR("invalid_type"), path_json(ctx->arena, at),
              arena_fmt(ctx->arena, "Invalid input: expected %s, received %s", expected,
                        json_received(got)),
              arena_fmt(ctx->arena, "\"expected\":\"%s\"", expected));
}

void issue_int(struct ctx *ctx, const struct path *at, const struct json *got)
{
    if (!json_is(got, JSON_NUMBER)) {
        issue_expected(ctx, at, "number", got);
        return;
    }
    issue_add(ctx, STR("invalid_type"), path_json(ctx->arena, at),
              STR("Invalid input: expected int, received number"),
              STR("\"expected\":\"int\",\"format\":\"safeint\""));
}

void issue_datetime(struct ctx *ctx, const struct path *at)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    buf_init(&b, 4096);
    BUF_ADD(&b, "\"origin\":\"string\",\"format\":\"datetime\",\"pattern\":");
    jw_init(&w, &b);
    jw_str(&w, str_c(datetime_pattern));
    issue_add(ctx, STR("invalid_format"), path_json(ctx->arena, at), STR("Invalid ISO datetime"),
              arena_str(ctx->arena, buf_str(&b)));
}

void issue_too_long(struct ctx *ctx, const struct path *at, unsigned max)
{
    issue_add(
        ctx, STR("too_big"), path_json(ctx->arena, at),
        arena_fmt(ctx->arena, "Too big: expected string to have <=%u characters", max),
        arena_fmt(ctx->arena, "\"origin\":\"string\",\"maximum\":%u,\"inclusive\":true", max));
}

void issue_too_short(struct ctx *ctx, const struct path *at, unsigned min)
{
    issue_add(
        ctx, STR("too_small"), path_json(ctx->arena, at),
        arena_fmt(ctx->arena, "Too small: expected string to have >=%u characters", min),
        arena_fmt(ctx->arena, "\"origin\":\"string\",\"minimum\":%u,\"inclusive\":true", min));
}

void issue_custom(struct ctx *ctx, const struct path *at, const char *message)
{
    issue_custom_paths(ctx, path_json(ctx->arena, at), message);
}

void issue_custom_paths(struct ctx *ctx, str path, const char *message)
{
    issue_add(ctx, STR("custom"), path, arena_fmt(ctx->arena, "%s", message), STR_NONE);
}

void issue_option(struct ctx *ctx, const struct path *at, const char *const *options)
{
    AUTO(buf_fini) struct buf list = {0}, text = {0};

    buf_init(&list, 4096);
    buf_init(&text, 4096);
    BUF_ADD(&text, "Invalid option: expected one of ");
    for (size_t i = 0; options[i]; i++) {
        buf_add_fmt(&list, "%s\"%s\"", i ? "," : "", options[i]);
        buf_add_fmt(&text, "%s\"%s\"", i ? "|" : "", options[i]);
    }
    issue_add(ctx, STR("invalid_value"), path_json(ctx->arena, at),
              arena_str(ctx->arena, buf_str(&text)),
              arena_fmt(ctx->arena, "\"values\":[%.*s]", STR_ARG(buf_str(&list))));
}

void issue_discriminator(struct ctx *ctx, const struct path *at, const char *discriminator)
{
    const struct path leaf = {at, str_c(discriminator)};

    issue_add(
        ctx, STR("invalid_union"), path_json(ctx->arena, &leaf), STR("Invalid input"),
        arena_fmt(ctx->arena,
                  "\"errors\":[],\"note\":\"No matching discriminator\",\"discriminator\":\"%s\"",
                  discriminator));
}

// One branch of a union that a value misses: the kind, or, where the kind fits, what each member lacks.
static void branch_write(struct buf *b, struct arena *a, const char *kind, const struct json *got)
{
    bool fits = json_is(got, kind[0] == 'r' ? JSON_OBJECT : JSON_ARRAY) &&
                (kind[0] == 'r' || kind[0] == 'a');
    const char *separator = "";
    size_t n = 0;

    if (!fits) {
        buf_add_fmt(b,
                    "{\"expected\":\"%s\",\"code\":\"invalid_type\",\"path\":[],"
                    "\"message\":\"Invalid input: expected %s, received %s\"}",
                    kind, kind, json_received(got));
        return;
    }
    for (struct json_iter it = json_iter(got); json_next(&it); n++) {
        const struct path at = {NULL, str_some(it.key) ? it.key : arena_fmt(a, "%zu", n)};
        if (json_is(it.value, JSON_STRING))
            continue;
        buf_add_fmt(b,
                    "%s{\"expected\":\"string\",\"code\":\"invalid_type\",\"path\":%.*s,"
                    "\"message\":\"Invalid input: expected string, received %s\"}",
                    separator, STR_ARG(path_json(a, &at)), json_received(it.value));
        separator = ",";
    }
}

void issue_union(struct ctx *ctx, const struct path *at, const char *const *expected,
                 const struct json *got)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 16384);
    BUF_ADD(&b, "\"errors\":[");
    for (size_t i = 0; expected[i]; i++) {
        buf_add(&b, i ? STR(",[") : STR("["));
        branch_write(&b, ctx->arena, expected[i], got);
        BUF_ADD(&b, "]");
    }
    BUF_ADD(&b, "]");
    issue_add(ctx, STR("invalid_union"), path_json(ctx->arena, at), STR("Invalid input"),
              arena_str(ctx->arena, buf_str(&b)));
}

// How many members of `extra` stand before "code".
static size_t lead_members(const struct issue *i)
{
    if (str_eq(i->code, STR("invalid_type")))
        return str_eq(i->path, STR("[]")) ? 0 : 2;
    return str_eq(i->code, STR("invalid_format")) || str_starts(i->code, STR("too_")) ? 1 : 0;
}

static void issue_write(struct arena *a, struct jw *w, const struct issue *i)
{
    const struct json *extra = json_try(a, arena_fmt(a, "{%.*s}", STR_ARG(i->extra)));
    size_t lead = lead_members(i), n = 0;
    struct json_iter it = json_iter(extra);
    bool more = json_next(&it);

    jw_object(w);
    for (; more && n < lead; n++, more = json_next(&it))
        jw_kraw(w, it.key, json_text(a, it.value));
    jw_kstr(w, STR("code"), i->code);
    for (; more; more = json_next(&it))
        jw_kraw(w, it.key, json_text(a, it.value));
    jw_kraw(w, STR("path"), i->path);
    jw_kstr(w, STR("message"), i->message);
    jw_object_end(w);
}

static void newline(struct buf *b, int depth)
{
    buf_add_char(b, '\n');
    for (int i = 0; i < depth; i++)
        BUF_ADD(b, "  ");
}

// Copies a string of the text from its opening quote on; returns the index behind it.
static size_t pretty_string(struct buf *b, str json, size_t i)
{
    size_t from = i++;

    while (i < json.n && json.p[i] != '"')
        i += json.p[i] == '\\' ? 2 : 1;
    i = i < json.n ? i + 1 : json.n;
    buf_add(b, str_sub(json, from, i - from));
    return i;
}

static bool opens(char c)
{
    return c == '[' || c == '{';
}

// Re-indents compact JSON text the way JSON.stringify(x, null, 2) prints it.
static void pretty(struct buf *b, str json)
{
    int depth = 0;

    for (size_t i = 0; i < json.n;) {
        char c = json.p[i], next = i + 1 < json.n ? json.p[i + 1] : 0;
        if (c == '"') {
            i = pretty_string(b, json, i);
            continue;
        }
        if (opens(c) && next == c + 2) { // [] and {}
            buf_add(b, str_sub(json, i, 2));
            i += 2;
            continue;
        }
        if (c == ']' || c == '}')
            newline(b, --depth);
        buf_add_char(b, c);
        if (c == ':')
            buf_add_char(b, ' ');
        if (opens(c) || c == ',')
            newline(b, depth += opens(c));
        i++;
    }
}

str issues_pretty(struct arena *a, const struct issue *first)
{
    AUTO(buf_fini) struct buf compact = {0}, out = {0};
    struct jw w;

    buf_init(&compact, 1u << 20);
    buf_init(&out, 4u << 20);
    jw_init(&w, &compact);
    jw_array(&w);
    for (const struct issue *i = first; i; i = i->next)
        issue_write(a, &w, i);
    jw_array_end(&w);
    pretty(&out, buf_str(&compact));
    return arena_str(a, buf_str(&out));
}
