// SPDX-License-Identifier: MIT
// Which parameter stands for which filter column, per list. Zeroed means "not said" for all of them but
// times, whose none is a number of its own.
#include "store/yield.h"

struct part { // a parameter that stands for a column
    const char *key;
    uint16_t offset, size;
    bool times; // two millis: from and to
};

#define PART(key, query, member)                                                        \
    {                                                                                   \
        key, offsetof(struct query, member), sizeof(((struct query *)0)->member), false \
    }
#define TIMES(key, query)                          \
    {                                              \
        key, offsetof(struct query, from), 0, true \
    }

static const struct part trace_parts[] = {
    PART("userId", trace_query, user_id),           PART("name", trace_query, name),
    PART("sessionId", trace_query, session_id),     PART("version", trace_query, version),
    PART("release", trace_query, release),          PART("tags", trace_query, tags),
    PART("environment", trace_query, environments), TIMES("timestamp", trace_query),
};

static const struct part observation_parts[] = {
    PART("name", observation_query, name),
    PART("userId", observation_query, user_id),
    PART("traceId", observation_query, trace_id),
    PART("parentObservationId", observation_query, parent_id),
    PART("parentObservationId", observation_query, parent_empty),
    PART("version", observation_query, version),
    PART("sessionId", observation_query, session_id),
    PART("type", observation_query, type),
    PART("level", observation_query, level),
    PART("isRootObservation", observation_query, is_root),
    PART("environment", observation_query, environments),
    TIMES("startTime", observation_query),
};

static const struct part score_parts[] = {
    PART("id", score_query, ids),
    PART("name", score_query, names),
    PART("environment", score_query, environments),
    PART("authorUserId", score_query, author_ids),
    PART("traceId", score_query, trace_ids),
    PART("sessionId", score_query, session_ids),
    PART("observationId", score_query, observation_ids),
    PART("traceTags", score_query, trace_tags),
    PART("userId", score_query, user_id),
    PART("source", score_query, sources),
    PART("dataType", score_query, types),
    PART("value", score_query, value_op),
    TIMES("timestamp", score_query),
};

_Static_assert(offsetof(struct trace_query, to) ==
                   offsetof(struct trace_query, from) + sizeof(millis),
               "from and to stand side by side");
_Static_assert(offsetof(struct observation_query, to) ==
                   offsetof(struct observation_query, from) + sizeof(millis),
               "from and to stand side by side");
_Static_assert(offsetof(struct score_query, to) ==
                   offsetof(struct score_query, from) + sizeof(millis),
               "from and to stand side by side");

static void yield(void *query, const struct filter *f, const struct part *parts, size_t n)
{
    static const millis open[2] = {MILLIS_NONE, MILLIS_NONE};

    for (size_t i = 0; f->n && i < n; i++) {
        char *member = (char *)query + parts[i].offset;
        if (!filter_has_column(f, parts[i].key))
            continue;
        if (parts[i].times)
            memcpy(member, open, sizeof(open));
        else
            memset(member, 0, parts[i].size);
    }
}

void trace_query_yield(struct trace_query *q)
{
    yield(q, &q->filter, trace_parts, ARRAY_LEN(trace_parts));
}

void observation_query_yield(struct observation_query *q)
{
    yield(q, &q->filter, observation_parts, ARRAY_LEN(observation_parts));
}

void score_query_yield(struct score_query *q)
{
    yield(q, &q->filter, score_parts, ARRAY_LEN(score_parts));
}
