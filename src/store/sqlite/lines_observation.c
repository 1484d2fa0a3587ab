// SPDX-License-Identifier: MIT
// The pages' list of observations: each day in range gives its best rows by SQL, newest day first; when
// the time is up the page is what was found until then. Input and output come from the packs of the
// page's rows, as far as they are small: previews on the rows would make the files half as large again
// and ingestion slower.
#include "base/limits.h"
#include "model/observation.h"
#include "store/sqlite/preview.h"
#include "store/sqlite/fact_scan.h"
#include "store/sqlite/lines.h"

#define PREVIEW_PACK_BYTES (1 << 20) // a larger pack (compressed) is not opened for previews
#define PREVIEW_PAGE_BYTES (4 << 20) // of packs opened for one page

static const char *const values[SORT_COUNT] = {
    [SORT_START] = "0",
    [SORT_LATENCY] = "coalesce(o.end - o.start, -1)",
    [SORT_COST] = "coalesce(o.total_cost, 0)",
    [SORT_TOKENS] = "coalesce(o.total_tokens, 0)",
    [SORT_ERRORS] = "o.level",
    [SORT_NAME] = "coalesce(o.name, '')",
};

struct page_read {
    struct sqlite_store *s;
    struct ctx *ctx;
    const struct insight_query *q;
    struct line_top top;
    struct line_end *end;
};

static void value_add(struct sql_text *t, const struct line_page *page)
{
    if (page->sort == SORT_NAME)
        sql_text_str(t, page->after->text);
    else
        sql_text_i64(t, page->after->value);
}

// Behind the cursor: a later value, or the same value and older.
static void cursor_add(struct sql_text *t, const struct line_page *page, int64_t day)
{
    const char *value = values[page->sort];
    bool up = page->sort == SORT_START && page->ascending;

    sql_text_add(t, " AND (");
    if (page->sort != SORT_START) {
        sql_text_add(t, value);
        sql_text_add(t, page->ascending ? " > " : " < ");
        value_add(t, page);
        sql_text_add(t, " OR (");
        sql_text_add(t, value);
        sql_text_add(t, " = ");
        value_add(t, page);
        sql_text_add(t, " AND ");
    }
    sql_text_add(t, up ? "(o.start, o.id) > (" : "(o.start, o.id) < (");
    sql_text_i64(t, page->after->start);
    sql_text_add(t, ", ");
    sql_text_i64(t, line_cursor_row(page->after, day));
    sql_text_add(t, page->sort != SORT_START ? ")))" : "))");
}

// ---- rare observations: their traces are known by the facts

#define CANDIDATES 1000 // traces of a day; with more, going through the day in order is as good

struct candidates {
    int64_t rows[CANDIDATES];
    size_t n;
    bool many;
};

// Conditions that every trace of a matching observation satisfies, too: of two columns only, as a span
// may say another user or name than its trace.
static bool implied(const struct filter_cond *c)
{
    if (!strcmp(c->column->key, "model"))
        return c->op == OP_EQ || c->op == OP_ANY_OF;
    if (strcmp(c->column->key, "level") != 0 || c->op != OP_ANY_OF ||
        c->type != FILTER_STRING_OPTIONS)
        return false;
    for (size_t i = 0; i < c->n_values; i++) {
        if (!str_eq(c->values[i], STR("ERROR")))
            return false;
    }
    return true;
}

static enum errc candidate_take(struct fact_scan *scan, const struct fact_chunk *c, uint32_t i,
                                uint64_t fails)
{
    struct candidates *k = scan->user;
    bool full = c->use_first[i + 1] - c->use_first[i] == LIMIT_TRACE_MODELS; // may have had more

    if (fails && !full)
        return ERR_OK;
    if (k->n == CANDIDATES)
        k->many = true;
    else
        k->rows[k->n++] = c->row[i];
    return ERR_OK;
}

static bool candidates_enough(const struct fact_scan *scan, millis min, millis max)
{
    (void)min;
    (void)max;
    return ((const struct candidates *)scan->user)->many;
}

// False: the day is to be gone through.
static enum errc candidates_find(struct page_read *p, int64_t day, struct candidates *out,
                                 bool *found)
{
    struct insight_query q = {.project = p->q->project, .from = MILLIS_NONE, .to = MILLIS_NONE};
    struct fact_scan scan = {.s = p->s,
                             .ctx = p->ctx,
                             .take = candidate_take,
                             .enough = candidates_enough,
                             .only_day = day,
                             .user = out};

    *found = false;
    out->n = 0;
    out->many = false;
    q.filter.conds = ARENA_ARRAY(p->ctx->arena, struct filter_cond, p->q->filter.n + 1);
    for (size_t i = 0; q.filter.conds && i < p->q->filter.n; i++) {
        if (implied(&p->q->filter.conds[i]))
            q.filter.conds[q.filter.n++] = p->q->filter.conds[i];
    }
    if (q.filter.n == 0)
        return ERR_OK;
    TRY(fact_scan_run(&scan, &q));
    *found = !out->many && !scan.partial;
    return ERR_OK;
}

static void candidates_add(struct sql_text *t, const struct candidates *k)
{
    sql_text_add(t, " AND o.trace IN (");
    for (size_t i = 0; i < k->n; i++) {
        if (i)
            sql_text_add(t, ", ");
        sql_text_i64(t, k->rows[i]);
    }
    sql_text_add(t, ")");
}

static void order_add(struct sql_text *t, const struct line_page *page)
{
    sql_text_add(t, " ORDER BY ");
    if (page->sort != SORT_START) {
        sql_text_add(t, values[page->sort]);
        sql_text_add(t, page->ascending ? " ASC, " : " DESC, ");
    }
    sql_text_add(t, page->sort == SORT_START && page->ascending ? "o.start, o.id LIMIT "
                                                                : "o.start DESC, o.id DESC LIMIT ");
    sql_text_i64(t, page->limit + 1);
}

static enum errc day_text(struct page_read *p, int64_t day, const struct candidates *k,
                          struct sql_text *t)
{
    const struct line_page *page = p->top.page;

    sql_text_add(t, "SELECT o.start, o.id, ");
    sql_text_add(t, values[page->sort]);
    sql_text_add(t, " FROM observation o JOIN trace t ON t.id = o.trace WHERE ");
    sql_text_add(t, k ? "+o.project = " : "o.project = ");
    sql_text_i64(t, (int64_t)str_hash(p->q->project));
    if (k)
        candidates_add(t, k);
    sql_text_range(t, k ? "+o.start" : "o.start", p->q->from, p->q->to);
    if (page->after)
        cursor_add(t, page, day);
    TRY(filter_sql(p->ctx, &p->q->filter, &page_observation_dialect, t));
    order_add(t, page);
    return ERR_OK;
}

static enum errc day_rows(struct page_read *p, struct reader *r, const struct candidates *k)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    bool by_name = p->top.page->sort == SORT_NAME, row = true;
    struct sql_stmt *st;

    sql_text_init(&t, p->ctx->arena);
    TRY(day_text(p, r->day, k, &t));
    TRY(sql_text_prepare(r, p->ctx, &t, &st));
    while (row) {
        TRY(sql_step(st, p->ctx, &row));
        if (!row)
            break;
        struct line_cursor key = {.start = sql_i64(st, 0), .day = r->day, .row = sql_i64(st, 1)};
        if (by_name)
            key.text = sql_str(st, 2);
        else
            key.value = sql_i64(st, 2);
        p->end->reached = key.start;
        line_top_add(&p->top, &key);
    }
    return ERR_OK;
}

// A damaged day is left out; the status names it.
static enum errc day_run(struct page_read *p, const struct day_entry *d,
                         const struct day_project *dp)
{
    struct candidates k;
    struct reader *r = NULL;
    bool few;

    p->end->reached = p->top.page->ascending ? dp->min_observation : dp->max_observation;
    enum errc rc = candidates_find(p, d->day, &k, &few);
    if (rc == ERR_OK && few && k.n == 0)
        return ERR_OK;
    if (rc == ERR_OK)
        rc = reader_acquire(p->s, p->ctx, d->day, &r);
    if (rc == ERR_OK) {
        rc = day_rows(p, r, few ? &k : NULL);
        reader_release(r);
    }
    if (rc == ERR_CORRUPT || rc == ERR_IO || rc == ERR_TIMEOUT) {
        ctx_clear_error(p->ctx);
        p->end->partial |= rc == ERR_TIMEOUT;
        rc = ERR_OK;
    }
    return rc;
}

static bool in_range(const struct page_read *p, const struct day_project *d)
{
    return d && d->min_observation <= d->max_observation &&
           (p->q->from == MILLIS_NONE || d->max_observation >= p->q->from) &&
           (p->q->to == MILLIS_NONE || d->min_observation < p->q->to) &&
           !line_top_beats(&p->top, d->min_observation, d->max_observation);
}

static enum errc days_run(struct page_read *p)
{
    int64_t project = (int64_t)str_hash(p->q->project);
    const struct catalog *c = catalog_pin(p->s);
    enum errc rc = ERR_OK;

    for (size_t i = 0; i < c->n && rc == ERR_OK && !p->end->partial; i++) {
        const struct day_entry *d = &c->days[p->top.page->ascending ? c->n - 1 - i : i];
        const struct day_project *dp = day_project_find(d, project);
        if (in_range(p, dp))
            rc = day_run(p, d, dp);
    }
    catalog_unpin(c);
    if (!p->end->partial)
        p->end->reached = MILLIS_NONE;
    return rc;
}

// ---- the page's rows

static const char line_sql[] =
    "SELECT o.observation_id, t.trace_id, coalesce(o.trace_name, t.name), o.name, o.status,"
    " o.model, coalesce(o.environment, 'default'), coalesce(o.user_id, t.user_id),"
    " coalesce(o.session_id, t.session_id), coalesce(o.version, t.version), o.start,"
    " o.end - o.start, o.completion_start - o.start, o.type, o.level, coalesce(o.total_tokens, 0),"
    " coalesce(o.total_cost, 0), o.trace, o.pack, o.slot, (SELECT length(data) FROM pack"
    " WHERE id = o.pack) FROM observation o JOIN trace t ON t.id = o.trace WHERE o.id = ?";

struct body_at {
    int64_t trace, pack, slot, bytes;
};

static int64_t or_none(struct sql_stmt *st, int i)
{
    return sql_is_null(st, i) ? -1 : sql_i64(st, i);
}

static struct body_at line_read(struct sql_stmt *st, struct arena *a, struct observation_line *l)
{
    str *const texts[] = {&l->id,    &l->trace_id,    &l->trace_name, &l->name,       &l->error,
                          &l->model, &l->environment, &l->user_id,    &l->session_id, &l->version};
    int i = 0;

    for (size_t k = 0; k < ARRAY_LEN(texts); k++)
        *texts[k] = arena_str(a, sql_str(st, i++));
    l->start = sql_i64(st, i++);
    l->latency = or_none(st, i++);
    l->ttft = or_none(st, i++);
    l->kind = (int32_t)sql_i64(st, i++);
    l->level = (int32_t)sql_i64(st, i++);
    l->tokens = sql_i64(st, i++);
    l->cost = sql_i64(st, i++);
    return (struct body_at){sql_i64(st, i), or_none(st, i + 1), or_none(st, i + 2),
                            or_none(st, i + 3)};
}

struct delivery {
    struct ctx *ctx;
    struct reader *r;
    int64_t opened, bytes; // the last pack opened; how much for this page
};

static enum errc previews_load(struct delivery *d, const struct body_at *at,
                               struct observation_line *l)
{
    struct arena *a = d->ctx->arena;
    str record;

    if (at->pack != d->opened) {
        if (at->pack < 0 || at->bytes > PREVIEW_PACK_BYTES ||
            d->bytes + at->bytes > PREVIEW_PAGE_BYTES)
            return ERR_OK;
        d->opened = at->pack;
        d->bytes += at->bytes;
    }
    enum errc rc = reader_search(d->r, &(struct row_body){at->pack, at->slot}, &record);
    if (rc != ERR_OK)
        return rc == ERR_CORRUPT ? ERR_OK : fail(d->ctx, rc, "Cannot read a row's body");
    l->input = preview_text(a, pack_field(record, PACK_INPUT), false);
    l->output = preview_text(a, pack_field(record, PACK_OUTPUT), true);
    return ERR_OK;
}

static enum errc line_load(struct delivery *d, int64_t row, struct observation_line *l, bool *found)
{
    struct sql_stmt *st;

    TRY(sql_prepare(d->r->db, d->ctx, str_c(line_sql), &st));
    sql_bind_i64(st, 1, row);
    TRY(sql_step(st, d->ctx, found));
    if (!*found)
        return ERR_OK;
    struct body_at at = line_read(st, d->ctx->arena, l);
    sql_reset(st);
    TRY(previews_load(d, &at, l));
    return chips_load(d->r, d->ctx, at.trace, l->id, &l->scores);
}

static enum errc deliver(struct page_read *p, observation_line_fn *fn, void *user)
{
    struct delivery d = {.ctx = p->ctx, .opened = -1};
    enum errc rc = ERR_OK;

    for (size_t i = 0; i < p->top.n && rc == ERR_OK; i++) {
        struct observation_line line = {.at = p->top.hits[i].key};
        bool found = false;
        if (d.r && d.r->day != line.at.day) {
            reader_release(d.r);
            d.r = NULL;
            d.opened = -1;
        }
        if (!d.r)
            rc = reader_acquire(p->s, p->ctx, line.at.day, &d.r);
        if (rc == ERR_OK)
            rc = line_load(&d, line.at.row, &line, &found);
        if (rc == ERR_OK && found)
            rc = fn(user, &line);
    }
    reader_release(d.r);
    return rc;
}

enum errc read_observation_lines(struct event_store *s, struct ctx *ctx,
                                 const struct insight_query *q, struct line_page *page,
                                 observation_line_fn *fn, void *user)
{
    struct page_read p = {.s = (struct sqlite_store *)s, .ctx = ctx, .q = q, .end = &page->end};

    page->end = (struct line_end){.reached = MILLIS_NONE};
    TRY(line_top_init(&p.top, ctx, page));
    int64_t deadline = list_deadline(ctx);
    enum errc rc = days_run(&p);
    ctx->deadline_ms = deadline;
    TRY(rc);
    line_top_end(&p.top, &page->end);
    return deliver(&p, fn, user);
}
