// SPDX-License-Identifier: MIT
// A row of an answer of the public API -> the event that makes the same row.
#include "import/import_int.h"

// Members of the row that are members of the event's body, too.
static const str trace_members[] = {
    STR_INIT("id"),        STR_INIT("timestamp"), STR_INIT("name"),        STR_INIT("userId"),
    STR_INIT("sessionId"), STR_INIT("release"),   STR_INIT("version"),     STR_INIT("metadata"),
    STR_INIT("tags"),      STR_INIT("public"),    STR_INIT("environment"), STR_INIT("input"),
    STR_INIT("output"),
};
static const str observation_members[] = {
    STR_INIT("id"),
    STR_INIT("traceId"),
    STR_INIT("parentObservationId"),
    STR_INIT("name"),
    STR_INIT("startTime"),
    STR_INIT("endTime"),
    STR_INIT("completionStartTime"),
    STR_INIT("model"),
    STR_INIT("input"),
    STR_INIT("modelParameters"),
    STR_INIT("output"),
    STR_INIT("metadata"),
    STR_INIT("level"),
    STR_INIT("statusMessage"),
    STR_INIT("version"),
    STR_INIT("environment"),
    STR_INIT("usageDetails"),
    STR_INIT("costDetails"),
    STR_INIT("promptName"),
    STR_INIT("promptVersion"),
};
static const str score_members[] = {
    STR_INIT("id"),          STR_INIT("traceId"),  STR_INIT("observationId"),
    STR_INIT("sessionId"),   STR_INIT("name"),     STR_INIT("dataType"),
    STR_INIT("source"),      STR_INIT("comment"),  STR_INIT("metadata"),
    STR_INIT("environment"), STR_INIT("configId"), STR_INIT("queueId"),
    STR_INIT("timestamp"),
};

static const struct {
    const str *members;
    size_t n;
    str time; // member of the row that says when
} kinds[] = {
    [IMPORT_TRACES] = {trace_members, ARRAY_LEN(trace_members), STR_INIT("timestamp")},
    [IMPORT_OBSERVATIONS] = {observation_members, ARRAY_LEN(observation_members),
                             STR_INIT("startTime")},
    [IMPORT_SCORES] = {score_members, ARRAY_LEN(score_members), STR_INIT("timestamp")},
};

static bool said(const struct json *v)
{
    return v && !json_is(v, JSON_NULL) && !(json_is(v, JSON_OBJECT) && json_len(v) == 0);
}

// Texts of categories and free text stand in stringValue; the wire takes them as `value`.
static void score_value(struct jw *w, struct arena *a, const struct json *row)
{
    const struct json *text = json_get(row, STR("stringValue"));
    bool number = str_eq(json_str(json_get(row, STR("dataType"))), STR("NUMERIC")) ||
                  str_eq(json_str(json_get(row, STR("dataType"))), STR("BOOLEAN"));

    jw_kraw(w, STR("value"),
            json_text(a, number || !said(text) ? json_get(row, STR("value")) : text));
}

// "span-create", "generation-create", "tool-create" ...
static str event_type(char out[32], enum import_kind kind, const struct json *row)
{
    str type = json_str(json_get(row, STR("type")));
    size_t n = 0;

    if (kind == IMPORT_TRACES)
        return STR("trace-create");
    if (kind == IMPORT_SCORES)
        return STR("score-create");
    for (; n < type.n && n < 20; n++)
        out[n] = (char)(type.p[n] | 0x20);
    memcpy(out + n, "-create", sizeof "-create");
    return n ? str_c(out) : STR("span-create");
}

bool import_event(struct jw *w, struct arena *a, enum import_kind kind, const struct json *row)
{
    str id = json_str(json_get(row, STR("id")));
    char type[32];

    if (str_empty(id))
        return false;
    jw_object(w);
    jw_kstr(w, STR("id"), id);
    jw_kstr(w, STR("type"), event_type(type, kind, row));
    jw_kraw(w, STR("timestamp"), json_text(a, json_get(row, kinds[kind].time)));
    jw_key(w, STR("body"));
    jw_object(w);
    for (size_t i = 0; i < kinds[kind].n; i++) {
        const struct json *v = json_get(row, kinds[kind].members[i]);
        if (said(v))
            jw_kraw(w, kinds[kind].members[i], json_text(a, v));
    }
    if (kind == IMPORT_SCORES)
        score_value(w, a, row);
    jw_object_end(w);
    jw_object_end(w);
    return true;
}
