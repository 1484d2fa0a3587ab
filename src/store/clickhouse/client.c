// SPDX-License-Identifier: MIT
// Requests to ClickHouse. A statement with values goes as a form, its text in the part `query` and each
// value in a part param_pN: neither the text nor the values touch the address, which proxies cut.
// Inserts have their statement in the address and their rows in the body. wait_end_of_query keeps the
// server from answering 200 to what fails halfway.
//
// Runs in the callers' threads; nothing is kept between calls but connections (net/web.h).
#include "store/clickhouse/client_int.h"

#include "base/codec.h"
#include "base/id.h"
#include "base/limits.h"

#include <stdlib.h>

enum { WRITE_MS = 60000, BOUNDARY_BYTES = 16, TEXTS_BYTES = 64 << 10, FAULT_BYTES = 8 << 10 };

struct ch {
    struct web *web;
    struct arena *texts; // of everything below
    struct ch_server server;
    str authorization, boundary, form_type;
};

// ---- Opening ------------------------------------------------------------------------------------

// "http://user:password@host" -> "http://host"; settings of their own come first.
static enum errc server_read(struct ctx *ctx, struct ch *c, const struct ch_server *from)
{
    struct ch_server *s = &c->server;
    ptrdiff_t scheme = str_find(from->url, STR("://")), sign;
    size_t host = scheme < 0 ? 0 : (size_t)scheme + 3;
    str rest = str_skip(from->url, host), credentials = STR_NONE, user = STR_NONE, place = STR_NONE;

    sign = str_find_char(rest, '@');
    if (sign >= 0) {
        credentials = str_sub(rest, 0, (size_t)sign);
        rest = str_skip(rest, (size_t)sign + 1);
    }
    (void)str_next(&rest, '?', &place); // what follows are parameters of other programs
    rest = place;
    while (str_ends(rest, STR("/")))
        rest = str_sub(rest, 0, rest.n - 1);
    s->url = arena_cat(c->texts, str_sub(from->url, 0, host), rest);
    s->user = arena_str(c->texts, from->user);
    s->password = arena_str(c->texts, from->password);
    s->database = arena_str(c->texts, from->database.n ? from->database : STR("default"));
    s->cluster = arena_str(c->texts, from->cluster);
    if (str_some(credentials) && str_next(&credentials, ':', &user) && !s->user.n &&
        !(percent_decode(c->texts, user, false, &s->user) &&
          percent_decode(c->texts, credentials, false, &s->password)))
        return fail(ctx, ERR_INVALID, "CLICKHOUSE_URL has a bad %% in its user or password");
    if (!s->user.n)
        s->user = STR("default");
    return ERR_OK;
}

enum errc ch_open(struct ctx *ctx, const struct ch_server *server, struct ch **out)
{
    static const struct web_options options = {.max_connections = LIMIT_STORE_CONNECTIONS};
    struct ch *c = calloc(1, sizeof *c);

    CHECK(c);
    c->texts = arena_create(TEXTS_BYTES);
    enum errc rc = server_read(ctx, c, server);
    if (rc == ERR_OK)
        rc = web_open(ctx, &options, &c->web);
    str pair =
        arena_fmt(c->texts, "%.*s:%.*s", STR_ARG(c->server.user), STR_ARG(c->server.password));
    c->authorization = arena_cat(c->texts, STR("Basic "), base64_encode(c->texts, pair));
    c->boundary = id_hex(c->texts, BOUNDARY_BYTES);
    c->form_type = arena_cat(c->texts, STR("multipart/form-data; boundary="), c->boundary);
    if (rc == ERR_OK && arena_failed(c->texts))
        rc = fail(ctx, ERR_INVALID, "the settings of ClickHouse are too long");
    if (rc != ERR_OK) {
        ch_close(c);
        return rc;
    }
    *out = c;
    return ERR_OK;
}

void ch_close(struct ch *c)
{
    if (!c)
        return;
    web_close(c->web);
    arena_destroy(c->texts);
    free(c);
}

const struct ch_server *ch_server_of(const struct ch *c)
{
    return &c->server;
}

// ---- One call -----------------------------------------------------------------------------------

struct call {
    const char *settings; // "&a=b" or NULL
    str query;            // in the address; none: in the body
    str body, type;
    int64_t limit_ms;
    bool outside; // of the database
};

static int64_t time_left(const struct ctx *ctx, int64_t limit)
{
    int64_t left = ctx->deadline_ms ? ctx->deadline_ms - clock_mono_ms() : limit;
    left = left < limit ? left : limit;
    return left > 1000 ? left : 1000;
}

// The server gives up when we do; on replicas a read sees what a quorum has.
static str address(const struct ch *c, struct arena *a, const struct call *k, int64_t left_ms)
{
    const struct ch_server *s = &c->server;
    str database = k->outside ? STR("default") : s->database;
    str query =
        str_some(k->query) ? arena_cat(a, STR("&query="), web_escape(a, k->query, "")) : STR("");
    const char *replicas = s->cluster.n ? "&insert_quorum=auto&insert_quorum_parallel=0"
                                          "&select_sequential_consistency=1"
                                        : "";

    return arena_fmt(a,
                     "%.*s/?database=%.*s&default_format=RowBinary&wait_end_of_query=1"
                     "&max_execution_time=%lld%s%s%.*s",
                     STR_ARG(s->url), STR_ARG(web_escape(a, database, "")),
                     (long long)((left_ms + 999) / 1000), replicas, k->settings ? k->settings : "",
                     STR_ARG(query));
}

static enum errc call(struct ch *c, struct ctx *ctx, const struct call *k, struct buf *out)
{
    int64_t left = time_left(ctx, k->limit_ms);
    const struct web_header headers[] = {{STR("Authorization"), c->authorization},
                                         {STR("Content-Type"), k->type}};
    const struct web_call call = {.method = "POST",
                                  .url = address(c, ctx->arena, k, left),
                                  .headers = headers,
                                  .n_headers = ARRAY_LEN(headers),
                                  .body = k->body,
                                  .timeout_ms = left + 2000}; // the server speaks first
    struct web_answer answer = {.body = out};

    enum errc rc = web_call(c->web, ctx, &call, &answer);
    if (rc == ERR_UNAVAILABLE)
        fail_context(ctx, "ClickHouse, CLICKHOUSE_URL");
    TRY(rc);
    return answer.status == 200 ? ERR_OK : ch_refused(ctx, &c->server, &answer, buf_str(out));
}

// ---- Statements with values ---------------------------------------------------------------------

static const char *const types[] = {
    [SQL_VALUE_STR] = "String",
    [SQL_VALUE_I64] = "Int64",
    [SQL_VALUE_DOUBLE] = "Float64",
    [SQL_VALUE_STRS] = "Array(String)",
};

static void text_write(struct buf *b, const struct sql_text *t)
{
    str text = buf_str(&t->text);
    bool quoted = false;
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        quoted ^= text.p[i] == '\'';
        if (text.p[i] == '?' && !quoted && n < t->n) {
            buf_add_fmt(b, "{p%zu:%s}", n, types[t->values[n].type]);
            n++;
        } else {
            buf_add_char(b, text.p[i]);
        }
    }
}

static void escaped_write(struct buf *b, str s)
{
    static const char raw[] = "\\'\t\n\r\0", names[] = "\\'tnr0";

    for (size_t i = 0; i < s.n; i++) {
        const char *at = memchr(raw, s.p[i], sizeof raw - 1);
        if (at)
            buf_add_char(b, '\\');
        buf_add_char(b, at ? names[at - raw] : s.p[i]);
    }
}

static void array_write(struct buf *b, const str *items, size_t n)
{
    buf_add_char(b, '[');
    for (size_t i = 0; i < n; i++) {
        BUF_ADD(b, "'");
        escaped_write(b, items[i]);
        buf_add(b, i + 1 < n ? STR("',") : STR("'"));
    }
    buf_add_char(b, ']');
}

static void value_write(struct buf *b, const struct sql_value *v)
{
    switch (v->type) {
    case SQL_VALUE_STR: escaped_write(b, v->s); break;
    case SQL_VALUE_I64: buf_add_i64(b, v->i); break;
    case SQL_VALUE_DOUBLE: buf_add_fmt(b, "%.17g", v->d); break;
    case SQL_VALUE_STRS: array_write(b, v->items, (size_t)v->i); break;
    }
}

static void part_open(struct buf *b, const struct ch *c, str name)
{
    buf_add_fmt(b, "--%.*s\r\nContent-Disposition: form-data; name=\"%.*s\"\r\n\r\n",
                STR_ARG(c->boundary), STR_ARG(name));
}

static void form_write(struct buf *b, const struct ch *c, struct arena *a, const struct sql_text *t)
{
    part_open(b, c, STR("query"));
    text_write(b, t);
    for (size_t i = 0; i < t->n; i++) {
        BUF_ADD(b, "\r\n");
        part_open(b, c, arena_fmt(a, "param_p%zu", i));
        value_write(b, &t->values[i]);
    }
    buf_add_fmt(b, "\r\n--%.*s--\r\n", STR_ARG(c->boundary));
}

static enum errc call_text(struct ch *c, struct ctx *ctx, const struct sql_text *t, struct call *k,
                           struct buf *out)
{
    AUTO(buf_fini) struct buf form = {0};

    buf_init(&form, LIMIT_STORE_STATEMENT_BYTES);
    form_write(&form, c, ctx->arena, t);
    if (!buf_ok(&t->text) || !buf_ok(&form))
        return fail(ctx, ERR_LIMIT, "The query is too large");
    k->body = buf_str(&form);
    k->type = c->form_type;
    return call(c, ctx, k, out);
}

// A row's versions have one key and so one partition.
#define FINAL_SETTINGS "&do_not_merge_across_partitions_select_final=1"

static enum errc select_with(struct ch *c, struct ctx *ctx, const struct sql_text *t,
                             const char *settings, struct ch_answer *out)
{
    struct call k = {.limit_ms = LIMIT_READ_MS, .settings = settings};

    buf_init(&out->body, LIMIT_ANSWER_BYTES);
    TRY(call_text(c, ctx, t, &k, &out->body));
    str body = buf_str(&out->body);
    out->rows = (struct ch_reader){.p = body.p, .end = body.p + body.n};
    return ERR_OK;
}

enum errc ch_select(struct ch *c, struct ctx *ctx, const struct sql_text *t, struct ch_answer *out)
{
    return select_with(c, ctx, t, FINAL_SETTINGS, out);
}

enum errc ch_select_ids(struct ch *c, struct ctx *ctx, const struct sql_text *t,
                        struct ch_answer *out)
{
    return select_with(c, ctx, t, FINAL_SETTINGS "&use_skip_indexes_if_final=1", out);
}

void ch_answer_fini(struct ch_answer *a)
{
    if (a)
        buf_fini(&a->body);
}

enum errc ch_run(struct ch *c, struct ctx *ctx, const struct sql_text *t, const char *settings)
{
    AUTO(buf_fini) struct buf out = {0};
    struct call k = {.limit_ms = WRITE_MS, .settings = settings};

    buf_init(&out, FAULT_BYTES);
    return call_text(c, ctx, t, &k, &out);
}

enum errc ch_run_outside(struct ch *c, struct ctx *ctx, str text)
{
    AUTO(buf_fini) struct buf out = {0};
    const struct call k = {
        .limit_ms = WRITE_MS, .body = text, .type = STR("text/plain"), .outside = true};

    buf_init(&out, FAULT_BYTES);
    return call(c, ctx, &k, &out);
}

enum errc ch_insert(struct ch *c, struct ctx *ctx, const char *table, str columns, str rows,
                    str token)
{
    AUTO(buf_fini) struct buf out = {0};
    struct arena *a = ctx->arena;
    str settings =
        arena_fmt(a, "&async_insert=0&max_partitions_per_insert_block=0%s%.*s",
                  token.n ? "&insert_deduplication_token=" : "", STR_ARG(web_escape(a, token, "")));
    const struct call k = {
        .limit_ms = WRITE_MS,
        .settings = settings.p,
        .query = arena_fmt(a, "INSERT INTO %s (%.*s) FORMAT RowBinary", table, STR_ARG(columns)),
        .body = rows,
        .type = STR("application/octet-stream")};

    buf_init(&out, FAULT_BYTES);
    return call(c, ctx, &k, &out);
}

// ---- For statements -----------------------------------------------------------------------------

void ch_text_eq(struct sql_text *t, const char *column, str value)
{
    if (!value.n)
        return;
    sql_text_add(t, " AND ");
    sql_text_add(t, column);
    sql_text_add(t, " = ");
    sql_text_str(t, value);
}

void ch_text_in(struct sql_text *t, const char *column, const struct str_set *values)
{
    if (!values->n)
        return;
    sql_text_add(t, " AND ");
    sql_text_add(t, column);
    sql_text_add(t, " IN ");
    sql_text_strs(t, values->items, values->n);
}

static void bound(struct sql_text *t, const char *column, const char *op, int64_t v)
{
    sql_text_add(t, " AND ");
    sql_text_add(t, column);
    sql_text_add(t, op);
    sql_text_i64(t, v);
}

void ch_text_range(struct sql_text *t, const char *hour, const char *column, millis from, millis to)
{
    if (from != MILLIS_NONE) {
        bound(t, hour, " >= ", ch_hour_of(from));
        bound(t, column, " >= ", from);
    }
    if (to != MILLIS_NONE) {
        bound(t, hour, " <= ", ch_hour_of(to));
        bound(t, column, " < ", to);
    }
}

void ch_text_hours(struct sql_text *t, const char *hour, millis first, millis last)
{
    if (first == MILLIS_NONE || last == MILLIS_NONE)
        return;
    bound(t, hour, " >= ", ch_hour_of(first));
    bound(t, hour, " <= ", ch_hour_of(last));
}

uint32_t ch_hour_of(millis t)
{
    int64_t hour = t / CH_HOUR_MS;

    if (t <= 0)
        return 0;
    return hour < CH_HOUR_MAX ? (uint32_t)hour : CH_HOUR_MAX;
}

str ch_quoted(struct arena *a, str name)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 4096);
    BUF_ADD(&b, "`");
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '`' || name.p[i] == '\\')
            buf_add_char(&b, '\\');
        buf_add_char(&b, name.p[i]);
    }
    BUF_ADD(&b, "`");
    return buf_ok(&b) ? arena_str(a, buf_str(&b)) : STR_NONE;
}
