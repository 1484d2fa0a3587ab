// SPDX-License-Identifier: MIT
// A trace as the pages draw it: its tree, and one observation with the model calls before it.
#include "contract/event_fixture.h"

struct seen {
    char text[1024];
    size_t n;
};

static enum errc take_row(void *user, const struct tree_row *r)
{
    struct seen *s = user;

    s->n += (size_t)snprintf(s->text + s->n, sizeof(s->text) - s->n, "%s%.*s/%.*s:%.*s",
                             s->n ? " " : "", STR_ARG(r->id), STR_ARG(r->parent_id),
                             STR_ARG(r->status_message));
    return ERR_OK;
}

static enum errc take_at(void *user, int64_t position, const struct observation_row *row)
{
    struct seen *s = user;

    s->n += (size_t)snprintf(s->text + s->n, sizeof(s->text) - s->n, "%s%d:%.*s=%.*s",
                             s->n ? " " : "", (int)position, STR_ARG(row->observation.id),
                             STR_ARG(row->observation.input));
    return ERR_OK;
}

static void say(struct fixture *f, const char *id, millis start, int32_t type, int32_t level)
{
    struct observation *o;
    struct event *e = say_observation(f, "t1", id, start);

    o = &e->observation;
    o->type = type;
    o->level = level;
    o->status_message = level == LEVEL_ERROR ? STR("broken") : STR("fine");
    o->input = arena_cat(f->arena, STR("in "), o->id);
    if (id[0] != 'a')
        o->parent_id = STR("a");
    e->present |= BIT(OBS_TYPE) | BIT(OBS_LEVEL) | BIT(OBS_STATUS_MESSAGE) | BIT(OBS_INPUT) |
                  (id[0] != 'a' ? BIT(OBS_PARENT_ID) : 0);
}

static void say_all(struct fixture *f)
{
    say(f, "d", NOW + 30, OBSERVATION_GENERATION, LEVEL_DEFAULT);
    say(f, "a", NOW, OBSERVATION_SPAN, LEVEL_DEFAULT);
    commit(f);
    say(f, "b", NOW + 10, OBSERVATION_GENERATION, LEVEL_ERROR);
    say(f, "c", NOW + 20, OBSERVATION_GENERATION, LEVEL_DEFAULT);
    commit(f);
}

static void draws_in_order_of_start(void **state)
{
    struct fixture *f = *state;
    struct tree_query q = {.project = PROJECT, .trace_id = STR("t1"), .limit = 100};
    struct seen s = {0};

    say_all(f);
    assert_int_equal(f->store->ops->trace_tree(f->store, &f->ctx, &q, take_row, &s), ERR_OK);
    assert_string_equal(s.text, "a/: b/a:broken c/a: d/a:");
    s.n = 0;
    q.limit = 2;
    assert_int_equal(f->store->ops->trace_tree(f->store, &f->ctx, &q, take_row, &s), ERR_OK);
    assert_string_equal(s.text, "a/: b/a:broken");
    q.trace_id = STR("t2");
    assert_int_equal(f->store->ops->trace_tree(f->store, &f->ctx, &q, take_row, &s), ERR_NOT_FOUND);
}

static enum errc part(struct fixture *f, struct trace_part p, size_t n_before, struct seen *s)
{
    *s = (struct seen){0};
    return f->store->ops->trace_observation(f->store, &f->ctx, &p, n_before, take_at, s);
}

static void finds_the_calls_before(void **state)
{
    struct fixture *f = *state;
    struct seen s;

    say_all(f);
    assert_int_equal(part(f, (struct trace_part){PROJECT, STR("t1"), STR("d")}, 9, &s), ERR_OK);
    assert_string_equal(s.text, "3:d=in d 2:c=in c 1:b=in b");
    assert_int_equal(part(f, (struct trace_part){PROJECT, STR("t1"), STR("d")}, 1, &s), ERR_OK);
    assert_string_equal(s.text, "3:d=in d 2:c=in c");
    assert_int_equal(part(f, (struct trace_part){PROJECT, STR("t1"), STR("a")}, 9, &s), ERR_OK);
    assert_string_equal(s.text, "0:a=in a");
}

static void keeps_traces_and_projects_apart(void **state)
{
    struct fixture *f = *state;
    struct seen s;

    say_all(f);
    say_observation(f, "t2", "x", NOW);
    commit(f);
    assert_int_equal(part(f, (struct trace_part){PROJECT, STR("t2"), STR("a")}, 0, &s),
                     ERR_NOT_FOUND);
    assert_int_equal(part(f, (struct trace_part){STR("other"), STR("t1"), STR("a")}, 0, &s),
                     ERR_NOT_FOUND);
    assert_int_equal(part(f, (struct trace_part){PROJECT, STR("t9"), STR("a")}, 0, &s),
                     ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(draws_in_order_of_start, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(finds_the_calls_before, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(keeps_traces_and_projects_apart, fixture_open,
                                        fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
