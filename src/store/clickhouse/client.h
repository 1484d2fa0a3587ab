// SPDX-License-Identifier: MIT
#pragma once
// A ClickHouse server over its HTTP interface. Statements are texts with `?` (store/filter_sql.h), whose
// values travel beside the text as {pN:Type} parameters; answers and inserts are RowBinary
// (rowbinary.h). Thread safe. Messages name cause and cure, never a password.
#include "store/clickhouse/rowbinary.h"
#include "store/filter_sql.h"
#include "store/store.h"

struct ch_server {
    str url; // http://host:8123 or https://host:8443; a user and password before the host are taken
    str user, password;
    str database; // "default" by default
    str cluster;  // name for ON CLUSTER; none: one node
};
struct ch;
// Nothing is called yet. ERR_INVALID: the address; ERR_UNAVAILABLE: libcurl is missing.
enum errc ch_open(struct ctx *ctx, const struct ch_server *server, struct ch **out) MUST_CHECK;
void ch_close(struct ch *c); // NULL is fine
const struct ch_server *ch_server_of(const struct ch *c);

// A SELECT's answer as RowBinary, whole. The strs of its rows point into it.
struct ch_answer {
    struct buf body;
    struct ch_reader rows;
};
void ch_answer_fini(struct ch_answer *a);
// ERR_TIMEOUT: the context's deadline, or LIMIT_READ_MS. ERR_LIMIT: too much memory for the server.
enum errc ch_select(struct ch *c, struct ctx *ctx, const struct sql_text *t,
                    struct ch_answer *out) MUST_CHECK;
// The same for conditions on ids of the sort key: their filters are used with FINAL, which is safe where
// all versions of a row have the same id.
enum errc ch_select_ids(struct ch *c, struct ctx *ctx, const struct sql_text *t,
                        struct ch_answer *out) MUST_CHECK;
// A statement without an answer: INSERT ... SELECT, DDL. `settings`: more of them, "&a=b", or NULL.
enum errc ch_run(struct ch *c, struct ctx *ctx, const struct sql_text *t,
                 const char *settings) MUST_CHECK;
// Rows in RowBinary into `table(columns)`. `token`: an insert with the same is made once; or none.
enum errc ch_insert(struct ch *c, struct ctx *ctx, const char *table, str columns, str rows,
                    str token) MUST_CHECK;
// Without a database, which may not be there yet; `text` has no values.
enum errc ch_run_outside(struct ch *c, struct ctx *ctx, str text) MUST_CHECK;

// ---- Hours --------------------------------------------------------------------------------------
// The key's hour of a time: never falls as time rises, the same for ever.
#define CH_HOUR_MS  INT64_C(3600000)
#define CH_HOUR_MAX 1193046 // 2106: what toDateTime can say
uint32_t ch_hour_of(millis t);

// ---- For statements -----------------------------------------------------------------------------
void ch_text_eq(struct sql_text *t, const char *column, str value); // " AND col = ?" unless none
void ch_text_in(struct sql_text *t, const char *column,
                const struct str_set *values); // " AND ... IN"
// " AND col >= ? AND col < ?" and the same on `hour`, which the key has. Open ends are left out.
void ch_text_range(struct sql_text *t, const char *hour, const char *column, millis from,
                   millis to);
// " AND hour BETWEEN ..." of both times; nothing when one is MILLIS_NONE.
void ch_text_hours(struct sql_text *t, const char *hour, millis first, millis last);
// `name` in backquotes, for what cannot be a parameter.
str ch_quoted(struct arena *a, str name);
