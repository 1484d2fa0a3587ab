// SPDX-License-Identifier: MIT
// What ClickHouse's error codes mean for Rushlight and what to do about them. The server's own words
// follow, cut: they may quote a statement, but statements hold no values.
#include "store/clickhouse/client_int.h"

#define TEXT_BYTES 400u

static const struct {
    int64_t code;
    enum errc rc;
    const char *advice;
} meanings[] = {
    {516, ERR_UNAVAILABLE, "check CLICKHOUSE_USER and CLICKHOUSE_PASSWORD"},
    {192, ERR_UNAVAILABLE, "check CLICKHOUSE_USER: the server has no such user"},
    {193, ERR_UNAVAILABLE, "check CLICKHOUSE_PASSWORD"},
    {194, ERR_UNAVAILABLE, "set CLICKHOUSE_PASSWORD: the server wants one"},
    {195, ERR_UNAVAILABLE, "the server lets this user in from other addresses only: add this one"},
    {497, ERR_UNAVAILABLE, "the user lacks a right: GRANT SELECT, INSERT, ALTER, CREATE ON <db>.*"},
    {164, ERR_UNAVAILABLE, "the user may only read (readonly profile): take another"},
    {81, ERR_UNAVAILABLE, "the database is missing: check CLICKHOUSE_DB, or let migrations run"},
    {60, ERR_UNAVAILABLE,
     "a table is missing: let migrations run"
     " (LANGFUSE_AUTO_CLICKHOUSE_MIGRATION_DISABLED is for others that do)"},
    {47, ERR_UNAVAILABLE,
     "a column is missing: another program made these tables, or migrations are"
     " switched off; take a database of its own (CLICKHOUSE_DB)"},
    {159, ERR_TIMEOUT, "narrow the range of time"},
    {160, ERR_TIMEOUT, "narrow the range of time"},
    {241, ERR_LIMIT, "the server is short of memory: narrow the range, or raise max_memory_usage"},
    {307, ERR_LIMIT, "the user's quota of bytes is spent: narrow the range"},
    {201, ERR_UNAVAILABLE, "the user's quota is spent; try again later"},
    {202, ERR_UNAVAILABLE, "the server runs too many queries; try again"},
    {243, ERR_UNAVAILABLE, "the server's disk is full"},
    {252, ERR_UNAVAILABLE, "the server's merges are behind; it is tried again"},
    {242, ERR_UNAVAILABLE, "a table is read-only: ClickHouse Keeper (ZooKeeper) is away"},
    {285, ERR_UNAVAILABLE, "too few replicas are there"},
    {286, ERR_UNAVAILABLE, "the last insert has not reached its quorum yet; it is tried again"},
    {289, ERR_UNAVAILABLE, "this replica is behind; it is tried again"},
    {170, ERR_UNAVAILABLE, "check CLICKHOUSE_CLUSTER_NAME: SELECT cluster FROM system.clusters"},
    {139, ERR_UNAVAILABLE,
     "the server has no ClickHouse Keeper: one node needs no cluster, set"
     " CLICKHOUSE_CLUSTER_ENABLED=false"},
    {999, ERR_UNAVAILABLE, "ClickHouse Keeper (ZooKeeper) does not answer"},
};

// "Code: 60. DB::Exception: Unknown table ... (UNKNOWN_TABLE) (version 26.7)" without its ends.
static str words(str text)
{
    ptrdiff_t at = str_find(text, STR("DB::Exception: "));
    str s = at < 0 ? text : str_skip(text, (size_t)at + 15);
    ptrdiff_t end = str_find_char(s, '\n');

    return str_trim(str_sub(s, 0, end < 0 || (size_t)end > TEXT_BYTES ? TEXT_BYTES : (size_t)end));
}

enum errc ch_refused(struct ctx *ctx, const struct ch_server *server,
                     const struct web_answer *answer, str text)
{
    int64_t code = 0;

    if (!str_to_i64(answer->error_code, &code))
        return fail(
            ctx, ERR_UNAVAILABLE,
            "%.*s answered %d and is no ClickHouse server, or a proxy answered for it: check"
            " CLICKHOUSE_URL (the HTTP interface, port 8123 or 8443)",
            STR_ARG(server->url), answer->status);
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
        if (meanings[i].code == code)
            return fail(ctx, meanings[i].rc, "ClickHouse refused with code %lld: %s (%.*s)",
                        (long long)code, meanings[i].advice, STR_ARG(words(text)));
    return fail(ctx, ERR_INTERNAL, "ClickHouse refused with code %lld: %.*s", (long long)code,
                STR_ARG(words(text)));
}
