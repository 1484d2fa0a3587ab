// SPDX-License-Identifier: MIT
// The generator's bodies: valid for the decoders of the server, of the wanted size, with ids that
// never repeat and links that hold after stamping.
#include "bench/body.h"
#include "json/json.h"
#include "otlp/otlp.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ARENA = 64 << 20, SEED = 42 };
#define AT INT64_C(1767225600000) // 2026-01-01T00:00:00Z

struct fixture {
    struct arena *arena;
    struct ctx ctx;
    struct body body;
};

static struct bench_options options(enum bench_kind kind)
{
    return (struct bench_options){.kind = kind, .per_batch = 100, .per_trace = 8, .bytes = 1400};
}

static void start(struct fixture *f, const struct bench_options *o)
{
    f->arena = arena_create(ARENA);
    ctx_init(&f->ctx, f->arena);
    assert_true(body_render(&f->body, o, 3));
}

static void finish(struct fixture *f)
{
    body_fini(&f->body);
    arena_destroy(f->arena);
}

static const struct json *batch_of(struct fixture *f, uint64_t request)
{
    const struct json *v = NULL;
    body_stamp(&f->body, SEED, request, AT);
    assert_int_equal(json_parse(&f->ctx, buf_str(&f->body.text), &v), ERR_OK);
    return json_get(v, STR("batch"));
}

static str member(const struct json *event, str key)
{
    return json_str(json_get(json_get(event, STR("body")), key));
}

static bool is_trace(const struct json *event)
{
    return str_eq(json_str(json_get(event, STR("type"))), STR("trace-create"));
}

static void test_json_has_whole_traces(void **state)
{
    (void)state;
    struct fixture f;
    const struct bench_options o = options(BENCH_BATCH);
    start(&f, &o);
    str trace = STR_NONE;
    str root = STR_NONE;
    size_t traces = 0;
    size_t observations = 0;
    for (struct json_iter it = json_iter(batch_of(&f, 0)); json_next(&it);) {
        if (is_trace(it.value)) {
            trace = member(it.value, STR("id"));
            root = STR_NONE;
            traces++;
            continue;
        }
        observations++;
        assert_true(str_eq(member(it.value, STR("traceId")), trace));
        if (!str_some(root))
            root = member(it.value, STR("id"));
        else
            assert_true(str_eq(member(it.value, STR("parentObservationId")), root));
    }
    assert_int_equal(traces, 13); // 12 of 8 and one of 4
    assert_int_equal(observations, 100);
    finish(&f);
}

static void test_size_is_as_wanted(void **state)
{
    (void)state;
    for (int kind = BENCH_BATCH; kind <= BENCH_OTLP; kind++) {
        struct fixture f;
        const struct bench_options o = options((enum bench_kind)kind);
        start(&f, &o);
        assert_in_range(f.body.text.len, 133000, 147000);
        finish(&f);
    }
}

static void test_requests_share_no_id_and_keep_their_length(void **state)
{
    (void)state;
    struct fixture f;
    const struct bench_options o = options(BENCH_BATCH);
    start(&f, &o);
    size_t len = f.body.text.len;
    str first = member(json_at(batch_of(&f, 0), 1), STR("id"));
    str second = member(json_at(batch_of(&f, 1), 1), STR("id"));
    assert_int_equal(first.n, 16);
    assert_false(str_eq(first, second));
    assert_int_equal(f.body.text.len, len);
    str again = member(json_at(batch_of(&f, 0), 1), STR("id"));
    assert_true(str_eq(first, again));
    finish(&f);
}

static void test_a_large_trace_spans_requests(void **state)
{
    (void)state;
    struct fixture f;
    struct bench_options o = options(BENCH_BATCH);
    o.per_trace = 1000;
    start(&f, &o);
    str at_0 = member(json_at(batch_of(&f, 0), 0), STR("id"));
    str at_9 = member(json_at(batch_of(&f, 9), 0), STR("id"));
    str at_10 = member(json_at(batch_of(&f, 10), 0), STR("id"));
    assert_true(str_eq(at_0, at_9));
    assert_false(str_eq(at_0, at_10));
    finish(&f);
}

static void test_protobuf_is_decoded_to_its_spans(void **state)
{
    (void)state;
    struct fixture f;
    struct otlp_result res = {0};
    struct event_list events = {0};
    const struct bench_options o = options(BENCH_OTLP);
    start(&f, &o);
    body_stamp(&f.body, SEED, 7, AT);
    const struct otlp_request in = {
        .body = buf_str(&f.body.text), .encoding = OTLP_PROTOBUF, .now = AT};
    assert_int_equal(otlp_decode(&f.ctx, &in, &events, &res), ERR_OK);
    size_t observations = 0;
    for (size_t i = 0; i < events.n; i++) {
        if (events.items[i]->kind != EVENT_OBSERVATION)
            continue;
        const struct observation *got = &events.items[i]->observation;
        observations++;
        assert_int_equal(got->trace_id.n, 32);
        assert_true(got->start_time >= AT && got->end_time > got->start_time);
        assert_true(got->type != OBSERVATION_GENERATION || got->provided_usage.n >= 2);
        assert_true(str_some(got->input) && str_some(got->output));
    }
    assert_int_equal(observations, 100);
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_has_whole_traces),
        cmocka_unit_test(test_size_is_as_wanted),
        cmocka_unit_test(test_requests_share_no_id_and_keep_their_length),
        cmocka_unit_test(test_a_large_trace_spans_requests),
        cmocka_unit_test(test_protobuf_is_decoded_to_its_spans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
