// SPDX-License-Identifier: MIT
// The line above a list: how many over time, latencies, sums, and the facets. A facet counts what
// satisfies all conditions but those on its own column, so that its other values can be chosen, too:
// one pass counts them all, because a fact says which conditions it fails.
#include "store/sqlite/insight.h"

#include "store/sqlite/text.h"

struct tally {
    struct summary *out;
    struct buckets buckets;
    struct latency_counts *latency;
    struct groups groups[BY_COUNT];
    uint64_t own[BY_COUNT]; // conditions on the dimension's column
};

enum errc figures_scan(struct fact_scan *scan, const struct insight_query *q)
{
    int64_t old = scan->ctx->deadline_ms, own = clock_mono_ms() + FIGURES_READ_MS;

    scan->ctx->deadline_ms = old && old < own ? old : own;
    enum errc rc = fact_scan_run(scan, q);
    scan->ctx->deadline_ms = old;
    return rc;
}

millis newest_trace(struct sqlite_store *s, str project)
{
    const struct catalog *c = catalog_pin(s);
    millis newest = MILLIS_NONE;

    for (size_t i = 0; i < c->n; i++) {
        const struct day_project *p = day_project_find(&c->days[i], (int64_t)str_hash(project));
        if (p && p->min_trace <= p->max_trace && p->max_trace > newest)
            newest = p->max_trace;
    }
    catalog_unpin(c);
    return newest;
}

static bool counted(enum insight_dimension d)
{
    return d != BY_SESSION; // as many as traces: nothing to choose from
}

static enum errc open_chunk(struct fact_scan *scan, const struct fact_chunk *c)
{
    struct tally *t = scan->user;

    for (int d = 0; d < BY_COUNT; d++) {
        if (counted((enum insight_dimension)d) && !groups_open(&t->groups[d], scan->scratch, c))
            return fail(scan->ctx, ERR_NOMEM, "Out of memory for this request");
    }
    return ERR_OK;
}

static void count_in(struct fact_scan *scan, struct groups *g, const struct fact_chunk *c,
                     uint32_t i)
{
    size_t at[GROUPS_OF_FACT], n = groups_of(g, scan->scratch, c, i, at);

    for (size_t k = 0; k < n; k++)
        g->sums[at[k]].n++;
}

static enum errc take(struct fact_scan *scan, const struct fact_chunk *c, uint32_t i,
                      uint64_t fails)
{
    struct tally *t = scan->user;

    for (int d = 0; d < BY_COUNT; d++) {
        if (counted((enum insight_dimension)d) && !(fails & ~t->own[d]))
            count_in(scan, &t->groups[d], c, i);
    }
    if (fails)
        return ERR_OK;
    amounts_add(&t->out->total, c, i);
    latency_add(t->latency, c->latency[i]);
    if (t->buckets.n)
        amounts_add(&t->out->buckets[bucket_at(&t->buckets, c->ts[i])], c, i);
    return ERR_OK;
}

static void facet_set(const struct groups *g, struct facet *f)
{
    size_t top[INSIGHT_TOP];

    f->dimension = g->dimension;
    f->n = groups_top(g, group_n, top, INSIGHT_TOP);
    for (size_t i = 0; i < f->n; i++)
        f->values[i] = (struct value_count){g->keys[top[i]], g->sums[top[i]].n};
}

static void facets_set(const struct tally *t)
{
    for (int d = 0; d < BY_COUNT; d++) {
        if (!counted((enum insight_dimension)d) || t->groups[d].n < 2)
            continue;
        facet_set(&t->groups[d], &t->out->facets[t->out->n_facets]);
        t->out->n_facets += t->out->facets[t->out->n_facets].n > 1;
    }
}

static bool tally_init(struct tally *t, struct arena *a, const struct insight_query *q)
{
    t->buckets = buckets_of(q);
    t->out->n_buckets = t->buckets.n;
    t->out->buckets = ARENA_ARRAY(a, struct amounts, t->buckets.n + 1);
    t->latency = latency_array(a, 1);
    if (!t->out->buckets || !t->latency)
        return false;
    memset(t->out->buckets, 0, (t->buckets.n + 1) * sizeof(struct amounts));
    for (int d = 0; d < BY_COUNT; d++) {
        if (!groups_init(&t->groups[d], a, (enum insight_dimension)d))
            return false;
    }
    return true;
}

static bool on_dimension(const struct filter_cond *c, enum insight_dimension d)
{
    return !strcmp(c->column->key, insight_dimension_column(d)) ||
           (d == BY_TAG && !strcmp(c->column->key, "traceTags"));
}

// The conditions that facts answer, in the order of their bits.
static enum errc own_conditions(struct tally *t, struct ctx *ctx, const struct insight_query *q)
{
    struct fact_filter f;

    TRY(fact_filter_make(ctx, &q->filter, &f));
    for (size_t k = 0; k < f.n; k++) {
        for (int d = 0; d < BY_COUNT; d++) {
            if (on_dimension(f.conds[k].c, (enum insight_dimension)d))
                t->own[d] |= UINT64_C(1) << k;
        }
    }
    return ERR_OK;
}

enum errc read_summary(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                       struct summary *out)
{
    struct tally t = {.out = out};
    struct fact_scan scan = {
        .s = (struct sqlite_store *)s, .ctx = ctx, .open = open_chunk, .take = take, .user = &t};

    *out = (struct summary){.newest = MILLIS_NONE};
    if (!tally_init(&t, ctx->arena, q))
        return fail(ctx, ERR_NOMEM, "Out of memory for this request");
    TRY(own_conditions(&t, ctx, q));
    TRY(figures_scan(&scan, q));
    out->latency = latencies_of(t.latency);
    out->partial = scan.partial;
    facets_set(&t);
    if (out->total.n == 0)
        out->newest = newest_trace(scan.s, q->project);
    return ERR_OK;
}

// ---- completion

struct completion {
    struct groups groups;
    str part;
};

static enum errc open_values(struct fact_scan *scan, const struct fact_chunk *c)
{
    struct completion *v = scan->user;

    return groups_open(&v->groups, scan->scratch, c)
               ? ERR_OK
               : fail(scan->ctx, ERR_NOMEM, "Out of memory for this request");
}

static enum errc take_values(struct fact_scan *scan, const struct fact_chunk *c, uint32_t i,
                             uint64_t fails)
{
    struct completion *v = scan->user;

    if (fails == 0)
        count_in(scan, &v->groups, c, i);
    return ERR_OK;
}

enum errc read_values(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                      str part, struct facet *out)
{
    struct completion v = {.part = part};
    struct fact_scan scan = {.s = (struct sqlite_store *)s,
                             .ctx = ctx,
                             .open = open_values,
                             .take = take_values,
                             .user = &v};

    if (!groups_init(&v.groups, ctx->arena, out->dimension))
        return fail(ctx, ERR_NOMEM, "Out of memory for this request");
    TRY(figures_scan(&scan, q));
    for (size_t i = 0; i < v.groups.n; i++) {
        if (!text_has(v.groups.keys[i], part))
            v.groups.sums[i].n = 0;
    }
    facet_set(&v.groups, out);
    return ERR_OK;
}
