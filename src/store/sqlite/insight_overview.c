// SPDX-License-Identifier: MIT
// The overview: the first pass over the traces of a window and of the one before it, and its answer put
// together (insight_overview.h).
#include "store/sqlite/insight_overview.h"

#include "model/observation.h"

#define BEFORE_TOTAL(v) (&(v)->latency[(v)->buckets.n + 1])
#define NOW_TOTAL(v)    (&(v)->latency[(v)->buckets.n])

static enum errc no_memory(struct ctx *ctx)
{
    return fail(ctx, ERR_NOMEM, "Out of memory for this request");
}

static bool grown(struct arena *a, void **items, size_t need, size_t *cap, size_t size)
{
    size_t next = *cap ? *cap : 64;

    if (need <= *cap)
        return true;
    while (next < need)
        next *= 2;
    char *p = arena_array(a, next, size);
    if (!p)
        return false;
    memset(p, 0, next * size);
    if (*cap)
        memcpy(p, *items, *cap * size);
    *items = p;
    *cap = next;
    return true;
}

static enum errc open_chunk(struct fact_scan *scan, const struct fact_chunk *c)
{
    struct view *v = scan->user;

    for (int k = 0; k < COST_KINDS; k++) {
        if (!groups_open(&v->by[k], scan->scratch, c))
            return no_memory(scan->ctx);
    }
    return ERR_OK;
}

static void take_before(struct view *v, const struct fact_chunk *c, uint32_t i)
{
    size_t at = group_of_word(&v->by[COST_NAME], c, c->texts[FACT_NAME][i]);

    amounts_add(&v->out->before, c, i);
    latency_add(BEFORE_TOTAL(v), c->latency[i]);
    if (at == GROUP_NONE ||
        !grown(v->ctx->arena, (void **)&v->before, at + 1, &v->cap_before, sizeof(v->before[0])))
        return;
    v->before[at][0]++;
    v->before[at][1] = picos_add(v->before[at][1], c->cost[i]);
}

static void sum_models(struct groups *g, const struct fact_chunk *c, uint32_t i)
{
    for (uint32_t u = c->use_first[i]; u < c->use_first[i + 1]; u++) {
        size_t at = group_of_word(g, c, c->use_model[u]);
        if (at == GROUP_NONE)
            continue;
        g->sums[at].n += c->use_n[u];
        g->sums[at].cost = picos_add(g->sums[at].cost, c->use_cost[u]);
    }
}

static void note_wrong(struct view *v, struct arena *scratch, const struct fact_chunk *c,
                       uint32_t i)
{
    str name = c->words[c->texts[FACT_NAME][i]], message = c->words[c->texts[FACT_ERROR][i]];

    if (c->level[i] < LEVEL_WARNING)
        return;
    str key =
        arena_fmt(scratch, "%d\x1f%.*s\x1f%.*s", c->level[i], STR_ARG(name), STR_ARG(message));
    size_t known = v->wrongs.n, at = group_of(&v->wrongs, key);
    if (at == GROUP_NONE ||
        !grown(v->ctx->arena, (void **)&v->wrong, at + 1, &v->cap_wrong, sizeof(v->wrong[0])))
        return;
    struct wrong *w = &v->wrong[at];
    if (at == known)
        *w = (struct wrong){arena_str(v->ctx->arena, name), arena_str(v->ctx->arena, message),
                            c->level[i], 0, c->ts[i]};
    w->n++;
    w->since = c->ts[i] < w->since ? c->ts[i] : w->since;
}

static void note_slow(struct view *v, const struct slow_trace *t)
{
    size_t k = v->n_slow;

    if (t->slowest <= 0 || (k == SLOW_TRACES && v->slow[k - 1].slowest >= t->slowest))
        return;
    if (k < SLOW_TRACES)
        v->n_slow++;
    else
        k--;
    for (; k > 0 && v->slow[k - 1].slowest < t->slowest; k--)
        v->slow[k] = v->slow[k - 1];
    v->slow[k] = *t;
}

static enum errc take(struct fact_scan *scan, const struct fact_chunk *c, uint32_t i,
                      uint64_t fails)
{
    static const enum fact_text texts[] = {[COST_USER] = FACT_USER, [COST_NAME] = FACT_NAME};
    struct view *v = scan->user;

    if (fails)
        return ERR_OK;
    if (c->ts[i] < v->q->from) {
        take_before(v, c, i);
        return ERR_OK;
    }
    size_t b = bucket_at(&v->buckets, c->ts[i]);
    amounts_add(&v->out->total, c, i);
    amounts_add(&v->out->buckets[b], c, i);
    latency_add(&v->latency[b], c->latency[i]);
    latency_add(NOW_TOTAL(v), c->latency[i]);
    sum_models(&v->by[COST_MODEL], c, i);
    for (int k = COST_USER; k <= COST_NAME; k++) {
        size_t at = group_of_word(&v->by[k], c, c->texts[texts[k]][i]);
        if (at != GROUP_NONE)
            amounts_add(&v->by[k].sums[at], c, i);
    }
    note_wrong(v, scan->scratch, c, i);
    note_slow(v, &(struct slow_trace){c->slowest[i], scan->day, c->row[i]});
    return ERR_OK;
}

static struct insight_query with_before(const struct insight_query *q)
{
    struct insight_query both = *q;

    both.from = q->from - (q->to - q->from);
    return both;
}

enum errc overview_sums(struct view *v)
{
    struct fact_scan scan = {.s = v->s, .ctx = v->ctx, .open = open_chunk, .take = take, .user = v};
    struct insight_query both = with_before(v->q);

    TRY(figures_scan(&scan, &both));
    v->out->partial = scan.partial;
    v->out->total_latency = latencies_of(NOW_TOTAL(v));
    v->out->before_latency = latencies_of(BEFORE_TOTAL(v));
    for (size_t b = 0; b < v->buckets.n; b++)
        v->out->latency[b] = latencies_of(&v->latency[b]);
    return ERR_OK;
}

static enum errc view_init(struct view *v)
{
    static const enum insight_dimension dimensions[COST_KINDS] = {BY_MODEL, BY_USER, BY_NAME};
    struct arena *a = v->ctx->arena;

    v->buckets = buckets_of(v->q);
    size_t n = v->buckets.n;
    if (n == 0)
        return fail(v->ctx, ERR_INVALID, "An overview needs a range of time");
    v->latency = latency_array(a, n + 2);
    v->out->n_buckets = n;
    v->out->buckets = ARENA_ARRAY(a, struct amounts, n);
    v->out->latency = ARENA_ARRAY(a, struct latencies, n);
    if (!v->latency || !v->out->buckets || !v->out->latency)
        return no_memory(v->ctx);
    memset(v->out->buckets, 0, n * sizeof(v->out->buckets[0]));
    for (int k = 0; k < COST_KINDS; k++) {
        if (!groups_init(&v->by[k], a, dimensions[k]))
            return no_memory(v->ctx);
    }
    return groups_init(&v->wrongs, a, BY_NAME) ? ERR_OK : no_memory(v->ctx);
}

enum errc read_overview(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                        struct overview *out)
{
    struct view v = {.s = (struct sqlite_store *)s, .ctx = ctx, .q = q, .out = out};
    millis newest = newest_trace(v.s, q->project);

    *out = (struct overview){.newest = MILLIS_NONE};
    TRY(view_init(&v));
    out->empty = newest == MILLIS_NONE;
    TRY(overview_sums(&v));
    if (out->total.n == 0)
        out->newest = newest;
    TRY(overview_series(&v));
    overview_troubles(&v);
    TRY(overview_slowest(&v));
    return overview_scores(&v);
}
