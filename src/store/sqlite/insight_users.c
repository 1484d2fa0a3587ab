// SPDX-License-Identifier: MIT
// Users: traces grouped by user. One pass adds up everybody, a page is chosen, a second pass draws the
// cost of the page's users over time.
#include "store/sqlite/insight.h"
#include "store/sqlite/group_page.h"

struct person {
    int64_t sessions;
    millis first, last;
};
struct users {
    const struct insight_query *q;
    struct groups groups, pairs; // pairs: user and session
    struct person *people;
    size_t cap;
    struct buckets buckets;
    struct user_line *lines; // of the page
    uint8_t *place;          // of a user: place in `lines` + 1
    size_t placed;
};

static enum errc no_memory(struct fact_scan *scan)
{
    return fail(scan->ctx, ERR_NOMEM, "Out of memory for this request");
}

static enum errc open_chunk(struct fact_scan *scan, const struct fact_chunk *c)
{
    struct users *u = scan->user;

    return groups_open(&u->groups, scan->scratch, c) ? ERR_OK : no_memory(scan);
}

static bool people_grow(struct users *u, struct arena *a)
{
    size_t cap = u->groups.cap;
    struct person *p = ARENA_ARRAY(a, struct person, cap);

    if (!p)
        return false;
    if (u->cap)
        memcpy(p, u->people, u->cap * sizeof(*p));
    u->people = p;
    u->cap = cap;
    return true;
}

static void note_session(struct users *u, struct arena *scratch, const struct fact_chunk *c,
                         uint32_t i, size_t at)
{
    str session = c->words[c->texts[FACT_SESSION][i]];
    size_t known = u->pairs.n;

    if (!session.n)
        return;
    str key = arena_fmt(scratch, "%zu\x1f%.*s", at, STR_ARG(session));
    u->people[at].sessions += group_of(&u->pairs, key) == known;
}

static enum errc take(struct fact_scan *scan, const struct fact_chunk *c, uint32_t i,
                      uint64_t fails)
{
    struct users *u = scan->user;
    size_t known = u->groups.n;
    size_t at = fails ? GROUP_NONE : group_of_word(&u->groups, c, c->texts[FACT_USER][i]);

    if (at == GROUP_NONE)
        return u->groups.full ? no_memory(scan) : ERR_OK;
    if (at >= u->cap && !people_grow(u, scan->ctx->arena))
        return no_memory(scan);
    struct person *p = &u->people[at];
    if (at == known)
        *p = (struct person){0, c->ts[i], c->ts[i]};
    amounts_add(&u->groups.sums[at], c, i);
    p->first = c->ts[i] < p->first ? c->ts[i] : p->first;
    p->last = c->ts[i] > p->last ? c->ts[i] : p->last;
    note_session(u, scan->scratch, c, i, at);
    return ERR_OK;
}

static enum errc take_spark(struct fact_scan *scan, const struct fact_chunk *c, uint32_t i,
                            uint64_t fails)
{
    struct users *u = scan->user;
    size_t at = fails ? GROUP_NONE : group_of_word(&u->groups, c, c->texts[FACT_USER][i]);

    if (at >= u->placed || !u->place[at])
        return ERR_OK;
    picos *spark = u->lines[u->place[at] - 1].spark;
    size_t b = bucket_at(&u->buckets, c->ts[i]);
    spark[b] = picos_add(spark[b], c->cost[i]);
    return ERR_OK;
}

static int64_t value_of(const void *user, size_t i, enum line_sort sort)
{
    const struct users *u = user;
    const struct amounts *a = &u->groups.sums[i];
    const int64_t values[SORT_COUNT] = {[SORT_START] = u->people[i].last,
                                        [SORT_LATENCY] = a->n,
                                        [SORT_COST] = a->cost,
                                        [SORT_TOKENS] = a->tokens,
                                        [SORT_ERRORS] = a->errors};
    return values[sort];
}

static str name_of(const void *user, size_t i)
{
    return ((const struct users *)user)->groups.keys[i];
}

static enum errc lines_make(struct users *u, struct ctx *ctx, const size_t *rows, size_t n)
{
    u->lines = ARENA_ARRAY(ctx->arena, struct user_line, n + 1);
    u->place = arena_alloc(ctx->arena, u->groups.n + 1);
    picos *sparks = ARENA_ARRAY(ctx->arena, picos, (n + 1) * (u->buckets.n + 1));
    if (!u->lines || !u->place || !sparks)
        return fail(ctx, ERR_NOMEM, "Out of memory for this request");
    memset(u->place, 0, u->groups.n + 1);
    memset(sparks, 0, (n + 1) * (u->buckets.n + 1) * sizeof(sparks[0]));
    u->placed = u->groups.n;
    for (size_t k = 0; k < n; k++) {
        const struct amounts *a = &u->groups.sums[rows[k]];
        const struct person *p = &u->people[rows[k]];
        u->lines[k] = (struct user_line){.id = u->groups.keys[rows[k]],
                                         .traces = a->n,
                                         .sessions = p->sessions,
                                         .errors = a->errors,
                                         .tokens = a->tokens,
                                         .cost = a->cost,
                                         .first = p->first,
                                         .last = p->last,
                                         .spark = sparks + k * u->buckets.n};
        u->place[rows[k]] = (uint8_t)(k + 1);
    }
    return ERR_OK;
}

// The page's lines, their cost over time included.
static enum errc page_make(struct fact_scan *scan, const struct insight_query *q,
                           struct group_order *order)
{
    struct users *u = scan->user;

    TRY(figures_scan(scan, q));
    order->page->partial = scan->partial;
    TRY(group_page_choose(order, scan->ctx, u->groups.n));
    TRY(lines_make(u, scan->ctx, order->rows, order->n));
    scan->take = take_spark;
    return u->buckets.n && order->n ? figures_scan(scan, q) : ERR_OK;
}

enum errc read_user_lines(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                          struct group_page *page, user_line_fn *fn, void *user)
{
    struct users u = {.q = q, .buckets = buckets_of(q)};
    struct fact_scan scan = {
        .s = (struct sqlite_store *)s, .ctx = ctx, .open = open_chunk, .take = take, .user = &u};
    struct group_order order = {page, value_of, name_of, &u, NULL, 0};

    if (!groups_init(&u.groups, ctx->arena, BY_USER) ||
        !groups_init(&u.pairs, ctx->arena, BY_SESSION))
        return fail(ctx, ERR_NOMEM, "Out of memory for this request");
    TRY(page_make(&scan, q, &order));
    for (size_t k = 0; k < order.n; k++)
        TRY(fn(user, &u.lines[k]));
    return ERR_OK;
}
