// SPDX-License-Identifier: MIT
#pragma once
// What must hold for every export, whatever its bytes: refused with a message and without events, or
// taken with events that are complete, ordered and made of valid JSON and UTF-8.
#include "base/limits.h"
#include "base/utf8.h"
#include "json/json.h"
#include "otlp/otlp.h"

static void check_json(struct arena *a, str text)
{
    CHECK(!str_some(text) || (utf8_valid(text) && json_valid(a, text)));
}

static void check_view(struct arena *a, str metadata,
                       void (*view)(struct buf *b, struct arena *scratch, str metadata))
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 64u << 20);
    view(&b, a, metadata);
    CHECK(buf_ok(&b));
    check_json(a, buf_str(&b));
}

static void check_observation(struct arena *a, const struct observation *o)
{
    CHECK(o->id.n && o->trace_id.n && o->source == SOURCE_OTLP);
    CHECK(o->start_time >= 0 && o->end_time >= o->start_time);
    CHECK(o->type > OBSERVATION_NONE && o->type < OBSERVATION_TYPE_COUNT);
    CHECK(o->level > LEVEL_NONE && o->level < LEVEL_COUNT);
    CHECK(utf8_valid(o->name) && utf8_valid(o->input) && utf8_valid(o->output));
    check_json(a, o->metadata);
    check_json(a, o->model_parameters);
    check_json(a, o->tool_definitions);
    check_json(a, o->tool_calls);
    check_json(a, o->tool_call_names);
    check_json(a, o->experiment);
    check_view(a, o->metadata, otlp_metadata_flatten);
    check_view(a, o->metadata, otlp_metadata_nested);
    for (size_t i = 0; i < o->provided_usage.n; i++)
        CHECK(o->provided_usage.items[i].value >= 0);
}

static void check_events(struct arena *a, const struct event_list *events,
                         const struct otlp_result *res)
{
    size_t n_observations = 0;

    for (size_t i = 0; i < events->n; i++) {
        const struct event *e = events->items[i];
        CHECK(i == 0 || events->items[i - 1]->at <= e->at);
        if (e->kind == EVENT_OBSERVATION) {
            check_observation(a, &e->observation);
            n_observations++;
        } else {
            CHECK(e->kind == EVENT_TRACE && e->trace.id.n);
            check_json(a, e->trace.metadata);
        }
    }
    CHECK(n_observations + res->n_refused == res->n_spans);
    CHECK(str_some(res->refusal) == (res->n_refused > 0));
}

static void check_export(const uint8_t *data, size_t size, enum otlp_encoding encoding)
{
    struct arena *a = arena_create(LIMIT_ARENA_REQUEST);
    struct otlp_request in = {.body = {(const char *)data, size},
                              .encoding = encoding,
                              .sdk_name = STR("fuzz"),
                              .sdk_version = STR("1"),
                              .api_key = STR("pk"),
                              .now = INT64_C(1795000000000)};
    struct event_list events = {0};
    struct otlp_result res;
    struct ctx ctx;

    ctx_init(&ctx, a);
    if (otlp_decode(&ctx, &in, &events, &res) == ERR_OK)
        check_events(a, &events, &res);
    else
        CHECK(events.n == 0 && ctx.message.n);
    arena_destroy(a);
}
