// SPDX-License-Identifier: MIT
// The query string as a list of decoded pairs, read as browsers and the recorded system read it:
// '+' is a space, a '%' that starts no escape stands for itself, and what is not UTF-8 (or is a NUL)
// becomes U+FFFD. Pure; everything lives in the request's arena.
#include "base/utf8.h"
#include "http/http_int.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool is_plain(str s)
{
    return str_find_char(s, '%') < 0 && str_find_char(s, '+') < 0;
}

static str decode(struct arena *a, str s)
{
    char *out;
    size_t n = 0;

    if (is_plain(s))
        return utf8_clean(a, s);
    out = arena_alloc(a, s.n);
    if (!out)
        return STR_NONE;
    for (size_t i = 0; i < s.n; i++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? hex_value(s.p[i + 1]) : -1;
        int low = high >= 0 ? hex_value(s.p[i + 2]) : -1;

        if (low >= 0) {
            out[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            out[n++] = s.p[i] == '+' ? ' ' : s.p[i];
        }
    }
    return utf8_clean(a, str_make(out, n));
}

static size_t count_pairs(str query)
{
    size_t n = 0;

    for (str rest = query, part; str_next(&rest, '&', &part);)
        n += part.n > 0;
    return n;
}

static struct query_pair decode_pair(struct arena *a, str part)
{
    str value = part;
    str name = STR("");

    str_next(&value, '=', &name);
    return (struct query_pair){
        .name = decode(a, name),
        .value = str_some(value) ? decode(a, value) : STR(""),
    };
}

enum errc query_parse(struct ctx *ctx, str query, struct query_pair **out, size_t *n)
{
    size_t total = count_pairs(query);
    struct query_pair *pairs;
    size_t used = 0;

    if (total > LIMIT_QUERY_PARAMS)
        return fail(ctx, ERR_INVALID, "The query has more than %u parameters", LIMIT_QUERY_PARAMS);
    pairs = ARENA_ARRAY(ctx->arena, struct query_pair, total + 1);
    if (!pairs)
        return ERR_NOMEM;
    for (str rest = query, part; str_next(&rest, '&', &part);) {
        if (part.n > 0)
            pairs[used++] = decode_pair(ctx->arena, part);
    }
    if (arena_failed(ctx->arena))
        return ERR_NOMEM;
    *out = pairs;
    *n = used;
    return ERR_OK;
}

str req_query(struct http_req *rq, str name)
{
    struct arena *a = rq->ctx->arena;

    for (str rest = rq->query, part; str_next(&rest, '&', &part);) {
        struct query_pair pair;

        if (part.n == 0)
            continue;
        pair = decode_pair(a, part);
        if (str_eq(pair.name, name))
            return pair.value;
    }
    return STR_NONE;
}
