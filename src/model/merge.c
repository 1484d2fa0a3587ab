// SPDX-License-Identifier: MIT
// The merge rule of ingestion.md 3.2-3.5 as one loop over a field table. Pure: no clock, no I/O; the
// caller stamps created_at and updated_at. IO differs from the recorded system on purpose: 0, false
// and "" are values and win when newer; only null and absence keep what was there.
#include "model/merge.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <stdlib.h>

static void *at(void *row, const struct field *f)
{
    return (char *)row + f->offset;
}

static const void *at_const(const void *row, const struct field *f)
{
    return (const char *)row + f->offset;
}

static size_t field_size(const struct field *f)
{
    static const uint8_t sizes[] = {
        [FIELD_STR] = sizeof(str),
        [FIELD_TIME] = sizeof(millis),
        [FIELD_BOOL] = sizeof(bool),
        [FIELD_INT] = sizeof(int64_t),
        [FIELD_ENUM] = sizeof(int32_t),
        [FIELD_USAGE] = sizeof(struct usage_map),
        [FIELD_COST] = sizeof(struct cost_map),
        [FIELD_IO] = sizeof(str),
        [FIELD_METADATA] = sizeof(str),
        [FIELD_TAGS] = sizeof(struct tag_list),
        [FIELD_DOUBLE] = sizeof(double),
    };
    return sizes[f->type];
}

// True when the place holds "nothing": null for nullable types, empty for maps and lists.
static bool field_none(const struct field *f, const void *place)
{
    switch ((enum field_type)f->type) {
    case FIELD_STR:
    case FIELD_IO:
    case FIELD_METADATA: return !((const str *)place)->p;
    case FIELD_TIME: return *(const millis *)place == MILLIS_NONE;
    case FIELD_INT: return *(const int64_t *)place == INT64_MIN;
    case FIELD_ENUM: return *(const int32_t *)place == 0;
    case FIELD_USAGE: return ((const struct usage_map *)place)->n == 0;
    case FIELD_COST: return ((const struct cost_map *)place)->n == 0;
    case FIELD_TAGS: return ((const struct tag_list *)place)->n == 0;
    case FIELD_BOOL:
    case FIELD_DOUBLE: return false;
    }
    return false;
}

// Null never clears these: empty maps keep (3.2), IO takes the newest value, metadata and tags unite.
static bool null_keeps(const struct field *f)
{
    return (f->flags & FIELD_NULL_IS_ABSENT) || f->type == FIELD_USAGE || f->type == FIELD_COST ||
           f->type == FIELD_IO || f->type == FIELD_METADATA || f->type == FIELD_TAGS;
}

struct said {
    const void *what; // struct trace, observation or score
    uint64_t present;
    bool older; // than the row
};

static bool merge_field(struct arena *a, const struct field *f, void *row, const struct said *said)
{
    void *dst = at(row, f);
    const void *src = at_const(said->what, f);

    if ((f->flags & FIELD_IMMUTABLE) && !field_none(f, dst))
        return true;
    if (field_none(f, src) && null_keeps(f))
        return true;
    if (f->type == FIELD_METADATA) {
        str base = said->older ? *(const str *)src : *(const str *)dst;
        str over = said->older ? *(const str *)dst : *(const str *)src;
        *(str *)dst = metadata_merge(a, base, over);
        return str_some(*(const str *)dst);
    }
    if (f->type == FIELD_TAGS) {
        *(struct tag_list *)dst =
            tags_union(a, *(const struct tag_list *)dst, *(const struct tag_list *)src);
        return ((const struct tag_list *)dst)->items != NULL;
    }
    if (said->older && !field_none(f, dst))
        return true;
    memcpy(dst, src, field_size(f));
    return true;
}

static bool merge_fields(struct arena *a, const struct field *fields, size_t n, void *row,
                         const struct said *said)
{
    for (size_t i = 0; i < n; i++) {
        if ((said->present & BIT(i)) && !merge_field(a, &fields[i], row, said))
            return false;
    }
    return true;
}

void trace_init(struct trace *row, str id)
{
    *row = (struct trace){
        .id = id, .timestamp = MILLIS_NONE, .created_at = MILLIS_NONE, .updated_at = MILLIS_NONE};
}

void observation_init(struct observation *row, str id, str trace_id)
{
    *row = (struct observation){
        .id = id,
        .trace_id = trace_id,
        .start_time = MILLIS_NONE,
        .end_time = MILLIS_NONE,
        .completion_start_time = MILLIS_NONE,
        .prompt_version = INT64_MIN,
        .created_at = MILLIS_NONE,
        .updated_at = MILLIS_NONE,
    };
}

void score_init(struct score *row, str id)
{
    *row = (struct score){
        .id = id, .timestamp = MILLIS_NONE, .created_at = MILLIS_NONE, .updated_at = MILLIS_NONE};
}

bool trace_merge(struct arena *a, struct trace *row, const struct event *e)
{
    const struct said said = {&e->trace, e->present, event_older(e, row->updated_at)};
    uint64_t present = e->present;

    if (e->trace.timestamp_explicit && !row->timestamp_explicit) {
        row->timestamp = MILLIS_NONE; // what spans suggested gives way to what the client says
        row->timestamp_explicit =
            (present & BIT(TRACE_TIMESTAMP)) && e->trace.timestamp != MILLIS_NONE;
    }
    if (!row->timestamp_explicit && row->timestamp != MILLIS_NONE &&
        (present & BIT(TRACE_TIMESTAMP)) && e->trace.timestamp != MILLIS_NONE &&
        e->trace.timestamp < row->timestamp)
        row->timestamp = e->trace.timestamp; // derived: the earliest span start
    return merge_fields(a, trace_fields, TRACE_FIELD_COUNT, row, &said);
}

// The legacy path corrects an end before the start (3.2).
static void observation_order_times(struct observation *row)
{
    if (row->end_time != MILLIS_NONE && row->start_time != MILLIS_NONE &&
        row->end_time < row->start_time)
        row->end_time = row->start_time;
}

static void observation_attribution(struct observation *row, const struct observation *said)
{
    if (str_some(said->sdk_name)) {
        row->sdk_name = said->sdk_name;
        row->sdk_version = said->sdk_version;
        row->api_key = said->api_key;
    }
    if (said->source)
        row->source = said->source;
}

// An update that came first made up a start and a level for lack of a word.
static void observation_older(struct observation *row, const struct event *e)
{
    const struct observation *o = &e->observation;

    if (row->level == LEVEL_DEFAULT && o->level != LEVEL_NONE)
        row->level = o->level;
    if (o->start_time != MILLIS_NONE && o->start_time < row->start_time)
        row->start_time = o->start_time;
}

bool observation_merge(struct arena *a, struct observation *row, const struct event *e)
{
    const struct said said = {&e->observation, e->present, event_older(e, row->updated_at)};

    if (e->replace) {
        millis created = row->created_at;
        bool bookmarked = row->bookmarked;
        *row = e->observation;
        row->created_at = created;
        row->bookmarked = bookmarked;
        return true;
    }
    if (!str_some(row->trace_id))
        row->trace_id = e->observation.trace_id;
    if (!said.older)
        observation_attribution(row, &e->observation);
    if (!merge_fields(a, observation_fields, OBSERVATION_FIELD_COUNT, row, &said))
        return false;
    if (said.older)
        observation_older(row, e);
    if (row->level == LEVEL_NONE)
        row->level = LEVEL_DEFAULT;
    if (row->start_time == MILLIS_NONE)
        row->start_time = e->at;
    observation_order_times(row);
    return true;
}

bool score_merge(struct arena *a, struct score *row, const struct event *e)
{
    const struct said said = {&e->score, e->present, event_older(e, row->updated_at)};

    if (str_some(e->score.sdk_name) && !said.older) {
        row->sdk_name = e->score.sdk_name;
        row->sdk_version = e->score.sdk_version;
        row->api_key = e->score.api_key;
    }
    return merge_fields(a, score_fields, SCORE_FIELD_COUNT, row, &said);
}

// JavaScript sorts by UTF-16 code unit: astral characters (lead surrogate D800..) sort before
// U+E000..U+FFFF, which bytewise UTF-8 order gets the other way round.
static int utf16_cmp(str x, str y)
{
    size_t i = 0, n = x.n < y.n ? x.n : y.n;

    while (i < n && x.p[i] == y.p[i])
        i++;
    if (i == n)
        return x.n < y.n ? -1 : x.n > y.n;
    unsigned char cx = (unsigned char)x.p[i], cy = (unsigned char)y.p[i];
    if (cx >= 0xee && cy >= 0xee && (cx >= 0xf0) != (cy >= 0xf0))
        return cx >= 0xf0 ? -1 : 1;
    return cx < cy ? -1 : 1;
}

static int tag_cmp(const void *x, const void *y)
{
    return utf16_cmp(*(const str *)x, *(const str *)y);
}

struct tag_list tags_sorted(struct arena *a, const str *items, size_t n)
{
    struct tag_list out = {.items = ARENA_ARRAY(a, str, n ? n : 1)};

    if (!out.items || n == 0)
        return out;
    memcpy(out.items, items, n * sizeof(str));
    qsort(out.items, n, sizeof(str), tag_cmp);
    for (size_t i = 0; i < n; i++) {
        if (out.n > 0 && str_eq(out.items[out.n - 1], out.items[i]))
            continue;
        if (out.n < LIMIT_TAGS)
            out.items[out.n++] = out.items[i];
        else
            out.n_cut++;
    }
    return out;
}

struct tag_list tags_union(struct arena *a, struct tag_list x, struct tag_list y)
{
    if (x.n == 0)
        return tags_sorted(a, y.items, y.n);
    str *all = ARENA_ARRAY(a, str, x.n + y.n);
    if (!all)
        return (struct tag_list){0};
    memcpy(all, x.items, x.n * sizeof(str));
    if (y.n)
        memcpy(all + x.n, y.items, y.n * sizeof(str));
    return tags_sorted(a, all, x.n + y.n);
}
