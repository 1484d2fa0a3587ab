// SPDX-License-Identifier: MIT
// Cursors of the v2 observations and the v3 scores, to and from text.
#include "api/cursor.h"

#include "base/codec.h"
#include "json/write.h"

#define CURSOR_BYTES (64u << 10)

static void begin(struct buf *b, struct jw *w)
{
    buf_init(b, CURSOR_BYTES);
    jw_init(w, b);
    jw_object(w);
}

str observation_cursor_text(struct arena *a, const struct observation_cursor *c)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    begin(&b, &w);
    jw_ktime(&w, STR("lastStartTimeTo"), c->start);
    jw_kstr(&w, STR("lastTraceId"), c->trace_id);
    jw_kstr(&w, STR("lastId"), c->id);
    jw_object_end(&w);
    return base64_encode(a, buf_str(&b));
}

str score_cursor_text(struct arena *a, const struct score_cursor *c)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    begin(&b, &w);
    jw_ki64(&w, STR("v"), 1);
    jw_ktime(&w, STR("lastTimestamp"), c->timestamp);
    jw_kstr(&w, STR("lastId"), c->id);
    jw_object_end(&w);
    return base64url_encode(a, buf_str(&b));
}

// NULL when the text is not base64 of JSON.
static const struct json *decode(struct arena *a, str text)
{
    str raw;

    return base64_decode(a, text, &raw) ? json_try(a, raw) : NULL;
}

static bool read_time(const struct json *doc, str key, millis *out)
{
    return json_is(doc, JSON_OBJECT) && time_parse_iso(json_str(json_get(doc, key)), out);
}

enum errc observation_cursor_parse(struct ctx *ctx, str text, struct observation_cursor *out)
{
    const struct json *doc = decode(ctx->arena, text);
    struct observation_cursor c = {.trace_id = json_str(json_get(doc, STR("lastTraceId"))),
                                   .id = json_str(json_get(doc, STR("lastId")))};

    if (!read_time(doc, STR("lastStartTimeTo"), &c.start) || !str_some(c.trace_id) ||
        !str_some(c.id))
        return fail(ctx, ERR_INVALID, "Invalid cursor format");
    *out = c;
    return ERR_OK;
}

enum errc score_cursor_parse(struct ctx *ctx, str text, struct score_cursor *out)
{
    const struct json *doc = decode(ctx->arena, text);
    struct score_cursor c = {.id = json_str(json_get(doc, STR("lastId")))};
    int64_t version = 0;

    if (!read_time(doc, STR("lastTimestamp"), &c.timestamp) ||
        !json_i64(json_get(doc, STR("v")), &version) || version != 1 || !str_some(c.id))
        return fail(ctx, ERR_INVALID, "Invalid cursor format");
    *out = c;
    return ERR_OK;
}
