// SPDX-License-Identifier: MIT
#pragma once
// One decoded ingestion event: what a batch event or a span says about one trace, observation or
// score. Batch and OTLP meet here; everything after is common.
#include "model/observation.h"
#include "model/score.h"
#include "model/trace.h"

enum event_kind { EVENT_TRACE, EVENT_OBSERVATION, EVENT_SCORE };

struct event {
    enum event_kind kind;
    bool replace;     // the event is complete: it replaces the stored row (OTLP observations)
    uint64_t present; // bit per trace_field / observation_field / score_field: said, even if null
    millis at;        // envelope timestamp (batch) or span start (OTLP): orders events
    millis accepted; // when the request came, of events that are stored later, in any order; else 0
    union {
        struct trace trace;
        struct observation observation;
        struct score score;
    };
};

#define BIT(field) (UINT64_C(1) << (field))

// A growing list of events in an arena. Pointers stay valid.
struct event_list {
    struct event **items;
    size_t n, cap;
};
struct event *event_add(struct arena *a, struct event_list *list,
                        enum event_kind kind); // zeroed; times, ints = none. NULL on overflow
// Adds the events of another list; false on overflow.
bool event_list_append(struct arena *a, struct event_list *to, const struct event_list *from);
