// SPDX-License-Identifier: MIT
// Conditions on facts (fact_match.h): the same answers as columns.c gives in SQL.
#include "store/sqlite/fact_match.h"

#include "base/limits.h"
#include "json/json.h"
#include "model/observation.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/text.h"

_Static_assert(LIMIT_FILTER_CONDITIONS <= 64, "a bit per condition");

enum fact_kind { TEXT, MODEL, TAGS, LEVEL, KIND, NUMBER, FLAG, TIME };

static const struct fact_column {
    const char *key; // filter_column.key
    enum fact_kind kind;
    int which; // enum fact_text, enum number, or the flag
    double scale;
} columns[] = {
    {"name", TEXT, FACT_NAME, 0},
    {"userId", TEXT, FACT_USER, 0},
    {"sessionId", TEXT, FACT_SESSION, 0},
    {"environment", TEXT, FACT_ENVIRONMENT, 0},
    {"version", TEXT, FACT_VERSION, 0},
    {"release", TEXT, FACT_RELEASE, 0},
    {"tags", TAGS, FACT_TAGS, 0},
    {"traceTags", TAGS, FACT_TAGS, 0},
    {"model", MODEL, 0, 0},
    {"level", LEVEL, 0, 0},
    {"type", KIND, 0, 0},
    {"errorCount", NUMBER, 0, 1},
    {"warningCount", NUMBER, 1, 1},
    {"observationCount", NUMBER, 2, 1},
    {"latency", NUMBER, 3, 1000},
    {"totalTokens", NUMBER, 4, 1},
    {"totalCost", NUMBER, 5, 1e12},
    {"bookmarked", FLAG, TRACE_ROW_BOOKMARKED, 0},
    {"public", FLAG, TRACE_ROW_PUBLIC, 0},
    {"timestamp", TIME, 0, 0},
};

static bool answerable(const struct filter_cond *c, enum fact_kind kind)
{
    switch (kind) {
    case TEXT:
    case MODEL:
    case LEVEL:
    case KIND:
        return c->type == FILTER_STRING || c->type == FILTER_STRING_OPTIONS ||
               c->type == FILTER_NULL;
    case TAGS: return c->type == FILTER_ARRAY_OPTIONS || c->type == FILTER_NULL;
    case NUMBER: return c->type == FILTER_NUMBER;
    case FLAG: return c->type == FILTER_BOOLEAN;
    case TIME: return c->type == FILTER_DATETIME;
    }
    return false;
}

static int column_of(const struct filter_cond *c)
{
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        if (!strcmp(columns[i].key, c->column->key) && answerable(c, columns[i].kind))
            return (int)i;
    }
    return -1;
}

enum errc fact_filter_make(struct ctx *ctx, const struct filter *f, struct fact_filter *out)
{
    *out =
        (struct fact_filter){.conds = ARENA_ARRAY(ctx->arena, struct fact_cond, f->n + 1),
                             .rest.conds = ARENA_ARRAY(ctx->arena, struct filter_cond, f->n + 1)};
    if (!out->conds || !out->rest.conds)
        return fail(ctx, ERR_NOMEM, "Out of memory for this request");
    for (size_t i = 0; i < f->n; i++) {
        int column = column_of(&f->conds[i]);
        if (column >= 0 && out->n < 64)
            out->conds[out->n++] = (struct fact_cond){.c = &f->conds[i], .column = column};
        else
            out->rest.conds[out->rest.n++] = f->conds[i];
    }
    return ERR_OK;
}

static bool one_of(const struct filter_cond *c, str s)
{
    for (size_t i = 0; i < c->n_values; i++) {
        if (str_eq(c->values[i], s))
            return true;
    }
    return false;
}

// `positive`: negations are left to the caller, which has several texts to ask.
static bool text_matches(const struct filter_cond *c, str s, bool positive)
{
    bool yes = false;

    if (c->type == FILTER_NULL)
        return (s.n == 0) == (c->op == OP_IS_NULL);
    if (c->type == FILTER_STRING_OPTIONS) {
        yes = one_of(c, s);
        return c->op == OP_NONE_OF && !positive ? !yes : yes && (s.n || c->op == OP_NONE_OF);
    }
    if (c->op == OP_STARTS)
        return str_some(s) && text_starts(s, c->text);
    if (c->op == OP_ENDS)
        return str_ends(s, c->text);
    if (c->op != OP_CONTAINS && c->op != OP_MATCHES && c->op != OP_NOT_CONTAINS)
        return str_eq(s, c->text);
    yes = str_some(s) && text_has(s, c->text);
    return c->op == OP_NOT_CONTAINS && !positive ? !yes : yes;
}

static bool negative(const struct filter_cond *c)
{
    return c->op == OP_NONE_OF || c->op == OP_NOT_CONTAINS || c->op == OP_IS_NULL;
}

static bool tags_match(const struct filter_cond *c, struct arena *a, str text)
{
    const struct json *all = text.n ? json_try(a, text) : NULL;
    size_t hits = 0;

    if (c->type == FILTER_NULL)
        return (text.n == 0) == (c->op == OP_IS_NULL);
    for (struct json_iter it = json_iter(all); json_next(&it);)
        hits += one_of(c, json_str(it.value));
    if (c->op == OP_ALL_OF)
        return hits >= c->n_values;
    return (hits > 0) == (c->op == OP_ANY_OF);
}

static bool word_matches(const struct fact_cond *f, struct arena *a, str word)
{
    enum fact_kind kind = columns[f->column].kind;

    return kind == TAGS ? tags_match(f->c, a, word) : text_matches(f->c, word, kind == MODEL);
}

bool fact_filter_chunk(struct fact_filter *f, struct arena *a, const struct fact_chunk *c)
{
    for (size_t k = 0; k < f->n; k++) {
        struct fact_cond *cond = &f->conds[k];
        enum fact_kind kind = columns[cond->column].kind;
        if (kind != TEXT && kind != MODEL && kind != TAGS)
            continue;
        cond->words = ARENA_ARRAY(a, bool, (size_t)c->n_words + 1);
        if (!cond->words)
            return false;
        for (uint32_t w = 0; w <= c->n_words; w++)
            cond->words[w] = word_matches(cond, a, c->words[w]);
    }
    return true;
}

static bool model_matches(const struct fact_cond *f, const struct fact_chunk *c, uint32_t i)
{
    bool any = false;

    if (f->c->type == FILTER_NULL)
        return (c->use_first[i] == c->use_first[i + 1]) == (f->c->op == OP_IS_NULL);
    for (uint32_t u = c->use_first[i]; u < c->use_first[i + 1] && !any; u++)
        any = f->words[c->use_model[u]];
    return any != negative(f->c);
}

static double number_of(const struct fact_chunk *c, int which, uint32_t i)
{
    switch (which) {
    case 0: return c->errors[i];
    case 1: return c->warnings[i];
    case 2: return c->observations[i];
    case 3: return c->latency[i] < 0 ? 0 : c->latency[i];
    case 4: return (double)c->tokens[i];
    default: return (double)c->cost[i];
    }
}

static bool compare(enum filter_op op, double x, double y)
{
    const bool answers[] = {[OP_EQ] = x == y,
                            [OP_NE] = x != y,
                            [OP_LT] = x<y, [OP_GT] = x> y,
                            [OP_LE] = x <= y,
                            [OP_GE] = x >= y};

    return answers[op <= OP_GE ? op : OP_EQ];
}

// In the fact's unit: sums of dollars are whole picodollars.
static double wanted(const struct fact_cond *f)
{
    double v = f->c->number * columns[f->column].scale;
    double whole = (double)(int64_t)(v + (v < 0 ? -0.5 : 0.5));

    return v - whole < 1e-6 && whole - v < 1e-6 ? whole : v;
}

static bool matches(const struct fact_cond *f, const struct fact_chunk *c, uint32_t i)
{
    const struct fact_column *col = &columns[f->column];

    switch (col->kind) {
    case TEXT:
    case TAGS: return f->words[c->texts[col->which][i]];
    case MODEL: return model_matches(f, c, i);
    case LEVEL: return text_matches(f->c, observation_level_name(c->level[i]), false);
    case KIND:
        return text_matches(f->c, observation_type_name(c->kind[i] ? c->kind[i] : OBSERVATION_SPAN),
                            false);
    case NUMBER: return compare(f->c->op, number_of(c, col->which, i), wanted(f));
    case FLAG: return ((c->flags[i] & col->which) != 0) == (f->c->boolean == (f->c->op != OP_NE));
    case TIME: return compare(f->c->op, (double)c->ts[i], (double)f->c->time);
    }
    return false;
}

uint64_t fact_filter_fails(const struct fact_filter *f, const struct fact_chunk *c, uint32_t i)
{
    uint64_t fails = 0;

    for (size_t k = 0; k < f->n; k++)
        fails |= (uint64_t)!matches(&f->conds[k], c, i) << k;
    return fails;
}
