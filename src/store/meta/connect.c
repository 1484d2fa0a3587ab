// SPDX-License-Identifier: MIT
// Connections of the metadata database: a file or a PostgreSQL server.
//
// One write connection behind a lock and a few read connections, opened when first needed and kept.
// Any thread may call; other processes (the command line, other servers) write the same database at
// the same time. A server that cannot be used at the start is no reason to end: who needs it is told
// why, and one attempt a second finds it when it is there.
#include "sql/migrate.h"
#include "store/meta/meta_int.h"

#include <stdlib.h>

enum { READ_WAIT_MS = 5000, RETRY_MS = 1000, CONNECT_S = 5 };

static const struct migration migrations[] = {
    {1, "settings", meta_schema_settings}, {2, "accounts", meta_schema_accounts},
    {3, "keys", meta_schema_keys},         {4, "score configs", meta_schema_score_configs},
    {5, "models", meta_schema_models},     {6, "sessions", meta_schema_sessions},
    {7, "invites", meta_schema_invites},   {8, "session turns", meta_schema_session_turns},
    {9, "notes", meta_schema_notes},
};

const struct migration *meta_migrations(size_t *n)
{
    *n = ARRAY_LEN(migrations);
    return migrations;
}

// ---- Opening ------------------------------------------------------------------------------------

static enum errc connect_to(const struct meta *m, struct ctx *ctx, const struct sql_options *opt,
                            struct sql **out)
{
    return m->path ? sql_open(ctx, m->path, opt, out) : pg_connect(ctx, &m->server, CONNECT_S, out);
}

static enum errc prepare_writer(struct sql *db, struct ctx *ctx)
{
    TRY(migrate(db, ctx, migrations, ARRAY_LEN(migrations)));
    return sql_full_sync(db, ctx, true);
}

// A server that cannot be used is asked again after a moment only; until then its answer stands.
static bool failed_lately_locked(const struct meta *m)
{
    lock_assert_held(&m->write_lock);
    return m->failure != ERR_OK && clock_mono_ms() - m->failed_at < RETRY_MS;
}

static void note_failure_locked(struct meta *m, const struct ctx *ctx, enum errc rc)
{
    lock_assert_held(&m->write_lock);
    free(m->problem);
    m->problem = str_dup(ctx->message);
    m->failure = rc;
    m->failed_at = clock_mono_ms();
}

// Makes the write connection and brings the schema up to date.
enum errc meta_writer_open_locked(struct meta *m, struct ctx *ctx)
{
    // Migrations don't wait for the disk one by one: a crash leaves some of them to do again, and the
    // first durable write takes them along.
    const struct sql_options opt = {.create = true, .full_sync = false, .cache_kib = 256};
    struct sql *db = NULL;
    lock_assert_held(&m->write_lock);
    if (m->writer)
        return ERR_OK;
    if (failed_lately_locked(m))
        return fail(ctx, m->failure, "%s", m->problem ? m->problem : "");
    enum errc rc = connect_to(m, ctx, &opt, &db);
    if (rc == ERR_OK)
        rc = prepare_writer(db, ctx);
    if (rc != ERR_OK) {
        fail_context(ctx, "metadata database %s", m->name);
        note_failure_locked(m, ctx, rc);
        sql_close(db);
        return rc;
    }
    m->failure = ERR_OK;
    m->writer = db;
    atomic_store(&m->ready, true);
    return ERR_OK;
}

static enum errc make_ready(struct meta *m, struct ctx *ctx)
{
    if (atomic_load(&m->ready))
        return ERR_OK;
    lock_acquire(&m->write_lock);
    enum errc rc = meta_writer_open_locked(m, ctx);
    lock_release(&m->write_lock);
    return rc;
}

static struct meta *meta_alloc(str name)
{
    struct meta *m = calloc(1, sizeof *m);
    CHECK(m);
    m->name = str_dup(name);
    CHECK(m->name);
    lock_init(&m->write_lock);
    lock_init(&m->pool_lock);
    cond_init(&m->pool_free);
    return m;
}

enum errc meta_open(struct ctx *ctx, const char *path, struct meta **out)
{
    struct meta *m = meta_alloc(str_c(path));
    m->path = m->name;
    enum errc rc = make_ready(m, ctx);
    if (rc != ERR_OK) {
        meta_close(m);
        return rc;
    }
    *out = m;
    return ERR_OK;
}

struct meta *meta_open_server(const struct pg_server *server)
{
    struct arena *texts = arena_create(64u << 10);
    struct meta *m = meta_alloc(pg_server_text(texts, server));
    m->texts = texts;
    pg_server_copy(texts, server, &m->server);
    return m;
}

void meta_close(struct meta *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < META_READERS; i++)
        sql_close(m->readers[i].db);
    sql_close(m->writer);
    cond_fini(&m->pool_free);
    lock_fini(&m->pool_lock);
    lock_fini(&m->write_lock);
    arena_destroy(m->texts);
    free(m->problem);
    free(m->name);
    free(m);
}

// ---- Read connections ---------------------------------------------------------------------------

static struct reader_slot *free_slot_locked(struct meta *m)
{
    lock_assert_held(&m->pool_lock);
    struct reader_slot *unopened = NULL;
    for (size_t i = 0; i < META_READERS; i++) {
        struct reader_slot *slot = &m->readers[i];
        if (!slot->busy && slot->db)
            return slot;
        if (!slot->busy && !unopened)
            unopened = slot;
    }
    return unopened;
}

void meta_reader_release(struct meta *m, struct reader_slot *slot)
{
    lock_acquire(&m->pool_lock);
    slot->busy = false;
    cond_signal(&m->pool_free);
    lock_release(&m->pool_lock);
}

static struct reader_slot *reader_wait(struct meta *m)
{
    int64_t give_up = clock_mono_ms() + READ_WAIT_MS;
    lock_acquire(&m->pool_lock);
    struct reader_slot *slot = free_slot_locked(m);
    for (int64_t left = READ_WAIT_MS; !slot && left > 0; left = give_up - clock_mono_ms()) {
        (void)cond_wait(&m->pool_free, &m->pool_lock, left);
        slot = free_slot_locked(m);
    }
    if (slot)
        slot->busy = true;
    lock_release(&m->pool_lock);
    return slot;
}

enum errc meta_reader_open(struct meta *m, struct ctx *ctx, struct reader_slot *slot)
{
    const struct sql_options opt = {.readonly = true, .cache_kib = 128};
    return slot->db ? ERR_OK : connect_to(m, ctx, &opt, &slot->db);
}

enum errc meta_reader_acquire(struct meta *m, struct ctx *ctx, struct reader_slot **out)
{
    TRY(make_ready(m, ctx));
    struct reader_slot *slot = reader_wait(m);
    if (!slot)
        return fail(ctx, ERR_UNAVAILABLE, "metadata database %s is busy; try again", m->name);
    enum errc rc = meta_reader_open(m, ctx, slot);
    if (rc != ERR_OK) {
        meta_reader_release(m, slot);
        return rc;
    }
    *out = slot;
    return ERR_OK;
}

bool meta_drop_lost(struct sql **db, struct ctx *ctx)
{
    if (!*db || !sql_lost(*db))
        return false;
    sql_close(*db);
    *db = NULL;
    ctx_clear_error(ctx);
    return true;
}
