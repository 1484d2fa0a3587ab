// SPDX-License-Identifier: MIT
// Sessions: traces grouped by session. One pass adds them up, a page is chosen, and what its rows show
// beyond sums - first input, last output, scores - is read from the rows of their traces.
#include "store/sqlite/group_page.h"
#include "store/sqlite/insight.h"

#include <math.h>

#define USERS_SHOWN ARRAY_LEN(((struct session_line *)0)->users)

struct place {
    millis ts;
    int64_t day, row;
};
struct talk { // one session
    struct place first, last;
    millis end;
    size_t users[USERS_SHOWN];
    size_t n_users;
    size_t environment;
};
struct sessions {
    struct groups groups, users, environments;
    struct talk *talks;
    size_t cap;
};

static enum errc no_memory(struct ctx *ctx)
{
    return fail(ctx, ERR_NOMEM, "Out of memory for this request");
}

static enum errc open_chunk(struct fact_scan *scan, const struct fact_chunk *c)
{
    struct sessions *s = scan->user;

    return groups_open(&s->groups, scan->scratch, c) && groups_open(&s->users, scan->scratch, c) &&
                   groups_open(&s->environments, scan->scratch, c)
               ? ERR_OK
               : no_memory(scan->ctx);
}

static bool talks_grow(struct sessions *s, struct arena *a)
{
    size_t cap = s->groups.cap;
    struct talk *t = ARENA_ARRAY(a, struct talk, cap);

    if (!t)
        return false;
    if (s->cap)
        memcpy(t, s->talks, s->cap * sizeof(*t));
    s->talks = t;
    s->cap = cap;
    return true;
}

static void note_user(struct talk *t, size_t at)
{
    for (size_t k = 0; k < t->n_users; k++) {
        if (t->users[k] == at)
            return;
    }
    if (at != GROUP_NONE && t->n_users < USERS_SHOWN)
        t->users[t->n_users++] = at;
}

static enum errc take(struct fact_scan *scan, const struct fact_chunk *c, uint32_t i,
                      uint64_t fails)
{
    struct sessions *s = scan->user;
    size_t known = s->groups.n;
    size_t at = fails ? GROUP_NONE : group_of_word(&s->groups, c, c->texts[FACT_SESSION][i]);

    if (at == GROUP_NONE)
        return s->groups.full ? no_memory(scan->ctx) : ERR_OK;
    if (at >= s->cap && !talks_grow(s, scan->ctx->arena))
        return no_memory(scan->ctx);
    struct talk *t = &s->talks[at];
    struct place here = {c->ts[i], scan->day, c->row[i]};
    millis end = c->ts[i] + (c->latency[i] > 0 ? c->latency[i] : 0);
    if (at == known)
        *t = (struct talk){.first = here, .last = here, .end = end};
    amounts_add(&s->groups.sums[at], c, i);
    t->first = here.ts < t->first.ts ? here : t->first;
    t->last = here.ts > t->last.ts ? here : t->last;
    t->end = end > t->end ? end : t->end;
    note_user(t, group_of_word(&s->users, c, c->texts[FACT_USER][i]));
    t->environment = group_of_word(&s->environments, c, c->texts[FACT_ENVIRONMENT][i]);
    return ERR_OK;
}

static int64_t value_of(const void *user, size_t i, enum line_sort sort)
{
    const struct sessions *s = user;
    const struct amounts *a = &s->groups.sums[i];
    const int64_t values[SORT_COUNT] = {[SORT_START] = s->talks[i].last.ts,
                                        [SORT_LATENCY] = s->talks[i].end - s->talks[i].first.ts,
                                        [SORT_COST] = a->cost,
                                        [SORT_TOKENS] = a->tokens,
                                        [SORT_ERRORS] = a->errors};
    return values[sort];
}

static str name_of(const void *user, size_t i)
{
    return ((const struct sessions *)user)->groups.keys[i];
}

// ---- what rows say

static enum errc preview_load(struct sqlite_store *s, struct ctx *ctx, const struct place *at,
                              const char *text, str *out)
{
    struct sql_stmt *st;
    struct reader *r;
    bool row = false;

    TRY(reader_acquire(s, ctx, at->day, &r));
    enum errc rc = sql_prepare(r->db, ctx, str_c(text), &st);
    if (rc == ERR_OK) {
        sql_bind_i64(st, 1, at->row);
        rc = sql_step(st, ctx, &row);
    }
    if (rc == ERR_OK && row)
        *out = arena_str(ctx->arena, sql_str(st, 0));
    reader_release(r);
    return rc;
}

static const char session_chips_sql[] =
    "SELECT s.name, count(*), avg(s.value) FROM trace t JOIN score s ON s.trace = t.id"
    " WHERE t.session_id = ? AND t.project = ? AND s.type IN (1, 2) GROUP BY s.name LIMIT ?";

#define CHIPS_SHOWN 6

static enum errc chips_add(struct reader *r, struct ctx *ctx, const struct session_line *l,
                           int64_t project, struct chip_list *chips)
{
    struct score_chip *items = unconst(chips->items);
    struct sql_stmt *st;
    bool row = true;

    TRY(sql_prepare(r->db, ctx, str_c(session_chips_sql), &st));
    sql_bind_str(st, 1, l->id);
    sql_bind_i64(st, 2, project);
    sql_bind_i64(st, 3, CHIPS_SHOWN);
    while (row) {
        size_t k = 0;
        TRY(sql_step(st, ctx, &row));
        if (!row)
            break;
        str name = sql_str(st, 0);
        while (k < chips->n && !str_eq(items[k].name, name))
            k++;
        if (k == CHIPS_SHOWN)
            continue;
        if (k == chips->n)
            items[chips->n++] = (struct score_chip){.name = arena_str(ctx->arena, name)};
        int64_t n = sql_i64(st, 1), sum = items[k].n + n;
        items[k].mean =
            (items[k].mean * (double)items[k].n + sql_double(st, 2) * (double)n) / (double)sum;
        items[k].n = sum;
    }
    return ERR_OK;
}

// A session's traces lie in the days between its first and its last.
static enum errc session_chips(struct sqlite_store *s, struct ctx *ctx, const struct talk *t,
                               int64_t project, struct session_line *l)
{
    int64_t from = t->first.day < t->last.day ? t->first.day : t->last.day;
    int64_t to = t->first.day < t->last.day ? t->last.day : t->first.day;
    const struct catalog *c = catalog_pin(s);
    enum errc rc = ERR_OK;

    l->scores.items = ARENA_ARRAY(ctx->arena, struct score_chip, CHIPS_SHOWN);
    if (!l->scores.items)
        rc = no_memory(ctx);
    for (size_t i = 0; i < c->n && rc == ERR_OK; i++) {
        struct reader *r;
        if (c->days[i].day < from || c->days[i].day > to)
            continue;
        rc = reader_acquire(s, ctx, c->days[i].day, &r);
        if (rc == ERR_OK) {
            rc = chips_add(r, ctx, l, project, &l->scores);
            reader_release(r);
        }
    }
    catalog_unpin(c);
    return rc;
}

static enum errc line_make(struct fact_scan *scan, size_t at, struct session_line *l)
{
    struct sessions *s = scan->user;
    const struct amounts *a = &s->groups.sums[at];
    const struct talk *t = &s->talks[at];

    *l = (struct session_line){.id = s->groups.keys[at],
                               .start = t->first.ts,
                               .end = t->end,
                               .turns = a->n,
                               .errors = a->errors,
                               .tokens = a->tokens,
                               .cost = a->cost};
    for (size_t k = 0; k < t->n_users; k++)
        l->users[l->n_users++] = s->users.keys[t->users[k]];
    if (t->environment != GROUP_NONE)
        l->environment = s->environments.keys[t->environment];
    TRY(preview_load(scan->s, scan->ctx, &t->first, "SELECT preview_in FROM trace WHERE id = ?",
                     &l->first));
    TRY(preview_load(scan->s, scan->ctx, &t->last, "SELECT preview_out FROM trace WHERE id = ?",
                     &l->last));
    return session_chips(scan->s, scan->ctx, t, scan->project, l);
}

enum errc read_session_lines(struct event_store *store, struct ctx *ctx,
                             const struct insight_query *q, struct group_page *page,
                             session_line_fn *fn, void *user)
{
    struct sessions s = {0};
    struct fact_scan scan = {.s = (struct sqlite_store *)store,
                             .ctx = ctx,
                             .open = open_chunk,
                             .take = take,
                             .user = &s};
    struct group_order order = {page, value_of, name_of, &s, NULL, 0};

    if (!groups_init(&s.groups, ctx->arena, BY_SESSION) ||
        !groups_init(&s.users, ctx->arena, BY_USER) ||
        !groups_init(&s.environments, ctx->arena, BY_ENVIRONMENT))
        return no_memory(ctx);
    TRY(figures_scan(&scan, q));
    page->partial = scan.partial;
    TRY(group_page_choose(&order, ctx, s.groups.n));
    for (size_t k = 0; k < order.n; k++) {
        struct session_line line;
        TRY(line_make(&scan, order.rows[k], &line));
        TRY(fn(user, &line));
    }
    return ERR_OK;
}
