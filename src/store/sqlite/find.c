// SPDX-License-Identifier: MIT
// Which day holds an id. The writer asks its recent cache first; then, for everybody, the per-day
// filters name the candidates - usually none or one - and the day's own index decides.
#include "store/sqlite/store_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

int64_t row_hash(str project, str id)
{
    uint64_t h = str_hash(id) + str_hash(project) * UINT64_C(0x9e3779b97f4a7c15);

    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    return (int64_t)(h ^ h >> 32);
}

static struct recent_slot *slot_of(const struct sqlite_store *s, int64_t hash)
{
    return &s->recent[(uint64_t)hash & (RECENT_SLOTS - 1)];
}

void recent_put(struct sqlite_store *s, const struct id_key *key, struct row_at at)
{
    *slot_of(s, key->hash) = (struct recent_slot){key->hash, str_hash(key->id), at};
}

// Equal hashes of row and id together mean an equal project: nobody's id can be made to hit another
// project's trace.
static bool recent_get(const struct sqlite_store *s, const struct id_key *key, struct row_at *at)
{
    const struct recent_slot *r = slot_of(s, key->hash);

    if (r->hash != key->hash || r->at.row == 0 || r->id_hash != str_hash(key->id))
        return false;
    *at = r->at;
    return true;
}

void recent_clear(struct sqlite_store *s)
{
    memset(s->recent, 0, RECENT_SLOTS * sizeof(s->recent[0]));
}

static struct ids_filter *filter_add(struct sqlite_store *s, int64_t day)
{
    struct ids_filter *f = ids_filter_create(0);

    if (s->n_filters == s->cap_filters) {
        s->cap_filters = s->cap_filters ? s->cap_filters * 2 : 64;
        s->filters = realloc(s->filters, s->cap_filters * sizeof(s->filters[0]));
        CHECK(s->filters != NULL);
    }
    s->filters[s->n_filters++] = (struct filter_slot){day, f};
    return f;
}

struct ids_filter *filter_of(struct sqlite_store *s, int64_t day, bool create)
{
    struct ids_filter *f = NULL;

    lock_acquire(&s->filters_lock);
    for (size_t i = 0; i < s->n_filters && !f; i++) {
        if (s->filters[i].day == day)
            f = s->filters[i].filter;
    }
    if (!f && create)
        f = filter_add(s, day);
    lock_release(&s->filters_lock);
    return f;
}

// The filter itself leaks on purpose until close: a reader may still be looking at it.
void filters_forget(struct sqlite_store *s, int64_t day)
{
    lock_acquire(&s->filters_lock);
    for (size_t i = 0; i < s->n_filters; i++) {
        if (s->filters[i].day == day)
            s->filters[i].day = INT64_MIN;
    }
    lock_release(&s->filters_lock);
}

static const char *const id_hashes[] = {
    [ID_TRACE] = "SELECT hash FROM trace",
    [ID_SCORE] = "SELECT hash FROM score",
    [ID_SESSION] = "SELECT hash FROM session",
};

static enum errc filter_fill(struct reader *r, struct ctx *ctx, enum id_kind kind,
                             struct ids_filter *f)
{
    struct sql_stmt *st;
    bool row = true;

    TRY(sql_prepare(r->db, ctx, str_c(id_hashes[kind]), &st));
    while (row) {
        TRY(sql_step(st, ctx, &row));
        if (row)
            ids_filter_add(f, id_kind_hash(kind, sql_i64(st, 0)));
    }
    return ERR_OK;
}

enum errc filter_build(struct sqlite_store *s, struct ctx *ctx, int64_t day)
{
    struct ids_filter *f = filter_of(s, day, true);
    struct reader *r;

    TRY(reader_acquire(s, ctx, day, &r));
    enum errc rc = ERR_OK;
    for (int k = ID_TRACE; k <= ID_SESSION && rc == ERR_OK; k++)
        rc = filter_fill(r, ctx, (enum id_kind)k, f);
    reader_release(r);
    readers_forget(s, day); // its page cache has served
    return rc;
}

// Done once, by the writer thread before its first work; until then readers ask every day's index.
enum errc filters_build(struct sqlite_store *s, struct ctx *ctx)
{
    const struct catalog *c = catalog_pin(s);

    for (size_t i = 0; i < c->n; i++) {
        if (filter_build(s, ctx, c->days[i].day) != ERR_OK)
            ctx_clear_error(ctx); // a damaged day: its ids cannot be found, reads leave it out too
    }
    catalog_unpin(c);
    lock_acquire(&s->filters_lock);
    s->filters_ready = true;
    lock_release(&s->filters_lock);
    return ERR_OK;
}

static bool may_hold(struct sqlite_store *s, int64_t day, const struct id_key *key)
{
    lock_acquire(&s->filters_lock);
    bool ready = s->filters_ready;
    lock_release(&s->filters_lock);
    if (!ready)
        return true;
    const struct ids_filter *f = filter_of(s, day, false);
    return !f || ids_filter_has(f, id_kind_hash(key->kind, key->hash));
}

static const char *const row_of_id[] = {
    [ID_TRACE] = "SELECT id FROM trace WHERE hash = ? AND trace_id = ?",
    [ID_SCORE] = "SELECT id FROM score WHERE hash = ? AND score_id = ?",
    [ID_SESSION] = "SELECT id FROM session WHERE hash = ? AND session_id = ? AND first = 1",
};

static enum errc row_in(struct sql *db, struct ctx *ctx, const struct id_key *key, int64_t *row)
{
    struct sql_stmt *st;
    bool found;

    TRY(sql_prepare(db, ctx, str_c(row_of_id[key->kind]), &st));
    sql_bind_i64(st, 1, key->hash);
    sql_bind_str(st, 2, key->id);
    TRY(sql_step(st, ctx, &found));
    if (found)
        *row = sql_i64(st, 0);
    sql_reset(st);
    return found ? ERR_OK : ERR_NOT_FOUND;
}

static bool day_vanished(const struct sqlite_store *s, int64_t day)
{
    char path[PATH_MAX_BYTES];

    return day_path(s, day, "", path) && access(path, F_OK) != 0 && errno == ENOENT;
}

// A damaged day, or one whose file was taken away, is left out. Any other failure must not pass for
// "not here": the writer would make the trace a second time.
static enum errc left_out(struct sqlite_store *s, struct ctx *ctx, int64_t day, enum errc rc)
{
    if (rc != ERR_CORRUPT && !(rc == ERR_IO && day_vanished(s, day)))
        return rc;
    ctx_clear_error(ctx);
    return ERR_NOT_FOUND;
}

static enum errc find_in(struct sqlite_store *s, struct ctx *ctx, const struct id_key *key,
                         struct row_at *out)
{
    struct reader *r;

    enum errc rc = reader_acquire(s, ctx, out->day, &r);
    if (rc == ERR_OK) {
        rc = row_in(r->db, ctx, key, &out->row);
        reader_release(r);
    }
    return left_out(s, ctx, out->day, rc);
}

static enum errc find(struct sqlite_store *s, struct ctx *ctx, const struct id_key *key,
                      struct row_at *out)
{
    const struct catalog *c = catalog_pin(s);
    enum errc rc = ERR_NOT_FOUND;

    for (size_t i = 0; i < c->n && rc == ERR_NOT_FOUND; i++) {
        out->day = c->days[i].day;
        if (may_hold(s, out->day, key))
            rc = find_in(s, ctx, key, out);
    }
    catalog_unpin(c);
    return rc;
}

static enum errc find_id(struct sqlite_store *s, struct ctx *ctx, const struct id_key *key,
                         int64_t *day, int64_t *row)
{
    struct row_at at;

    TRY(find(s, ctx, key, &at));
    *day = at.day;
    *row = at.row;
    return ERR_OK;
}

enum errc store_find_trace(struct sqlite_store *s, struct ctx *ctx, str project, str trace_id,
                           int64_t *day, int64_t *row)
{
    return find_id(s, ctx, &(struct id_key){ID_TRACE, row_hash(project, trace_id), trace_id}, day,
                   row);
}

enum errc store_find_score(struct sqlite_store *s, struct ctx *ctx, str project, str score_id,
                           int64_t *day, int64_t *row)
{
    return find_id(s, ctx, &(struct id_key){ID_SCORE, row_hash(project, score_id), score_id}, day,
                   row);
}

enum errc store_find_session(struct sqlite_store *s, struct ctx *ctx, str project, str session_id,
                             int64_t *day, int64_t *row)
{
    return find_id(s, ctx, &(struct id_key){ID_SESSION, row_hash(project, session_id), session_id},
                   day, row);
}

static enum errc observation_in(struct reader *r, struct ctx *ctx, int64_t hash, str id,
                                int64_t *row)
{
    struct sql_stmt *st;
    bool found;

    TRY(sql_prepare(r->db, ctx,
                    STR("SELECT id FROM observation WHERE hash = ? AND observation_id = ?"), &st));
    sql_bind_i64(st, 1, hash);
    sql_bind_str(st, 2, id);
    TRY(sql_step(st, ctx, &found));
    if (found)
        *row = sql_i64(st, 0);
    sql_reset(st);
    return found ? ERR_OK : ERR_NOT_FOUND;
}

// Sealed days have observation_hash; an unsealed one is scanned (integers only), newest first.
enum errc store_find_observation(struct sqlite_store *s, struct ctx *ctx, str project,
                                 str observation_id, int64_t *day, int64_t *row)
{
    const struct catalog *c = catalog_pin(s);
    int64_t hash = row_hash(project, observation_id);
    enum errc rc = ERR_NOT_FOUND;

    for (size_t i = 0; i < c->n && rc == ERR_NOT_FOUND; i++) {
        struct reader *r;
        if (!day_project_find(&c->days[i], (int64_t)str_hash(project)))
            continue;
        *day = c->days[i].day;
        rc = reader_acquire(s, ctx, *day, &r);
        if (rc == ERR_OK) {
            rc = observation_in(r, ctx, hash, observation_id, row);
            reader_release(r);
        }
        rc = left_out(s, ctx, *day, rc);
    }
    catalog_unpin(c);
    return rc;
}

// The writer sees its own uncommitted rows through its day connections.
static enum errc writer_find_open(struct sqlite_store *s, struct ctx *ctx, const struct id_key *key,
                                  struct row_at *out)
{
    for (size_t i = 0; i < s->n_days; i++) {
        struct day_writer *d = s->days[i];
        if (!may_hold(s, d->day, key))
            continue;
        enum errc rc = row_in(d->db, ctx, key, &out->row);
        if (rc == ERR_OK)
            out->day = d->day;
        if (rc != ERR_NOT_FOUND)
            return rc;
    }
    return ERR_NOT_FOUND;
}

enum errc writer_find(struct sqlite_store *s, struct ctx *ctx, const struct id_key *key,
                      struct row_at *out)
{
    if (key->kind == ID_TRACE && recent_get(s, key, out))
        return ERR_OK;
    enum errc rc = writer_find_open(s, ctx, key, out);
    if (rc != ERR_NOT_FOUND)
        return rc;
    return find(s, ctx, key, out);
}
