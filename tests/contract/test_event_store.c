// SPDX-License-Identifier: MIT
// The contract of the event store: what every implementation must answer (store/store.h). Each test
// starts with an empty store.
#include "contract/event_fixture.h"

static void test_write_then_read(void **state)
{
    struct fixture *f = *state;
    struct event *t = say_trace(f, "t1", NOW), *o = say_observation(f, "t1", "o1", NOW + 5);

    t->trace.name = STR("chat");
    t->trace.input = STR("{\"q\":1}");
    t->trace.metadata = STR("{\"k\":\"v\"}");
    t->present |= BIT(TRACE_NAME) | BIT(TRACE_INPUT) | BIT(TRACE_METADATA);
    o->observation.input = STR("hello");
    o->observation.end_time = NOW + 105;
    o->present |= BIT(OBS_INPUT) | BIT(OBS_END_TIME);
    commit(f);

    struct rows r = get_trace(f, "t1");
    assert_int_equal(r.n, 1);
    assert_str(r.trace.trace.name, "chat");
    assert_str(r.trace.trace.input, "{\"q\":1}");
    assert_str(r.trace.trace.metadata, "{\"k\":\"v\"}");
    assert_int_equal(r.trace.trace.timestamp, NOW);
    assert_int_equal(r.trace.stats.n_observations, 1);
    assert_int_equal(r.trace.stats.last_end, NOW + 105);
    assert_int_equal(r.trace.observation_ids.n, 1);
    struct observation_query q = all_observations(VIEW_OBSERVATIONS);
    r = list_observations(f, &q);
    assert_ids(&r, "o1");
    assert_str(r.observation.observation.input, "hello");
    assert_str(r.observation.observation.trace_id, "t1");
}

static void test_update_merges_with_the_stored_row(void **state)
{
    struct fixture *f = *state;
    struct event *e = say_observation(f, "t1", "o1", NOW);

    e->observation.name = STR("first");
    e->observation.input = STR("in");
    e->observation.metadata = STR("{\"a\":{\"x\":1}}");
    e->present |= BIT(OBS_NAME) | BIT(OBS_INPUT) | BIT(OBS_METADATA);
    commit(f);
    e = say_observation(f, "t1", "o1", NOW + 900);
    e->observation.output = STR("out");
    e->observation.metadata = STR("{\"a\":{\"y\":2}}");
    e->present |= BIT(OBS_OUTPUT) | BIT(OBS_METADATA);
    struct write_result res = commit(f);

    assert_int_equal(res.n_merged, 1);
    struct observation_query q = all_observations(VIEW_OBSERVATIONS);
    struct rows r = list_observations(f, &q);
    assert_ids(&r, "o1");
    assert_int_equal(r.total, 1);
    const struct observation *o = &r.observation.observation;
    assert_str(o->name, "first");
    assert_str(o->input, "in");
    assert_str(o->output, "out");
    assert_str(o->metadata, "{\"a\":{\"x\":1,\"y\":2}}");
    assert_int_equal(o->start_time, NOW); // immutable
}

static void say_span(struct fixture *f, const char *name, int64_t tokens)
{
    struct event *e = say_observation(f, "t1", "o1", NOW);

    e->replace = true;
    e->observation.name = str_c(name);
    e->observation.source = SOURCE_OTLP;
    e->observation.usage.items = ARENA_ARRAY(f->arena, struct usage_item, 1);
    e->observation.usage.items[0] = (struct usage_item){STR("total"), tokens};
    e->observation.usage.n = 1;
}

static void test_a_span_sent_again_replaces_its_row(void **state)
{
    struct fixture *f = *state;

    say_span(f, "before", 7);
    commit(f);
    say_span(f, "after", 5);
    commit(f);
    struct rows r = get_trace(f, "t1");
    assert_int_equal(r.trace.stats.n_observations, 1);
    assert_int_equal(r.trace.stats.total_tokens, 5);
    struct observation_query q = all_observations(VIEW_OBSERVATIONS);
    r = list_observations(f, &q);
    assert_ids(&r, "o1");
    assert_str(r.observation.observation.name, "after");
}

static void test_sending_again_changes_nothing(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 3; i++) {
        say_trace(f, "t1", NOW);
        say_observation(f, "t1", "o1", NOW);
        say_observation(f, "t1", "o2", NOW);
        say_score(f, "t1", "s1", 0.5);
        commit(f);
    }
    struct trace_query q = all_traces();
    struct rows r = list_traces(f, &q);
    assert_ids(&r, "t1");
    assert_int_equal(r.total, 1);
    assert_int_equal(r.trace.stats.n_observations, 2);
    struct score_query sq = all_scores();
    r = list_scores(f, &sq);
    assert_ids(&r, "s1");
    assert_int_equal(r.total, 1);
}

static void test_a_trace_lives_in_one_day(void **state)
{
    struct fixture *f = *state;
    struct store_status st;

    say_observation(f, "t1", "o1", NOW - 24 * HOUR);
    commit(f);
    say_observation(f, "t1", "o2", NOW); // follows its trace into yesterday's file
    say_score(f, "t1", "s1", 1);
    commit(f);
    assert_int_equal(f->store->ops->status(f->store, &f->ctx, &st), ERR_OK);
    if (!f->server)
        assert_int_equal(st.n_files, 1);
    assert_int_equal(st.counts.traces, 1);
    assert_int_equal(st.counts.observations, 2);
    assert_int_equal(st.counts.scores, 1);
    assert_true(st.writable && st.bytes > 0 && st.newest_day == time_day(NOW) - 1);
    struct rows r = get_trace(f, "t1");
    assert_int_equal(r.trace.observation_ids.n, 2);
    assert_int_equal(r.trace.score_ids.n, 1);
    assert_int_equal(r.trace.trace.timestamp, NOW - 24 * HOUR); // the earliest span
}

static void test_a_score_may_come_before_its_trace(void **state)
{
    struct fixture *f = *state;
    struct trace_query q = all_traces();

    say_score(f, "t1", "s1", 1);
    commit(f);
    struct rows r = list_traces(f, &q);
    assert_int_equal(r.n, 0);
    assert_int_equal(r.total, 0);
    assert_int_equal(get_trace(f, "t1").n, 0);
    say_observation(f, "t1", "o1", NOW - HOUR);
    commit(f);
    r = list_traces(f, &q);
    assert_ids(&r, "t1");
    assert_int_equal(r.trace.score_ids.n, 1);
}

static void test_scores_merge_and_go(void **state)
{
    struct fixture *f = *state;
    struct score_query q = all_scores();

    say_trace(f, "t1", NOW);
    say_score(f, "t1", "s1", 1);
    commit(f);
    say_score(f, "t1", "s1", 2);
    commit(f);
    struct rows r = list_scores(f, &q);
    assert_ids(&r, "s1");
    assert_true(r.score.score.value > 1.5);
    assert_true(r.score.has_trace);
    assert_int_equal(f->store->ops->score_delete(f->store, &f->ctx, PROJECT, STR("s1")), ERR_OK);
    assert_int_equal(f->store->ops->score_delete(f->store, &f->ctx, PROJECT, STR("s1")), ERR_OK);
    r = list_scores(f, &q);
    assert_int_equal(r.n, 0);
    assert_int_equal(r.total, 0);
}

static void test_deleting_takes_everything_of_a_trace(void **state)
{
    struct fixture *f = *state;
    const str ids[] = {STR("t1"), STR("never-was")};

    say_trace(f, "t1", NOW);
    say_observation(f, "t1", "o1", NOW);
    say_score(f, "t1", "s1", 1);
    say_trace(f, "t2", NOW);
    commit(f);
    assert_int_equal(f->store->ops->trace_delete(f->store, &f->ctx, PROJECT, ids, 2), ERR_OK);
    assert_int_equal(get_trace(f, "t1").n, 0);
    struct trace_query q = all_traces();
    struct rows r = list_traces(f, &q);
    assert_ids(&r, "t2");
    assert_int_equal(r.total, 1);
    struct observation_query oq = all_observations(VIEW_OBSERVATIONS);
    assert_int_equal(list_observations(f, &oq).total, 0);
    struct score_query sq = all_scores();
    assert_int_equal(list_scores(f, &sq).total, 0);
}

static void say_month(struct fixture *f)
{
    static char ids[40][8];

    for (int i = 0; i < 40; i++) {
        snprintf(ids[i], sizeof(ids[i]), "t%02d", i);
        struct event *e = say_trace(f, ids[i], NOW - i * 6 * HOUR);
        e->trace.name = i % 2 ? STR("odd") : STR("even");
        e->present |= BIT(TRACE_NAME);
    }
    commit(f);
}

static void test_lists_are_ordered_over_days(void **state)
{
    struct fixture *f = *state;
    struct trace_query q = all_traces();

    say_month(f);
    q.limit = 3;
    struct rows r = list_traces(f, &q);
    assert_ids(&r, "t00 t01 t02");
    assert_int_equal(r.total, 40);
    q.offset = 19;
    r = list_traces(f, &q);
    assert_ids(&r, "t19 t20 t21");
    q.offset = 39;
    r = list_traces(f, &q);
    assert_ids(&r, "t39");
    q.offset = 40;
    r = list_traces(f, &q);
    assert_int_equal(r.n, 0);
    q.offset = 0;
    q.order.ascending = true;
    r = list_traces(f, &q);
    assert_ids(&r, "t39 t38 t37");
}

static void test_conditions_and_ranges(void **state)
{
    struct fixture *f = *state;
    struct trace_query q = all_traces();

    say_month(f);
    q.limit = 2;
    q.name = STR("odd");
    struct rows r = list_traces(f, &q);
    assert_ids(&r, "t01 t03");
    assert_int_equal(r.total, 20);
    q.from = NOW - 30 * HOUR;
    q.to = NOW - 6 * HOUR; // exclusive
    r = list_traces(f, &q);
    assert_ids(&r, "t03 t05");
    assert_int_equal(r.total, 2);
    q = all_traces();
    q.order = (struct order_by){"name", true};
    q.limit = 1;
    r = list_traces(f, &q);
    assert_str(r.trace.trace.name, "even");
    assert_int_equal(filter_parse(&f->ctx, VIEW_TRACES,
                                  STR("[{\"type\":\"string\",\"column\":\"name\",\"operator\":"
                                      "\"starts with\",\"value\":\"ev\"}]"),
                                  &q.filter),
                     ERR_OK);
    r = list_traces(f, &q);
    assert_int_equal(r.total, 20);
}

static void test_metadata_conditions_look_into_bodies(void **state)
{
    struct fixture *f = *state;
    struct trace_query q = all_traces();

    say_month(f);
    struct event *e = say_trace(f, "t07", NOW);
    e->trace.metadata = STR("{\"customer\":\"acme\",\"n\":5}");
    e->present |= BIT(TRACE_METADATA);
    commit(f);
    assert_int_equal(
        filter_parse(&f->ctx, VIEW_TRACES,
                     STR("[{\"type\":\"stringObject\",\"column\":\"metadata\",\"key\":\"customer\","
                         "\"operator\":\"contains\",\"value\":\"cm\"}]"),
                     &q.filter),
        ERR_OK);
    struct rows r = list_traces(f, &q);
    assert_ids(&r, "t07");
}

static void test_cursor_pages_see_each_row_once(void **state)
{
    struct fixture *f = *state;
    static char ids[25][8];
    struct observation_query q = all_observations(VIEW_OBSERVATIONS_V2);
    struct observation_cursor after;
    size_t seen = 0, pages = 0;

    for (int i = 0; i < 25; i++) { // groups of five share a time
        snprintf(ids[i], sizeof(ids[i]), "o%02d", i);
        say_observation(f, i % 2 ? "t1" : "t2", ids[i], NOW - i / 5 * 20 * HOUR);
    }
    commit(f);
    q.limit = 4;
    for (;; pages++) {
        struct rows r = list_observations(f, &q);
        seen += r.n;
        if (r.n < 4)
            break;
        after = (struct observation_cursor){r.observation.observation.start_time,
                                            arena_str(f->arena, r.observation.observation.trace_id),
                                            r.ids[3]};
        q.after = &after;
    }
    assert_int_equal(seen, 25);
    assert_int_equal(pages, 6);
}

static enum errc count_session(void *user, const struct session_row *row)
{
    assert_str(row->id, "chat-1");
    ++*(int *)user;
    return ERR_OK;
}

static void test_sessions_are_listed_once(void **state)
{
    struct fixture *f = *state;
    struct session_query q = {
        .project = PROJECT, .limit = 10, .from = MILLIS_NONE, .to = MILLIS_NONE};
    struct trace_query tq = all_traces();
    int64_t total = 0;
    int n = 0;

    for (int i = 0; i < 3; i++) {
        static const char *const ids[] = {"t1", "t2", "t3"};
        struct event *e = say_trace(f, ids[i], NOW - i * 30 * HOUR);
        e->trace.session_id = STR("chat-1");
        e->present |= BIT(TRACE_SESSION_ID);
        commit(f);
    }
    assert_int_equal(f->store->ops->session_list(f->store, &f->ctx, &q, count_session, &n, &total),
                     ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(total, 1);
    n = 0;
    assert_int_equal(
        f->store->ops->session_get(f->store, &f->ctx, PROJECT, STR("chat-1"), count_session, &n),
        ERR_OK);
    tq.session_id = STR("chat-1");
    struct rows r = list_traces(f, &tq);
    assert_ids(&r, "t1 t2 t3");
}

static void test_projects_do_not_meet(void **state)
{
    struct fixture *f = *state;
    struct write_result res;
    struct trace_query q = all_traces();

    say_trace(f, "t1", NOW);
    commit(f);
    struct event *e = say_trace(f, "t1", NOW);
    e->trace.name = STR("other");
    e->present |= BIT(TRACE_NAME);
    assert_int_equal(f->store->ops->write(f->store, &f->ctx, STR("project-2"), &f->events, &res),
                     ERR_OK);
    struct rows r = list_traces(f, &q);
    assert_int_equal(r.total, 1);
    assert_false(str_some(r.trace.trace.name));
}

static void test_counted_tokens_are_added(void **state)
{
    struct fixture *f = *state;
    struct event *e = say_observation(f, "t1", "o1", NOW);
    struct usage_item items[] = {{STR("input"), 3}, {STR("output"), 4}, {STR("total"), 7}};

    e->replace = true;
    e->observation.needs_tokens = true;
    commit(f);
    struct observation counted = {
        .id = STR("o1"), .trace_id = STR("t1"), .usage = {.items = items, .n = 3, .cap = 3}};
    assert_int_equal(f->store->ops->set_usage(f->store, &f->ctx, PROJECT, &counted), ERR_OK);
    struct rows r = get_trace(f, "t1");
    assert_int_equal(r.trace.stats.total_tokens, 7);
    counted.usage.items[2].value = 99; // counted already: a second count changes nothing
    assert_int_equal(f->store->ops->set_usage(f->store, &f->ctx, PROJECT, &counted), ERR_OK);
    assert_int_equal(get_trace(f, "t1").trace.stats.total_tokens, 7);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_write_then_read),
        CASE(test_update_merges_with_the_stored_row),
        CASE(test_a_span_sent_again_replaces_its_row),
        CASE(test_sending_again_changes_nothing),
        CASE(test_a_trace_lives_in_one_day),
        CASE(test_a_score_may_come_before_its_trace),
        CASE(test_scores_merge_and_go),
        CASE(test_deleting_takes_everything_of_a_trace),
        CASE(test_lists_are_ordered_over_days),
        CASE(test_conditions_and_ranges),
        CASE(test_metadata_conditions_look_into_bodies),
        CASE(test_cursor_pages_see_each_row_once),
        CASE(test_sessions_are_listed_once),
        CASE(test_projects_do_not_meet),
        CASE(test_counted_tokens_are_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
