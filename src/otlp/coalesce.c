// SPDX-License-Identifier: MIT
// SDKs repeat the trace's attributes on every span, so an export says the same thing of a trace many
// times. Here, after sorting by time, an event for a trace loses what an earlier event of the export
// said already, and disappears when nothing is left: the writer then merges a trace once per export
// instead of once per span. What is dropped would not have changed the merged row (model/merge.c).
#include "otlp/convert.h"

#include "base/map.h"

// What the events so far add up to: the newest value of each field.
struct said {
    struct trace now;
    uint64_t fields; // bits of enum trace_field
};

static const struct {
    enum trace_field field;
    size_t offset;
} texts[] = {
    {TRACE_NAME, offsetof(struct trace, name)},
    {TRACE_USER_ID, offsetof(struct trace, user_id)},
    {TRACE_SESSION_ID, offsetof(struct trace, session_id)},
    {TRACE_RELEASE, offsetof(struct trace, release)},
    {TRACE_VERSION, offsetof(struct trace, version)},
    {TRACE_ENVIRONMENT, offsetof(struct trace, environment)},
    {TRACE_INPUT, offsetof(struct trace, input)},
    {TRACE_OUTPUT, offsetof(struct trace, output)},
};

static str *text_at(struct trace *t, size_t offset)
{
    return (str *)(void *)((char *)t + offset);
}

static bool tags_equal(const struct tag_list *a, const struct tag_list *b)
{
    for (size_t i = 0; a->n == b->n && i < a->n; i++) {
        if (!str_eq(a->items[i], b->items[i]))
            return false;
    }
    return a->n == b->n;
}

// True when the metadata merged last holds all of `text`: it is the same, or ends with its members
// (resource and scope always stand last).
static bool metadata_holds(str last, str text)
{
    return str_eq(last, text) || (text.n > 2 && last.n > text.n && last.p[last.n - text.n] == ',' &&
                                  str_ends(last, str_skip(text, 1)));
}

static void texts_apply(struct said *s, struct event *e, uint64_t *old)
{
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        uint64_t bit = BIT(texts[i].field);
        str *before = text_at(&s->now, texts[i].offset);
        if (!(e->present & bit))
            continue;
        if ((s->fields & bit) && str_eq(*before, *text_at(&e->trace, texts[i].offset)))
            *old |= bit;
        *before = *text_at(&e->trace, texts[i].offset);
    }
}

// Takes over what the event says and removes what is not new. False when nothing is left.
static bool event_apply(struct said *s, struct event *e)
{
    uint64_t both = s->fields & e->present, old = 0;
    struct trace *now = &s->now, *t = &e->trace;

    texts_apply(s, e, &old);
    if ((both & BIT(TRACE_TIMESTAMP)) && t->timestamp >= now->timestamp)
        old |= BIT(TRACE_TIMESTAMP);
    if ((both & BIT(TRACE_PUBLIC)) && t->is_public == now->is_public)
        old |= BIT(TRACE_PUBLIC);
    if ((both & BIT(TRACE_TAGS)) && tags_equal(&t->tags, &now->tags))
        old |= BIT(TRACE_TAGS);
    if ((both & BIT(TRACE_METADATA)) && metadata_holds(now->metadata, t->metadata))
        old |= BIT(TRACE_METADATA);
    e->present &= ~old;
    if (e->present & BIT(TRACE_TIMESTAMP))
        now->timestamp = t->timestamp;
    if (e->present & BIT(TRACE_PUBLIC))
        now->is_public = t->is_public;
    if (e->present & BIT(TRACE_TAGS))
        now->tags = t->tags;
    if (e->present & BIT(TRACE_METADATA))
        now->metadata = t->metadata;
    s->fields |= e->present;
    return e->present != 0;
}

static struct said *said_of(struct arena *a, struct map *traces, str id)
{
    void **slot = map_slot(traces, id);

    if (slot && !*slot)
        *slot = ARENA_NEW(a, struct said);
    return slot ? *slot : NULL;
}

enum errc coalesce_traces(struct arena *a, struct event_list *events, size_t from)
{
    struct map *traces = map_create(a, 64);
    size_t kept = from;

    for (size_t i = from; i < events->n; i++) {
        struct event *e = events->items[i];
        if (e->kind == EVENT_TRACE) {
            struct said *s = traces ? said_of(a, traces, e->trace.id) : NULL;
            if (!s)
                return ERR_NOMEM;
            if (!event_apply(s, e))
                continue;
        }
        events->items[kept++] = e;
    }
    events->n = kept;
    return ERR_OK;
}
