// SPDX-License-Identifier: MIT
// The parts of a message: text, thinking, media, calls and results. A part may speak for somebody
// else than the message it stands in (a tool's result among a user's words): it then becomes, or
// continues, a message of its own, in the order of the parts.
#include "base/limits.h"
#include "chat/chat_int.h"

static struct chat_message *message_of(struct chat_reader *r, int32_t role)
{
    if (r->n == r->floor || r->messages[r->n - 1].role != role) {
        if (!message_open(r, role))
            return NULL;
    }
    return &r->messages[r->n - 1];
}

static bool part_counted(struct chat_reader *r)
{
    r->cut = r->cut || r->n_parts >= LIMIT_CHAT_PARTS;
    return !r->cut && ++r->n_parts;
}

void part_add(struct chat_reader *r, int32_t role, struct chat_part part)
{
    struct chat_message *m = part_counted(r) ? message_of(r, role) : NULL;

    if (m && arena_grow(r->a, (void **)&m->parts, m->n_parts, &m->cap_parts, sizeof(part)))
        m->parts[m->n_parts++] = part;
}

// The same call may stand in several places of one message: its id tells.
static bool call_known(const struct chat_message *m, const struct chat_call *call)
{
    for (size_t i = 0; i < m->n_calls; i++) {
        if (call->id.n && str_eq(m->calls[i].id, call->id))
            return true;
    }
    return false;
}

void call_add(struct chat_reader *r, int32_t role, struct chat_call call)
{
    struct chat_message *m = part_counted(r) ? message_of(r, role) : NULL;

    if (m && !call_known(m, &call) &&
        arena_grow(r->a, (void **)&m->calls, m->n_calls, &m->cap_calls, sizeof(call)))
        m->calls[m->n_calls++] = call;
}

const struct json *json_inside(struct arena *a, const struct json *text)
{
    str s = str_trim(json_str(text));

    return s.n && (s.p[0] == '{' || s.p[0] == '[') ? json_try(a, s) : NULL;
}

static str value_text(struct arena *a, const struct json *v)
{
    return json_is(v, JSON_STRING) ? json_str(v) : v ? json_text(a, v) : STR_NONE;
}

bool call_read(struct arena *a, const struct json *v, struct chat_call *out)
{
    static const str inner[] = {STR_INIT("tool_call"),     STR_INIT("function"),
                                STR_INIT("custom"),        STR_INIT("functionCall"),
                                STR_INIT("function_call"), STR_INIT("toolUse"),
                                STR_INIT("toolRequest")};
    const struct json *fields = v;
    str id = keys_str(v, &keys_call_id);

    for (size_t i = 0; i < ARRAY_LEN(inner); i++) {
        const struct json *at = json_get(fields, inner[i]);
        fields = json_is(at, JSON_OBJECT) ? at : fields;
        id = id.n ? id : keys_str(fields, &keys_call_id);
    }
    *out = (struct chat_call){.id = id,
                              .name = keys_str(fields, &keys_name),
                              .args = value_text(a, keys_get(fields, &keys_args))};
    return out->name.n > 0;
}

// A list of calls, one call, or the JSON text of either.
void calls_read(struct chat_reader *r, const struct json *list, int32_t role)
{
    const struct json *own = json_is(list, JSON_STRING) ? json_inside(r->a, list) : list;
    struct chat_call call;

    if (json_is(own, JSON_OBJECT) && call_read(r->a, own, &call))
        call_add(r, role, call);
    for (struct json_iter it = json_iter(json_is(own, JSON_ARRAY) ? own : NULL); json_next(&it);) {
        if (call_read(r->a, it.value, &call))
            call_add(r, role, call);
    }
}

static void json_add(struct chat_reader *r, int32_t role, const struct json *v)
{
    part_add(r, role, (struct chat_part){.type = CHAT_JSON, .text = json_text(r->a, v)});
}

static void text_part(struct chat_reader *r, const struct json *fields, int32_t type, int32_t role)
{
    const struct json *v = keys_get(fields, &keys_text);

    for (int i = 0; i < 3 && json_is(v, JSON_OBJECT) && keys_get(v, &keys_text); i++)
        v = keys_get(v, &keys_text); // {"reasoningText": {"text": ...}}
    if (json_is(v, JSON_ARRAY))
        v = keys_get(json_at(v, 0), &keys_text); // a reasoning's list of summaries
    if (json_is(v, JSON_STRING))
        part_add(r, role, (struct chat_part){.type = type, .text = json_str(v)});
    else
        json_add(r, role, v ? v : fields);
}

static int32_t type_of_mime(str mime, int32_t otherwise)
{
    if (str_starts(mime, STR("image/")))
        return CHAT_IMAGE;
    return str_starts(mime, STR("audio/")) ? CHAT_AUDIO : otherwise;
}

static bool is_address(str s)
{
    static const str schemes[] = {STR_INIT("http://"), STR_INIT("https://"),
                                  STR_INIT("data:"),   STR_INIT("gs://"),
                                  STR_INIT("s3://"),   STR_INIT("@@@langfuseMedia")};

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (str_starts(s, schemes[i]))
            return true;
    }
    return false;
}

static str media_mime(const struct json *part, const struct json *fields, int32_t type)
{
    str mime = keys_str(fields, &keys_mime);

    if (!mime.n)
        mime = keys_str(part, &keys_mime);
    if (mime.n && str_find_char(mime, '/') < 0) // "wav", "png"
        return STR_NONE;
    return mime.n ? mime : type == CHAT_IMAGE ? STR("image/png") : STR_NONE;
}

// Where the bytes are: an address, a data address made from base64, or only how many there were.
static void media_place(struct chat_reader *r, str where, struct chat_part *out)
{
    if (where.n > LIMIT_CHAT_MEDIA_BYTES)
        out->text = arena_fmt(r->a, "%zu bytes, not shown here", where.n);
    else if (is_address(where))
        out->url = where;
    else if (where.n > 64 && out->mime.n)
        out->url = arena_fmt(r->a, "data:%.*s;base64,%.*s", STR_ARG(out->mime), STR_ARG(where));
    else
        out->text = where;
}

static void media_part(struct chat_reader *r, const struct json *part, const struct json *fields,
                       const struct part_shape *shape, int32_t role)
{
    struct chat_part out = {.type = shape->type};

    for (int i = 0; i < 3; i++) { // {"type":"image","source":{"media_type":..,"data":..}}
        const struct json *at = keys_get(fields, &keys_url);
        if (!json_is(at, JSON_OBJECT))
            break;
        fields = at;
    }
    out.mime = media_mime(part, fields, shape->type);
    media_place(r, keys_str(fields, &keys_url), &out);
    if (!str_starts(out.url, STR("data:")) && !keys_str(fields, &keys_mime).n)
        out.mime = keys_str(part, &keys_mime); // only said, never guessed
    out.type = type_of_mime(out.mime, out.type);
    if (out.url.n || out.text.n)
        part_add(r, role, out);
    else
        json_add(r, role, part);
}

static void result_part(struct chat_reader *r, const struct json *fields, unsigned depth)
{
    const struct json *v = keys_get(fields, &keys_result);

    if (!message_open(r, CHAT_TOOL))
        return;
    r->messages[r->n - 1].name = keys_str(fields, &keys_name);
    r->messages[r->n - 1].call_id = keys_str(fields, &keys_call_id);
    if (json_is(v, JSON_OBJECT) && json_is(json_get(v, STR("value")), JSON_STRING))
        v = json_get(v, STR("value")); // {"type":"text","value":...}
    if (v)
        content_read(r, v, CHAT_TOOL, depth + 1);
}

void part_read(struct chat_reader *r, const struct json *part, int32_t role, unsigned depth)
{
    const struct json *fields;
    const struct part_shape *shape = part_shape_of(part, &fields);
    struct chat_call call;
    int32_t as = shape && shape->role != ROLE_SAME ? shape->role : role;
    int32_t what = shape && depth < LIMIT_CHAT_DEPTH ? shape->what : PART_UNKNOWN;

    if (json_is(part, JSON_STRING)) {
        part_add(r, role, (struct chat_part){.type = CHAT_TEXT, .text = json_str(part)});
        return;
    }
    switch (what) {
    case PART_TEXT_:
        text_part(r, fields, json_bool(json_get(part, STR("thought"))) ? CHAT_THINKING : CHAT_TEXT,
                  as);
        break;
    case PART_THINKING_: text_part(r, fields, CHAT_THINKING, as); break;
    case PART_MEDIA: media_part(r, part, fields, shape, as); break;
    case PART_RESULT: result_part(r, fields, depth); break;
    case PART_CALL:
        if (call_read(r->a, fields, &call))
            call_add(r, as, call);
        break;
    case PART_SKIP: break;
    default: json_add(r, role, part); break;
    }
}

// A list is one of parts when its first item is; otherwise it is data.
static bool parts_like(const struct json *list)
{
    const struct json *inner, *first = json_at(list, 0);

    return json_is(first, JSON_STRING) || part_shape_of(first, &inner) != NULL ||
           json_get(first, STR("type"));
}

void content_read(struct chat_reader *r, const struct json *content, int32_t role, unsigned depth)
{
    const struct json *inner;

    switch (json_type(content)) {
    case JSON_STRING:
        part_add(r, role, (struct chat_part){.type = CHAT_TEXT, .text = json_str(content)});
        break;
    case JSON_ARRAY:
        if (!parts_like(content)) {
            json_add(r, role, content);
            break;
        }
        for (struct json_iter it = json_iter(content); json_next(&it);)
            part_read(r, it.value, role, depth + 1);
        break;
    case JSON_OBJECT:
        if (depth < LIMIT_CHAT_DEPTH && json_is(json_get(content, STR("parts")), JSON_ARRAY))
            content_read(r, json_get(content, STR("parts")), role, depth + 1);
        else if (role != CHAT_TOOL && part_shape_of(content, &inner))
            part_read(r, content, role, depth + 1);
        else
            json_add(r, role, content);
        break;
    case JSON_NUMBER:
    case JSON_BOOL: json_add(r, role, content); break;
    case JSON_NULL:
    case JSON_ABSENT: break;
    }
}
