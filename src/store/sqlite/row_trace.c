// SPDX-License-Identifier: MIT
// Trace and score rows (row.h).
#include "base/limits.h"
#include "json/write.h"
#include "store/sqlite/row.h"
#include "store/sqlite/schema.h"

const char trace_columns[] =
    "project, hash, trace_id, ts, flags, name, user_id, session_id, release, version, environment, "
    "tags, preview_in, preview_out,"
    " n_observations, n_error, n_warning, n_default, n_debug, n_ended, first_start, last_start, "
    "last_end, input_tokens, output_tokens,"
    " total_tokens, input_cost, output_cost, total_cost, kind, slowest, error, models, pack, slot, "
    "created, updated";

str model_uses_to_json(struct arena *a, const struct trace_stats *s)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    if (s->n_models == 0)
        return STR_NONE;
    buf_init(&b, LIMIT_ANSWER_BYTES);
    jw_init(&w, &b);
    jw_array(&w);
    for (size_t i = 0; i < s->n_models; i++) {
        jw_array(&w);
        jw_str(&w, s->models[i].model);
        jw_i64(&w, s->models[i].n);
        jw_i64(&w, s->models[i].tokens);
        jw_i64(&w, s->models[i].cost);
        jw_array_end(&w);
    }
    jw_array_end(&w);
    return arena_str(a, buf_str(&b));
}

void model_uses_from_json(struct arena *a, str text, struct trace_stats *s)
{
    const struct json *all = str_some(text) ? json_try(a, text) : NULL;

    s->n_models = 0;
    for (struct json_iter it = json_iter(all);
         s->n_models < LIMIT_TRACE_MODELS && json_next(&it);) {
        struct model_use *m = &s->models[s->n_models++];
        struct json_iter part = json_iter(it.value);
        int64_t *const sums[] = {&m->n, &m->tokens, &m->cost};
        *m = (struct model_use){0};
        if (json_next(&part))
            m->model = json_str(part.value);
        for (size_t k = 0; k < ARRAY_LEN(sums) && json_next(&part); k++)
            (void)json_i64(part.value, sums[k]);
    }
}

static int bind_stats(struct sql_stmt *st, int i, const struct trace_stats *s)
{
    const int64_t counts[] = {s->n_observations, s->n_error, s->n_warning,
                              s->n_default,      s->n_debug, s->n_ended};
    const int64_t sums[] = {s->input_tokens, s->output_tokens, s->total_tokens,
                            s->input_cost,   s->output_cost,   s->total_cost};

    for (size_t k = 0; k < ARRAY_LEN(counts); k++)
        sql_bind_i64(st, i++, counts[k]);
    sql_bind_time(st, i++, s->first_start);
    sql_bind_time(st, i++, s->last_start);
    sql_bind_time(st, i++, s->last_end);
    for (size_t k = 0; k < ARRAY_LEN(sums); k++)
        sql_bind_i64(st, i++, sums[k]);
    return i;
}

void trace_bind(struct sql_stmt *st, int first, struct arena *a, const struct trace *t,
                const struct trace_stats *s, const struct trace_place *p)
{
    int i = first;

    sql_bind_i64(st, i++, p->project);
    sql_bind_i64(st, i++, p->hash);
    sql_bind_str(st, i++, t->id);
    sql_bind_i64(st, i++, t->timestamp);
    sql_bind_i64(st, i++, p->flags);
    sql_bind_str(st, i++, t->name);
    sql_bind_str(st, i++, t->user_id);
    sql_bind_str(st, i++, t->session_id);
    sql_bind_str(st, i++, t->release);
    sql_bind_str(st, i++, t->version);
    sql_bind_str(st, i++, t->environment);
    sql_bind_str(st, i++, tags_to_json(a, &t->tags));
    sql_bind_str(st, i++, t->preview_in);
    sql_bind_str(st, i++, t->preview_out);
    i = bind_stats(st, i, s);
    sql_bind_i64(st, i++, s->kind);
    sql_bind_i64(st, i++, s->slowest);
    sql_bind_str(st, i++, s->error);
    sql_bind_str(st, i++, model_uses_to_json(a, s));
    if (p->pack < 0) {
        sql_bind_null(st, i++);
        sql_bind_null(st, i++);
    } else {
        sql_bind_i64(st, i++, p->pack);
        sql_bind_i64(st, i++, p->slot);
    }
    sql_bind_i64(st, i++, t->created_at);
    sql_bind_i64(st, i++, t->updated_at);
    CHECK(i == first + TRACE_COLUMNS);
}

static int64_t or_none(struct sql_stmt *st, int i, int64_t none)
{
    return sql_is_null(st, i) ? none : sql_i64(st, i);
}

static void load_stats(struct sql_stmt *st, int i, struct trace_stats *s)
{
    int64_t *const counts[] = {&s->n_observations, &s->n_error, &s->n_warning,
                               &s->n_default,      &s->n_debug, &s->n_ended};
    int64_t *const sums[] = {&s->input_tokens, &s->output_tokens, &s->total_tokens,
                             &s->input_cost,   &s->output_cost,   &s->total_cost};

    for (size_t k = 0; k < ARRAY_LEN(counts); k++)
        *counts[k] = sql_i64(st, i++);
    s->first_start = sql_time(st, i++);
    s->last_start = sql_time(st, i++);
    s->last_end = sql_time(st, i++);
    for (size_t k = 0; k < ARRAY_LEN(sums); k++)
        *sums[k] = sql_i64(st, i++);
}

void trace_load(struct sql_stmt *st, int first, struct arena *a, struct trace *t,
                struct trace_stats *s, struct trace_place *p)
{
    str *const texts[] = {&t->name,    &t->user_id, &t->session_id,
                          &t->release, &t->version, &t->environment};
    int i = first;

    *t = (struct trace){0};
    p->project = sql_i64(st, i++);
    p->hash = sql_i64(st, i++);
    t->id = arena_str(a, sql_str(st, i++));
    t->timestamp = sql_i64(st, i++);
    p->flags = (int32_t)sql_i64(st, i++);
    for (size_t k = 0; k < ARRAY_LEN(texts); k++)
        *texts[k] = arena_str(a, sql_str(st, i++));
    t->tags = tags_from_json(a, sql_str(st, i++));
    t->preview_in = arena_str(a, sql_str(st, i++));
    t->preview_out = arena_str(a, sql_str(st, i++));
    load_stats(st, i, s);
    i += 15;
    s->kind = (int32_t)sql_i64(st, i++);
    s->slowest = sql_i64(st, i++);
    s->error = arena_str(a, sql_str(st, i++));
    model_uses_from_json(a, sql_str(st, i++), s);
    p->pack = or_none(st, i++, -1);
    p->slot = or_none(st, i++, 0);
    t->created_at = sql_i64(st, i++);
    t->updated_at = sql_i64(st, i++);
    t->is_public = p->flags & TRACE_ROW_PUBLIC;
    t->bookmarked = p->flags & TRACE_ROW_BOOKMARKED;
    t->timestamp_explicit = p->flags & TRACE_ROW_EXPLICIT_TS;
}

const char score_columns[] =
    "project, hash, score_id, trace, trace_id, observation_id, session_id, run_id, name, type, "
    "source, value, string_value, long_string,"
    " ts, environment, comment, author_id, config_id, queue_id, execution_trace_id, metadata, sdk, "
    "created, updated";

void score_bind(struct sql_stmt *st, int first, struct arena *a, const struct score *s,
                const struct score_place *place)
{
    const str subjects[] = {s->trace_id, s->observation_id, s->session_id, s->dataset_run_id,
                            s->name};
    const str rest[] = {s->environment, s->comment,  s->author_user_id,
                        s->config_id,   s->queue_id, s->execution_trace_id,
                        s->metadata};
    int i = first;

    sql_bind_i64(st, i++, place->project);
    sql_bind_i64(st, i++, place->hash);
    sql_bind_str(st, i++, s->id);
    if (place->trace < 0)
        sql_bind_null(st, i++);
    else
        sql_bind_i64(st, i++, place->trace);
    for (size_t k = 0; k < ARRAY_LEN(subjects); k++)
        sql_bind_str(st, i++, subjects[k]);
    sql_bind_i64(st, i++, s->data_type);
    sql_bind_i64(st, i++, s->source);
    sql_bind_double(st, i++, s->value);
    sql_bind_str(st, i++, s->string_value);
    sql_bind_str(st, i++, s->long_string_value);
    sql_bind_i64(st, i++, s->timestamp);
    for (size_t k = 0; k < ARRAY_LEN(rest); k++)
        sql_bind_str(st, i++, rest[k]);
    str sdk = arena_fmt(a, "%.*s/%.*s/%.*s", STR_ARG(s->sdk_name), STR_ARG(s->sdk_version),
                        STR_ARG(s->api_key));
    sql_bind_str(st, i++, sdk);
    sql_bind_i64(st, i++, s->created_at);
    sql_bind_i64(st, i++, s->updated_at);
    CHECK(i == first + SCORE_COLUMNS);
}

void score_load(struct sql_stmt *st, int first, struct arena *a, struct score *s, int64_t *trace)
{
    str *const subjects[] = {&s->trace_id, &s->observation_id, &s->session_id, &s->dataset_run_id,
                             &s->name};
    str *const rest[] = {&s->environment, &s->comment,  &s->author_user_id,
                         &s->config_id,   &s->queue_id, &s->execution_trace_id,
                         &s->metadata};
    int i = first + 2;

    *s = (struct score){0};
    s->id = arena_str(a, sql_str(st, i++));
    *trace = or_none(st, i++, -1);
    for (size_t k = 0; k < ARRAY_LEN(subjects); k++)
        *subjects[k] = arena_str(a, sql_str(st, i++));
    s->data_type = (int32_t)sql_i64(st, i++);
    s->source = (int32_t)sql_i64(st, i++);
    s->value = sql_double(st, i++);
    s->string_value = arena_str(a, sql_str(st, i++));
    s->long_string_value = arena_str(a, sql_str(st, i++));
    s->timestamp = sql_i64(st, i++);
    for (size_t k = 0; k < ARRAY_LEN(rest); k++)
        *rest[k] = arena_str(a, sql_str(st, i++));
    i++; // sdk
    s->created_at = sql_i64(st, i++);
    s->updated_at = sql_i64(st, i++);
}
