// SPDX-License-Identifier: MIT
#pragma once
// Decoding in tests: one arena per test, events as JSON text so that cases and comparisons are data.
#include "base/limits.h"
#include "model/usage.h"
#include "otlp/otlp.h"

#include "otlp_build.h"
#include "otlp_pb.h"

#define NOW INT64_C(1795000000000)

struct decoded {
    enum errc rc;
    struct ctx ctx;
    struct event_list events;
    struct otlp_result res;
};

static int fixture_setup(void **state)
{
    *state = arena_create(LIMIT_ARENA_REQUEST);
    return 0;
}

static int fixture_teardown(void **state)
{
    arena_destroy(*state);
    return 0;
}

static struct decoded decode(struct arena *a, str body, enum otlp_encoding encoding)
{
    struct decoded d = {0};
    struct otlp_request in = {.body = body,
                              .encoding = encoding,
                              .sdk_name = STR("sdk"),
                              .sdk_version = STR("1.2"),
                              .api_key = STR("pk"),
                              .now = NOW};

    ctx_init(&d.ctx, a);
    d.rc = otlp_decode(&d.ctx, &in, &d.events, &d.res);
    return d;
}

// The first event of a kind, or NULL.
UNUSED static struct event *event_of(const struct decoded *d, enum event_kind kind)
{
    for (size_t i = 0; i < d->events.n; i++) {
        if (d->events.items[i]->kind == kind)
            return d->events.items[i];
    }
    return NULL;
}

static void dump_tags(struct jw *w, const struct tag_list *tags)
{
    jw_key(w, STR("tags"));
    jw_array(w);
    for (size_t i = 0; i < tags->n; i++)
        jw_str(w, tags->items[i]);
    jw_array_end(w);
}

static void dump_json(struct jw *w, str key, str text)
{
    jw_kraw(w, key, str_some(text) ? text : STR("null"));
}

static void dump_trace(struct jw *w, const struct event *e)
{
    const struct trace *t = &e->trace;

    jw_ki64(w, STR("present"), (int64_t)e->present);
    jw_kstr(w, STR("id"), t->id);
    jw_ktime(w, STR("timestamp"), t->timestamp);
    jw_kstr(w, STR("name"), t->name);
    jw_kstr(w, STR("userId"), t->user_id);
    jw_kstr(w, STR("sessionId"), t->session_id);
    jw_kstr(w, STR("release"), t->release);
    jw_kstr(w, STR("version"), t->version);
    jw_kstr(w, STR("environment"), t->environment);
    if (e->present & BIT(TRACE_PUBLIC))
        jw_kbool(w, STR("public"), t->is_public);
    else
        jw_knull(w, STR("public"));
    dump_tags(w, &t->tags);
    jw_kstr(w, STR("input"), t->input);
    jw_kstr(w, STR("output"), t->output);
    dump_json(w, STR("metadata"), t->metadata);
}

static void dump_maps(struct jw *w, const struct observation *o)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 1u << 20);
    usage_write(&b, &o->provided_usage);
    jw_kraw(w, STR("usage"), buf_str(&b));
    buf_clear(&b);
    cost_write(&b, &o->provided_cost);
    jw_kraw(w, STR("cost"), buf_str(&b));
}

static void dump_views(struct jw *w, struct arena *a, str metadata)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 8u << 20);
    otlp_metadata_flatten(&b, a, metadata);
    jw_kraw(w, STR("v2"), buf_str(&b));
    buf_clear(&b);
    otlp_metadata_nested(&b, a, metadata);
    jw_kraw(w, STR("v1"), buf_str(&b));
}

static void dump_observation(struct jw *w, struct arena *a, const struct observation *o)
{
    jw_kstr(w, STR("id"), o->id);
    jw_kstr(w, STR("traceId"), o->trace_id);
    jw_kstr(w, STR("parentId"), o->parent_id);
    jw_kstr(w, STR("type"), observation_type_name(o->type));
    jw_kstr(w, STR("level"), observation_level_name(o->level));
    jw_ktime(w, STR("startTime"), o->start_time);
    jw_ktime(w, STR("endTime"), o->end_time);
    jw_ktime(w, STR("completionStartTime"), o->completion_start_time);
    jw_kstr(w, STR("name"), o->name);
    jw_kstr(w, STR("version"), o->version);
    jw_kstr(w, STR("environment"), o->environment);
    jw_kstr(w, STR("statusMessage"), o->status_message);
    jw_kstr(w, STR("model"), o->model);
    dump_json(w, STR("modelParameters"), o->model_parameters);
    jw_kstr(w, STR("promptName"), o->prompt_name);
    if (o->prompt_version == INT64_MIN)
        jw_knull(w, STR("promptVersion"));
    else
        jw_ki64(w, STR("promptVersion"), o->prompt_version);
    dump_maps(w, o);
    jw_kstr(w, STR("input"), o->input);
    jw_kstr(w, STR("output"), o->output);
    dump_json(w, STR("metadata"), o->metadata);
    dump_views(w, a, o->metadata);
    dump_json(w, STR("toolDefinitions"), o->tool_definitions);
    dump_json(w, STR("toolCalls"), o->tool_calls);
    dump_json(w, STR("toolCallNames"), o->tool_call_names);
    dump_json(w, STR("experiment"), o->experiment);
    jw_kstr(w, STR("traceName"), o->trace_name);
    jw_kstr(w, STR("userId"), o->user_id);
    jw_kstr(w, STR("sessionId"), o->session_id);
    jw_kstr(w, STR("release"), o->release);
    dump_tags(w, &o->tags);
    jw_kbool(w, STR("public"), o->is_public);
    jw_kbool(w, STR("appRoot"), o->is_app_root);
    jw_kstr(w, STR("sdk"), o->sdk_name);
    jw_ki64(w, STR("source"), o->source);
}

// One event, or null.
static str dump_event(struct arena *a, const struct event *e)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    if (!e)
        return STR("null");
    buf_init(&b, 64u << 20);
    jw_init(&w, &b);
    jw_object(&w);
    jw_ki64(&w, STR("at"), e->at);
    jw_kbool(&w, STR("replace"), e->replace);
    if (e->kind == EVENT_TRACE)
        dump_trace(&w, e);
    else
        dump_observation(&w, a, &e->observation);
    jw_object_end(&w);
    return arena_str(a, buf_str(&b));
}

UNUSED static str dump_events(struct arena *a, const struct decoded *d)
{
    str out = STR("");

    for (size_t i = 0; i < d->events.n; i++)
        out = arena_cat(a, arena_cat(a, out, dump_event(a, d->events.items[i])), STR("\n"));
    return out;
}

UNUSED static void assert_str(str got, const char *want)
{
    if (!str_eq(got, str_c(want)))
        fail_msg("got  %.*s\nwant %s", STR_ARG(got), want);
}

// Decodes a case (otlp_build.h) in both encodings, which must agree.
UNUSED static struct decoded decode_case(struct arena *a, const struct json *c)
{
    str json = build_export(a, c);
    struct decoded d = decode(a, json, OTLP_JSON),
                   pb = decode(a, build_protobuf(a, json), OTLP_PROTOBUF);
    str from_json = dump_events(a, &d), from_pb = dump_events(a, &pb);

    if (d.rc != ERR_OK || pb.rc != ERR_OK)
        fail_msg("refused: %.*s / %.*s", STR_ARG(d.ctx.message), STR_ARG(pb.ctx.message));
    if (!str_eq(from_json, from_pb))
        fail_msg("encodings differ\njson %.*s\npb   %.*s", STR_ARG(from_json), STR_ARG(from_pb));
    return d;
}

// Every member of `want` must equal the one of the same name in `got`.
static void assert_members(struct arena *a, const char *title, const struct json *want, str got)
{
    const struct json *have = json_try(a, got);

    for (struct json_iter it = json_iter(want); json_next(&it);) {
        str w = json_text(a, it.value), g = json_text(a, json_get(have, it.key));
        if (!str_eq(w, g))
            fail_msg("%.150s\n%.*s\nwant %.*s\ngot  %.*s", title, STR_ARG(it.key), STR_ARG(w),
                     STR_ARG(g));
    }
}

// {"is": {...observation...}, "trace": {...} or null, ...case...}
UNUSED static void run_case(struct arena *a, const char *text)
{
    const struct json *c = json_try(a, str_c(text));

    if (!c)
        fail_msg("not JSON: %s", text);
    struct decoded d = decode_case(a, c);
    assert_non_null(event_of(&d, EVENT_OBSERVATION));
    assert_members(a, text, json_get(c, STR("is")), dump_event(a, event_of(&d, EVENT_OBSERVATION)));
    if (json_is(json_get(c, STR("trace")), JSON_NULL))
        assert_null(event_of(&d, EVENT_TRACE));
    if (json_is(json_get(c, STR("trace")), JSON_OBJECT))
        assert_members(a, text, json_get(c, STR("trace")),
                       dump_event(a, event_of(&d, EVENT_TRACE)));
}

#define RUN_CASES(cases)                                        \
    for (size_t case_ = 0; case_ < ARRAY_LEN(cases); case_++) { \
        arena_reset(*state);                                    \
        run_case(*state, (cases)[case_]);                       \
    }
#define CASES_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
