// SPDX-License-Identifier: MIT
#pragma once
// SQL databases behind one small interface: SQLite now, PostgreSQL by the same calls. A connection
// is used by one thread at a time. Placeholders are `?`. Column indexes start at 0, binds at 1.
#include "base/clock.h"
#include "base/err.h"

struct sql;      // connection
struct sql_stmt; // prepared statement, cached in its connection by text

struct sql_options {
    bool readonly, create;
    int64_t cache_kib;  // page cache; 0 = 512
    int64_t mmap_bytes; // 0 = none
    bool full_sync;     // synchronous=FULL (writers)
    int64_t wal_pages;  // automatic checkpoint after that many pages; 0 = 1000, < 0 = never
    int64_t page_size;  // for new files; 0 = 4096
};
// ERR_IO / ERR_CORRUPT / ERR_FORBIDDEN (read-only, rights) with path, cause and cure in the message.
enum errc sql_open(struct ctx *ctx, const char *path, const struct sql_options *opt,
                   struct sql **out) MUST_CHECK;
void sql_close(struct sql *db); // NULL is fine
// The connection is gone (a server that went away): close it and open another one.
bool sql_lost(const struct sql *db);

enum errc sql_exec(struct sql *db, struct ctx *ctx,
                   const char *text) MUST_CHECK; // several statements
// Cached by the text's address and content; valid until sql_close. Resets on each call.
enum errc sql_prepare(struct sql *db, struct ctx *ctx, str text, struct sql_stmt **out) MUST_CHECK;
void sql_bind_i64(struct sql_stmt *st, int i, int64_t v);
void sql_bind_double(struct sql_stmt *st, int i, double v);
void sql_bind_str(struct sql_stmt *st, int i, str v);  // none: NULL. Borrowed until the next reset
void sql_bind_blob(struct sql_stmt *st, int i, str v); // none: NULL
void sql_bind_null(struct sql_stmt *st, int i);
void sql_bind_time(struct sql_stmt *st, int i, millis t); // MILLIS_NONE: NULL
// *row = true with a row, false at the end (the statement is reset then).
enum errc sql_step(struct sql_stmt *st, struct ctx *ctx, bool *row) MUST_CHECK;
enum errc sql_run(struct sql_stmt *st,
                  struct ctx *ctx) MUST_CHECK; // step to the end, ignore rows, reset
void sql_reset(struct sql_stmt *st);
int64_t sql_i64(struct sql_stmt *st, int i);
double sql_double(struct sql_stmt *st, int i);
str sql_str(struct sql_stmt *st, int i);  // borrowed until the next step; NULL: none
str sql_blob(struct sql_stmt *st, int i); // same
bool sql_is_null(struct sql_stmt *st, int i);
millis sql_time(struct sql_stmt *st, int i); // NULL: MILLIS_NONE
int64_t sql_last_id(struct sql *db);
int64_t sql_changes(struct sql *db);
enum errc sql_begin(struct sql *db, struct ctx *ctx,
                    bool write) MUST_CHECK; // write: takes the lock at once
enum errc sql_commit(struct sql *db, struct ctx *ctx) MUST_CHECK;
void sql_rollback(struct sql *db);
// Interrupts the running statement when ctx->deadline_ms passes (ERR_TIMEOUT).
void sql_deadline(struct sql *db, const struct ctx *ctx);
// Whether each commit waits for the disk (sql_options.full_sync, changed later). The first commit after
// it was turned on makes all earlier ones durable too. Not inside a transaction.
enum errc sql_full_sync(struct sql *db, struct ctx *ctx, bool on) MUST_CHECK;
// Pages in the log after the last commit, of connections that never checkpoint by themselves.
int64_t sql_wal_pages(const struct sql *db);
enum errc sql_checkpoint(struct sql *db, struct ctx *ctx, bool truncate) MUST_CHECK;

// Application-defined SQL function (SQLite): deterministic within a statement.
struct sql_call; // arguments and result of one call
typedef void sql_function(void *user, struct sql_call *call);
enum errc sql_define(struct sql *db, struct ctx *ctx, const char *name, int n_args,
                     sql_function *fn, void *user) MUST_CHECK;
int64_t sql_arg_i64(struct sql_call *c, int i);
str sql_arg_str(struct sql_call *c, int i); // none for NULL
void sql_result_str(struct sql_call *c, str v);
void sql_result_i64(struct sql_call *c, int64_t v);
void sql_result_double(struct sql_call *c, double v);
void sql_result_null(struct sql_call *c);
