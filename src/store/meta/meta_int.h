// SPDX-License-Identifier: MIT
#pragma once
// What the files of this folder share: connections, row mapping by column tables, and one function
// each for reading rows and for a write transaction. The SQL stays literal in the file of its table.
#include "base/thread.h"
#include "sql/postgres.h"
#include "store/meta/meta.h"

enum { META_READERS = 3 };

struct reader_slot {
    struct sql *db;
    bool busy;
};
struct meta {
    char *path;          // of the file; NULL: a server
    struct arena *texts; // of the server
    struct pg_server server;
    char *name;        // for messages
    atomic_bool ready; // migrations ran; set once
    int64_t failed_at; // last attempt to connect; guarded by write_lock
    enum errc failure; // of it, with its message in `problem`
    char *problem;
    struct sql *writer;     // NULL: not connected
    bool unsynced;          // written in bulk and not yet durable; guarded by write_lock
    struct lock write_lock; // one write transaction at a time; held while it commits
    struct lock pool_lock;  // guards `readers`; never held across I/O
    struct cond pool_free;
    struct reader_slot readers[META_READERS];
};

// connect.c. Held for one statement or one transaction, never while a caller's callback runs.
enum errc meta_reader_acquire(struct meta *m, struct ctx *ctx, struct reader_slot **out) MUST_CHECK;
enum errc meta_reader_open(struct meta *m, struct ctx *ctx, struct reader_slot *slot) MUST_CHECK;
void meta_reader_release(struct meta *m, struct reader_slot *slot);
enum errc meta_writer_open_locked(struct meta *m, struct ctx *ctx) MUST_CHECK; // holding write_lock
// True when the connection had broken: it is closed and the failure forgotten, for another attempt.
bool meta_drop_lost(struct sql **db, struct ctx *ctx);

enum column_type { COLUMN_STR, COLUMN_TIME, COLUMN_I64, COLUMN_I32, COLUMN_BOOL, COLUMN_DOUBLE };
struct column { // position in the table = position in the SQL's column list
    uint8_t type;
    uint16_t offset;
};
struct columns {
    const struct column *items;
    size_t n;
    size_t row_bytes; // sizeof the row struct
};
#define COLUMN(kind, row, field)                   \
    {                                              \
        COLUMN_##kind, offsetof(struct row, field) \
    }
#define COLUMNS(row, list)                          \
    {                                               \
        (list), ARRAY_LEN(list), sizeof(struct row) \
    }

// Binds the columns to parameters 1..n; strs are borrowed from the row.
void row_bind(struct sql_stmt *st, const struct columns *cols, const void *row);

struct arg { // one parameter of a statement
    enum column_type type;
    str text;
    int64_t number;
};
#define ARG_STR(s)                      \
    {                                   \
        .type = COLUMN_STR, .text = (s) \
    }
#define ARG_I64(n)                        \
    {                                     \
        .type = COLUMN_I64, .number = (n) \
    }
#define ARG_TIME(t)                        \
    {                                      \
        .type = COLUMN_TIME, .number = (t) \
    }
struct query {
    str text;
    const struct columns *cols; // of the rows that come back; NULL for statements without rows
    const struct arg *args;
    size_t n_args;
};
#define QUERY(sql, columns, ...)                                             \
    (&(struct query){STR(sql), (columns), (const struct arg[]){__VA_ARGS__}, \
                     sizeof((const struct arg[]){__VA_ARGS__}) / sizeof(struct arg)})
// A query without parameters.
#define QUERY0(sql, columns) (&(struct query){STR(sql), (columns), NULL, 0})

// Rows are copied into ctx->arena, so no connection is held while the caller looks at them.
struct rows {
    void *items; // array of row structs
    size_t n;
};
enum errc meta_select(struct meta *m, struct ctx *ctx, const struct query *q,
                      struct rows *out) MUST_CHECK;
// First row, or ERR_NOT_FOUND without message.
enum errc meta_select_one(struct meta *m, struct ctx *ctx, const struct query *q,
                          void *out) MUST_CHECK;
enum errc meta_select_i64(struct meta *m, struct ctx *ctx, const struct query *q,
                          int64_t *out) MUST_CHECK; // first column of the first row

// Runs `fn` in one write transaction; commits when it returns ERR_OK, otherwise nothing happened.
// `shared`: the change decides who may do what, so the change counter moves (see meta_changes).
typedef enum errc meta_write_fn(struct sql *db, struct ctx *ctx, const void *arg);
enum errc meta_write(struct meta *m, struct ctx *ctx, bool shared, meta_write_fn *fn,
                     const void *arg) MUST_CHECK;
// Steps inside a write transaction.
enum errc write_run(struct sql *db, struct ctx *ctx, const struct query *q) MUST_CHECK;
enum errc write_row(struct sql *db, struct ctx *ctx, str sql, const struct columns *cols,
                    const void *row) MUST_CHECK; // parameters are the row's columns
enum errc write_exists(struct sql *db, struct ctx *ctx, const struct query *q,
                       bool *out) MUST_CHECK;
// ERR_NOT_FOUND without message when the last statement changed no row.
enum errc write_hit(struct sql *db) MUST_CHECK;

// Fills what a new row lacks: id (cuid) and times (now).
void row_stamp(struct ctx *ctx, str *id, millis *created_at, millis *updated_at);

// Migration texts, each in the file of its tables.
extern const char meta_schema_accounts[];
extern const char meta_schema_keys[];
extern const char meta_schema_settings[];
extern const char meta_schema_score_configs[];
extern const char meta_schema_models[];
extern const char meta_schema_sessions[];
extern const char meta_schema_session_turns[];
extern const char meta_schema_invites[];
extern const char meta_schema_notes[];
