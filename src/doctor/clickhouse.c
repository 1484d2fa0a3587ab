// SPDX-License-Identifier: MIT
// Checks of the ClickHouse that keeps events: can it be reached, is the database there and up to date,
// may this user do what is needed, is its disk filling up - with events, or with its own logs.
#include "store/clickhouse/client.h"
#include "base/address.h"
#include "base/clock.h"
#include "base/url.h"
#include "doctor/doctor.h"
#include "store/clickhouse/schema.h"

enum {
    CALL_MS = 15000,
    DISK_PERCENT = 80,
    LOG_MIB = 100,
    SKEW_MS = 30000,
    OLDEST_MAJOR = 23,
    CELLS_MAX = 4
};

struct probe {
    struct report *r;
    struct ch *ch;  // with the database of the settings
    struct ch *any; // with one that is always there
    str user;       // as the server has it
    bool missing;   // the database is
};

typedef void row_fn(struct probe *p, const str *cells);

// Calls `fn` for each row; every column of the statement is a String. `arg` is its value, if any.
static enum errc each_row(struct probe *p, struct ch *ch, const char *text, str arg, size_t n,
                          row_fn *fn)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    AUTO(sql_text_fini) struct sql_text t = {0};
    str cells[CELLS_MAX];
    CHECK(n <= CELLS_MAX);
    sql_text_init(&t, p->r->arena);
    sql_text_add(&t, text);
    if (str_some(arg))
        sql_text_str(&t, arg);
    p->r->ctx->deadline_ms = clock_mono_ms() + CALL_MS;
    TRY(ch_select(ch, p->r->ctx, &t, &answer));
    while (ch_more(&answer.rows)) {
        for (size_t i = 0; i < n; i++)
            cells[i] = arena_str(p->r->arena, ch_get_str(&answer.rows));
        fn(p, cells);
    }
    return ERR_OK;
}

static int64_t number(str cell)
{
    int64_t n = 0;
    (void)str_to_i64(cell, &n);
    return n;
}

// ---- Server and database ------------------------------------------------------------------------

static void judge_server(struct probe *p, const str *c)
{
    struct report *r = p->r;
    str rest = c[0], major = STR_NONE;
    (void)str_next(&rest, '.', &major);
    p->user = c[1];
    if (number(major) < OLDEST_MAJOR)
        report_add(r, FINDING_BROKEN, "ClickHouse %.*s is too old: take 23.8 or newer",
                   STR_ARG(c[0]));
    else
        report_add(r, FINDING_FINE, "ClickHouse %.*s at %.*s, user %.*s, up for %.*s s",
                   STR_ARG(c[0]), STR_ARG(r->clickhouse->url), STR_ARG(c[1]), STR_ARG(c[2]));
}

static enum errc look_at_server(struct probe *p)
{
    return each_row(p, p->any, "SELECT version(), currentUser(), toString(uptime())", STR_NONE, 3,
                    judge_server);
}

static void judge_database(struct probe *p, const str *c)
{
    struct report *r = p->r;
    const struct ch_server *s = r->clickhouse;
    p->missing = number(c[0]) == 0;
    if (p->missing)
        report_add(r, FINDING_NOTE,
                   "there is no database %.*s; the server makes it where the user may, otherwise an"
                   " administrator runs: CREATE DATABASE IF NOT EXISTS `%.*s`; GRANT SELECT,"
                   " INSERT, ALTER, CREATE TABLE, DROP TABLE, TRUNCATE, OPTIMIZE ON `%.*s`.* TO"
                   " `%.*s`;",
                   STR_ARG(s->database), STR_ARG(s->database), STR_ARG(s->database),
                   STR_ARG(p->user));
}

static enum errc look_at_database(struct probe *p)
{
    return each_row(p, p->any, "SELECT toString(count()) FROM system.databases WHERE name = ",
                    p->r->clickhouse->database, 1, judge_database);
}

static void judge_rights(struct probe *p, const str *c)
{
    const struct ch_server *s = p->r->clickhouse;
    if (number(c[0]) == 0)
        report_add(p->r, FINDING_BROKEN,
                   "user %.*s lacks rights; an administrator runs: GRANT SELECT, INSERT, ALTER,"
                   " CREATE TABLE, DROP TABLE, TRUNCATE, OPTIMIZE ON `%.*s`.* TO `%.*s`;",
                   STR_ARG(p->user), STR_ARG(s->database), STR_ARG(p->user));
}

// A user may look at its own grants only in part; what is certain is a readonly profile.
static enum errc look_at_rights(struct probe *p)
{
    return each_row(p, p->any,
                    "SELECT toString(getSetting('readonly') = 0 AND"
                    " getSetting('allow_ddl') != 0)",
                    STR_NONE, 1, judge_rights);
}

// ---- Disk ---------------------------------------------------------------------------------------

static void judge_disk(struct probe *p, const str *c)
{
    int64_t free_bytes = number(c[1]), total = number(c[2]);
    int64_t used = total > 0 ? 100 - free_bytes * 100 / total : 0;
    if (used >= DISK_PERCENT)
        report_add(p->r, FINDING_NOTE,
                   "its disk %.*s is %lld %% full (%lld MiB free); enlarge the volume, or keep"
                   " events for fewer days (RUSHLIGHT_RETENTION_DAYS)",
                   STR_ARG(c[0]), (long long)used, (long long)(free_bytes >> 20));
}

static enum errc look_at_disks(struct probe *p)
{
    return each_row(p, p->any,
                    "SELECT name, toString(free_space), toString(total_space) FROM system.disks"
                    " WHERE total_space > 0",
                    STR_NONE, 3, judge_disk);
}

static void judge_log(struct probe *p, const str *c)
{
    int64_t mib = number(c[1]) >> 20;
    if (mib >= LOG_MIB && number(c[2]) == 0)
        report_add(p->r, FINDING_NOTE,
                   "its own table system.%.*s has grown to %lld MiB and keeps growing; an"
                   " administrator runs: ALTER TABLE system.%.*s MODIFY TTL event_date +"
                   " INTERVAL 3 DAY; or switches it off in the server's configuration",
                   STR_ARG(c[0]), (long long)mib, STR_ARG(c[0]));
}

static enum errc look_at_logs(struct probe *p)
{
    return each_row(p, p->any,
                    "SELECT name, toString(ifNull(total_bytes, 0)),"
                    " toString(position(create_table_query, ' TTL ') > 0) FROM system.tables"
                    " WHERE database = 'system' AND match(name, '_log(_[0-9]+)?$')"
                    " ORDER BY total_bytes DESC",
                    STR_NONE, 3, judge_log);
}

// ---- Tables -------------------------------------------------------------------------------------

static void judge_tables(struct probe *p, const str *c)
{
    struct report *r = p->r;
    int newest = ch_migrations[ch_n_migrations - 1].version;
    int64_t applied = number(c[0]), has = number(c[1]);
    if (has > newest)
        report_add(r, FINDING_BROKEN,
                   "its tables have version %lld, this program knows up to %d: start the newer"
                   " version again",
                   (long long)has, newest);
    else if (applied < (int64_t)ch_n_migrations)
        report_add(r, FINDING_NOTE,
                   "%lld of %zu migrations are pending; the next start of the server applies them",
                   (long long)((int64_t)ch_n_migrations - applied), ch_n_migrations);
    else
        report_add(r, FINDING_FINE, "all %zu migrations are applied", ch_n_migrations);
}

static void judge_history(struct probe *p, const str *c)
{
    static const str none[] = {STR_INIT("0"), STR_INIT("0")};
    p->missing = number(c[0]) == 0;
    if (p->missing)
        judge_tables(p, none);
}

static enum errc look_at_tables(struct probe *p)
{
    if (p->missing)
        return ERR_OK;
    TRY(each_row(p, p->ch,
                 "SELECT toString(count()) FROM system.tables WHERE database = currentDatabase()"
                 " AND name = 'schema_version'",
                 STR_NONE, 1, judge_history));
    return p->missing ? ERR_OK
                      : each_row(p, p->ch,
                                 "SELECT toString(count()), toString(max(version)) FROM"
                                 " schema_version FINAL",
                                 STR_NONE, 2, judge_tables);
}

static void judge_size(struct probe *p, const str *c)
{
    if (c[0].n > 0)
        report_add(p->r, FINDING_FINE, "on disk: %.*s", STR_ARG(c[0]));
}

static enum errc look_at_sizes(struct probe *p)
{
    if (p->missing)
        return ERR_OK;
    return each_row(p, p->ch,
                    "SELECT arrayStringConcat(groupArray(concat(table, ' ', size)), ', ') FROM"
                    " (SELECT table, formatReadableSize(sum(bytes_on_disk)) AS size"
                    " FROM system.parts WHERE active AND database = currentDatabase()"
                    " GROUP BY table ORDER BY sum(bytes_on_disk) DESC)",
                    STR_NONE, 1, judge_size);
}

static void judge_clock(struct probe *p, const str *c)
{
    int64_t ahead = number(c[0]) - clock_now();
    if (ahead > SKEW_MS || ahead < -SKEW_MS)
        report_add(
            p->r, FINDING_NOTE, "its clock is %lld s %s this machine's; synchronise both (NTP)",
            (long long)(ahead < 0 ? -ahead : ahead) / 1000, ahead < 0 ? "behind" : "ahead of");
}

static enum errc look_at_clock(struct probe *p)
{
    return each_row(p, p->any, "SELECT toString(toUnixTimestamp64Milli(now64(3)))", STR_NONE, 1,
                    judge_clock);
}

// ---- All of them --------------------------------------------------------------------------------

// The address that a white list of the server's must have; none when there is no way to it.
static str own_address(struct report *r)
{
    struct url_parts at = {0};
    str url = r->clickhouse->url;
    ptrdiff_t scheme = str_find(url, STR("://"));
    url_split(r->arena, str_skip(url, scheme < 0 ? 0 : (size_t)scheme + 3), &at);
    return address_towards(r->arena, at.host, str_some(at.port) ? at.port : STR("8123"));
}

static void add_failure(struct report *r, str message)
{
    str from = own_address(r);
    report_add(r, FINDING_BROKEN, "%.*s%s%.*s%s",
               STR_ARG(str_some(message) ? message : STR("it does not answer")),
               str_some(from) ? " (called from " : "", STR_ARG(from), str_some(from) ? ")" : "");
}

static void run_looks(struct probe *p)
{
    typedef enum errc look(struct probe * p);
    static look *const looks[] = {look_at_server, look_at_database, look_at_rights, look_at_disks,
                                  look_at_logs,   look_at_tables,   look_at_sizes,  look_at_clock};
    struct ctx *outer = p->r->ctx;
    enum errc rc = ERR_OK;
    for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
        struct ctx own; // a look that is refused does not hide the others
        ctx_init(&own, p->r->arena);
        p->r->ctx = &own;
        rc = looks[i](p);
        p->r->ctx = outer;
        if (rc != ERR_OK)
            add_failure(p->r, own.message);
        if (rc != ERR_OK && i == 0)
            break; // nothing else will be answered
    }
}

void check_clickhouse(struct report *r)
{
    struct probe p = {.r = r};
    struct ch_server any = *r->clickhouse;
    any.database = STR("system");
    enum errc rc = ch_open(r->ctx, r->clickhouse, &p.ch);
    if (rc == ERR_OK)
        rc = ch_open(r->ctx, &any, &p.any);
    if (rc == ERR_OK)
        run_looks(&p);
    else
        add_failure(r, r->ctx->message);
    ctx_clear_error(r->ctx);
    ch_close(p.ch);
    ch_close(p.any);
}
