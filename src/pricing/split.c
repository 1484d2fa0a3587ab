// SPDX-License-Identifier: MIT
// Splits text into the pieces that byte-pair merging works on: a hand-written equivalent of the
// encodings' regexes (quoted below), verified against the packages' own encoders by
// tests/unit/pricing/test_tokenizer.c. A backtracking regex engine took ten times as long, and its
// \p{L} is that of its own Unicode version.
//
// Every function returns the end of a match starting at `i`, or `i` when there is none. Bytes that
// are not UTF-8 count as characters of no class.
#include "pricing/vocab.h"

#define BIT_OF(class) (1u << (class))
#define LETTERS       (BIT_OF(CLASS_UPPER) | BIT_OF(CLASS_LOWER) | BIT_OF(CLASS_LETTER))
#define NUMBERS       BIT_OF(CLASS_NUMBER)
#define SPACES        BIT_OF(CLASS_SPACE)
#define OTHERS        (BIT_OF(CLASS_OTHER) | BIT_OF(CLASS_MARK)) // [^\s\p{L}\p{N}]
#define EITHER_CASE   (BIT_OF(CLASS_LETTER) | BIT_OF(CLASS_MARK))
#define UPPERS        (BIT_OF(CLASS_UPPER) | EITHER_CASE) // [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]
#define LOWERS        (BIT_OF(CLASS_LOWER) | EITHER_CASE) // [\p{Ll}\p{Lm}\p{Lo}\p{M}]

struct point {
    uint32_t cp;
    unsigned bit; // BIT_OF(class); 0 at the end of the text
    unsigned len;
};

struct splitter {
    const struct char_table *table;
    str text;
};

static unsigned class_bit(const struct splitter *s, uint32_t cp)
{
    return BIT_OF(s->table->blocks[s->table->block_of[cp >> 8]][cp & 255]);
}

static struct point decode_multibyte(const struct splitter *s, size_t i)
{
    const unsigned char *p = (const unsigned char *)s->text.p + i;
    unsigned len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    const struct point broken = {0xfffd, BIT_OF(CLASS_OTHER), 1};
    if (p[0] < 0xc2 || p[0] > 0xf4 || i + len > s->text.n)
        return broken;
    uint32_t cp = p[0] & (0x7fu >> len);
    for (unsigned k = 1; k < len; k++) {
        if ((p[k] & 0xc0) != 0x80)
            return broken;
        cp = cp << 6 | (p[k] & 0x3fu);
    }
    return cp > 0x10ffff ? broken : (struct point){cp, class_bit(s, cp), len};
}

static struct point point_at(const struct splitter *s, size_t i)
{
    if (i >= s->text.n)
        return (struct point){0, 0, 0};
    unsigned char c = (unsigned char)s->text.p[i];
    return c < 0x80 ? (struct point){c, class_bit(s, c), 1} : decode_multibyte(s, i);
}

static size_t skip(const struct splitter *s, size_t i, unsigned classes)
{
    for (struct point p = point_at(s, i); (p.bit & classes) != 0; p = point_at(s, i))
        i += p.len;
    return i;
}

static bool is_newline(struct point p)
{
    return p.len == 1 && (p.cp == '\n' || p.cp == '\r');
}

static size_t skip_ascii(str text, size_t i, str set)
{
    while (i < text.n && str_find_char(set, text.p[i]) >= 0)
        i++;
    return i;
}

// 's|'t|'re|'ve|'m|'ll|'d, in any case if `caseless` (then also the long s, U+017F).
static size_t contraction(const struct splitter *s, size_t i, bool caseless)
{
    static const char *const endings[] = {"s", "t", "re", "ve", "m", "ll", "d"};
    str rest = str_skip(s->text, i);
    if (rest.n < 2 || rest.p[0] != '\'')
        return i;
    rest = str_skip(rest, 1);
    for (size_t k = 0; k < ARRAY_LEN(endings); k++) {
        str ending = str_c(endings[k]), head = str_sub(rest, 0, ending.n);
        if (str_eq(head, ending) || (caseless && str_eq_nocase(head, ending)))
            return i + 1 + ending.n;
    }
    return caseless && str_starts(rest, STR("\xc5\xbf")) ? i + 3 : i;
}

// \s+(?!\S)|\s+ : white space, but its last character is left to what follows.
static size_t spaces(const struct splitter *s, size_t i)
{
    size_t last = i, end = i;
    for (struct point p = point_at(s, i); (p.bit & SPACES) != 0; p = point_at(s, end)) {
        last = end;
        end += p.len;
    }
    return end < s->text.n && last > i ? last : end;
}

// \s*[\r\n]+ : white space up to its last line end.
static size_t lines(const struct splitter *s, size_t i)
{
    size_t end = i, at = i;
    for (struct point p = point_at(s, i); (p.bit & SPACES) != 0; p = point_at(s, at)) {
        at += p.len;
        if (is_newline(p))
            end = at;
    }
    return end;
}

// \p{N}{1,3}
static size_t short_number(const struct splitter *s, size_t i)
{
    struct point p = point_at(s, i);
    for (int n = 0; n < 3 && (p.bit & NUMBERS) != 0; n++, p = point_at(s, i))
        i += p.len;
    return i;
}

// ?[^\s\p{L}\p{N}]+[tail]*  (a space in front is optional)
static size_t symbols(const struct splitter *s, size_t i, str tail)
{
    size_t from = i < s->text.n && s->text.p[i] == ' ' ? i + 1 : i;
    size_t end = skip(s, from, OTHERS);
    return end > from ? skip_ascii(s->text, end, tail) : i;
}

// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
static size_t split_gpt2(const struct splitter *s, size_t i)
{
    size_t end = contraction(s, i, false);
    if (end > i)
        return end;
    size_t from = s->text.p[i] == ' ' ? i + 1 : i;
    static const unsigned kinds[] = {LETTERS, NUMBERS, OTHERS};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        end = skip(s, from, kinds[k]);
        if (end > from)
            return end;
    }
    return spaces(s, i);
}

// What both newer patterns end with:
// \p{N}{1,3}| ?[^\s\p{L}\p{N}]+[tail]*|\s*[\r\n]+|\s+(?!\S)|\s+
static size_t not_a_word(const struct splitter *s, size_t i, str tail)
{
    size_t end = short_number(s, i);
    if (end == i)
        end = symbols(s, i, tail);
    if (end == i)
        end = lines(s, i);
    return end > i ? end : spaces(s, i);
}

// [^\r\n\p{L}\p{N}]? in front of a word: where the word may start.
static size_t after_prefix(const struct splitter *s, size_t i)
{
    struct point p = point_at(s, i);
    return (p.bit & (LETTERS | NUMBERS)) != 0 || is_newline(p) ? i : i + p.len;
}

// (?i:'s|...)|[^\r\n\p{L}\p{N}]?\p{L}+|not_a_word
static size_t split_cl100k(const struct splitter *s, size_t i)
{
    size_t end = contraction(s, i, true);
    if (end > i)
        return end;
    size_t from = after_prefix(s, i);
    end = skip(s, from, LETTERS);
    return end > from ? end : not_a_word(s, i, STR("\r\n"));
}

// UPPERS*LOWERS+ from `i`. UPPERS* is greedy and gives back until LOWERS+ has something: either
// lower case follows, or the last character that is of both classes ends the match.
static size_t word_with_lower(const struct splitter *s, size_t i)
{
    size_t both = i, at = i;
    struct point p = point_at(s, at);
    for (; (p.bit & UPPERS) != 0; p = point_at(s, at)) {
        at += p.len;
        if ((p.bit & EITHER_CASE) != 0)
            both = at;
    }
    size_t end = skip(s, at, LOWERS);
    return end > at ? end : both;
}

// [prefix]?UPPERS*LOWERS+(?i:'s|...)?|[prefix]?UPPERS+LOWERS*(?i:'s|...)?|not_a_word
static size_t split_o200k(const struct splitter *s, size_t i)
{
    size_t from = after_prefix(s, i);
    size_t end = word_with_lower(s, from);
    if (end == from && from > i) { // a mark may be the word itself instead of its prefix
        end = word_with_lower(s, i);
        if (end > i)
            return contraction(s, end, true);
        end = from;
    }
    if (end == from)
        end = skip(s, from, UPPERS);
    return end > from ? contraction(s, end, true) : not_a_word(s, i, STR("\r\n/"));
}

size_t split_next(const struct char_table *t, enum split_kind kind, str text, size_t from)
{
    const struct splitter s = {t, text};
    switch (kind) {
    case SPLIT_CL100K: return split_cl100k(&s, from);
    case SPLIT_O200K: return split_o200k(&s, from);
    case SPLIT_GPT2: break;
    }
    return split_gpt2(&s, from);
}
