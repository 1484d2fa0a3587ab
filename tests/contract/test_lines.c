// SPDX-License-Identifier: MIT
// The pages' lists (store/insight.h): what every store must answer. Each test runs twice: with rows as
// they came, and after the background has told facts of them.
#include "contract/event_fixture.h"

struct lines {
    struct fixture *f;
    char ids[1024];
    size_t n;
    struct trace_line trace;
    struct observation_line observation;
    struct line_end end;
};

static enum errc take_line(void *user, const struct trace_line *line)
{
    struct lines *l = user;

    l->trace = *line;
    l->n += (size_t)snprintf(l->ids + l->n, sizeof(l->ids) - l->n, "%s%.*s", l->n ? " " : "",
                             STR_ARG(line->id));
    return ERR_OK;
}

static enum errc take_observation_line(void *user, const struct observation_line *line)
{
    struct lines *l = user;

    l->observation = *line;
    l->n += (size_t)snprintf(l->ids + l->n, sizeof(l->ids) - l->n, "%s%.*s", l->n ? " " : "",
                             STR_ARG(line->id));
    return ERR_OK;
}

static struct insight_query asked(struct fixture *f, const char *filter)
{
    struct insight_query q = {.project = PROJECT, .from = MILLIS_NONE, .to = MILLIS_NONE};

    assert_int_equal(filter_parse(&f->ctx, VIEW_PAGE_TRACES, str_c(filter), &q.filter), ERR_OK);
    return q;
}

static struct lines list(struct fixture *f, const struct insight_query *q, struct line_page *page)
{
    struct lines l = {.f = f};

    enum errc rc = q->lens == LENS_TRACES
                       ? f->store->insight->trace_lines(f->store, &f->ctx, q, page, take_line, &l)
                       : f->store->insight->observation_lines(f->store, &f->ctx, q, page,
                                                              take_observation_line, &l);
    if (rc != ERR_OK)
        print_error("lines: %.*s\n", STR_ARG(f->ctx.message));
    assert_int_equal(rc, ERR_OK);
    l.end = page->end;
    return l;
}

static void assert_list(struct fixture *f, const char *filter, const char *expected)
{
    struct insight_query q = asked(f, filter);
    struct lines l = list(f, &q, &(struct line_page){.limit = 50});

    if (strcmp(l.ids, expected) != 0)
        print_error("filter %s\n", filter);
    assert_string_equal(l.ids, expected);
    assert_false(l.end.more);
}

static void twice(void **state, void (*test)(struct fixture *f))
{
    test(*state);
    background_run(*state);
    test(*state);
}

static struct event *say(struct fixture *f, const char *trace, const char *name, millis at)
{
    struct event *t = say_trace(f, trace, at);

    t->trace.name = str_c(name);
    t->trace.user_id = str_c(strcmp(name, "chat") ? "ben" : "ann");
    t->present |= BIT(TRACE_NAME) | BIT(TRACE_USER_ID);
    return t;
}

static struct event *call(struct fixture *f, const char *trace, const char *id, millis at)
{
    struct event *e = say_observation(f, trace, id, at);

    e->observation.end_time = at + 100;
    e->present |= BIT(OBS_END_TIME);
    return e;
}

static struct event *fails(struct fixture *f, const char *trace, const char *id, millis at,
                           const char *message)
{
    struct event *e = call(f, trace, id, at);

    e->observation.level = LEVEL_ERROR;
    e->observation.status_message = str_c(message);
    e->present |= BIT(OBS_LEVEL) | BIT(OBS_STATUS_MESSAGE);
    return e;
}

static void say_four(struct fixture *f)
{
    struct event *e = say(f, "a", "chat", NOW - 3 * HOUR);

    e->trace.tags.items = ARENA_ARRAY(f->arena, str, 1);
    e->trace.tags.items[0] = STR("beta");
    e->trace.tags.n = 1;
    e->present |= BIT(TRACE_TAGS);
    call(f, "a", "a1", NOW - 3 * HOUR);
    say(f, "b", "agent", NOW - 2 * HOUR);
    e = call(f, "b", "b1", NOW - 2 * HOUR);
    e->observation.type = OBSERVATION_AGENT;
    e->observation.input = STR("Where is my parcel?");
    e->present |= BIT(OBS_INPUT);
    fails(f, "b", "b2", NOW - 2 * HOUR + 50, "503 from tool 17");
    say(f, "c", "chat", NOW - 26 * HOUR);
    e = call(f, "c", "c1", NOW - 26 * HOUR);
    e->observation.model = STR("gpt-9");
    e->observation.end_time = NOW - 26 * HOUR + 5000;
    e->present |= BIT(OBS_MODEL);
    say(f, "d", "agent", NOW - HOUR);
    commit(f);
}

static void check_filters(struct fixture *f)
{
    assert_list(f, "[]", "d b a c");
    assert_list(f,
                "[{\"column\":\"name\",\"type\":\"string\",\"operator\":\"=\",\"value\":\"chat\"}]",
                "a c");
    assert_list(f,
                "[{\"column\":\"level\",\"type\":\"stringOptions\",\"operator\":\"any of\","
                "\"value\":[\"ERROR\"]}]",
                "b");
    assert_list(f,
                "[{\"column\":\"level\",\"type\":\"stringOptions\",\"operator\":\"none of\","
                "\"value\":[\"ERROR\"]}]",
                "d a c");
    assert_list(f,
                "[{\"column\":\"tags\",\"type\":\"arrayOptions\",\"operator\":\"any of\","
                "\"value\":[\"beta\",\"x\"]}]",
                "a");
    assert_list(
        f, "[{\"column\":\"model\",\"type\":\"string\",\"operator\":\"=\",\"value\":\"gpt-9\"}]",
        "c");
    assert_list(f,
                "[{\"column\":\"latency\",\"type\":\"number\",\"operator\":\">\",\"value\":0.12}]",
                "b c");
    assert_list(f,
                "[{\"column\":\"type\",\"type\":\"stringOptions\",\"operator\":\"any "
                "of\",\"value\":[\"AGENT\"]}]",
                "b");
    assert_list(f,
                "[{\"column\":\"text\",\"type\":\"string\",\"operator\":\"contains\","
                "\"value\":\"PARCEL\"}]",
                "b");
    assert_list(f,
                "[{\"column\":\"text\",\"type\":\"string\",\"operator\":\"does not contain\","
                "\"value\":\"parcel\"}]",
                "d a c");
    assert_list(
        f,
        "[{\"column\":\"text\",\"type\":\"string\",\"operator\":\"contains\","
        "\"value\":\"503 from\"},{\"column\":\"name\",\"type\":\"string\",\"operator\":\"=\","
        "\"value\":\"chat\"}]",
        "");
}

static void test_filters(void **state)
{
    say_four(*state);
    twice(state, check_filters);
}

static void check_row(struct fixture *f)
{
    struct lines l = {.f = f};

    assert_int_equal(
        f->store->insight->trace_line(f->store, &f->ctx, PROJECT, STR("b"), take_line, &l), ERR_OK);
    assert_str(l.trace.name, "agent");
    assert_str(l.trace.error, "503 from tool 17");
    assert_str(l.trace.input, "Where is my parcel?"); // of the root
    assert_int_equal(l.trace.kind, OBSERVATION_AGENT);
    assert_int_equal(l.trace.level, LEVEL_ERROR);
    assert_int_equal(l.trace.latency, 150);
    assert_int_equal(l.trace.n_observations, 2);
    assert_int_equal(l.trace.n_error, 1);
    assert_int_equal(l.trace.scores.n, 1);
    assert_str(l.trace.scores.items[0].name, "quality");
    assert_true(l.trace.scores.items[0].mean > 0.49 && l.trace.scores.items[0].mean < 0.51);
}

static void test_a_row_tells_of_its_trace(void **state)
{
    struct fixture *f = *state;

    say_four(f);
    say_score(f, "b", "s1", 0.25);
    say_score(f, "b", "s2", 0.75);
    commit(f);
    twice(state, check_row);
}

static void check_pages(struct fixture *f)
{
    static const enum line_sort sorts[] = {SORT_START, SORT_LATENCY, SORT_ERRORS, SORT_NAME};
    static const char *const expected[][2] = {{"d b a c", "c a b d"},
                                              {"c b a d", "d a b c"},
                                              {"b d a c", "d a c b"},
                                              {"a c d b", "d b a c"}};
    struct insight_query q = asked(f, "");

    for (size_t i = 0; i < ARRAY_LEN(sorts); i++) {
        for (int up = 0; up < 2; up++) {
            struct line_page page = {.sort = sorts[i], .ascending = up != 0, .limit = 1};
            char all[64] = "";
            struct lines l;
            size_t n = 0;
            do { // one row a page
                l = list(f, &q, &page);
                n += (size_t)snprintf(all + n, sizeof(all) - n, "%s%s", n ? " " : "", l.ids);
                page.after = &l.end.next;
            } while (l.end.more);
            assert_string_equal(all, expected[i][up]);
        }
    }
}

static void test_pages_continue_in_every_order(void **state)
{
    say_four(*state);
    twice(state, check_pages);
}

static void test_observations(void **state)
{
    struct fixture *f = *state;
    struct insight_query q = {
        .project = PROJECT, .lens = LENS_OBSERVATIONS, .from = NOW - 24 * HOUR, .to = MILLIS_NONE};
    struct line_page page = {.limit = 2};

    say_four(f);
    struct lines l = list(f, &q, &page);
    assert_string_equal(l.ids, "b2 b1");
    assert_str(l.observation.input, "Where is my parcel?");
    assert_str(l.observation.trace_name, "agent");
    page.after = &l.end.next;
    assert_true(l.end.more);
    l = list(f, &q, &page);
    assert_string_equal(l.ids, "a1");
    assert_false(l.end.more);
    page = (struct line_page){.sort = SORT_LATENCY, .limit = 5};
    q.from = MILLIS_NONE;
    l = list(f, &q, &page);
    assert_string_equal(l.ids, "c1 b2 b1 a1");
    assert_int_equal(filter_parse(&f->ctx, VIEW_PAGE_OBSERVATIONS,
                                  STR("[{\"column\":\"text\",\"type\":\"string\",\"operator\":"
                                      "\"contains\",\"value\":\"parcel\"}]"),
                                  &q.filter),
                     ERR_OK);
    l = list(f, &q, &page);
    assert_string_equal(l.ids, "b1");
}

static void check_rare_observations(struct fixture *f)
{
    static const char *const rare[][2] = {
        {"[{\"column\":\"level\",\"type\":\"stringOptions\",\"operator\":\"any of\","
         "\"value\":[\"ERROR\"]}]",
         "b2"},
        {"[{\"column\":\"model\",\"type\":\"string\",\"operator\":\"=\",\"value\":\"gpt-9\"}]",
         "c1"},
        {"[{\"column\":\"model\",\"type\":\"string\",\"operator\":\"=\",\"value\":\"none\"}]", ""},
    };
    struct insight_query q = {
        .project = PROJECT, .lens = LENS_OBSERVATIONS, .from = MILLIS_NONE, .to = MILLIS_NONE};

    for (size_t i = 0; i < ARRAY_LEN(rare); i++) {
        assert_int_equal(
            filter_parse(&f->ctx, VIEW_PAGE_OBSERVATIONS, str_c(rare[i][0]), &q.filter), ERR_OK);
        struct lines l = list(f, &q, &(struct line_page){.limit = 5});
        assert_string_equal(l.ids, rare[i][1]);
    }
}

static void test_rare_observations(void **state)
{
    say_four(*state);
    twice(state, check_rare_observations);
}

// What comes after a trace was told of counts, also in other columns than the time.
static void test_late_words_count(void **state)
{
    struct fixture *f = *state;

    say_four(f);
    background_run(f);
    fails(f, "a", "a2", NOW - 3 * HOUR + 10, "late");
    say(f, "c", "renamed", NOW - 26 * HOUR);
    commit(f);
    for (int i = 0; i < 2; i++) {
        assert_list(
            f, "[{\"column\":\"errorCount\",\"type\":\"number\",\"operator\":\">\",\"value\":0}]",
            "b a");
        assert_list(
            f, "[{\"column\":\"name\",\"type\":\"string\",\"operator\":\"=\",\"value\":\"chat\"}]",
            "a");
        background_run(f);
    }
}

static void test_deleted_traces_are_gone(void **state)
{
    struct fixture *f = *state;
    const str ids[] = {STR("d"), STR("b")}, e = STR("e");

    say_four(f);
    background_run(f);
    assert_int_equal(f->store->ops->trace_delete(f->store, &f->ctx, PROJECT, ids, 2), ERR_OK);
    for (int i = 0; i < 2; i++) {
        assert_list(f, "[]", "a c");
        assert_list(
            f, "[{\"column\":\"errorCount\",\"type\":\"number\",\"operator\":\">=\",\"value\":0}]",
            "a c");
        say(f, "e", "new", NOW - 30 * HOUR); // may take a row number that was free
        commit(f);
        background_run(f);
        assert_int_equal(f->store->ops->trace_delete(f->store, &f->ctx, PROJECT, &e, 1), ERR_OK);
    }
}

// Hundreds of chunks become few, and say the same.
static void test_joined_facts_say_the_same(void **state)
{
    struct fixture *f = *state;
    char id[16];
    int64_t n = 1;

    for (int i = 0; i < 40; i++) {
        snprintf(id, sizeof(id), "t%02d", i % 30);
        say(f, id, i < 30 ? "first" : "second", NOW - HOUR + (i % 30) * 1000);
        commit(f);
        background_run(f);
    }
    while (n && !f->server)
        assert_int_equal(sqlite_store_join_facts(f->store, &f->ctx, &n), ERR_OK);
    struct insight_query q = asked(
        f, "[{\"column\":\"name\",\"type\":\"string\",\"operator\":\"=\",\"value\":\"second\"}]");
    struct lines l = list(f, &q, &(struct line_page){.limit = 50});
    assert_string_equal(l.ids, "t09 t08 t07 t06 t05 t04 t03 t02 t01 t00");
    q = asked(f,
              "[{\"column\":\"name\",\"type\":\"string\",\"operator\":\"=\",\"value\":\"first\"}]");
    l = list(f, &q, &(struct line_page){.limit = 3});
    assert_string_equal(l.ids, "t29 t28 t27");
    assert_true(l.end.more);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_filters),
        TEST(test_a_row_tells_of_its_trace),
        TEST(test_pages_continue_in_every_order),
        TEST(test_observations),
        TEST(test_rare_observations),
        TEST(test_late_words_count),
        TEST(test_deleted_traces_are_gone),
        TEST(test_joined_facts_say_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
