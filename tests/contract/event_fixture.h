// SPDX-License-Identifier: MIT
#pragma once
// What store tests share: an open store, events made in one line, rows collected. The store is an
// embedded one in a temporary directory or, with RUSHLIGHT_TEST_CLICKHOUSE (http://user:password@host:port),
// a database of its own on that server. The clock stands at NOW unless a test moves it.
#include "base/clock.h"
#include "base/crypto.h"
#include "base/id.h"
#include "model/merge.h"
#include "store/clickhouse/clickhouse_store.h"
#include "store/sqlite/sqlite_store.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW     INT64_C(1795428000000) // 2026-11-23T10:00:00Z
#define HOUR    INT64_C(3600000)
#define PROJECT STR("project-1")

struct fixture {
    char dir[64];
    const char *server; // ClickHouse's address, or NULL
    char database[40];  // there
    struct event_store *store;
    struct arena *arena;
    struct ctx ctx;
    struct event_list events;
};

static inline millis fixed_now(void)
{
    return NOW;
}

static inline void store_reopen(struct fixture *f, const struct sqlite_store_options *opt)
{
    if (f->store)
        f->store->ops->close(f->store);
    assert_int_equal(sqlite_store_open(&f->ctx, opt, &f->store), ERR_OK);
}

static inline struct sqlite_store_options options_of(const struct fixture *f)
{
    return (struct sqlite_store_options){.dir = f->dir, .now = fixed_now, .quiet_ms = -1};
}

static inline struct ch_server server_of(const struct fixture *f)
{
    return (struct ch_server){.url = str_c(f->server), .database = str_c(f->database)};
}

static inline void clickhouse_open(struct fixture *f)
{
    str name = arena_cat(f->arena, STR("rushlight_test_"), id_hex(f->arena, 8));

    snprintf(f->database, sizeof(f->database), "%.*s", STR_ARG(name));
    const struct clickhouse_store_options opt = {
        .server = server_of(f), .now = fixed_now, .migrate = true};
    assert_int_equal(clickhouse_store_open(&f->ctx, &opt, &f->store), ERR_OK);
}

static inline void clickhouse_drop(struct fixture *f)
{
    const struct ch_server server = server_of(f);
    struct ch *ch;

    assert_int_equal(ch_open(&f->ctx, &server, &ch), ERR_OK);
    str text = arena_fmt(f->arena, "DROP DATABASE %s", f->database);
    assert_int_equal(ch_run_outside(ch, &f->ctx, text), ERR_OK);
    ch_close(ch);
}

// What the background does sooner or later: nothing that an answer may show.
static inline void background_run(struct fixture *f)
{
    int64_t n = f->server ? 0 : 1;

    while (n)
        assert_int_equal(sqlite_store_repack(f->store, &f->ctx, &n), ERR_OK);
}

static inline int fixture_open(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    assert_int_equal(crypto_init(), ERR_OK);
    f->arena = arena_create(64u << 20);
    ctx_init(&f->ctx, f->arena);
    snprintf(f->dir, sizeof(f->dir), "/tmp/rushlight-test-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    struct sqlite_store_options opt = options_of(f);
    f->server = getenv("RUSHLIGHT_TEST_CLICKHOUSE");
    if (f->server)
        clickhouse_open(f);
    else
        store_reopen(f, &opt);
    *state = f;
    return 0;
}

static inline int fixture_close(void **state)
{
    struct fixture *f = *state;
    char path[256], name[16];

    f->store->ops->close(f->store);
    if (f->server)
        clickhouse_drop(f);
    for (int64_t day = time_day(NOW) - 50; day < time_day(NOW) + 3; day++) {
        static const char *const suffixes[] = {"", "-wal", "-shm"};
        name[time_format_day(day, name)] = 0;
        for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
            snprintf(path, sizeof(path), "%s/%s.db%s", f->dir, name, suffixes[i]);
            remove(path);
        }
    }
    remove(f->dir);
    arena_destroy(f->arena);
    free(f);
    return 0;
}

static inline struct event *say_trace(struct fixture *f, const char *id, millis at)
{
    struct event *e = event_add(f->arena, &f->events, EVENT_TRACE);

    e->trace.id = str_c(id);
    e->trace.timestamp = e->at = at;
    e->trace.timestamp_explicit = true;
    e->trace.environment = STR("default");
    e->present = BIT(TRACE_TIMESTAMP) | BIT(TRACE_ENVIRONMENT);
    return e;
}

static inline struct event *say_observation(struct fixture *f, const char *trace, const char *id,
                                            millis at)
{
    struct event *e = event_add(f->arena, &f->events, EVENT_OBSERVATION);

    e->observation.id = str_c(id);
    e->observation.trace_id = str_c(trace);
    e->observation.type = OBSERVATION_SPAN;
    e->observation.level = LEVEL_DEFAULT;
    e->observation.environment = STR("default");
    e->observation.start_time = e->at = at;
    e->present = BIT(OBS_TYPE) | BIT(OBS_START_TIME) | BIT(OBS_ENVIRONMENT);
    return e;
}

static inline struct event *say_score(struct fixture *f, const char *trace, const char *id,
                                      double value)
{
    struct event *e = event_add(f->arena, &f->events, EVENT_SCORE);
    struct score *s = &e->score;

    s->id = str_c(id);
    s->trace_id = str_c(trace);
    s->name = STR("quality");
    s->data_type = SCORE_NUMERIC;
    s->source = SCORE_API;
    s->value = value;
    s->timestamp = e->at = NOW;
    s->environment = STR("default");
    e->present = BIT(SCORE_FIELD_COUNT) - 1;
    return e;
}

// Writes what was said since the last call; the result is durable and visible.
static inline struct write_result commit(struct fixture *f)
{
    struct write_result res = {0};

    enum errc rc = f->store->ops->write(f->store, &f->ctx, PROJECT, &f->events, &res);
    if (rc != ERR_OK)
        print_error("write: %.*s\n", STR_ARG(f->ctx.message));
    assert_int_equal(rc, ERR_OK);
    f->events = (struct event_list){0};
    return res;
}

struct rows { // ids of the rows a list delivered, and copies of the last one
    struct fixture *f;
    str ids[48];
    size_t n;
    int64_t total;
    struct trace_row trace;
    struct observation_row observation;
    struct score_row score;
};

// Rows are borrowed: what tests look at later is copied.
static inline void keep_strs(struct arena *a, void *row, const struct field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        str *s = (str *)(void *)((char *)row + fields[i].offset);
        if (fields[i].type == FIELD_STR || fields[i].type == FIELD_IO ||
            fields[i].type == FIELD_METADATA)
            *s = arena_str(a, *s);
    }
}

static inline void keep(struct arena *a, str *const *strs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        *strs[i] = arena_str(a, *strs[i]);
}

static inline enum errc take_trace(void *user, const struct trace_row *row)
{
    struct rows *r = user;

    r->trace = *row;
    keep_strs(r->f->arena, &r->trace.trace, trace_fields, TRACE_FIELD_COUNT);
    str *const more[] = {&r->trace.trace.id, &r->trace.stats.error, &r->trace.trace.preview_in,
                         &r->trace.trace.preview_out};
    keep(r->f->arena, more, ARRAY_LEN(more));
    r->ids[r->n++] = arena_str(r->f->arena, row->trace.id);
    return ERR_OK;
}

static inline enum errc take_observation(void *user, const struct observation_row *row)
{
    struct rows *r = user;

    r->observation = *row;
    keep_strs(r->f->arena, &r->observation.observation, observation_fields,
              OBSERVATION_FIELD_COUNT);
    str *const more[] = {&r->observation.observation.id, &r->observation.observation.trace_id,
                         &r->observation.trace_user_id,  &r->observation.trace_session_id,
                         &r->observation.trace_name,     &r->observation.trace_environment};
    keep(r->f->arena, more, ARRAY_LEN(more));
    r->ids[r->n++] = arena_str(r->f->arena, row->observation.id);
    return ERR_OK;
}

static inline enum errc take_score(void *user, const struct score_row *row)
{
    struct rows *r = user;

    r->score = *row;
    keep_strs(r->f->arena, &r->score.score, score_fields, SCORE_FIELD_COUNT);
    str *const more[] = {&r->score.score.id, &r->score.trace_user_id, &r->score.trace_session_id,
                         &r->score.trace_name, &r->score.trace_environment};
    keep(r->f->arena, more, ARRAY_LEN(more));
    r->ids[r->n++] = arena_str(r->f->arena, row->score.id);
    return ERR_OK;
}

static inline struct trace_query all_traces(void)
{
    return (struct trace_query){.project = PROJECT,
                                .limit = 100,
                                .from = MILLIS_NONE,
                                .to = MILLIS_NONE,
                                .want = WANT_IO | WANT_METADATA | WANT_STATS | WANT_TOTAL |
                                        WANT_OBSERVATION_IDS | WANT_SCORE_IDS};
}

static inline struct rows list_traces(struct fixture *f, const struct trace_query *q)
{
    struct rows r = {.f = f};

    assert_int_equal(f->store->ops->trace_list(f->store, &f->ctx, q, take_trace, &r, &r.total),
                     ERR_OK);
    return r;
}

static inline struct observation_query all_observations(enum filter_view view)
{
    return (struct observation_query){.project = PROJECT,
                                      .limit = 100,
                                      .from = MILLIS_NONE,
                                      .to = MILLIS_NONE,
                                      .view = view,
                                      .want = WANT_IO | WANT_METADATA | WANT_TOTAL};
}

static inline struct rows list_observations(struct fixture *f, const struct observation_query *q)
{
    struct rows r = {.f = f};

    assert_int_equal(
        f->store->ops->observation_list(f->store, &f->ctx, q, take_observation, &r, &r.total),
        ERR_OK);
    return r;
}

static inline struct score_query all_scores(void)
{
    return (struct score_query){.project = PROJECT,
                                .limit = 100,
                                .from = MILLIS_NONE,
                                .to = MILLIS_NONE,
                                .value_min = (double)NAN,
                                .value_max = (double)NAN,
                                .want = WANT_TOTAL | WANT_STATS};
}

static inline struct rows list_scores(struct fixture *f, const struct score_query *q)
{
    struct rows r = {.f = f};

    assert_int_equal(f->store->ops->score_list(f->store, &f->ctx, q, take_score, &r, &r.total),
                     ERR_OK);
    return r;
}

static inline struct rows get_trace(struct fixture *f, const char *id)
{
    struct trace_ref ref = {PROJECT, str_c(id),
                            WANT_IO | WANT_METADATA | WANT_STATS | WANT_OBSERVATION_IDS |
                                WANT_SCORE_IDS};
    struct rows r = {.f = f};

    enum errc rc = f->store->ops->trace_get(f->store, &f->ctx, &ref, take_trace, &r);
    assert_true(rc == ERR_OK || rc == ERR_NOT_FOUND);
    return r;
}

static inline void assert_ids(const struct rows *r, const char *expected)
{
    char text[4096];
    size_t n = 0;

    for (size_t i = 0; i < r->n; i++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%.*s", i ? " " : "",
                              STR_ARG(r->ids[i]));
    text[n] = 0;
    assert_string_equal(text, expected);
}

#define assert_str(s, expected) assert_true(str_eq((s), STR(expected)))
