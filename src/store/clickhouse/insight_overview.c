// SPDX-License-Identifier: MIT
// The overview: sums of a window and of the one before it, costs and latencies over time, what needs
// attention. A statement for each part.
#include "base/map.h"
#include "model/observation.h"
#include "store/clickhouse/insight_overview.h"

#include <math.h>
#include <stdlib.h>

#define OVERVIEW_MS 8000

void ch_overview_begin(struct ch_view *v, struct sql_text *t, const char *columns)
{
    sql_text_init(t, v->ctx->arena);
    ch_with_project(t, v->q->project);
    sql_text_add(t, columns);
}

enum errc ch_overview_where(struct ch_view *v, bool both, struct sql_text *t)
{
    struct insight_query q = *v->q;

    if (both)
        q.from -= q.to - q.from;
    return ch_page_where(v->ctx, &q, NULL, t);
}

// ---- Sums ---------------------------------------------------------------------------------------

// Nearest rank of the latencies l.
#define RANK(share) "toFloat64(if(empty(l), nan, l[toUInt32(ceil(" share " * length(l)))]))"
#define SUMS                                                                                    \
    "toInt64(count()) AS n, toInt64(countIf(t.n_error > 0)), toInt64(countIf(t.n_error = 0 AND" \
    " t.n_warning > 0)), toInt64(sum(t.total_tokens)), toInt64(sum(t.total_cost)) AS cost"
#define LATENCIES RANK("0.5") ", " RANK("0.95") ", " RANK("0.99")
#define SORTED    "arraySort(groupArray(" CH_LATENCY "))"

static struct amounts amounts_read(struct ch_reader *r)
{
    struct amounts a = {.n = ch_get_i64(r)};

    a.errors = ch_get_i64(r);
    a.warnings = ch_get_i64(r);
    a.tokens = ch_get_i64(r);
    a.cost = ch_get_i64(r);
    return a;
}

static struct latencies latencies_read(struct ch_reader *r)
{
    struct latencies l = {.p50 = ch_get_double(r)};

    l.p95 = ch_get_double(r);
    l.p99 = ch_get_double(r);
    return l;
}

// `key`: of the window (1) and the one before (0), or of the bucket.
static void sums_begin(struct ch_view *v, struct sql_text *t)
{
    ch_overview_begin(v, t, " SELECT k, n, e, w, tokens, cost, " LATENCIES " FROM (SELECT ");
}

static void sums_end(struct sql_text *t)
{
    sql_text_add(t, " GROUP BY k)");
}

#define NAMED_SUMS                                                                         \
    " AS k, toInt64(count()) AS n, toInt64(countIf(t.n_error > 0)) AS e, toInt64(countIf(" \
    "t.n_error = 0 AND t.n_warning > 0)) AS w, toInt64(sum(t.total_tokens)) AS tokens,"    \
    " toInt64(sum(t.total_cost)) AS cost, " SORTED " AS l"

static enum errc totals(struct ch_view *v)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct overview *out = v->out;

    sums_begin(v, &t);
    sql_text_add(&t, "toUInt32(t.ts >= ");
    sql_text_i64(&t, v->q->from);
    sql_text_add(&t, ")" NAMED_SUMS);
    TRY(ch_overview_where(v, true, &t));
    sums_end(&t);
    TRY(ch_select(v->s->ch, v->ctx, &t, &answer));
    while (ch_more(&answer.rows)) {
        bool now = ch_get_u32(&answer.rows) != 0;
        *(now ? &out->total : &out->before) = amounts_read(&answer.rows);
        *(now ? &out->total_latency : &out->before_latency) = latencies_read(&answer.rows);
    }
    return answer.rows.bad ? ch_cut_short(v->ctx) : ERR_OK;
}

static enum errc over_time(struct ch_view *v)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};

    sums_begin(v, &t);
    ch_bucket_add(&t, v->q, "t.ts");
    sql_text_add(&t, NAMED_SUMS);
    TRY(ch_overview_where(v, false, &t));
    sums_end(&t);
    TRY(ch_select(v->s->ch, v->ctx, &t, &answer));
    while (ch_more(&answer.rows)) {
        uint32_t b = ch_get_u32(&answer.rows);
        struct amounts a = amounts_read(&answer.rows);
        struct latencies l = latencies_read(&answer.rows);
        if (b >= v->out->n_buckets)
            continue;
        v->out->buckets[b] = a;
        v->out->latency[b] = l;
    }
    return answer.rows.bad ? ch_cut_short(v->ctx) : ERR_OK;
}

// ---- Names and users ----------------------------------------------------------------------------

#define NAMES_KEPT 32
#define FEW        20  // traces before and now, or a comparison says nothing
#define MUCH       1.5 // times as much as before

struct name {
    struct named now;
    int64_t n_before;
    double cost_before, p95_before;
};

static void trouble_add(struct overview *out, const struct name *n, int kind, double before,
                        double now)
{
    if (out->n_troubles == ARRAY_LEN(out->troubles) || !(before > 0) || !(now > MUCH * before))
        return;
    struct trouble *t = &out->troubles[out->n_troubles++];
    *t = (struct trouble){.name = n->now.key,
                          .n = n->now.amounts.n,
                          .since = MILLIS_NONE,
                          .before = before,
                          .now = now};
    t->kind = kind == TROUBLE_COST ? TROUBLE_COST : TROUBLE_LATENCY;
}

static void name_take(struct ch_view *v, const struct name *n, size_t k)
{
    struct overview *out = v->out;

    if (k < ARRAY_LEN(out->names))
        out->names[out->n_names++] = n->now;
    if (n->n_before < FEW || n->now.amounts.n < FEW)
        return;
    trouble_add(out, n, TROUBLE_COST, n->cost_before / (double)n->n_before,
                picos_to_double(n->now.amounts.cost) / (double)n->now.amounts.n);
    trouble_add(out, n, TROUBLE_LATENCY, n->p95_before, n->now.p95);
}

static enum errc names(struct ch_view *v)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};

    ch_overview_begin(v, &t,
                      " SELECT k, n, e, w, tokens, cost, if(empty(l), nan, toFloat64(l[toUInt32("
                      "ceil(0.95 * length(l)))])), n0, c0, if(empty(l0), nan, toFloat64(l0["
                      "toUInt32(ceil(0.95 * length(l0)))])) FROM (WITH t.ts >= ");
    sql_text_i64(&t, v->q->from);
    sql_text_add(&t, " AS now_ SELECT toString(assumeNotNull(t.name)) AS k, toInt64(countIf(now_))"
                     " AS n, toInt64(countIf(now_ AND t.n_error > 0)) AS e, toInt64(countIf(now_"
                     " AND t.n_error = 0 AND t.n_warning > 0)) AS w, toInt64(sumIf("
                     "t.total_tokens, now_)) AS tokens, toInt64(sumIf(t.total_cost, now_)) AS cost,"
                     " arraySort(groupArrayIf(" CH_LATENCY ", now_)) AS l, toInt64(countIf(NOT"
                     " now_)) AS n0, toInt64(sumIf(t.total_cost, NOT now_)) AS c0,"
                     " arraySort(groupArrayIf(" CH_LATENCY ", NOT now_)) AS l0");
    TRY(ch_overview_where(v, true, &t));
    sql_text_add(&t, " AND ifNull(t.name, '') != '' GROUP BY k) WHERE n > 0 ORDER BY n DESC, k");
    ch_limit(&t, NAMES_KEPT, 0);
    TRY(ch_select(v->s->ch, v->ctx, &t, &answer));
    for (size_t k = 0; ch_more(&answer.rows); k++) {
        struct name n = {.now.key = arena_str(v->ctx->arena, ch_get_str(&answer.rows))};
        n.now.amounts = amounts_read(&answer.rows);
        n.now.p95 = ch_get_double(&answer.rows);
        n.n_before = ch_get_i64(&answer.rows);
        n.cost_before = picos_to_double(ch_get_i64(&answer.rows));
        n.p95_before = ch_get_double(&answer.rows);
        name_take(v, &n, k);
    }
    return answer.rows.bad ? ch_cut_short(v->ctx) : ERR_OK;
}

static enum errc users(struct ch_view *v)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct overview *out = v->out;

    ch_overview_begin(v, &t, " SELECT toString(assumeNotNull(t.user_id)) AS k, " SUMS);
    TRY(ch_overview_where(v, false, &t));
    sql_text_add(&t, " AND ifNull(t.user_id, '') != '' GROUP BY k ORDER BY n DESC, k");
    ch_limit(&t, ARRAY_LEN(out->users), 0);
    TRY(ch_select(v->s->ch, v->ctx, &t, &answer));
    while (ch_more(&answer.rows) && out->n_users < ARRAY_LEN(out->users)) {
        struct named *u = &out->users[out->n_users++];
        u->key = arena_str(v->ctx->arena, ch_get_str(&answer.rows));
        u->amounts = amounts_read(&answer.rows);
        u->p95 = (double)NAN;
    }
    return answer.rows.bad ? ch_cut_short(v->ctx) : ERR_OK;
}

// ---- Errors that read alike ---------------------------------------------------------------------

#define TROUBLE_ERRORS 5
#define ERRORS_READ    1000 // different ones, the most frequent first

struct alike { // errors of one name whose messages read alike
    struct trouble *items;
    size_t n;
    struct map *by_text;
};

static bool alike_add(struct alike *all, struct arena *a, const struct trouble *t)
{
    char text[INSIGHT_MESSAGE_BYTES];
    str message = insight_message(t->message, text);
    void **slot = map_slot(all->by_text, arena_fmt(a, "%d\x1f%.*s\x1f%.*s", (int)t->kind,
                                                   STR_ARG(t->name), STR_ARG(message)));
    struct trouble *known = slot ? *slot : NULL;

    if (!slot)
        return false;
    if (known) {
        known->n += t->n;
        known->since = t->since < known->since ? t->since : known->since;
        return true;
    }
    *slot = known = &all->items[all->n++];
    *known = *t;
    known->name = arena_str(a, t->name);
    known->message = arena_str(a, message);
    return true;
}

// Errors before warnings, frequent ones first.
static int trouble_cmp(const void *x, const void *y)
{
    const struct trouble *a = x, *b = y;

    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->n != b->n)
        return a->n > b->n ? -1 : 1;
    return (a->since > b->since) - (a->since < b->since);
}

static enum errc errors_take(struct ch_view *v, struct ch_answer *answer, struct alike *all)
{
    all->items = ARENA_ARRAY(v->ctx->arena, struct trouble, ERRORS_READ);
    all->by_text = map_create(v->ctx->arena, ERRORS_READ);
    if (!all->items || !all->by_text)
        return ch_cut_short(v->ctx);
    while (ch_more(&answer->rows) && all->n < ERRORS_READ) {
        struct trouble t = {.name = ch_get_str(&answer->rows),
                            .message = ch_get_str(&answer->rows)};
        t.kind = ch_get_u8(&answer->rows) ? TROUBLE_ERROR : TROUBLE_WARNING;
        t.n = ch_get_i64(&answer->rows);
        t.since = ch_get_i64(&answer->rows);
        if (answer->rows.bad || !alike_add(all, v->ctx->arena, &t))
            return ch_cut_short(v->ctx);
    }
    return ERR_OK;
}

// The server takes out long numbers and ids, so that there are few different ones; the rest is done here.
static enum errc errors(struct ch_view *v)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct overview *out = v->out;
    struct alike all = {0};

    ch_overview_begin(v, &t,
                      " SELECT toString(ifNull(t.name, '')) AS k, replaceRegexpAll(ifNull(t.error,"
                      " ''), '[0-9a-fA-F]{8,}|[0-9]{4,}', '0') AS m, toUInt8(t.n_error > 0) AS bad,"
                      " toInt64(count()) AS n, min(t.ts) AS since");
    TRY(ch_overview_where(v, false, &t));
    sql_text_add(&t, " AND (t.n_error > 0 OR t.n_warning > 0) GROUP BY k, m, bad ORDER BY bad DESC,"
                     " n DESC, since, k, m");
    ch_limit(&t, ERRORS_READ, 0);
    TRY(ch_select(v->s->ch, v->ctx, &t, &answer));
    TRY(errors_take(v, &answer, &all));
    qsort(all.items, all.n, sizeof all.items[0], trouble_cmp);
    for (size_t i = 0; i < all.n && i < TROUBLE_ERRORS; i++)
        out->troubles[out->n_troubles++] = all.items[i];
    return ERR_OK;
}

// ---- Slowest model calls: the slowest traces hold them ------------------------------------------

static enum errc slowest(struct ch_view *v)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct overview *out = v->out;

    ch_overview_begin(v, &t,
                      " SELECT observation_id, trace_id, toString(ifNull(name, '')), toString("
                      "assumeNotNull(model)), assumeNotNull(end) - start AS took, total_cost FROM"
                      " observations FINAL WHERE project_id = pid AND ifNull(model, '') != '' AND"
                      " end IS NOT NULL AND trace_id IN (SELECT t.trace_id");
    TRY(ch_overview_where(v, false, &t));
    sql_text_add(&t, " AND t.slowest > 0 ORDER BY t.slowest DESC");
    ch_limit(&t, ARRAY_LEN(out->slowest), 0);
    sql_text_add(&t, ") ORDER BY took DESC");
    ch_limit(&t, ARRAY_LEN(out->slowest), 0);
    TRY(ch_select(v->s->ch, v->ctx, &t, &answer));
    while (ch_more(&answer.rows) && out->n_slowest < ARRAY_LEN(out->slowest)) {
        struct slow_call *c = &out->slowest[out->n_slowest++];
        c->observation_id = arena_str(v->ctx->arena, ch_get_str(&answer.rows));
        c->trace_id = arena_str(v->ctx->arena, ch_get_str(&answer.rows));
        c->name = arena_str(v->ctx->arena, ch_get_str(&answer.rows));
        c->model = arena_str(v->ctx->arena, ch_get_str(&answer.rows));
        c->latency = ch_get_i64(&answer.rows);
        c->cost = ch_get_i64(&answer.rows);
    }
    return answer.rows.bad ? ch_cut_short(v->ctx) : ERR_OK;
}

// ---- Put together -------------------------------------------------------------------------------

static enum errc view_init(struct ch_view *v)
{
    struct overview *out = v->out;
    size_t n = ch_buckets(v->q);

    if (n == 0)
        return fail(v->ctx, ERR_INVALID, "An overview needs a range of time");
    out->n_buckets = n;
    out->buckets = ARENA_ARRAY(v->ctx->arena, struct amounts, n);
    out->latency = ARENA_ARRAY(v->ctx->arena, struct latencies, n);
    if (!out->buckets || !out->latency)
        return ch_cut_short(v->ctx);
    memset(out->buckets, 0, n * sizeof(out->buckets[0]));
    for (size_t b = 0; b < n; b++)
        out->latency[b] = (struct latencies){(double)NAN, (double)NAN, (double)NAN};
    out->total_latency = out->before_latency = out->latency[0];
    return ERR_OK;
}

static enum errc parts(struct ch_view *v)
{
    static enum errc (*const all[])(struct ch_view *) = {totals,
                                                         over_time,
                                                         errors,
                                                         names,
                                                         users,
                                                         slowest,
                                                         ch_overview_names_over_time,
                                                         ch_overview_costs,
                                                         ch_overview_scores};

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        TRY(all[i](v));
    return ERR_OK;
}

enum errc ch_overview(struct event_store *store, struct ctx *ctx, const struct insight_query *q,
                      struct overview *out)
{
    struct ch_view v = {ch_self(store), ctx, q, out};
    millis newest;

    *out = (struct overview){.newest = MILLIS_NONE};
    TRY(ch_ready(v.s, ctx));
    TRY(view_init(&v));
    TRY(ch_newest(v.s, ctx, q->project, &newest));
    out->empty = newest == MILLIS_NONE;
    int64_t deadline = ch_deadline(ctx, OVERVIEW_MS);
    enum errc rc = parts(&v);
    ctx->deadline_ms = deadline;
    TRY(ch_in_time(ctx, rc, &out->partial));
    if (out->total.n == 0)
        out->newest = newest;
    return ERR_OK;
}
