// SPDX-License-Identifier: MIT
// Lists of events. Every event starts as "nothing said": zeroed, times and integers none.
#include "model/event.h"

#include "model/merge.h"

static bool event_list_grow(struct arena *a, struct event_list *list)
{
    size_t cap = list->cap ? list->cap * 2 : 64;
    struct event **items = ARENA_ARRAY(a, struct event *, cap);

    if (!items)
        return false;
    for (size_t i = 0; i < list->n; i++)
        items[i] = list->items[i];
    list->items = items;
    list->cap = cap;
    return true;
}

struct event *event_add(struct arena *a, struct event_list *list, enum event_kind kind)
{
    if (list->n == list->cap && !event_list_grow(a, list))
        return NULL;
    struct event *e = ARENA_NEW(a, struct event);
    if (!e)
        return NULL;
    e->kind = kind;
    e->at = MILLIS_NONE;
    switch (kind) {
    case EVENT_TRACE: trace_init(&e->trace, STR_NONE); break;
    case EVENT_OBSERVATION: observation_init(&e->observation, STR_NONE, STR_NONE); break;
    case EVENT_SCORE: score_init(&e->score, STR_NONE); break;
    }
    list->items[list->n++] = e;
    return e;
}

bool event_list_append(struct arena *a, struct event_list *to, const struct event_list *from)
{
    for (size_t i = 0; i < from->n; i++) {
        if (to->n == to->cap && !event_list_grow(a, to))
            return false;
        to->items[to->n++] = from->items[i];
    }
    return true;
}
