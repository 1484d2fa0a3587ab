// SPDX-License-Identifier: MIT
// Unicode normalization form KC, which one encoding applies to text before splitting. The tables
// come with the vocabularies (tools/vocab/unicode.mjs) and are read on first use.
//
// ASCII is copied; only islands of other characters, with the ASCII character in front of them (a
// mark may combine with it), go through decompose, reorder, compose.
#include "pricing/vocab.h"

#include "base/utf8.h"

#include <stdlib.h>

#define TEXT_MAX  (64u << 20)
#define MARKS_MAX 64u // how far a mark is moved: no script stacks more, hostile text might

// Hangul syllables are arithmetic (Unicode, section 3.12).
enum { S_BASE = 0xac00, L_BASE = 0x1100, V_BASE = 0x1161, T_BASE = 0x11a7 };
enum { L_COUNT = 19, V_COUNT = 21, T_COUNT = 28, S_COUNT = 11172 };

struct row { // sorted by key
    uint64_t key;
    uint32_t value;
};
struct table {
    struct row *rows;
    size_t n;
};

struct nfkc {
    struct table decompositions; // code point -> index of {n, code points...} in pool
    struct table marks;          // code point -> combining order, never 0
    struct table compositions;   // first << 21 | second -> composed
    uint32_t *pool;
};

struct island {
    uint32_t *cps;
    size_t n;
};

// ---- Loading ------------------------------------------------------------------------------------

static uint32_t read_number(str *rest)
{
    uint32_t value = 0;
    for (unsigned shift = 0; rest->n > 0 && shift < 32; shift += 7) {
        unsigned char byte = (unsigned char)rest->p[0];
        *rest = str_skip(*rest, 1);
        value |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    return value;
}

static int row_order(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    return a->key < b->key ? -1 : a->key > b->key;
}

static bool table_create(struct table *t, str *rest)
{
    t->n = read_number(rest);
    t->rows = t->n <= rest->n ? calloc(t->n + 1, sizeof *t->rows) : NULL;
    return t->rows != NULL;
}

static bool read_decompositions(struct nfkc *n, str *rest)
{
    n->pool = calloc(rest->n + 1, sizeof *n->pool); // a number takes at least one byte
    if (n->pool == NULL || !table_create(&n->decompositions, rest))
        return false;
    uint32_t at = 0;
    for (size_t i = 0; i < n->decompositions.n; i++) {
        n->decompositions.rows[i] = (struct row){read_number(rest), at};
        uint32_t length = n->pool[at++] = read_number(rest);
        if (length > rest->n)
            return false;
        for (uint32_t k = 0; k < length; k++)
            n->pool[at++] = read_number(rest);
    }
    return true;
}

static bool read_all(struct nfkc *n, str rest)
{
    if (!read_decompositions(n, &rest) || !table_create(&n->marks, &rest))
        return false;
    for (size_t i = 0; i < n->marks.n; i++) {
        uint32_t cp = read_number(&rest);
        n->marks.rows[i] = (struct row){cp, read_number(&rest)};
    }
    if (!table_create(&n->compositions, &rest))
        return false;
    for (size_t i = 0; i < n->compositions.n; i++) {
        uint64_t first = read_number(&rest), second = read_number(&rest);
        n->compositions.rows[i] = (struct row){first << 21 | second, read_number(&rest)};
    }
    qsort(n->compositions.rows, n->compositions.n, sizeof(struct row), row_order);
    return true;
}

struct nfkc *nfkc_load(void)
{
    struct buf raw;
    struct nfkc *n = calloc(1, sizeof *n);
    if (n == NULL || !vocab_section(STR("nfkc"), &raw)) {
        free(n);
        return NULL;
    }
    bool ok = read_all(n, buf_str(&raw));
    buf_fini(&raw);
    if (ok)
        return n;
    nfkc_free(n);
    return NULL;
}

void nfkc_free(struct nfkc *n)
{
    if (n == NULL)
        return;
    free(n->decompositions.rows);
    free(n->marks.rows);
    free(n->compositions.rows);
    free(n->pool);
    free(n);
}

static const struct row *table_find(const struct table *t, uint64_t key)
{
    const struct row wanted = {key, 0};
    return bsearch(&wanted, t->rows, t->n, sizeof wanted, row_order);
}

static uint32_t mark_order(const struct nfkc *n, uint32_t cp)
{
    const struct row *row = cp < 0x300 ? NULL : table_find(&n->marks, cp);
    return row != NULL ? row->value : 0;
}

// ---- Decompose, reorder, compose ----------------------------------------------------------------

// Appends the decomposition to the island, or (out == NULL) only counts.
static void decompose(const struct nfkc *n, uint32_t cp, struct island *out)
{
    uint32_t hangul = cp - S_BASE, parts[3], count = 1;
    const uint32_t *to = parts;
    parts[0] = cp;
    if (cp >= S_BASE && hangul < S_COUNT) {
        parts[0] = L_BASE + hangul / (V_COUNT * T_COUNT);
        parts[1] = V_BASE + hangul % (V_COUNT * T_COUNT) / T_COUNT;
        parts[2] = T_BASE + hangul % T_COUNT;
        count = parts[2] == T_BASE ? 2 : 3;
    } else if (cp >= 0x80) {
        const struct row *row = table_find(&n->decompositions, cp);
        if (row != NULL) {
            count = n->pool[row->value];
            to = &n->pool[row->value + 1];
        }
    }
    for (uint32_t i = 0; i < count; i++, out->n++) {
        if (out->cps != NULL)
            out->cps[out->n] = to[i];
    }
}

static void reorder(const struct nfkc *n, struct island *s)
{
    for (size_t i = 1; i < s->n; i++) {
        uint32_t moving = s->cps[i], order = mark_order(n, moving);
        size_t at = i, stop = i > MARKS_MAX ? i - MARKS_MAX : 0;
        for (; order != 0 && at > stop && mark_order(n, s->cps[at - 1]) > order; at--)
            s->cps[at] = s->cps[at - 1];
        s->cps[at] = moving;
    }
}

// 0 when the two do not compose.
static uint32_t compose_pair(const struct nfkc *n, uint32_t first, uint32_t second)
{
    uint32_t l = first - L_BASE, v = second - V_BASE, s = first - S_BASE, t = second - T_BASE;
    if (first >= L_BASE && l < L_COUNT && second >= V_BASE && v < V_COUNT)
        return S_BASE + (l * V_COUNT + v) * T_COUNT;
    if (first >= S_BASE && s < S_COUNT && s % T_COUNT == 0 && second > T_BASE && t < T_COUNT)
        return first + t;
    const struct row *row = table_find(&n->compositions, (uint64_t)first << 21 | second);
    return row != NULL ? row->value : 0;
}

static void compose(const struct nfkc *n, struct island *s)
{
    size_t starter = SIZE_MAX, out = 0;
    uint32_t last = 0; // order of the character before, since the starter
    for (size_t i = 0; i < s->n; i++) {
        uint32_t cp = s->cps[i], order = mark_order(n, cp), composed = 0;
        bool adjacent = starter != SIZE_MAX && out == starter + 1;
        if (starter != SIZE_MAX && (adjacent || (last != 0 && last < order)))
            composed = compose_pair(n, s->cps[starter], cp);
        if (composed != 0) {
            s->cps[starter] = composed;
            continue;
        }
        if (order == 0)
            starter = out;
        last = order;
        s->cps[out++] = cp;
    }
    s->n = out;
}

// ---- Text ---------------------------------------------------------------------------------------

static bool apply_island(const struct nfkc *n, struct arena *a, str text, struct buf *out)
{
    struct island s = {0};
    for (size_t i = 0; i < text.n;)
        decompose(n, utf8_next(text, &i), &s);
    struct arena_mark mark = arena_mark(a);
    s.cps = ARENA_ARRAY(a, uint32_t, s.n);
    if (s.cps == NULL)
        return false;
    s.n = 0;
    for (size_t i = 0; i < text.n;)
        decompose(n, utf8_next(text, &i), &s);
    reorder(n, &s);
    compose(n, &s);
    for (size_t i = 0; i < s.n; i++) {
        char bytes[4];
        size_t len = utf8_put(s.cps[i], bytes);
        buf_add(out, str_make(bytes, len));
    }
    arena_rewind(a, mark);
    return true;
}

static size_t ascii_end(str text, size_t i)
{
    while (i < text.n && (unsigned char)text.p[i] < 0x80)
        i++;
    return i;
}

str nfkc_apply(const struct nfkc *n, struct arena *a, str text)
{
    if (ascii_end(text, 0) == text.n || !utf8_valid(text))
        return text;
    AUTO(buf_fini) struct buf out = {0};
    buf_init(&out, TEXT_MAX);
    for (size_t i = 0; i < text.n;) {
        size_t end = ascii_end(text, i);
        size_t island = end < text.n && end > i ? end - 1 : end;
        buf_add(&out, str_sub(text, i, island - i));
        for (i = end; i < text.n && (unsigned char)text.p[i] >= 0x80;)
            i++;
        if (!apply_island(n, a, str_sub(text, island, i - island), &out))
            return STR_NONE;
    }
    return buf_ok(&out) ? arena_str(a, buf_str(&out)) : STR_NONE;
}
