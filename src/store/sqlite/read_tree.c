// SPDX-License-Identifier: MIT
// A trace as pages draw it: narrow rows of all its observations, and one observation with the model
// calls before it. Both read the one day file that the trace lives in, in one read transaction.
#include "base/limits.h"
#include "store/sqlite/read_int.h"

#include <stdlib.h>

#define TREE_COLUMNS                                                                    \
    "o.observation_id, o.parent_id, o.name, o.model, o.type, o.level, o.start, o.end, " \
    "o.completion_start, o.total_tokens, o.total_cost, o.pack, o.slot"

// Rows in order of their numbers: the index has them in order of their hashes, which would read each
// page of a large trace again and again.
#define IN_TRACE "o.id IN (SELECT id FROM observation WHERE trace = ?)"

struct tree {
    struct reader *r;
    struct ctx *ctx;
    struct arena *packs; // of messages, given back after each row's pack
    struct ctx pack_ctx;
};

// The message lies in the pack: only rows that have a reason to say something are looked up.
static enum errc message_load(struct tree *t, struct sql_stmt *st, struct tree_row *row)
{
    str record;

    if (row->level < LEVEL_WARNING || sql_is_null(st, 11))
        return ERR_OK;
    if (arena_used(t->packs) > LIMIT_TREE_PACKS_BYTES)
        return ERR_OK;
    enum errc rc = reader_record(t->r, &t->pack_ctx, sql_i64(st, 11), sql_i64(st, 12), &record);
    if (rc == ERR_CORRUPT) { // the picture stays; the observation itself says what is wrong
        ctx_clear_error(&t->pack_ctx);
        return ERR_OK;
    }
    if (rc != ERR_OK)
        return fail(t->ctx, rc, "%.*s", STR_ARG(t->pack_ctx.message));
    row->status_message = pack_field(record, PACK_STATUS_MESSAGE);
    return ERR_OK;
}

static enum errc tree_row_load(struct tree *t, struct sql_stmt *st, struct tree_row *row)
{
    *row = (struct tree_row){.id = sql_str(st, 0),
                             .parent_id = sql_str(st, 1),
                             .name = sql_str(st, 2),
                             .model = sql_str(st, 3),
                             .type = (int32_t)sql_i64(st, 4),
                             .level = (int32_t)sql_i64(st, 5),
                             .start = sql_i64(st, 6),
                             .end = sql_time(st, 7),
                             .completion_start = sql_time(st, 8),
                             .tokens = sql_i64(st, 9),
                             .cost = sql_i64(st, 10)};
    return message_load(t, st, row);
}

static enum errc tree_walk(struct tree *t, int64_t trace, int64_t limit, tree_row_fn *fn,
                           void *user)
{
    struct sql_stmt *st;
    struct tree_row row;
    bool found = true;

    TRY(sql_prepare(t->r->db, t->ctx,
                    STR("SELECT " TREE_COLUMNS " FROM observation o WHERE " IN_TRACE
                        " ORDER BY o.start, o.id LIMIT ?"),
                    &st));
    sql_bind_i64(st, 1, trace);
    sql_bind_i64(st, 2, limit);
    while (found) {
        TRY(sql_step(st, t->ctx, &found));
        if (!found)
            break;
        TRY(tree_row_load(t, st, &row));
        TRY(fn(user, &row));
    }
    return ERR_OK;
}

enum errc read_trace_tree(struct event_store *s, struct ctx *ctx, const struct tree_query *q,
                          tree_row_fn *fn, void *user)
{
    struct sqlite_store *store = (struct sqlite_store *)s;
    struct tree t = {.ctx = ctx, .packs = ctx->arena};
    int64_t day, trace;

    TRY(store_find_trace(store, ctx, q->project, q->trace_id, &day, &trace));
    TRY(reader_acquire(store, ctx, day, &t.r));
    t.packs = arena_create(LIMIT_ARENA_REQUEST);
    ctx_init(&t.pack_ctx, t.packs);
    enum errc rc = tree_walk(&t, trace, q->limit, fn, user);
    reader_release(t.r);
    arena_destroy(t.packs);
    return rc;
}

// ---- One observation ------------------------------------------------------------------------------

struct place { // where an observation stands in its trace
    int64_t start, row;
    bool call; // a GENERATION
};
struct places {
    struct place *items;
    size_t n, cap;
};

static enum errc places_load(struct reader *r, struct ctx *ctx, int64_t trace, struct places *p)
{
    struct sql_stmt *st;
    bool found = true;

    TRY(sql_prepare(r->db, ctx,
                    STR("SELECT o.start, o.id, o.type FROM observation o WHERE " IN_TRACE), &st));
    sql_bind_i64(st, 1, trace);
    while (found) {
        TRY(sql_step(st, ctx, &found));
        if (!found)
            break;
        if (!arena_grow(ctx->arena, (void **)&p->items, p->n, &p->cap, sizeof(*p->items)))
            return fail(ctx, ERR_NOMEM, "The trace has too many observations");
        p->items[p->n++] = (struct place){.start = sql_i64(st, 0),
                                          .row = sql_i64(st, 1),
                                          .call = sql_i64(st, 2) == OBSERVATION_GENERATION};
    }
    return ERR_OK;
}

static int by_start(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static enum errc deliver_at(struct loader *l, const struct places *p, size_t i,
                            observation_at_fn *fn, void *user)
{
    struct observation_row row = {0};
    bool found;

    TRY(observation_load_row(l, p->items[i].row, WANT_IO | WANT_METADATA, &row, &found));
    return found ? fn(user, (int64_t)i, &row) : ERR_OK;
}

static enum errc row_and_before(struct loader *l, const struct places *p, int64_t row,
                                size_t n_before, observation_at_fn *fn, void *user)
{
    size_t at = 0;

    while (at < p->n && p->items[at].row != row)
        at++;
    if (at == p->n)
        return ERR_NOT_FOUND;
    TRY(deliver_at(l, p, at, fn, user));
    for (size_t i = at; n_before && i-- > 0;) {
        if (!p->items[i].call)
            continue;
        TRY(deliver_at(l, p, i, fn, user));
        n_before--;
    }
    return ERR_OK;
}

static enum errc row_find(struct reader *r, struct ctx *ctx, int64_t trace,
                          const struct trace_part *part, int64_t *row)
{
    struct sql_stmt *st;
    bool found;

    TRY(sql_prepare(r->db, ctx,
                    STR("SELECT id FROM observation WHERE trace = ? AND hash = ? AND "
                        "observation_id = ?"),
                    &st));
    sql_bind_i64(st, 1, trace);
    sql_bind_i64(st, 2, row_hash(part->project, part->id));
    sql_bind_str(st, 3, part->id);
    TRY(sql_step(st, ctx, &found));
    *row = found ? sql_i64(st, 0) : 0;
    sql_reset(st);
    return found ? ERR_OK : ERR_NOT_FOUND;
}

static enum errc observation_read(struct loader *l, int64_t trace, const struct trace_part *part,
                                  size_t n_before, observation_at_fn *fn, void *user)
{
    struct places places = {0};
    int64_t row;

    TRY(row_find(l->r, l->ctx, trace, part, &row));
    TRY(places_load(l->r, l->ctx, trace, &places));
    if (places.n)
        qsort(places.items, places.n, sizeof(*places.items), by_start);
    return row_and_before(l, &places, row, n_before, fn, user);
}

enum errc read_trace_observation(struct event_store *s, struct ctx *ctx,
                                 const struct trace_part *part, size_t n_before,
                                 observation_at_fn *fn, void *user)
{
    struct sqlite_store *store = (struct sqlite_store *)s;
    struct loader l = {.ctx = ctx};
    int64_t day, trace;

    TRY(store_find_trace(store, ctx, part->project, part->trace_id, &day, &trace));
    TRY(reader_acquire(store, ctx, day, &l.r));
    enum errc rc = observation_read(&l, trace, part, n_before, fn, user);
    reader_release(l.r);
    return rc;
}
