// SPDX-License-Identifier: MIT
// What is changed without events: deletes, marks set by hand, counted tokens. A deleted row stays as a
// row that says so, with a higher version than what it covers: an insert that arrives late cannot bring
// it back, and merging drops the bodies.
#include "store/clickhouse/write.h"

#include "base/limits.h"
#include "model/merge.h"

#define BY_ID "&use_skip_indexes_if_final=1&async_insert=0&max_partitions_per_insert_block=0"

// ---- Deletes ------------------------------------------------------------------------------------

// trace_id stays on deleted scores: it is what their filter is asked for.
static const struct {
    const char *insert, *select;
} gone[] = {
    {"INSERT INTO observations (project_id, hour, trace_id, observation_id, arrival, is_deleted,"
     " row_version) SELECT project_id, hour, trace_id, observation_id, arrival, 1,",
     " FROM observations FINAL WHERE project_id = "},
    {"INSERT INTO scores (project_id, hour, score_id, trace_id, arrival, is_deleted, row_version)"
     " SELECT project_id, hour, score_id, trace_id, arrival, 1,",
     " FROM scores FINAL WHERE project_id = "},
    {"INSERT INTO traces (project_id, hour, trace_id, arrival, is_deleted, row_version)"
     " SELECT project_id, hour, trace_id, arrival, 1,",
     " FROM traces FINAL WHERE project_id = "},
};
enum { GONE_SCORES = 1 };

static enum errc rows_delete(struct ch_store *s, struct ctx *ctx, str project, size_t which,
                             const char *column, const struct str_set *ids)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    uint64_t version = ctx->fence ? ctx->fence : ch_version_next(s, 1);

    sql_text_init(&t, ctx->arena);
    sql_text_add(&t, gone[which].insert);
    sql_text_add(&t, " greatest(row_version + 1, toUInt64(");
    sql_text_i64(&t, (int64_t)version);
    sql_text_add(&t, "))");
    sql_text_add(&t, gone[which].select);
    sql_text_str(&t, project);
    ch_text_in(&t, column, ids);
    return ch_run(s->ch, ctx, &t, BY_ID);
}

static enum errc traces_delete(struct ch_store *s, struct ctx *ctx, str project, const str *ids,
                               size_t n)
{
    for (size_t from = 0; from < n; from += LIMIT_STORE_IDS / 4) {
        size_t left = n - from;
        const struct str_set part = {ids + from,
                                     left < LIMIT_STORE_IDS / 4 ? left : LIMIT_STORE_IDS / 4};
        for (size_t i = 0; i < ARRAY_LEN(gone); i++)
            TRY(rows_delete(s, ctx, project, i, "trace_id", &part));
    }
    return ERR_OK;
}

enum errc ch_trace_delete(struct event_store *store, struct ctx *ctx, str project, const str *ids,
                          size_t n)
{
    struct ch_store *s = ch_self(store);

    TRY(ch_ready(s, ctx));
    TRY(ch_turn_take(s, ctx, project));
    enum errc rc = traces_delete(s, ctx, project, ids, n);
    ch_turn_give(s, project);
    atomic_fetch_add(&store->changes, 1);
    return rc;
}

enum errc ch_score_delete(struct event_store *store, struct ctx *ctx, str project, str id)
{
    struct ch_store *s = ch_self(store);

    TRY(ch_ready(s, ctx));
    TRY(ch_turn_take(s, ctx, project));
    enum errc rc = rows_delete(s, ctx, project, GONE_SCORES, "score_id", &(struct str_set){&id, 1});
    ch_turn_give(s, project);
    atomic_fetch_add(&store->changes, 1);
    return rc;
}

// ---- Marks --------------------------------------------------------------------------------------

static struct tag_list tags_without(struct arena *a, const struct tag_list *tags, str tag)
{
    struct tag_list out = {.items = ARENA_ARRAY(a, str, tags->n + 1)};

    for (size_t i = 0; out.items && i < tags->n; i++) {
        if (!str_eq(tags->items[i], tag))
            out.items[out.n++] = tags->items[i];
    }
    return out;
}

static void mark_set(struct arena *a, struct trace *t, const struct trace_mark *m)
{
    str tag = m->tag;

    switch (m->what) {
    case MARK_BOOKMARKED: t->bookmarked = m->on; break;
    case MARK_PUBLIC: t->is_public = m->on; break;
    case MARK_TAG:
        t->tags = m->on ? tags_union(a, t->tags, (struct tag_list){.items = &tag, .n = 1})
                        : tags_without(a, &t->tags, tag);
        break;
    }
}

static enum errc part_mark(struct ch_store *s, struct ctx *ctx, str project, struct str_set ids,
                           const struct trace_mark *mark, int64_t *n)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    AUTO(buf_fini) struct buf rows = {0};
    struct ch_traces found;

    buf_init(&rows, LIMIT_STORE_INSERT_BYTES);
    TRY(ch_traces_load(s, ctx, &(struct ch_refs){project, ids, ~0u}, &answer, &found));
    uint64_t version = ctx->fence ? ctx->fence : ch_version_next(s, 1);
    for (size_t i = 0; i < found.n; i++) {
        struct ch_trace *t = &found.items[i];
        uint64_t *stored = &t->place.row_version;
        *stored = *stored < version ? version : *stored + 1;
        mark_set(ctx->arena, &t->t, mark);
        t->t.updated_at = ch_now(s);
        ch_trace_write(&rows, project, t);
    }
    *n += (int64_t)found.n;
    if (!found.n)
        return ERR_OK;
    return buf_ok(&rows)
               ? ch_insert(s->ch, ctx, ch_table_names[CH_TRACES],
                           ch_insert_columns(ctx->arena, CH_TRACES), buf_str(&rows), STR_NONE)
               : ch_too_much(ctx);
}

enum errc ch_trace_mark(struct event_store *store, struct ctx *ctx, str project, struct str_set ids,
                        const struct trace_mark *mark, int64_t *n)
{
    struct ch_store *s = ch_self(store);
    enum errc rc = ERR_OK;

    *n = 0;
    TRY(ch_ready(s, ctx));
    TRY(ch_turn_take(s, ctx, project));
    for (size_t from = 0; from < ids.n && rc == ERR_OK; from += LIMIT_STORE_IDS / 4) {
        size_t left = ids.n - from;
        rc = part_mark(s, ctx, project,
                       (struct str_set){ids.items + from,
                                        left < LIMIT_STORE_IDS / 4 ? left : LIMIT_STORE_IDS / 4},
                       mark, n);
    }
    ch_turn_give(s, project);
    atomic_fetch_add(&store->changes, 1);
    return rc;
}

// ---- Counted tokens -----------------------------------------------------------------------------

enum errc ch_set_usage(struct event_store *store, struct ctx *ctx, str project,
                       const struct observation *o)
{
    struct event said = {.kind = EVENT_OBSERVATION, .at = MILLIS_NONE};
    struct event *items[] = {&said};
    const struct event_list events = {.items = items, .n = 1};

    observation_init(&said.observation, o->id, o->trace_id);
    return ch_write_run(ch_self(store), ctx, project, &events, o, NULL);
}
