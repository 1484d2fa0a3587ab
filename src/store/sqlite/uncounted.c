// SPDX-License-Identifier: MIT
// Small reads that background work and preparing need: observations waiting for token counts, and the
// trace of a stored observation.
#include "store/sqlite/store_priv.h"

enum errc observation_trace_id(struct sqlite_store *s, struct ctx *ctx, int64_t day, int64_t row,
                               str *out)
{
    struct reader *r;
    struct sql_stmt *st;
    bool found = false;

    TRY(reader_acquire(s, ctx, day, &r));
    enum errc rc = sql_prepare(
        r->db, ctx,
        STR("SELECT t.trace_id FROM observation o JOIN trace t ON t.id = o.trace WHERE o.id = ?"),
        &st);
    if (rc == ERR_OK) {
        sql_bind_i64(st, 1, row);
        rc = sql_step(st, ctx, &found);
    }
    if (rc == ERR_OK && found)
        *out = arena_str(ctx->arena, sql_str(st, 0));
    reader_release(r);
    return rc == ERR_OK && !found ? ERR_NOT_FOUND : rc;
}

struct uncounted {
    struct reader *r;
    struct ctx *ctx;
    observation_row_fn *fn;
    void *user;
};

static enum errc deliver(struct uncounted *u, struct sql_stmt *st)
{
    struct observation_place place;
    struct observation_row row = {0};
    struct arena *a = u->ctx->arena;
    str record = STR_NONE;

    observation_load(st, 2, a, &row.observation, &place);
    row.project_id = arena_str(a, sql_str(st, 0));
    row.observation.trace_id = arena_str(a, sql_str(st, 1));
    if (place.pack >= 0)
        TRY(reader_record(u->r, u->ctx, place.pack, place.slot, &record));
    pack_load_observation(a, record, &row.observation);
    return u->fn(u->user, &row);
}

static enum errc day_deliver(struct uncounted *u, int64_t limit, int64_t *n)
{
    struct arena *a = u->ctx->arena;
    struct sql_stmt *st;
    bool row = true;

    str text =
        arena_fmt(a,
                  "SELECT p.id, (SELECT trace_id FROM trace WHERE trace.id = o.trace), o.* FROM"
                  " (SELECT %s FROM observation WHERE flags & 8 ORDER BY id LIMIT ?) o JOIN "
                  "project p ON p.project = o.project",
                  observation_columns);
    TRY(sql_prepare(u->r->db, u->ctx, text, &st));
    sql_bind_i64(st, 1, limit - *n);
    while (row) {
        TRY(sql_step(st, u->ctx, &row));
        if (!row)
            break;
        ++*n;
        TRY(deliver(u, st));
    }
    return ERR_OK;
}

enum errc sqlite_store_uncounted(struct event_store *store, struct ctx *ctx, int64_t limit,
                                 observation_row_fn *fn, void *user)
{
    struct sqlite_store *s = (struct sqlite_store *)store;
    const struct catalog *c = catalog_pin(s);
    enum errc rc = ERR_OK;
    int64_t n = 0;

    for (size_t i = 0; i < c->n && n < limit && rc == ERR_OK; i++) {
        struct uncounted u = {.ctx = ctx, .fn = fn, .user = user};
        rc = reader_acquire(s, ctx, c->days[i].day, &u.r);
        if (rc == ERR_OK)
            rc = day_deliver(&u, limit, &n);
        reader_release(u.r);
    }
    catalog_unpin(c);
    return rc;
}
