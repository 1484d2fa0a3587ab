// SPDX-License-Identifier: MIT
// The pages' list of traces. Without conditions and by time, rows come from the index in order; else
// the page's rows are found among the facts (fact_scan.h). The rows found are then loaded one by one:
// narrow columns and their scores, never a body.
#include "model/observation.h"
#include "store/sqlite/fact_scan.h"
#include "store/sqlite/lines.h"

static const char line_columns[] =
    "trace_id, ts, name, user_id, session_id, coalesce(environment, 'default'), version, release,"
    " tags, preview_in, preview_out, error, models, flags, kind, n_observations, n_error,"
    " n_warning, n_default, n_debug, total_tokens, total_cost,"
    " max(last_start, last_end) - first_start";

static int32_t worst_level(struct sql_stmt *st, int first)
{
    static const int32_t levels[] = {LEVEL_ERROR, LEVEL_WARNING, LEVEL_DEFAULT, LEVEL_DEBUG};

    for (int i = 0; i < 4; i++) {
        if (sql_i64(st, first + i) > 0)
            return levels[i];
    }
    return LEVEL_DEFAULT;
}

static void models_set(struct arena *a, str text, struct trace_line *l)
{
    struct trace_stats s = {0};

    model_uses_from_json(a, text, &s);
    l->n_models = (int64_t)s.n_models;
    l->model = s.n_models ? s.models[0].model : STR_NONE;
}

static void line_read(struct sql_stmt *st, struct arena *a, struct trace_line *l)
{
    str *const texts[] = {&l->name,        &l->user_id, &l->session_id,
                          &l->environment, &l->version, &l->release};
    int i = 0;

    l->id = arena_str(a, sql_str(st, i++));
    l->start = sql_i64(st, i++);
    for (size_t k = 0; k < ARRAY_LEN(texts); k++)
        *texts[k] = arena_str(a, sql_str(st, i++));
    l->tags = tags_from_json(a, sql_str(st, i++));
    l->input = arena_str(a, sql_str(st, i++));
    l->output = arena_str(a, sql_str(st, i++));
    l->error = arena_str(a, sql_str(st, i++));
    models_set(a, sql_str(st, i++), l);
    int64_t flags = sql_i64(st, i++), kind = sql_i64(st, i++);
    l->bookmarked = flags & TRACE_ROW_BOOKMARKED;
    l->is_public = flags & TRACE_ROW_PUBLIC;
    l->kind = kind ? (int32_t)kind : OBSERVATION_SPAN;
    l->n_observations = sql_i64(st, i++);
    l->n_error = sql_i64(st, i);
    l->n_warning = sql_i64(st, i + 1);
    l->level = worst_level(st, i);
    i += 4;
    l->tokens = sql_i64(st, i++);
    l->cost = sql_i64(st, i++);
    l->latency = sql_is_null(st, i) ? -1 : sql_i64(st, i);
}

static enum errc line_load(struct reader *r, struct ctx *ctx, int64_t row, struct trace_line *l,
                           bool *found)
{
    struct sql_stmt *st;

    TRY(sql_prepare(
        r->db, ctx,
        arena_fmt(ctx->arena, "SELECT %s FROM trace WHERE id = ? AND flags & 8 <> 0", line_columns),
        &st));
    sql_bind_i64(st, 1, row);
    TRY(sql_step(st, ctx, found));
    if (!*found)
        return ERR_OK;
    line_read(st, ctx->arena, l);
    sql_reset(st);
    return chips_load(r, ctx, row, STR_NONE, &l->scores);
}

// ---- by time, without conditions: from the index

struct page_read {
    struct line_top top;
    const struct insight_query *q;
};

static void range_of(const struct day_project *p, int64_t *min, int64_t *max)
{
    *min = p->min_trace;
    *max = p->max_trace;
}

static void cursor_add(struct sql_text *t, const struct merge *m, const struct line_page *page)
{
    sql_text_add(t, page->ascending ? " AND (t.ts, t.id) > (" : " AND (t.ts, t.id) < (");
    sql_text_i64(t, page->after->start);
    sql_text_add(t, ", ");
    sql_text_i64(t, line_cursor_row(page->after, m->day->day));
    sql_text_add(t, ")");
}

static struct hit hit_of(struct sql_stmt *st)
{
    return (struct hit){.a = sql_i64(st, 0), .row = sql_i64(st, 1)};
}

static enum errc fetch(struct merge *m, struct reader *r, int64_t need)
{
    const struct page_read *p = m->user;
    const struct line_page *page = p->top.page;
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, m->ctx->arena);
    sql_text_add(&t, "SELECT t.ts, t.id FROM trace t WHERE t.project = ");
    sql_text_i64(&t, m->project);
    sql_text_add(&t, " AND t.flags & 8 <> 0");
    sql_text_range(&t, "t.ts", p->q->from, p->q->to);
    if (page->after)
        cursor_add(&t, m, page);
    sql_text_add(&t, page->ascending ? " ORDER BY t.ts, t.id LIMIT "
                                     : " ORDER BY t.ts DESC, t.id DESC LIMIT ");
    sql_text_i64(&t, need);
    return hits_add(m, r, &t, hit_of);
}

static enum errc page_by_index(struct sqlite_store *s, struct ctx *ctx, struct page_read *p)
{
    const struct line_page *page = p->top.page;
    struct merge m = {
        .s = s,
        .ctx = ctx,
        .project = (int64_t)str_hash(p->q->project),
        .limit = page->limit + 1,
        .ascending = page->ascending,
        .range = range_of,
        .from = p->q->from == MILLIS_NONE ? INT64_MIN : p->q->from,
        .to = p->q->to == MILLIS_NONE ? INT64_MAX : p->q->to,
        .only_day = INT64_MIN,
        .fetch = fetch,
        .user = p,
    };

    if (page->after && page->ascending && page->after->start > m.from)
        m.from = page->after->start;
    if (page->after && !page->ascending && page->after->start < m.to)
        m.to = page->after->start + 1;
    TRY(merge_run(&m));
    for (size_t i = 0; i < m.n; i++)
        line_top_add(&p->top, &(struct line_cursor){.start = m.hits[i].a,
                                                    .day = m.hits[i].day,
                                                    .row = m.hits[i].row});
    return ERR_OK;
}

// ---- by anything else: from the facts

static int64_t value_of(enum line_sort sort, const struct fact_chunk *c, uint32_t i)
{
    switch (sort) {
    case SORT_LATENCY: return c->latency[i];
    case SORT_COST: return c->cost[i];
    case SORT_TOKENS: return c->tokens[i];
    case SORT_ERRORS: return c->errors[i];
    case SORT_START:
    case SORT_NAME:
    case SORT_COUNT: break;
    }
    return 0;
}

static enum errc take(struct fact_scan *scan, const struct fact_chunk *c, uint32_t i,
                      uint64_t fails)
{
    struct line_top *top = scan->user;
    enum line_sort sort = top->page->sort;

    if (fails == 0)
        line_top_add(top, &(struct line_cursor){.value = value_of(sort, c, i),
                                                .text = sort == SORT_NAME
                                                            ? c->words[c->texts[FACT_NAME][i]]
                                                            : STR_NONE,
                                                .start = c->ts[i],
                                                .day = scan->day,
                                                .row = c->row[i]});
    return ERR_OK;
}

static bool enough(const struct fact_scan *scan, millis min, millis max)
{
    return line_top_beats(scan->user, min, max);
}

static enum errc page_by_facts(struct sqlite_store *s, struct ctx *ctx, struct page_read *p,
                               struct line_end *end)
{
    const struct line_page *page = p->top.page;
    struct fact_scan scan = {.s = s,
                             .ctx = ctx,
                             .take = take,
                             .enough = enough,
                             .ascending = page->sort == SORT_START && page->ascending,
                             .user = &p->top};
    struct insight_query q = *p->q;

    if (page->after && page->sort == SORT_START) { // what lies behind the cursor
        millis start = page->after->start;
        if (page->ascending)
            q.from = q.from == MILLIS_NONE || q.from < start ? start : q.from;
        else
            q.to = q.to == MILLIS_NONE || q.to > start ? start + 1 : q.to;
    }
    TRY(fact_scan_run(&scan, &q));
    end->partial = scan.partial;
    end->reached = scan.partial ? scan.reached : MILLIS_NONE;
    return ERR_OK;
}

// ---- the page

static enum errc deliver(struct sqlite_store *s, struct ctx *ctx, const struct line_top *top,
                         trace_line_fn *fn, void *user)
{
    struct reader *r = NULL;
    enum errc rc = ERR_OK;

    for (size_t i = 0; i < top->n && rc == ERR_OK; i++) {
        const struct line_cursor *key = &top->hits[i].key;
        struct trace_line line = {.at = *key};
        bool found = false;
        if (r && r->day != key->day) {
            reader_release(r);
            r = NULL;
        }
        if (!r)
            rc = reader_acquire(s, ctx, key->day, &r);
        if (rc == ERR_OK)
            rc = line_load(r, ctx, key->row, &line, &found);
        if (rc == ERR_OK && found)
            rc = fn(user, &line);
    }
    reader_release(r);
    return rc;
}

enum errc read_trace_lines(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                           struct line_page *page, trace_line_fn *fn, void *user)
{
    struct sqlite_store *store = (struct sqlite_store *)s;
    struct page_read p = {.q = q};

    page->end = (struct line_end){.reached = MILLIS_NONE};
    TRY(line_top_init(&p.top, ctx, page));
    int64_t deadline = list_deadline(ctx);
    bool indexed = q->filter.n == 0 && page->sort == SORT_START;
    enum errc rc =
        indexed ? page_by_index(store, ctx, &p) : page_by_facts(store, ctx, &p, &page->end);
    ctx->deadline_ms = deadline;
    TRY(rc);
    line_top_end(&p.top, &page->end);
    return deliver(store, ctx, &p.top, fn, user);
}

enum errc read_trace_line(struct event_store *s, struct ctx *ctx, str project, str id,
                          trace_line_fn *fn, void *user)
{
    struct sqlite_store *store = (struct sqlite_store *)s;
    struct trace_line line = {0};
    struct reader *r;
    bool found = false;

    TRY(store_find_trace(store, ctx, project, id, &line.at.day, &line.at.row));
    TRY(reader_acquire(store, ctx, line.at.day, &r));
    enum errc rc = line_load(r, ctx, line.at.row, &line, &found);
    reader_release(r);
    if (rc == ERR_OK && !found)
        return ERR_NOT_FOUND;
    TRY(rc);
    line.at.start = line.start;
    return fn(user, &line);
}
