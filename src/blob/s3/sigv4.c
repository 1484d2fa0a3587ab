// SPDX-License-Identifier: MIT
// The signature: a canonical form of the request, hashed, signed with a key derived from the secret, the
// day, the region and the service. libcurl's own was left out: it does not sort the query in the
// versions that are packaged, and cannot sign an address. None on arena overflow throughout.
#include "blob/s3/sigv4.h"

#include "base/buf.h"
#include "base/codec.h"
#include "base/crypto.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
enum { CANONICAL_MAX = 64 << 10 };

str sigv4_date(struct arena *a, millis now)
{
    char iso[32]; // 2015-08-30T12:36:00.000Z

    time_format_iso(now, iso);
    return arena_fmt(a, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", iso, iso + 5, iso + 8, iso + 11, iso + 14,
                     iso + 17);
}

static int compare(const void *x, const void *y)
{
    const struct sigv4_pair *a = x, *b = y;
    int by_name = str_cmp(a->name, b->name);
    return by_name ? by_name : str_cmp(a->value, b->value);
}

static struct sigv4_pair *sorted(struct arena *a, const struct sigv4_pair *pairs, size_t n,
                                 bool escape)
{
    struct sigv4_pair *out = ARENA_ARRAY(a, struct sigv4_pair, n + 1);

    for (size_t i = 0; out && i < n; i++)
        out[i] = escape ? (struct sigv4_pair){percent_encode(a, pairs[i].name),
                                              percent_encode(a, pairs[i].value)}
                        : pairs[i];
    if (out && n > 0)
        qsort(out, n, sizeof *out, compare);
    return out;
}

static str text_of(struct arena *a, struct buf *b)
{
    str out = buf_ok(b) ? arena_str(a, buf_str(b)) : STR_NONE;
    buf_fini(b);
    return out;
}

str sigv4_query(struct arena *a, const struct sigv4_pair *query, size_t n)
{
    const struct sigv4_pair *pairs = sorted(a, query, n, true);
    struct buf b;

    buf_init(&b, CANONICAL_MAX);
    for (size_t i = 0; pairs && i < n; i++)
        buf_add_fmt(&b, "%s%.*s=%.*s", i ? "&" : "", STR_ARG(pairs[i].name),
                    STR_ARG(pairs[i].value));
    return pairs ? text_of(a, &b) : STR_NONE;
}

// ---- The canonical request ----------------------------------------------------------------------

// Runs of blanks count as one.
static void add_value(struct buf *b, str value)
{
    str text = str_trim(value);
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != ' ' || text.p[i - 1] != ' ')
            buf_add_char(b, text.p[i]);
}

static str signed_names(struct arena *a, const struct sigv4_request *rq)
{
    const struct sigv4_pair *headers = sorted(a, rq->headers, rq->n_headers, false);
    str out = STR("");
    for (size_t i = 0; headers && i < rq->n_headers; i++)
        out = arena_fmt(a, "%.*s%s%.*s", STR_ARG(out), i ? ";" : "", STR_ARG(headers[i].name));
    return out;
}

static str canonical(struct arena *a, const struct sigv4_request *rq, str query)
{
    const struct sigv4_pair *headers = sorted(a, rq->headers, rq->n_headers, false);
    struct buf b;

    buf_init(&b, CANONICAL_MAX);
    buf_add_fmt(&b, "%s\n%.*s\n%.*s\n", rq->method, STR_ARG(rq->path), STR_ARG(query));
    for (size_t i = 0; headers && i < rq->n_headers; i++) {
        buf_add_fmt(&b, "%.*s:", STR_ARG(headers[i].name));
        add_value(&b, headers[i].value);
        buf_add_char(&b, '\n');
    }
    buf_add_fmt(&b, "\n%.*s\n%.*s", STR_ARG(signed_names(a, rq)), STR_ARG(rq->payload));
    return text_of(a, &b);
}

// ---- The signature ------------------------------------------------------------------------------

static str scope_of(struct arena *a, const struct sigv4_credentials *c, str date)
{
    return arena_fmt(a, "%.8s/%.*s/%.*s/aws4_request", date.p, STR_ARG(c->region),
                     STR_ARG(c->service));
}

static str signature(struct arena *a, const struct sigv4_credentials *c,
                     const struct sigv4_request *rq, str query)
{
    str date = sigv4_date(a, rq->now), request = canonical(a, rq, query);
    str key = arena_cat(a, STR("AWS4"), c->secret_key);
    if (!str_some(date) || !str_some(request) || !str_some(key))
        return STR_NONE;
    str text = arena_fmt(a, ALGORITHM "\n%.*s\n%.*s\n%.*s", STR_ARG(date),
                         STR_ARG(scope_of(a, c, date)), STR_ARG(sha256_hex(a, request)));
    const str steps[] = {str_sub(date, 0, 8), c->region, c->service, STR("aws4_request"), text};
    uint8_t digest[32];

    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        uint8_t next[32];
        hmac_sha256(key, steps[i], next);
        memcpy(digest, next, sizeof digest);
        key = str_make((const char *)digest, sizeof digest);
    }
    return hex_encode(a, digest, sizeof digest);
}

str sigv4_authorization(struct arena *a, const struct sigv4_credentials *c,
                        const struct sigv4_request *rq)
{
    str proof = signature(a, c, rq, sigv4_query(a, rq->query, rq->n_query));
    str scope = scope_of(a, c, sigv4_date(a, rq->now)), names = signed_names(a, rq);

    return str_some(proof)
               ? arena_fmt(a,
                           ALGORITHM " Credential=%.*s/%.*s, SignedHeaders=%.*s,"
                                     " Signature=%.*s",
                           STR_ARG(c->access_key), STR_ARG(scope), STR_ARG(names), STR_ARG(proof))
               : STR_NONE;
}

str sigv4_presigned_query(struct arena *a, const struct sigv4_credentials *c,
                          const struct sigv4_request *rq, int64_t seconds)
{
    enum { OWN = 6 };
    struct sigv4_pair *pairs = ARENA_ARRAY(a, struct sigv4_pair, rq->n_query + OWN);
    str date = sigv4_date(a, rq->now);
    size_t n = rq->n_query;

    if (!pairs || !str_some(date))
        return STR_NONE;
    for (size_t i = 0; i < n; i++)
        pairs[i] = rq->query[i];
    const struct sigv4_pair own[OWN] = {
        {STR("X-Amz-Algorithm"), STR(ALGORITHM)},
        {STR("X-Amz-Credential"),
         arena_fmt(a, "%.*s/%.*s", STR_ARG(c->access_key), STR_ARG(scope_of(a, c, date)))},
        {STR("X-Amz-Date"), date},
        {STR("X-Amz-Expires"), arena_fmt(a, "%lld", (long long)seconds)},
        {STR("X-Amz-SignedHeaders"), signed_names(a, rq)},
        {STR("X-Amz-Security-Token"), c->session_token},
    };
    for (size_t i = 0; i < OWN; i++)
        if (str_some(own[i].value))
            pairs[n++] = own[i];
    str query = sigv4_query(a, pairs, n), proof = signature(a, c, rq, query);
    return str_some(proof)
               ? arena_fmt(a, "%.*s&X-Amz-Signature=%.*s", STR_ARG(query), STR_ARG(proof))
               : STR_NONE;
}
