// SPDX-License-Identifier: MIT
// Reads over day files beyond the contract: every filter column, many days, rows found by their keys,
// and the meaning of conditions at their edges.
#include "contract/event_fixture.h"

// ---- Conditions ---------------------------------------------------------------------------------

static struct filter filter_of(struct fixture *f, enum filter_view view, str text)
{
    struct filter out;

    ctx_init(&f->ctx, f->arena);
    if (filter_parse(&f->ctx, view, text, &out) != ERR_OK)
        fail_msg("%.*s: %.*s", STR_ARG(text), STR_ARG(f->ctx.message));
    return out;
}

// What a view's list answers to a filter.
static struct rows ask(struct fixture *f, enum filter_view view, str text)
{
    struct filter filter = filter_of(f, view, text);

    if (view == VIEW_TRACES) {
        struct trace_query q = all_traces();
        q.filter = filter;
        return list_traces(f, &q);
    }
    if (view == VIEW_SCORES) {
        struct score_query q = all_scores();
        q.filter = filter;
        return list_scores(f, &q);
    }
    struct observation_query q = all_observations(view);
    q.filter = filter;
    return list_observations(f, &q);
}

static void check(struct fixture *f, enum filter_view view, const char *text, const char *ids)
{
    struct rows r = ask(f, view, str_c(text));
    assert_ids(&r, ids);
}

static const struct {
    enum filter_view view;
    const char *columns;
} all_columns[] = {
    {VIEW_TRACES,
     "id traceId name traceName userId sessionId environment version release timestamp "
     "tags traceTags bookmarked metadata level errorCount warningCount defaultCount "
     "debugCount latency inputTokens outputTokens totalTokens tokens inputCost "
     "outputCost totalCost scores_avg score_categories score_booleans evaluatorId "
     "ruleId"},
    {VIEW_OBSERVATIONS, "id type name traceId parentObservationId startTime endTime "
                        "timeToFirstToken latency tokensPerSecond inputCost outputCost totalCost "
                        "level statusMessage model modelId inputTokens outputTokens totalTokens "
                        "metadata version promptName promptVersion environment userId sessionId "
                        "traceName traceTags"},
    {VIEW_OBSERVATIONS_V2,
     "environment type id name traceId startTime endTime timeToFirstToken latency tokensPerSecond "
     "inputCost outputCost totalCost level statusMessage model providedModelName modelId "
     "inputTokens outputTokens totalTokens tokens metadata version release promptName "
     "promptVersion input output sessionId traceName userId traceTags tags traceEnvironment "
     "hasParentObservation isRootObservation hasInput hasOutput parentObservationId "
     "experimentDatasetId experimentId experimentName isExperimentItemRootSpan toolDefinitions "
     "toolCalls toolNames calledToolNames evaluatorId ruleId ingestionApiKey ingestionSdkName "
     "ingestionSdkVersion ingestionSource"},
    {VIEW_SCORES,
     "id timestamp environment traceId observationId sessionId name value booleanValue "
     "stringValue source dataType comment authorUserId metadata traceName userId "
     "trace_tags evaluatorId"},
};

static const char *const conditions[FILTER_TYPE_COUNT] = {
    [FILTER_DATETIME] = "datetime\",\"operator\":\">\",\"value\":\"2026-01-01T00:00:00Z\"",
    [FILTER_STRING] = "string\",\"operator\":\"=\",\"value\":\"x\"",
    [FILTER_NUMBER] = "number\",\"operator\":\">=\",\"value\":0.5",
    [FILTER_STRING_OPTIONS] = "stringOptions\",\"operator\":\"none of\",\"value\":[\"x\",\"y\"]",
    [FILTER_CATEGORY_OPTIONS] =
        "categoryOptions\",\"operator\":\"none of\",\"key\":\"k\",\"value\":[\"x\"]",
    [FILTER_ARRAY_OPTIONS] = "arrayOptions\",\"operator\":\"all of\",\"value\":[\"x\",\"y\"]",
    [FILTER_STRING_OBJECT] =
        "stringObject\",\"operator\":\"does not contain\",\"key\":\"k\",\"value\":\"x\"",
    [FILTER_NUMBER_OBJECT] = "numberObject\",\"operator\":\"<\",\"key\":\"k\",\"value\":1",
    [FILTER_BOOLEAN_OBJECT] = "booleanObject\",\"operator\":\"<>\",\"key\":\"k\",\"value\":true",
    [FILTER_BOOLEAN] = "boolean\",\"operator\":\"<>\",\"value\":true",
};

static void test_every_column_can_be_asked(void **state)
{
    struct fixture *f = *state;

    say_trace(f, "t1", NOW);
    say_trace(f, "t2", NOW); // without observations: a row of its own in v2
    say_observation(f, "t1", "o1", NOW);
    say_score(f, "t1", "s1", 1);
    commit(f);
    for (size_t i = 0; i < ARRAY_LEN(all_columns); i++) {
        str name;
        for (str rest = str_c(all_columns[i].columns); str_next(&rest, ' ', &name);) {
            const struct filter_column *c = filter_column_find(all_columns[i].view, name);
            if (!c)
                fail_msg("no column %.*s in view %zu", STR_ARG(name), i);
            ask(f, all_columns[i].view,
                arena_fmt(f->arena, "[{\"column\":\"%.*s\",\"type\":\"%s}]", STR_ARG(name),
                          conditions[c->type]));
            if (str_eq(name, STR("input")) || str_eq(name, STR("output")))
                continue; // texts only
            ask(f, all_columns[i].view,
                arena_fmt(f->arena,
                          "[{\"column\":\"%.*s\",\"type\":\"null\",\"operator\":\"is null\"}]",
                          STR_ARG(name)));
        }
    }
}

static struct event *say_texts(struct fixture *f, const char *id, str name, str metadata)
{
    struct event *e = say_observation(f, "t1", id, NOW);

    e->observation.name = name;
    e->observation.metadata = metadata;
    e->present |= BIT(OBS_NAME) | BIT(OBS_METADATA);
    return e;
}

#define STRING(column, op, value)                                                                \
    "[{\"type\":\"string\",\"column\":\"" column "\",\"operator\":\"" op "\",\"value\":\"" value \
    "\"}]"
#define OBJECT(op, value)                                                             \
    "[{\"type\":\"stringObject\",\"column\":\"metadata\",\"key\":\"k\",\"operator\":" \
    "\"" op "\",\"value\":\"" value "\"}]"

static void test_texts_are_compared_as_described(void **state)
{
    struct fixture *f = *state;

    say_texts(f, "o1", STR("Alpha"), STR("{\"k\":\"One Two\"}"));
    say_texts(f, "o2", STR("alphabet"), STR("{\"other\":1}"));
    say_texts(f, "o3", STR_NONE, STR_NONE);
    commit(f);
    check(f, VIEW_OBSERVATIONS, STRING("name", "contains", "lpha"), "o2 o1");
    check(f, VIEW_OBSERVATIONS, STRING("name", "contains", "Alp"), "o1"); // with case
    check(f, VIEW_OBSERVATIONS, STRING("name", "does not contain", "bet"), "o3 o1");
    check(f, VIEW_OBSERVATIONS, STRING("name", "starts with", "alpha"), "o2");
    check(f, VIEW_OBSERVATIONS, STRING("name", "ends with", "bet"), "o2");
    check(f, VIEW_OBSERVATIONS, STRING("name", "ends with", "longer than Alpha"), "");
    check(f, VIEW_OBSERVATIONS, STRING("name", "ends with", ""), "o2 o1");
    check(f, VIEW_OBSERVATIONS, STRING("name", "=", ""), "");
    check(f, VIEW_OBSERVATIONS_V2, STRING("name", "=", ""), "o3");          // empty is null in v2
    check(f, VIEW_OBSERVATIONS, OBJECT("does not contain", "Three"), "o1"); // only with the key
    check(f, VIEW_OBSERVATIONS, OBJECT("contains", "Two"), "o1");
    check(f, VIEW_OBSERVATIONS_V2, OBJECT("matches", "Two"), "o1");
    check(f, VIEW_OBSERVATIONS_V2, OBJECT("matches", "two"), ""); // metadata: with case
}

static void test_matching_input_ignores_case(void **state)
{
    struct fixture *f = *state;
    struct event *e = say_observation(f, "t1", "o1", NOW);

    e->observation.input = STR("The Quick fox");
    e->present |= BIT(OBS_INPUT);
    say_observation(f, "t1", "o2", NOW);
    commit(f);
    check(f, VIEW_OBSERVATIONS_V2, STRING("input", "matches", "quick"), "o1");
    check(f, VIEW_OBSERVATIONS_V2, STRING("input", "matches", "slow"), "");
}

static void say_cost(struct fixture *f, const char *id, picos total)
{
    struct event *e = say_observation(f, id, id, NOW);

    e->replace = true;
    e->observation.end_time = NOW + 250;
    e->observation.cost.items = ARENA_ARRAY(f->arena, struct cost_item, 1);
    e->observation.cost.items[0] = (struct cost_item){STR("total"), total};
    e->observation.cost.n = 1;
}

#define NUMBER(column, op, value)                                                                  \
    "[{\"type\":\"number\",\"column\":\"" column "\",\"operator\":\"" op "\",\"value\":" value "}" \
    "]"

static void test_amounts_are_equal_to_what_was_written(void **state)
{
    struct fixture *f = *state;

    say_cost(f, "a", INT64_C(300000000));  // 0.0003
    say_cost(f, "b", INT64_C(1100000000)); // 0.0011
    say_cost(f, "c", INT64_C(130000000));  // 0.00013, whose product with 1e12 is no whole number
    commit(f);
    check(f, VIEW_OBSERVATIONS, NUMBER("totalCost", "=", "0.0003"), "a");
    check(f, VIEW_OBSERVATIONS, NUMBER("totalCost", "=", "0.0011"), "b");
    check(f, VIEW_OBSERVATIONS, NUMBER("totalCost", "=", "0.00013"), "c");
    check(f, VIEW_OBSERVATIONS, NUMBER("totalCost", ">", "0.0003"), "b");
    check(f, VIEW_TRACES, NUMBER("totalCost", "<=", "0.0003"), "c a");
    check(f, VIEW_OBSERVATIONS, NUMBER("latency", "=", "0.25"), "c b a");
    check(f, VIEW_OBSERVATIONS, NUMBER("latency", ">", "0.2504"), "");
    check(f, VIEW_OBSERVATIONS, NUMBER("latency", "<", "0.2504"), "c b a"); // part of a millisecond
}

#define TAGS(op, values)                                                                         \
    "[{\"type\":\"arrayOptions\",\"column\":\"tags\",\"operator\":\"" op "\",\"value\":[" values \
    "]}]"

static void test_tags_overlap_contain_and_exclude(void **state)
{
    struct fixture *f = *state;
    static const str tags[] = {STR_INIT("a"), STR_INIT("b")};
    struct event *e = say_trace(f, "ab", NOW);

    e->trace.tags = tags_sorted(f->arena, tags, 2);
    e->present |= BIT(TRACE_TAGS);
    e = say_trace(f, "a", NOW - 1);
    e->trace.tags = tags_sorted(f->arena, tags, 1);
    e->present |= BIT(TRACE_TAGS);
    say_trace(f, "none", NOW - 2);
    commit(f);
    check(f, VIEW_TRACES, TAGS("any of", "\"b\",\"z\""), "ab");
    check(f, VIEW_TRACES, TAGS("all of", "\"a\",\"b\""), "ab");
    check(f, VIEW_TRACES, TAGS("none of", "\"b\""), "a none");
    check(f, VIEW_TRACES, TAGS("none of", ""), "ab a none");
}

static void test_scores_of_a_trace_decide_about_it(void **state)
{
    struct fixture *f = *state;

    say_trace(f, "good", NOW);
    say_trace(f, "plain", NOW - 1);
    say_score(f, "good", "s1", 0.9);
    commit(f);
    check(f, VIEW_TRACES,
          "[{\"type\":\"numberObject\",\"column\":\"scores_avg\",\"key\":\"quality\",\"operator\":"
          "\">\",\"value\":0.5}]",
          "good");
    check(f, VIEW_TRACES,
          "[{\"type\":\"booleanObject\",\"column\":\"score_booleans\",\"key\":\"quality\","
          "\"operator\":\"<>\",\"value\":true}]",
          "good plain"); // also rows without such a score
}

static void test_a_parameter_yields_to_a_filter_on_its_column(void **state)
{
    struct fixture *f = *state;
    struct trace_query q = all_traces();
    struct observation_query o = all_observations(VIEW_OBSERVATIONS);
    struct score_query s = all_scores();

    say_texts(f, "o1", STR("one"), STR_NONE);
    say_texts(f, "o2", STR("two"), STR_NONE);
    say_trace(f, "t1", NOW);
    say_trace(f, "t2", NOW - HOUR);
    say_score(f, "t1", "s1", 1);
    commit(f);
    o.name = STR("one");
    o.filter = filter_of(f, VIEW_OBSERVATIONS, STR(STRING("name", "=", "two")));
    struct rows r = list_observations(f, &o);
    assert_ids(&r, "o2");
    assert_str(o.name, "one"); // the caller's query is left alone
    o.filter = filter_of(f, VIEW_OBSERVATIONS, STR(STRING("id", "=", "o2")));
    r = list_observations(f, &o);
    assert_ids(&r, ""); // other columns are joined by AND
    q.from = NOW + HOUR;
    q.to = NOW - 2 * HOUR;
    q.filter = filter_of(f, VIEW_TRACES,
                         STR("[{\"type\":\"datetime\",\"column\":\"timestamp\",\"operator\":\"<"
                             "\",\"value\":\"2026-11-23T10:00:00Z\"}]"));
    r = list_traces(f, &q);
    assert_ids(&r, "t2"); // one condition on the time drops both ends
    s.types = 1u << SCORE_BOOLEAN;
    s.filter = filter_of(f, VIEW_SCORES, STR(STRING("dataType", "=", "NUMERIC")));
    r = list_scores(f, &s);
    assert_ids(&r, "s1");
}

// ---- Days ---------------------------------------------------------------------------------------

#define MANY_DAYS 45 // more than read connections are kept

static enum errc check_trace(void *user, const struct observation_row *row)
{
    struct rows *r = user;

    str trace = arena_fmt(r->f->arena, "trace-%02d", MANY_DAYS - 1 - (int)r->n++);
    if (!str_eq(row->observation.trace_id, trace) ||
        !str_eq(str_skip(row->observation.id, 3), trace))
        fail_msg("%.*s of trace %.*s, expected that of %.*s", STR_ARG(row->observation.id),
                 STR_ARG(row->observation.trace_id), STR_ARG(trace));
    return ERR_OK;
}

// Row numbers are the same in every day, so a row remembered from another day would go unnoticed.
static void test_each_row_has_its_own_trace(void **state)
{
    struct fixture *f = *state;
    struct observation_query q = all_observations(VIEW_OBSERVATIONS);
    struct rows got = {.f = f};

    for (int i = 0; i < MANY_DAYS; i++) {
        millis at = NOW - (MANY_DAYS - 1 - i) * MILLIS_DAY;
        const char *id = arena_fmt(f->arena, "trace-%02d", i).p;
        say_trace(f, id, at);
        say_observation(f, id, arena_fmt(f->arena, "of-trace-%02d", i).p, at);
    }
    commit(f);
    assert_int_equal(
        f->store->ops->observation_list(f->store, &f->ctx, &q, check_trace, &got, &got.total),
        ERR_OK);
    assert_int_equal(got.n, MANY_DAYS);
    assert_int_equal(got.total, MANY_DAYS);
}

// Pages of one, two ... rows put together are the whole list, whatever shares a millisecond.
static void test_pages_neither_repeat_nor_lose_rows(void **state)
{
    struct fixture *f = *state;
    struct observation_query q = all_observations(VIEW_OBSERVATIONS);

    for (int i = 0; i < 24; i++)
        say_observation(f, arena_fmt(f->arena, "t%d", i % 5).p, arena_fmt(f->arena, "o%02d", i).p,
                        NOW - (i % 3) * MILLIS_DAY);
    commit(f);
    struct rows all = list_observations(f, &q);
    assert_int_equal(all.n, 24);
    for (q.limit = 1; q.limit < 9; q.limit++) {
        size_t at = 0;
        for (q.offset = 0; q.offset < 24; q.offset += q.limit) {
            struct rows page = list_observations(f, &q);
            assert_int_equal(page.total, 24);
            for (size_t i = 0; i < page.n; i++)
                assert_true(str_eq(page.ids[i], all.ids[at++]));
        }
        assert_int_equal(at, 24);
    }
}

// ---- Rows found by their keys -------------------------------------------------------------------

static void test_scores_of_several_traces(void **state)
{
    struct fixture *f = *state;
    const str two[] = {STR("t2"), STR("t3")}, unknown[] = {STR("nobody"), STR("t2")};
    struct score_query q = all_scores();
    struct rows r;

    say_trace(f, "t1", NOW);
    say_trace(f, "t2", NOW);
    say_trace(f, "t3", NOW - 3 * MILLIS_DAY);
    say_score(f, "t1", "s1", 1);
    say_score(f, "t2", "s2", 2);
    say_score(f, "t3", "s3", 3);
    commit(f);
    q.trace_ids = (struct str_set){two, 2};
    r = list_scores(f, &q);
    assert_ids(&r, "s2 s3"); // the later day first; s1 has t1, the number of t3 in its own day
    q.by_id = true;
    r = list_scores(f, &q);
    assert_ids(&r, "s3 s2");
    q.by_id = false;
    assert_int_equal(r.total, 2);
    q.trace_ids = (struct str_set){unknown, 2};
    r = list_scores(f, &q);
    assert_ids(&r, "s2");
    q.trace_ids = (struct str_set){unknown, 1};
    r = list_scores(f, &q);
    assert_ids(&r, "");
    assert_int_equal(r.total, 0);
}

static void test_scores_by_id(void **state)
{
    struct fixture *f = *state;
    const str ids[] = {STR("s2"), STR("s9"), STR("s1")};
    struct score_query q = all_scores();

    say_score(f, "t1", "s1", 1);
    say_score(f, "t1", "s2", 2);
    say_score(f, "t1", "s3", 3);
    commit(f);
    q.ids = (struct str_set){ids, 3};
    struct rows r = list_scores(f, &q);
    assert_ids(&r, "s2 s1");
    assert_int_equal(r.total, 2);
}

static void test_traces_of_a_session(void **state)
{
    struct fixture *f = *state;
    struct trace_query q = all_traces();

    for (int i = 0; i < 6; i++) {
        struct event *e = say_trace(f, arena_fmt(f->arena, "t%d", i).p, NOW - i * MILLIS_DAY);
        e->trace.session_id = i % 2 ? STR("odd") : STR("even");
        e->present |= BIT(TRACE_SESSION_ID);
    }
    commit(f);
    q.session_id = STR("odd");
    struct rows r = list_traces(f, &q);
    assert_ids(&r, "t1 t3 t5");
    assert_int_equal(r.total, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_every_column_can_be_asked),
        TEST(test_texts_are_compared_as_described),
        TEST(test_matching_input_ignores_case),
        TEST(test_amounts_are_equal_to_what_was_written),
        TEST(test_tags_overlap_contain_and_exclude),
        TEST(test_scores_of_a_trace_decide_about_it),
        TEST(test_a_parameter_yields_to_a_filter_on_its_column),
        TEST(test_each_row_has_its_own_trace),
        TEST(test_pages_neither_repeat_nor_lose_rows),
        TEST(test_scores_of_several_traces),
        TEST(test_scores_by_id),
        TEST(test_traces_of_a_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
