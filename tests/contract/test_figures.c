// SPDX-License-Identifier: MIT
// The pages' figures (store/insight.h): what every store must answer. Figures are asked twice: with rows
// as they came, and after the background has told facts of them.
#include "contract/event_fixture.h"

#define DAY (24 * HOUR)

struct said { // one trace with one model call
    const char *id, *name, *user, *session, *model;
    millis at;
    int64_t ms;
    picos cost;
    const char *error;
};

static void say(struct fixture *f, const struct said *s)
{
    struct event *t = say_trace(f, s->id, s->at);
    struct event *e =
        say_observation(f, s->id, arena_cstr(f->arena, arena_fmt(f->arena, "%s-1", s->id)), s->at);
    struct observation *o = &e->observation;

    t->trace.name = str_c(s->name);
    t->trace.user_id = str_c(s->user);
    t->trace.session_id = str_c(s->session);
    t->present |= BIT(TRACE_NAME) | BIT(TRACE_USER_ID) | BIT(TRACE_SESSION_ID);
    o->type = OBSERVATION_GENERATION;
    o->model = str_c(s->model);
    o->end_time = s->at + s->ms;
    o->cost.items = ARENA_ARRAY(f->arena, struct cost_item, 1);
    o->cost.items[0] = (struct cost_item){STR("total"), s->cost};
    o->cost.n = 1;
    o->input = str_c(s->id);
    e->replace = true; // as a span: cost and all
    if (s->error) {
        o->level = LEVEL_ERROR;
        o->status_message = str_c(s->error);
    }
}

static const struct said conversation[] = {
    {"a", "chat", "ann", "s1", "m1", NOW - 5 * HOUR, 100, 10, NULL},
    {"b", "chat", "ann", "s1", "m1", NOW - 4 * HOUR, 200, 20, "tool 17 failed"},
    {"c", "chat", "ben", "s2", "m2", NOW - 3 * HOUR, 300, 40, NULL},
    {"d", "agent", "ben", "s3", "m2", NOW - 2 * HOUR, 400, 80, "tool 99 failed"},
    {"e", "agent", "ben", "s3", "m2", NOW - HOUR, 5000, 100, "tool 5 failed"},
    {"f", "chat", "ann", "s0", "m1", NOW - 30 * HOUR, 50, 7, NULL}, // the day before
};

static void say_all(struct fixture *f)
{
    for (size_t i = 0; i < ARRAY_LEN(conversation); i++)
        say(f, &conversation[i]);
    commit(f);
}

static struct insight_query last_day(struct fixture *f, const char *filter)
{
    struct insight_query q = {
        .project = PROJECT, .from = NOW - DAY, .to = NOW, .bucket_ms = 6 * HOUR};

    assert_int_equal(filter_parse(&f->ctx, VIEW_PAGE_TRACES, str_c(filter), &q.filter), ERR_OK);
    return q;
}

static const struct facet *facet_of(const struct summary *s, enum insight_dimension d)
{
    for (size_t i = 0; i < s->n_facets; i++) {
        if (s->facets[i].dimension == d)
            return &s->facets[i];
    }
    return NULL;
}

static void check_summary(struct fixture *f)
{
    struct insight_query q = last_day(f, "");
    struct summary s;

    assert_int_equal(f->store->insight->summary(f->store, &f->ctx, &q, &s), ERR_OK);
    assert_int_equal(s.total.n, 5);
    assert_int_equal(s.total.errors, 3);
    assert_int_equal(s.total.cost, 250);
    assert_int_equal(s.n_buckets, 4);
    assert_int_equal(s.buckets[3].n, 5);
    assert_int_equal(s.buckets[0].n, 0);
    assert_true(s.latency.p50 > 295 && s.latency.p50 < 305);
    assert_true(s.latency.p99 > 4920 && s.latency.p99 < 5080);
    const struct facet *names = facet_of(&s, BY_NAME);
    assert_non_null(names);
    assert_int_equal(names->n, 2);
    assert_str(names->values[0].value, "chat");
    assert_int_equal(names->values[0].n, 3);
    assert_null(facet_of(&s, BY_ENVIRONMENT)); // one value only
    assert_false(s.partial);
}

static void check_facets(struct fixture *f)
{
    struct insight_query q =
        last_day(f, "[{\"column\":\"name\",\"type\":\"stringOptions\",\"operator\":\"any of\","
                    "\"value\":[\"agent\"]},{\"column\":\"level\",\"type\":\"stringOptions\","
                    "\"operator\":\"any of\",\"value\":[\"ERROR\"]}]");
    struct summary s;

    assert_int_equal(f->store->insight->summary(f->store, &f->ctx, &q, &s), ERR_OK);
    assert_int_equal(s.total.n, 2);
    const struct facet *names = facet_of(&s, BY_NAME); // of the errors, whatever their name
    assert_non_null(names);
    assert_str(names->values[0].value, "agent");
    assert_int_equal(names->values[0].n, 2);
    assert_int_equal(names->values[1].n, 1);
    assert_null(facet_of(&s, BY_USER)); // under both conditions only ben is left
}

static void test_summary(void **state)
{
    say_all(*state);
    for (int i = 0; i < 2; i++) {
        check_summary(*state);
        check_facets(*state);
        background_run(*state);
    }
}

static void test_an_empty_range_names_the_newest(void **state)
{
    struct fixture *f = *state;
    struct insight_query q = last_day(f, "");
    struct summary s;

    say(f, &conversation[5]);
    commit(f);
    assert_int_equal(f->store->insight->summary(f->store, &f->ctx, &q, &s), ERR_OK);
    assert_int_equal(s.total.n, 0);
    assert_int_equal(s.newest, NOW - 30 * HOUR);
}

static void check_overview(struct fixture *f)
{
    struct insight_query q = last_day(f, "");
    struct overview o;

    enum errc rc = f->store->insight->overview(f->store, &f->ctx, &q, &o);
    if (rc != ERR_OK)
        fail_msg("%.*s", STR_ARG(f->ctx.message));
    assert_false(o.empty);
    assert_int_equal(o.total.n, 5);
    assert_int_equal(o.before.n, 1);
    assert_int_equal(o.before.cost, 7);
    assert_int_equal(o.n_cost[0], 2); // models
    assert_str(o.cost[0][0].key, "m2");
    assert_int_equal(o.cost[0][0].sum, 220);
    assert_int_equal(o.cost[0][0].values[3], 220);
    assert_str(o.users[0].key, "ben");
    assert_int_equal(o.users[0].amounts.errors, 2);
    assert_str(o.names[0].key, "chat");
    assert_int_equal(o.n_troubles, 2); // messages that differ in numbers are one
    assert_str(o.troubles[0].name, "agent");
    assert_str(o.troubles[0].message, "tool # failed");
    assert_int_equal(o.troubles[0].n, 2);
    assert_int_equal(o.troubles[0].since, NOW - 2 * HOUR);
    assert_int_equal(o.n_slowest, 5);
    assert_str(o.slowest[0].trace_id, "e");
    assert_int_equal(o.slowest[0].latency, 5000);
    assert_int_equal(o.n_scores, 1);
    assert_int_equal(o.scores[0].n, 2);
    assert_true(o.scores[0].mean > 0.49 && o.scores[0].mean < 0.51);
}

static void test_overview(void **state)
{
    struct fixture *f = *state;

    say_all(f);
    say_score(f, "a", "x", 0.25)->score.timestamp = NOW - HOUR;
    say_score(f, "b", "y", 0.75)->score.timestamp = NOW - HOUR;
    commit(f);
    for (int i = 0; i < 2; i++) {
        check_overview(f);
        background_run(f);
    }
}

// A name that costs twice as much as the day before.
static void test_costs_that_moved_need_attention(void **state)
{
    struct fixture *f = *state;
    struct insight_query q = last_day(f, "");
    struct overview o;

    for (int i = 0; i < 60; i++) {
        struct said s = conversation[0];
        s.id = arena_cstr(f->arena, arena_fmt(f->arena, "t%d", i));
        s.at = i < 30 ? NOW - 30 * HOUR : NOW - HOUR;
        s.cost = i < 30 ? 1000 : 2500;
        say(f, &s);
    }
    commit(f);
    background_run(f);
    enum errc rc = f->store->insight->overview(f->store, &f->ctx, &q, &o);
    if (rc != ERR_OK)
        fail_msg("%.*s", STR_ARG(f->ctx.message));
    assert_int_equal(o.n_troubles, 1);
    assert_int_equal(o.troubles[0].kind, TROUBLE_COST);
    assert_str(o.troubles[0].name, "chat");
    assert_true(o.troubles[0].now > 2 * o.troubles[0].before);
}

struct taken {
    char ids[256];
    size_t n;
    struct user_line user;
    struct session_line session;
};

static enum errc take_user(void *user, const struct user_line *line)
{
    struct taken *t = user;

    t->user = *line;
    t->n += (size_t)snprintf(t->ids + t->n, sizeof(t->ids) - t->n, "%.*s ", STR_ARG(line->id));
    return ERR_OK;
}

static enum errc take_session(void *user, const struct session_line *line)
{
    struct taken *t = user;

    t->session = *line;
    t->n += (size_t)snprintf(t->ids + t->n, sizeof(t->ids) - t->n, "%.*s ", STR_ARG(line->id));
    return ERR_OK;
}

static void check_users(struct fixture *f)
{
    struct insight_query q = last_day(f, "");
    struct group_page page = {.sort = SORT_COST, .limit = 1};
    struct taken t = {0};

    assert_int_equal(f->store->insight->user_lines(f->store, &f->ctx, &q, &page, take_user, &t),
                     ERR_OK);
    assert_string_equal(t.ids, "ben ");
    assert_true(page.more);
    assert_int_equal(t.user.traces, 3);
    assert_int_equal(t.user.sessions, 2);
    assert_int_equal(t.user.errors, 2);
    assert_int_equal(t.user.spark[3], 220);
    assert_int_equal(t.user.first, NOW - 3 * HOUR);
    page.offset = 1;
    assert_int_equal(f->store->insight->user_lines(f->store, &f->ctx, &q, &page, take_user, &t),
                     ERR_OK);
    assert_string_equal(t.ids, "ben ann ");
    assert_false(page.more);
}

static void check_sessions(struct fixture *f)
{
    struct insight_query q = last_day(f, "");
    struct group_page page = {.limit = 10};
    struct taken t = {0};

    assert_int_equal(
        f->store->insight->session_lines(f->store, &f->ctx, &q, &page, take_session, &t), ERR_OK);
    assert_string_equal(t.ids, "s3 s2 s1 ");
    assert_int_equal(t.session.turns, 2);
    assert_int_equal(t.session.errors, 1);
    assert_str(t.session.first, "a"); // the first trace's input
    assert_str(t.session.users[0], "ann");
    assert_int_equal(t.session.start, NOW - 5 * HOUR);
}

static void test_users_and_sessions(void **state)
{
    say_all(*state);
    for (int i = 0; i < 2; i++) {
        check_users(*state);
        check_sessions(*state);
        background_run(*state);
    }
}

static void test_values(void **state)
{
    struct fixture *f = *state;
    struct insight_query q = last_day(f, "");
    struct facet v = {.dimension = BY_MODEL};

    say_all(f);
    assert_int_equal(f->store->insight->values(f->store, &f->ctx, &q, STR("M"), &v), ERR_OK);
    assert_int_equal(v.n, 2);
    assert_str(v.values[0].value, "m2");
    assert_int_equal(v.values[0].n, 3);
    assert_int_equal(f->store->insight->values(f->store, &f->ctx, &q, STR("m1"), &v), ERR_OK);
    assert_int_equal(v.n, 1);
}

static void test_observations_are_summed_too(void **state)
{
    struct fixture *f = *state;
    struct insight_query q = {.project = PROJECT,
                              .lens = LENS_OBSERVATIONS,
                              .from = NOW - DAY,
                              .to = NOW,
                              .bucket_ms = 6 * HOUR};
    struct summary s;

    say_all(f);
    assert_int_equal(f->store->insight->summary(f->store, &f->ctx, &q, &s), ERR_OK);
    assert_int_equal(s.total.n, 5);
    assert_int_equal(s.total.errors, 3);
    const struct facet *models = facet_of(&s, BY_MODEL);
    assert_non_null(models);
    assert_str(models->values[0].value, "m2");
}

// Figures follow what is said late, deleted and forgotten with its day.
static void test_figures_follow_changes(void **state)
{
    struct fixture *f = *state;
    struct insight_query q = last_day(f, "");
    struct said late = conversation[0];
    struct summary s;
    const str b = STR("b");

    say_all(f);
    background_run(f);
    late.cost = 1010; // the same span again
    say(f, &late);
    commit(f);
    assert_int_equal(f->store->ops->trace_delete(f->store, &f->ctx, PROJECT, &b, 1), ERR_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(f->store->insight->summary(f->store, &f->ctx, &q, &s), ERR_OK);
        assert_int_equal(s.total.n, 4);
        assert_int_equal(s.total.cost, 1230);
        background_run(f);
    }
    q.from = NOW - 3 * DAY;
    assert_int_equal(f->store->insight->summary(f->store, &f->ctx, &q, &s), ERR_OK);
    assert_int_equal(s.total.n, 5);
    if (f->server)
        return; // a table of days is the embedded store's
    struct sqlite_store_options opt = options_of(f);
    int64_t days;
    opt.budget_bytes = 1; // today's file stays
    store_reopen(f, &opt);
    assert_int_equal(sqlite_store_retain(f->store, &f->ctx, &days), ERR_OK);
    assert_int_equal(f->store->insight->summary(f->store, &f->ctx, &q, &s), ERR_OK);
    assert_int_equal(s.total.n, 4);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_summary),
        TEST(test_an_empty_range_names_the_newest),
        TEST(test_overview),
        TEST(test_costs_that_moved_need_attention),
        TEST(test_users_and_sessions),
        TEST(test_values),
        TEST(test_observations_are_summed_too),
        TEST(test_figures_follow_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
