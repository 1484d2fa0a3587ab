// SPDX-License-Identifier: MIT
// The overview's second pass: cost over time of the costliest models, users and names, latencies of the
// most frequent names; and what needs attention: errors that read alike, names whose cost or latency
// moved.
#include "model/observation.h"
#include "store/sqlite/insight_overview.h"

#include <math.h>

#define NAMES_OVER_TIME 5
#define LISTED          6

static enum errc open_chunk(struct fact_scan *scan, const struct fact_chunk *c)
{
    struct view *v = scan->user;

    for (int k = 0; k < COST_KINDS; k++) {
        if (!groups_open(&v->by[k], scan->scratch, c))
            return fail(scan->ctx, ERR_NOMEM, "Out of memory for this request");
    }
    return ERR_OK;
}

static void take_latency(struct view *v, const struct fact_chunk *c, uint32_t i)
{
    size_t at = group_of_word(&v->by[COST_NAME], c, c->texts[FACT_NAME][i]);
    uint8_t place = at < v->placed[COST_NAME] ? v->name_place[at] : 0;

    if (!place--)
        return;
    if (c->ts[i] < v->q->from) {
        latency_add(&v->names_then[place], c->latency[i]);
        return;
    }
    latency_add(&v->names_now[place], c->latency[i]);
    if (place < NAMES_OVER_TIME)
        latency_add(&v->names_over[place * v->buckets.n + bucket_at(&v->buckets, c->ts[i])],
                    c->latency[i]);
}

static void add_cost(struct view *v, int kind, size_t at, size_t bucket, picos cost)
{
    if (at >= v->placed[kind] || cost == 0)
        return;
    uint8_t place = v->cost_place[kind][at];
    if (!place)
        return;
    struct series *s = &v->out->cost[kind][place - 1];
    s->sum = picos_add(s->sum, cost);
    s->values[bucket] = picos_add(s->values[bucket], cost);
}

static enum errc take(struct fact_scan *scan, const struct fact_chunk *c, uint32_t i,
                      uint64_t fails)
{
    struct view *v = scan->user;

    if (fails)
        return ERR_OK;
    take_latency(v, c, i);
    if (c->ts[i] < v->q->from || c->cost[i] == 0)
        return ERR_OK;
    size_t b = bucket_at(&v->buckets, c->ts[i]);
    for (uint32_t u = c->use_first[i]; u < c->use_first[i + 1]; u++)
        add_cost(v, COST_MODEL, group_of_word(&v->by[COST_MODEL], c, c->use_model[u]), b,
                 c->use_cost[u]);
    add_cost(v, COST_USER, group_of_word(&v->by[COST_USER], c, c->texts[FACT_USER][i]), b,
             c->cost[i]);
    add_cost(v, COST_NAME, group_of_word(&v->by[COST_NAME], c, c->texts[FACT_NAME][i]), b,
             c->cost[i]);
    return ERR_OK;
}

static uint8_t *places(struct arena *a, const struct groups *g, uint8_t fill)
{
    uint8_t *p = arena_alloc(a, g->n + 1);

    if (p)
        memset(p, fill, g->n + 1);
    return p;
}

// The costliest keys have a series each, all others one together.
static bool series_init(struct view *v, int kind)
{
    const struct groups *g = &v->by[kind];
    size_t top[COST_KEYS], n = groups_top(g, group_cost, top, COST_KEYS);
    size_t costly = 0;

    for (size_t i = 0; i < g->n; i++)
        costly += g->sums[i].cost > 0;
    bool other = costly > n;
    v->placed[kind] = g->n;
    v->cost_place[kind] = places(v->ctx->arena, g, other ? (uint8_t)(n + 1) : 0);
    v->out->n_cost[kind] = n + other;
    for (size_t k = 0; k < n + other; k++) {
        struct series *s = &v->out->cost[kind][k];
        *s = (struct series){.key = k < n ? g->keys[top[k]] : STR("other"),
                             .values = ARENA_ARRAY(v->ctx->arena, picos, v->buckets.n)};
        if (!s->values)
            return false;
        memset(s->values, 0, v->buckets.n * sizeof(picos));
    }
    for (size_t k = 0; v->cost_place[kind] && k < n; k++)
        v->cost_place[kind][top[k]] = (uint8_t)(k + 1);
    return v->cost_place[kind] != NULL;
}

static bool names_init(struct view *v)
{
    struct arena *a = v->ctx->arena;

    v->n_names = groups_top(&v->by[COST_NAME], group_n, v->names, NAMES_KEPT);
    v->name_place = places(a, &v->by[COST_NAME], 0);
    v->names_now = latency_array(a, NAMES_KEPT);
    v->names_then = latency_array(a, NAMES_KEPT);
    v->names_over = latency_array(a, NAMES_OVER_TIME * v->buckets.n);
    if (!v->name_place || !v->names_now || !v->names_then || !v->names_over)
        return false;
    for (size_t k = 0; k < v->n_names; k++)
        v->name_place[v->names[k]] = (uint8_t)(k + 1);
    return true;
}

static bool names_set(struct view *v)
{
    struct overview *out = v->out;
    const struct groups *g = &v->by[COST_NAME];

    for (size_t k = 0; k < v->n_names && k < LISTED; k++)
        out->names[out->n_names++] = (struct named){g->keys[v->names[k]], g->sums[v->names[k]],
                                                    latency_at(&v->names_now[k], 0.95)};
    for (size_t k = 0; k < v->n_names && k < NAMES_OVER_TIME; k++) {
        double *p95 = ARENA_ARRAY(v->ctx->arena, double, v->buckets.n);
        if (!p95)
            return false;
        for (size_t b = 0; b < v->buckets.n; b++)
            p95[b] = latency_at(&v->names_over[k * v->buckets.n + b], 0.95);
        out->names_p95[k].name = g->keys[v->names[k]];
        out->names_p95[k].p95 = p95;
        out->n_names_p95 = k + 1;
    }
    return true;
}

static void users_set(struct view *v)
{
    const struct groups *g = &v->by[COST_USER];
    size_t top[LISTED], n = groups_top(g, group_n, top, LISTED);

    for (size_t k = 0; k < n; k++)
        v->out->users[v->out->n_users++] =
            (struct named){g->keys[top[k]], g->sums[top[k]], (double)NAN};
}

enum errc overview_series(struct view *v)
{
    struct fact_scan scan = {.s = v->s, .ctx = v->ctx, .open = open_chunk, .take = take, .user = v};
    struct insight_query both = *v->q;
    bool room = names_init(v);

    for (int k = 0; k < COST_KINDS; k++)
        room = room && series_init(v, k);
    if (!room)
        return fail(v->ctx, ERR_NOMEM, "Out of memory for this request");
    both.from -= v->q->to - v->q->from;
    if (v->out->total.n || v->out->before.n)
        TRY(figures_scan(&scan, &both));
    v->out->partial |= scan.partial;
    users_set(v);
    return names_set(v) ? ERR_OK : fail(v->ctx, ERR_NOMEM, "Out of memory for this request");
}

// ---- what needs attention

#define TROUBLES       ARRAY_LEN(((struct overview *)0)->troubles)
#define TROUBLE_ERRORS 5
#define FEW            20  // traces before and now, or a comparison says nothing
#define MUCH           1.5 // times as much as before

static int64_t wrong_weight(const struct wrong *w)
{
    return w->n + (w->level == LEVEL_ERROR ? INT64_C(1) << 40 : 0); // errors before warnings
}

static void errors_add(struct view *v)
{
    struct overview *out = v->out;

    for (size_t found = 0; found < TROUBLE_ERRORS; found++) {
        struct wrong *best = NULL;
        for (size_t i = 0; i < v->wrongs.n; i++) {
            struct wrong *w = &v->wrong[i];
            if (w->n && (!best || wrong_weight(w) > wrong_weight(best)))
                best = w;
        }
        if (!best)
            return;
        out->troubles[out->n_troubles++] =
            (struct trouble){.kind = best->level == LEVEL_ERROR ? TROUBLE_ERROR : TROUBLE_WARNING,
                             .name = best->name,
                             .message = best->message,
                             .n = best->n,
                             .since = best->since};
        best->n = 0;
    }
}

static void compare_add(struct view *v, size_t k, const struct trouble *t)
{
    if (v->out->n_troubles == TROUBLES || !(t->before > 0) || !(t->now > MUCH * t->before))
        return;
    struct trouble *to = &v->out->troubles[v->out->n_troubles++];
    *to = *t;
    to->name = v->by[COST_NAME].keys[v->names[k]];
    to->since = MILLIS_NONE;
}

void overview_troubles(struct view *v)
{
    errors_add(v);
    for (size_t k = 0; k < v->n_names; k++) {
        size_t at = v->names[k];
        const struct amounts *now = &v->by[COST_NAME].sums[at];
        if (at >= v->cap_before || v->before[at][0] < FEW || now->n < FEW)
            continue;
        struct trouble cost = {.kind = TROUBLE_COST,
                               .n = now->n,
                               .before =
                                   picos_to_double(v->before[at][1]) / (double)v->before[at][0],
                               .now = picos_to_double(now->cost) / (double)now->n};
        struct trouble slow = {.kind = TROUBLE_LATENCY,
                               .n = now->n,
                               .before = latency_at(&v->names_then[k], 0.95),
                               .now = latency_at(&v->names_now[k], 0.95)};
        compare_add(v, k, &cost);
        compare_add(v, k, &slow);
    }
}
