// SPDX-License-Identifier: MIT
// The small parts of a span that both decoders share: clearing, events, times.
#include "otlp/span.h"

#define SPAN_TIME_MAX \
    INT64_C(7258118400000) // 2200-01-01: later is a broken clock, kept but clamped
#define EVENTS_MAX 10000u  // gen_ai events read of one span

void span_clear(struct otlp_span *s)
{
    struct attr *items = s->attrs.items;
    size_t cap = s->attrs.cap;

    memset(s, 0, sizeof(*s));
    s->attrs.items = items;
    s->attrs.cap = cap;
    s->start = MILLIS_NONE;
    s->end = MILLIS_NONE;
}

bool span_event_wanted(str name)
{
    return str_starts(name, STR("gen_ai."));
}

struct span_event *span_event_add(struct arena *a, struct otlp_span *s)
{
    size_t n = s->n_events;

    if ((n & (n - 1)) == 0) { // full at powers of two
        struct span_event *events = ARENA_ARRAY(a, struct span_event, n ? n * 2 : 1);
        if (!events || n >= EVENTS_MAX)
            return NULL;
        if (n)
            memcpy(events, s->events, n * sizeof(events[0]));
        s->events = events;
    }
    return &s->events[s->n_events++];
}

millis span_time(uint64_t ns)
{
    millis t = (millis)(ns / 1000000);

    return t < SPAN_TIME_MAX ? t : SPAN_TIME_MAX;
}
