// SPDX-License-Identifier: MIT
// Read connections: a bounded pool over all days. A connection is bound to its day; an idle one of the
// wanted day is reused, else the least useful idle one is closed for a new one. One read transaction
// from acquire to release; decompressed packs are kept for that time only.
#include "base/limits.h"
#include "store/sqlite/store_priv.h"

#include <stdlib.h>

#define PACKS_KEPT 4u
#define READER_CACHE_KIB \
    512 // no mmap: mapped pages of many days would count as this process's memory

#define SEARCH_BYTES ((size_t)LIMIT_PACK_BYTES + (32u << 20)) // for packs that conditions look into
#define SEARCH_KEPT  ((size_t)16 << 20) // then they are dropped: a search passes thousands

struct packs_kept {
    struct {
        int64_t id;
        struct pack pack;
    } packs[PACKS_KEPT];
    size_t n, next;
};

struct reader_private {
    struct ctx *ctx; // of the current acquire
    struct packs_kept kept, searched;
    struct arena *search; // of `searched`; made when a condition first looks into a body
};

static void reader_destroy(struct reader *r)
{
    if (!r)
        return;
    sql_close(r->db);
    zstd_destroy(r->zstd);
    if (r->private_)
        arena_destroy(r->private_->search);
    free(r->private_);
    free(r);
}

static void idle_remove(struct sqlite_store *s, size_t i)
{
    for (s->n_idle--; i < s->n_idle; i++)
        s->idle[i] = s->idle[i + 1];
}

// Idle reader of the day, or none; *victim: an idle one to close when the pool is full.
static struct reader *idle_take(struct sqlite_store *s, int64_t day)
{
    for (size_t i = s->n_idle; i-- > 0;) {
        struct reader *r = s->idle[i];
        if (r->day != day)
            continue;
        idle_remove(s, i);
        return r;
    }
    return NULL;
}

static struct reader *idle_oldest(struct sqlite_store *s)
{
    struct reader *r = s->idle[0];

    idle_remove(s, 0);
    return r;
}

static enum errc slot_wait(struct sqlite_store *s, struct ctx *ctx, int64_t day,
                           struct reader **reuse, struct reader **victim)
{
    enum errc rc = ERR_OK;

    lock_acquire(&s->lock);
    for (;;) {
        *reuse = idle_take(s, day);
        if (*reuse)
            break;
        if (s->n_readers < LIMIT_OPEN_DAYS) {
            s->n_readers++;
            break;
        }
        if (s->n_idle) {
            *victim = idle_oldest(s);
            break;
        }
        int64_t left = ctx->deadline_ms ? ctx->deadline_ms - clock_mono_ms() : LIMIT_READ_MS;
        if (left <= 0 || !cond_wait(&s->reader_free, &s->lock, left)) {
            rc = ERR_UNAVAILABLE;
            break;
        }
    }
    lock_release(&s->lock);
    return rc == ERR_OK ? ERR_OK : fail(ctx, rc, "Too many reads at once: try again in a moment");
}

static void slot_give_back(struct sqlite_store *s)
{
    lock_acquire(&s->lock);
    s->n_readers--;
    cond_signal(&s->reader_free);
    lock_release(&s->lock);
}

static enum errc reader_create(struct sqlite_store *s, struct ctx *ctx, int64_t day,
                               struct reader **out)
{
    struct sql_options opt = {.cache_kib = READER_CACHE_KIB};
    char path[PATH_MAX_BYTES];
    struct sql *db;

    if (!day_path(s, day, "", path))
        return fail(ctx, ERR_IO, "The path of the data directory is too long");
    if (sql_open(ctx, path, &opt, &db) != ERR_OK) { // read-only media
        ctx_clear_error(ctx);
        opt.readonly = true;
        TRY(sql_open(ctx, path, &opt, &db));
    }
    struct reader *r = calloc(1, sizeof(*r));
    CHECK(r != NULL);
    *r = (struct reader){.db = db, .zstd = zstd_create(), .day = day, .store = s};
    r->private_ = calloc(1, sizeof(*r->private_));
    CHECK(r->private_ != NULL);
    enum errc rc = reader_functions(r, ctx);
    if (rc != ERR_OK) {
        reader_destroy(r);
        return rc;
    }
    *out = r;
    return ERR_OK;
}

enum errc reader_acquire(struct sqlite_store *s, struct ctx *ctx, int64_t day, struct reader **out)
{
    struct reader *r = NULL, *victim = NULL;
    enum errc rc = slot_wait(s, ctx, day, &r, &victim);

    if (rc != ERR_OK)
        return rc;
    reader_destroy(victim);
    if (!r)
        rc = reader_create(s, ctx, day, &r);
    if (rc == ERR_OK && r) {
        r->private_->ctx = ctx;
        r->private_->kept = r->private_->searched = (struct packs_kept){0};
        sql_deadline(r->db, ctx);
        rc = sql_begin(r->db, ctx, false);
    }
    if (rc != ERR_OK) {
        reader_destroy(r);
        slot_give_back(s);
        return rc;
    }
    *out = r;
    return ERR_OK;
}

void reader_release(struct reader *r)
{
    struct sqlite_store *s;

    if (!r)
        return;
    s = r->store;
    sql_rollback(r->db); // ends the read transaction, whatever state its statements are in
    r->private_->ctx = NULL;
    r->private_->kept = r->private_->searched = (struct packs_kept){0};
    arena_destroy(r->private_->search);
    r->private_->search = NULL;
    lock_acquire(&s->lock);
    bool keep = s->n_idle < READERS_IDLE_MAX;
    if (keep)
        s->idle[s->n_idle++] = r;
    else
        s->n_readers--;
    cond_signal(&s->reader_free);
    lock_release(&s->lock);
    if (!keep)
        reader_destroy(r);
}

struct ctx *reader_ctx(const struct reader *r)
{
    return r->private_->ctx;
}

static enum errc pack_fetch(struct reader *r, struct ctx *ctx, int64_t id, struct pack *out)
{
    struct sql_stmt *st;
    bool row;

    TRY(sql_prepare(r->db, ctx, STR("SELECT data FROM pack WHERE id = ?"), &st));
    sql_bind_i64(st, 1, id);
    TRY(sql_step(st, ctx, &row));
    if (!row)
        return fail(ctx, ERR_CORRUPT, "Body pack %lld is missing", (long long)id);
    enum errc rc = pack_open(ctx, r->zstd, sql_blob(st, 0), out);
    sql_reset(st);
    return rc;
}

static enum errc kept_record(struct reader *r, struct ctx *ctx, struct packs_kept *k,
                             const struct row_body *at, str *out)
{
    struct pack opened;

    for (size_t i = 0; i < k->n; i++) {
        if (k->packs[i].id == at->pack) {
            *out = at->slot < 0 ? k->packs[i].pack.raw
                                : pack_record(&k->packs[i].pack, (uint32_t)at->slot);
            return ERR_OK;
        }
    }
    TRY(pack_fetch(r, ctx, at->pack, &opened));
    k->packs[k->next].id = at->pack;
    k->packs[k->next].pack = opened;
    k->next = (k->next + 1) % PACKS_KEPT;
    if (k->n < PACKS_KEPT)
        k->n++;
    *out = at->slot < 0 ? opened.raw : pack_record(&opened, (uint32_t)at->slot);
    return ERR_OK;
}

enum errc reader_record(struct reader *r, struct ctx *ctx, int64_t pack, int64_t slot, str *out)
{
    return kept_record(r, ctx, &r->private_->kept, &(struct row_body){pack, slot}, out);
}

enum errc reader_search(struct reader *r, const struct row_body *at, str *out)
{
    struct reader_private *p = r->private_;
    struct ctx own;

    if (!p->search)
        p->search = arena_create(SEARCH_BYTES);
    if (arena_used(p->search) > SEARCH_KEPT) {
        arena_reset(p->search);
        p->searched = (struct packs_kept){0};
    }
    ctx_init(&own, p->search);
    return kept_record(r, &own, &p->searched, at, out);
}

void readers_forget(struct sqlite_store *s, int64_t day)
{
    struct reader *r;

    do {
        lock_acquire(&s->lock);
        r = idle_take(s, day);
        s->n_readers -= r != NULL;
        lock_release(&s->lock);
        reader_destroy(r);
    } while (r);
}

void readers_close(struct sqlite_store *s)
{
    lock_acquire(&s->lock);
    size_t n = s->n_idle;
    s->n_idle = 0;
    s->n_readers -= n;
    lock_release(&s->lock);
    for (size_t i = 0; i < n; i++)
        reader_destroy(s->idle[i]);
}
