// SPDX-License-Identifier: MIT
// Input and output out of span events: the GenAI conventions put messages there in three ways
// (ingestion.md 4.6, rules 5 to 7). Events of other names were dropped by the decoders.
#include "otlp/io_int.h"

static const struct span_event *event_find(const struct source *s, str name)
{
    for (size_t i = 0; i < s->n_events; i++) {
        if (str_eq(s->events[i].name, name))
            return &s->events[i];
    }
    return NULL;
}

// The attributes of an event as a source of their own. False when memory is out.
static bool event_source(const struct source *s, const struct span_event *e, struct source *out)
{
    struct attr_set *set = ARENA_NEW(s->a, struct attr_set);

    for (size_t i = 0; set && e && i < e->n; i++) {
        if (attrs_add(s->a, set, e->items[i].key, &e->items[i].value) != ERR_OK)
            return false;
    }
    *out = (struct source){.a = s->a, .set = set, .scope = s->scope};
    return set != NULL;
}

bool io_event_details(const struct source *s, const struct rule *r, struct io *out)
{
    const struct span_event *e = event_find(s, STR("gen_ai.client.inference.operation.details"));
    struct source inner;

    return e && event_source(s, e, &inner) && io_gen_ai(&inner, r, out);
}

static void event_write(struct jw *w, const struct span_event *e, str role)
{
    jw_object(w);
    if (role.n)
        jw_kstr(w, STR("role"), role);
    for (size_t i = 0; i < e->n; i++) {
        jw_key(w, e->items[i].key);
        any_write(w, &e->items[i].value);
    }
    jw_object_end(w);
}

// "user" of gen_ai.user.message; none for other events.
static str message_role(str event)
{
    static const str roles[] = {STR_INIT("system"), STR_INIT("user"), STR_INIT("assistant"),
                                STR_INIT("tool")};
    str tail = str_skip(event, STR("gen_ai.").n);

    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        if (tail.n == roles[i].n + STR(".message").n && str_starts(tail, roles[i]) &&
            str_ends(tail, STR(".message")))
            return roles[i];
    }
    return STR_NONE;
}

static str messages_text(const struct source *s)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;
    size_t n = 0;

    buf_init(&b, 64u << 20);
    jw_init(&w, &b);
    jw_array(&w);
    for (size_t i = 0; i < s->n_events; i++) {
        str role = message_role(s->events[i].name);
        if (role.n)
            event_write(&w, &s->events[i], role);
        n += role.n > 0;
    }
    jw_array_end(&w);
    return n ? arena_str(s->a, buf_str(&b)) : STR_NONE;
}

// One choice is the output itself, several are a list.
static str choices_text(const struct source *s)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;
    size_t n = 0;

    buf_init(&b, 64u << 20);
    jw_init(&w, &b);
    for (size_t i = 0; i < s->n_events; i++) {
        if (!str_eq(s->events[i].name, STR("gen_ai.choice")))
            continue;
        event_write(&w, &s->events[i], STR_NONE);
        n++;
    }
    if (n < 2)
        return n ? arena_str(s->a, buf_str(&b)) : STR_NONE;
    return arena_cat(s->a, arena_cat(s->a, STR("["), arena_str(s->a, buf_str(&b))), STR("]"));
}

bool io_event_messages(const struct source *s, const struct rule *r UNUSED, struct io *out)
{
    *out = (struct io){messages_text(s), choices_text(s)};
    return io_any(out);
}

// One side of gen_ai.content.*: what the rules find in the event's attributes, else these as an object.
static str content_side(const struct source *s, const struct span_event *e, bool output)
{
    AUTO(buf_fini) struct buf b = {0};
    struct io io = {STR_NONE, STR_NONE};
    struct source inner;
    struct jw w;

    if (!e || !event_source(s, e, &inner))
        return STR("{}");
    io_source(&inner, &io);
    str side = output ? io.output : io.input;
    if (side.n)
        return side;
    buf_init(&b, 64u << 20);
    jw_init(&w, &b);
    event_write(&w, e, STR_NONE);
    return arena_str(s->a, buf_str(&b));
}

bool io_event_content(const struct source *s, const struct rule *r UNUSED, struct io *out)
{
    const struct span_event *prompt = event_find(s, STR("gen_ai.content.prompt"));
    const struct span_event *completion = event_find(s, STR("gen_ai.content.completion"));

    if (!prompt && !completion)
        return false;
    *out = (struct io){content_side(s, prompt, false), content_side(s, completion, true)};
    return true;
}
