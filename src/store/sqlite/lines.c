// SPDX-License-Identifier: MIT
// Collecting a page (lines.h), and the score chips of a row.
#include "store/sqlite/lines.h"

#include <math.h>

static int cmp_i64(int64_t x, int64_t y)
{
    return (x > y) - (x < y);
}

// In the order of the list: < 0 when x comes before y. Rows of one value: newest first.
static int line_cmp(const struct line_page *page, const struct line_cursor *x,
                    const struct line_cursor *y)
{
    int c = 0, newer = cmp_i64(y->start, x->start);

    if (page->sort == SORT_NAME)
        c = str_cmp(x->text, y->text);
    else if (page->sort != SORT_START)
        c = cmp_i64(x->value, y->value);
    if (c)
        return page->ascending ? c : -c;
    if (!newer)
        newer = cmp_i64(y->day, x->day);
    if (!newer)
        newer = cmp_i64(y->row, x->row);
    return page->sort == SORT_START && page->ascending ? -newer : newer;
}

enum errc line_top_init(struct line_top *t, struct ctx *ctx, const struct line_page *page)
{
    *t = (struct line_top){.page = page, .a = ctx->arena, .need = (size_t)page->limit + 1};
    t->hits = ARENA_ARRAY(ctx->arena, struct line_hit, t->need + 1);
    return t->hits ? ERR_OK : fail(ctx, ERR_NOMEM, "Out of memory for this request");
}

void line_top_add(struct line_top *t, const struct line_cursor *key)
{
    size_t low = 0, high = t->n;

    if (t->page->after && line_cmp(t->page, t->page->after, key) >= 0)
        return;
    if (t->n == t->need && line_cmp(t->page, &t->hits[t->n - 1].key, key) <= 0)
        return;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (line_cmp(t->page, &t->hits[mid].key, key) <= 0)
            low = mid + 1;
        else
            high = mid;
    }
    memmove(&t->hits[low + 1], &t->hits[low], (t->n - low) * sizeof(t->hits[0]));
    t->hits[low].key = *key;
    t->hits[low].key.text = arena_str(t->a, key->text);
    if (t->n < t->need)
        t->n++;
}

bool line_top_beats(const struct line_top *t, millis min, millis max)
{
    const struct line_page *p = t->page;

    if (p->sort != SORT_START)
        return false;
    if (p->after && (p->ascending ? max < p->after->start : min > p->after->start))
        return true;
    if (t->n < t->need)
        return false;
    millis worst = t->hits[t->n - 1].key.start;
    return p->ascending ? min > worst : max < worst;
}

int64_t line_cursor_row(const struct line_cursor *c, int64_t day)
{
    if (day == c->day)
        return c->row;
    return day > c->day ? 0 : INT64_MAX;
}

void line_top_end(struct line_top *t, struct line_end *end)
{
    end->more = t->n == t->need;
    if (end->more)
        t->n--;
    if (t->n)
        end->next = t->hits[t->n - 1].key;
}

int64_t list_deadline(struct ctx *ctx)
{
    int64_t old = ctx->deadline_ms, own = clock_mono_ms() + LIST_READ_MS;

    ctx->deadline_ms = old && old < own ? old : own;
    return old;
}

#define CHIPS_SHOWN 12

static const char chips_sql[] =
    "SELECT name, count(*), avg(CASE WHEN type IN (1, 2) THEN value END), string_value,"
    " max(ts) FROM score WHERE trace = ?1 AND session_id IS NULL AND run_id IS NULL AND type <> 5"
    " AND type <> 4 AND (?2 IS NULL OR observation_id = ?2)"
    " GROUP BY name, CASE WHEN type = 3 THEN string_value END ORDER BY name, 2 DESC";

enum errc chips_load(struct reader *r, struct ctx *ctx, int64_t trace, str observation_id,
                     struct chip_list *out)
{
    struct score_chip chips[CHIPS_SHOWN];
    struct sql_stmt *st;
    size_t n = 0;
    bool row = true;

    TRY(sql_prepare(r->db, ctx, str_c(chips_sql), &st));
    sql_bind_i64(st, 1, trace);
    sql_bind_str(st, 2, observation_id);
    while (row) {
        TRY(sql_step(st, ctx, &row));
        if (!row)
            break;
        str name = sql_str(st, 0);
        bool same = n && str_eq(chips[n - 1].name, name); // a rarer text of the same score
        if (same)
            chips[n - 1].n += sql_i64(st, 1);
        if (same || n == CHIPS_SHOWN)
            continue;
        bool number = !sql_is_null(st, 2);
        chips[n++] = (struct score_chip){arena_str(ctx->arena, name), sql_i64(st, 1),
                                         number ? sql_double(st, 2) : (double)NAN,
                                         number ? STR_NONE : arena_str(ctx->arena, sql_str(st, 3))};
    }
    struct score_chip *copy = ARENA_ARRAY(ctx->arena, struct score_chip, n + 1);
    if (!copy)
        return fail(ctx, ERR_NOMEM, "Out of memory for this request");
    memcpy(copy, chips, n * sizeof(chips[0]));
    *out = (struct chip_list){copy, n};
    return ERR_OK;
}
