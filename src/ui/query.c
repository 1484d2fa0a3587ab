// SPDX-License-Identifier: MIT
// Reads the query language (query.h): text -> terms -> conditions. Pure.
#include "ui/query_fields.h"

#include "base/limits.h"
#include "base/utf8.h"

struct term {
    size_t at, end; // bytes of the text
    bool negative;
    str field; // none: words
    str value; // without quotes
    bool quoted;
};
struct reader {
    struct ctx *ctx;
    enum insight_lens lens;
    str text;
    struct query *out;
};

// ---- Problems -----------------------------------------------------------------------------------

static void problem(struct reader *r, const struct term *t, str message, str suggest)
{
    struct query *q = r->out;

    if (q->n_problems == LIMIT_FILTER_CONDITIONS)
        return;
    q->problems[q->n_problems++] = (struct query_problem){
        .at = utf8_units(str_sub(r->text, 0, t->at)),
        .length = utf8_units(str_sub(r->text, t->at, t->end - t->at)),
        .message = message,
        .suggest = suggest,
    };
}

static void complain(struct reader *r, const struct term *t, const char *what)
{
    problem(r, t, arena_fmt(r->ctx->arena, "%.*s: %s", STR_ARG(t->field), what), STR_NONE);
}

// ---- Conditions ---------------------------------------------------------------------------------

static enum filter_view view_of(const struct reader *r)
{
    return r->lens == LENS_TRACES ? VIEW_PAGE_TRACES : VIEW_PAGE_OBSERVATIONS;
}

static struct filter_cond *add(struct reader *r, const struct term *t, const char *column)
{
    struct filter *f = &r->out->filter;
    const struct filter_column *c = filter_column_find(view_of(r), str_c(column));

    CHECK(c);
    if (f->n == LIMIT_FILTER_CONDITIONS) {
        problem(r, t, arena_fmt(r->ctx->arena, "At most %u conditions", LIMIT_FILTER_CONDITIONS),
                STR_NONE);
        return NULL;
    }
    f->conds[f->n] = (struct filter_cond){.column = c};
    return &f->conds[f->n++];
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_escape(str s, size_t at)
{
    return s.p[at] == '\\' && at + 1 < s.n && (s.p[at + 1] == '"' || s.p[at + 1] == '\\');
}

// After the quote that closes the one at `at`.
static size_t quote_end(str s, size_t at)
{
    for (size_t i = at + 1; i < s.n; i++) {
        if (s.p[i] == '"')
            return i + 1;
        i += is_escape(s, i);
    }
    return s.n;
}

// What stands in quotes, without them; \" and \\ are a quote and a backslash.
static str unquote(struct arena *a, str s)
{
    bool closed = s.n > 1 && quote_end(s, 0) == s.n && s.p[s.n - 1] == '"';
    str inner = str_sub(s, 1, s.n - 1 - closed);
    char *copy = str_find_char(inner, '\\') < 0 ? NULL : arena_alloc(a, inner.n);
    size_t n = 0;

    if (!copy)
        return inner;
    for (size_t i = 0; i < inner.n; i++) {
        i += is_escape(inner, i);
        copy[n++] = inner.p[i];
    }
    return str_make(copy, n);
}

// The value at `*at` of "a, "b,c""; `*at` is then at its comma or the end.
static str list_value(struct arena *a, str s, size_t *at)
{
    while (*at < s.n && is_space(s.p[*at]))
        ++*at;
    size_t start = *at;
    bool quoted = start < s.n && s.p[start] == '"';

    if (quoted)
        *at = quote_end(s, start);
    str value = quoted ? unquote(a, str_sub(s, start, *at - start)) : STR_NONE;
    while (*at < s.n && s.p[*at] != ',')
        ++*at;
    return quoted ? value : str_trim(str_sub(s, start, *at - start));
}

// "(a,b)" or one value.
static void values_read(struct reader *r, const struct term *t, bool upper, struct filter_cond *c)
{
    bool list = !t->quoted && str_starts(t->value, STR("(")) && str_ends(t->value, STR(")"));
    str text = list ? str_sub(t->value, 1, t->value.n - 2) : t->value;
    size_t max = 1;

    for (size_t i = 0; list && i < text.n; i++)
        max += text.p[i] == ',';
    max = max < LIMIT_FILTER_VALUES ? max : LIMIT_FILTER_VALUES;
    c->values = ARENA_ARRAY(r->ctx->arena, str, max);
    for (size_t at = 0; c->values && c->n_values < max && at <= text.n; at++) {
        str value = list ? list_value(r->ctx->arena, text, &at) : text;
        c->values[c->n_values++] = upper ? arena_upper(r->ctx->arena, value) : value;
    }
}

static void one_of(struct reader *r, const struct term *t, const struct query_field *f)
{
    struct filter_cond *c = add(r, t, f->columns[r->lens]);

    if (!c)
        return;
    c->type = f->type == QUERY_TAGS ? FILTER_ARRAY_OPTIONS : FILTER_STRING_OPTIONS;
    c->op = t->negative ? OP_NONE_OF : OP_ANY_OF;
    values_read(r, t, f->type == QUERY_OPTION, c);
}

static void contains(struct reader *r, const struct term *t, const char *column, str words)
{
    struct filter_cond *c = add(r, t, column);

    if (!c)
        return;
    c->type = FILTER_STRING;
    c->op = t->negative ? OP_NOT_CONTAINS : OP_CONTAINS;
    c->text = words;
}

// name:order*, name:*agent, name:*der*
static void wildcard(struct reader *r, const struct term *t, const struct query_field *f)
{
    bool front = str_starts(t->value, STR("*")), back = str_ends(t->value, STR("*"));
    str middle = str_sub(t->value, front, t->value.n - front - back);

    if (front == back || t->negative) {
        contains(r, t, f->columns[r->lens], middle);
        return;
    }
    struct filter_cond *c = add(r, t, f->columns[r->lens]);
    if (!c)
        return;
    c->type = FILTER_STRING;
    c->op = back ? OP_STARTS : OP_ENDS;
    c->text = middle;
}

static bool is_wildcard(const struct term *t)
{
    return !t->quoted && t->value.n > 1 &&
           (str_starts(t->value, STR("*")) || str_ends(t->value, STR("*")));
}

// ---- Numbers ------------------------------------------------------------------------------------

static void number_add(struct reader *r, const struct term *t, const char *column,
                       enum filter_op op, double v)
{
    struct filter_cond *c = add(r, t, column);

    if (!c)
        return;
    c->type = FILTER_NUMBER;
    c->op = op;
    c->number = v;
}

static const char *const number_forms[] = {
    [QUERY_NUMBER] = "a number is needed: 3, >10k, 1..5",
    [QUERY_SECONDS] = "a duration is needed: >2s, 100ms..1s, 5m",
    [QUERY_MONEY] = "an amount is needed: >0.01, $0.5..$1",
};

static void number(struct reader *r, const struct term *t, const struct query_field *f)
{
    const char *column = f->columns[r->lens];
    ptrdiff_t dots = str_find(t->value, STR(".."));
    enum filter_op op = OP_EQ;
    double low, high;

    if (dots > 0 && !t->negative &&
        query_number(r->ctx->arena, str_sub(t->value, 0, (size_t)dots), f->type, &low) &&
        query_number(r->ctx->arena, str_skip(t->value, (size_t)dots + 2), f->type, &high)) {
        number_add(r, t, column, OP_GE, low);
        number_add(r, t, column, OP_LE, high);
        return;
    }
    str digits = query_comparison(t->value, t->negative, &op);
    if (query_number(r->ctx->arena, digits, f->type, &low))
        number_add(r, t, column, op, low);
    else
        complain(r, t, number_forms[f->type]);
}

// ---- score.name, meta.key -------------------------------------------------------------------------

static void score(struct reader *r, const struct term *t, str name)
{
    enum filter_op op = OP_EQ;
    double v = 0;
    str digits = query_comparison(t->value, t->negative, &op);
    bool numeric = query_number(r->ctx->arena, digits, QUERY_NUMBER, &v);
    struct filter_cond *c = add(r, t, numeric ? "scores_avg" : "score_categories");

    if (!c)
        return;
    c->key = name;
    c->type = numeric ? FILTER_NUMBER_OBJECT : FILTER_CATEGORY_OPTIONS;
    c->op = numeric ? op : t->negative ? OP_NONE_OF : OP_ANY_OF;
    c->number = v;
    if (!numeric)
        values_read(r, t, false, c);
}

static void metadata(struct reader *r, const struct term *t, str key)
{
    struct filter_cond *c = add(r, t, "metadata");

    if (!c)
        return;
    c->key = key;
    c->type = FILTER_STRING_OBJECT;
    c->op = t->negative ? OP_NOT_CONTAINS : is_wildcard(t) ? OP_CONTAINS : OP_EQ;
    c->text = t->value;
    if (is_wildcard(t))
        c->text = str_sub(c->text, str_starts(c->text, STR("*")),
                          c->text.n - str_starts(c->text, STR("*")) - str_ends(c->text, STR("*")));
}

static void object(struct reader *r, const struct term *t, const struct query_field *f)
{
    str key = str_skip(t->field, strlen(f->name));

    if (str_eq(str_c(f->name), STR("score.")))
        score(r, t, key);
    else
        metadata(r, t, key);
}

// ---- has:, is: ------------------------------------------------------------------------------------

static void flag_add(struct reader *r, const struct term *t, const struct query_flag *f)
{
    static const str levels[] = {STR_INIT("ERROR"), STR_INIT("WARNING")};
    enum flag_test test = f->lens[r->lens].test;
    struct filter_cond *c = add(r, t, f->lens[r->lens].column);

    if (!c)
        return;
    switch (test) {
    case FLAG_ABOVE_ZERO:
        c->type = FILTER_NUMBER;
        c->op = t->negative ? OP_LE : OP_GT;
        return;
    case FLAG_IS_ERROR:
    case FLAG_IS_WARNING:
        c->type = FILTER_STRING_OPTIONS;
        c->op = t->negative ? OP_NONE_OF : OP_ANY_OF;
        c->values = unconst(&levels[test == FLAG_IS_WARNING]);
        c->n_values = 1;
        return;
    case FLAG_NOT_NULL:
        c->type = FILTER_NULL;
        c->op = t->negative ? OP_IS_NULL : OP_NOT_NULL;
        return;
    case FLAG_TRUE:
        c->type = FILTER_BOOLEAN;
        c->op = OP_EQ;
        c->boolean = !t->negative;
        return;
    }
}

static void flag(struct reader *r, const struct term *t)
{
    for (size_t i = 0; i < query_flags_n; i++) {
        const struct query_flag *f = &query_flags[i];
        if (!str_eq_nocase(t->field, str_c(f->field)) || !str_eq_nocase(t->value, str_c(f->value)))
            continue;
        if (f->lens[r->lens].column)
            flag_add(r, t, f);
        else
            complain(r, t, "this is known only in the other lens (traces, observations)");
        return;
    }
    complain(r, t,
             str_eq(t->field, STR("is")) ? "bookmarked, public or root"
                                         : "error, warning, input, output, user or session");
}

// ---- Terms ----------------------------------------------------------------------------------------

typedef void term_reader(struct reader *r, const struct term *t, const struct query_field *f);

static void field_text(struct reader *r, const struct term *t, const struct query_field *f)
{
    if (is_wildcard(t))
        wildcard(r, t, f);
    else
        one_of(r, t, f);
}

static void field_words(struct reader *r, const struct term *t, const struct query_field *f)
{
    contains(r, t, f->columns[r->lens], t->value);
}

static void field_flag(struct reader *r, const struct term *t, const struct query_field *f)
{
    (void)f;
    flag(r, t);
}

static term_reader *const readers[] = {
    [QUERY_TEXT] = field_text, [QUERY_OPTION] = one_of, [QUERY_WORDS] = field_words,
    [QUERY_TAGS] = one_of,     [QUERY_NUMBER] = number, [QUERY_SECONDS] = number,
    [QUERY_MONEY] = number,    [QUERY_OBJECT] = object, [QUERY_FLAG] = field_flag,
};

static void unknown_field(struct reader *r, const struct term *t)
{
    str near = query_field_near(t->field);
    struct arena *a = r->ctx->arena;

    if (str_some(near))
        problem(r, t,
                arena_fmt(a, "There is no field %.*s; did you mean %.*s?", STR_ARG(t->field),
                          STR_ARG(near)),
                near);
    else
        problem(r, t,
                arena_fmt(a, "There is no field %.*s; put the words in quotes to search for them",
                          STR_ARG(t->field)),
                STR_NONE);
}

static void read_term(struct reader *r, const struct term *t)
{
    if (!str_some(t->field)) {
        if (t->value.n)
            contains(r, t, "text", t->value);
        return;
    }
    const struct query_field *f = query_field_find(t->field);
    if (!f)
        unknown_field(r, t);
    else if (t->value.n == 0)
        complain(r, t, "a value is missing");
    else if (f->type != QUERY_FLAG && !f->columns[r->lens])
        complain(r, t, "this is known only in the other lens (traces, observations)");
    else
        readers[f->type](r, t, f);
}

// The end of a value that begins at `at`: quotes keep spaces, so do parentheses.
static size_t value_end(str s, size_t at)
{
    if (at < s.n && s.p[at] == '"')
        return quote_end(s, at);
    bool list = at < s.n && s.p[at] == '(';

    while (at < s.n && (list || !is_space(s.p[at]))) {
        if (list && s.p[at] == ')')
            return at + 1;
        at = list && s.p[at] == '"' ? quote_end(s, at) : at + 1;
    }
    return at;
}

// Length of "field:" at `at`, without the colon; 0 when there is none.
static size_t field_length(str s, size_t at)
{
    size_t i = at;

    while (i < s.n && (s.p[i] == '.' || s.p[i] == '_' || s.p[i] == '-' || s.p[i] == '/' ||
                       (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
                       (s.p[i] >= '0' && s.p[i] <= '9') || (unsigned char)s.p[i] >= 0x80))
        i++;
    bool field = i > at && i < s.n && s.p[i] == ':' && !(i + 2 < s.n && s.p[i + 1] == '/');
    return field ? i - at : 0;
}

static struct term next_term(struct arena *a, str s, size_t at)
{
    struct term t = {.at = at};

    t.negative = s.p[at] == '-' && at + 1 < s.n && !is_space(s.p[at + 1]);
    at += t.negative;
    size_t n = field_length(s, at);
    if (n) {
        t.field = str_sub(s, at, n);
        at += n + 1;
    }
    t.end = value_end(s, at);
    t.quoted = at < t.end && s.p[at] == '"';
    t.value = str_sub(s, at, t.end - at);
    if (t.quoted)
        t.value = unquote(a, t.value);
    return t;
}

enum errc query_read(struct ctx *ctx, enum insight_lens lens, str text, struct query *out)
{
    struct reader r = {.ctx = ctx, .lens = lens, .text = text, .out = out};

    *out = (struct query){0};
    out->filter.conds = ARENA_ARRAY(ctx->arena, struct filter_cond, LIMIT_FILTER_CONDITIONS);
    out->problems = ARENA_ARRAY(ctx->arena, struct query_problem, LIMIT_FILTER_CONDITIONS);
    if (!out->filter.conds || !out->problems)
        return fail(ctx, ERR_NOMEM, "Out of memory for this request");
    for (size_t at = 0; at < text.n;) {
        if (is_space(text.p[at])) {
            at++;
            continue;
        }
        struct term t = next_term(ctx->arena, text, at);
        read_term(&r, &t);
        at = t.end > at ? t.end : at + 1;
    }
    return arena_failed(ctx->arena) ? fail(ctx, ERR_NOMEM, "Out of memory for this request")
                                    : ERR_OK;
}
