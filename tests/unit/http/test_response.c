// SPDX-License-Identifier: MIT
// Error dialects, fixed headers, CORS, entity tags, compression.
#include "base/compress.h"
#include "unit/http/toy.h"

static const struct route routes[] = {
    [DIALECT_PUBLIC] = {.dialect = DIALECT_PUBLIC},
    [DIALECT_INGESTION] = {.dialect = DIALECT_INGESTION},
    [DIALECT_OTLP] = {.dialect = DIALECT_OTLP},
    [DIALECT_MESSAGE] = {.dialect = DIALECT_MESSAGE},
};

struct error_case {
    enum http_dialect dialect;
    enum errc code;
    bool auth;
    const char *message; // NULL = none recorded
    int status;
    const char *body;
};

#define HIDDEN_ERROR                                                                          \
    "{\"message\":\"Internal Server Error\",\"error\":\"The log of the server has the cause " \
    "under "                                                                                  \
    "request id req-1\"}"
static const struct error_case cases[] = {
    {DIALECT_PUBLIC, ERR_INVALID, false, "Invalid cursor format", 400,
     "{\"message\":\"Invalid cursor format\",\"error\":\"InvalidRequestError\"}"},
    {DIALECT_PUBLIC, ERR_UNAUTHENTICATED, true, "No authorization header", 401,
     "{\"message\":\"No authorization header\"}"},
    {DIALECT_PUBLIC, ERR_FORBIDDEN, true, NULL, 403,
     "{\"message\":\"Access denied - insufficient permissions for this endpoint\"}"},
    {DIALECT_PUBLIC, ERR_FORBIDDEN, false, "no", 403,
     "{\"message\":\"no\",\"error\":\"ForbiddenError\"}"},
    {DIALECT_PUBLIC, ERR_NOT_FOUND, false, "Trace \"n\" not found", 404,
     "{\"message\":\"Trace \\\"n\\\" not found\",\"error\":\"LangfuseNotFoundError\"}"},
    {DIALECT_PUBLIC, ERR_METHOD, false, NULL, 405,
     "{\"message\":\"Method not allowed\",\"error\":\"MethodNotAllowedError\"}"},
    {DIALECT_PUBLIC, ERR_CONFLICT, false, "exists", 409,
     "{\"message\":\"exists\",\"error\":\"LangfuseConflictError\"}"},
    {DIALECT_PUBLIC, ERR_TOO_LARGE, false, "Body exceeded 1mb limit", 413,
     "{\"message\":\"Body exceeded 1mb limit\",\"error\":\"PayloadTooLargeError\"}"},
    {DIALECT_PUBLIC, ERR_LIMIT, false, "too much", 422,
     "{\"message\":\"too much\",\"error\":\"PayloadTooLargeError\"}"},
    {DIALECT_PUBLIC, ERR_TIMEOUT, false, "narrow it", 422,
     "{\"message\":\"narrow it\",\"error\":\"Request timed out\"}"},
    {DIALECT_PUBLIC, ERR_UNAVAILABLE, false, "full", 503,
     "{\"message\":\"full\",\"error\":\"ServiceUnavailableError\"}"},
    {DIALECT_PUBLIC, ERR_UNAVAILABLE, true, "key store down", 503,
     "{\"message\":\"Service Unavailable\"}"},
    {DIALECT_PUBLIC, ERR_INTERNAL, false, "secret detail", 500, HIDDEN_ERROR},
    {DIALECT_PUBLIC, ERR_IO, false, "disk", 500, HIDDEN_ERROR},
    {DIALECT_INGESTION, ERR_UNAUTHENTICATED, true, "No authorization header", 401,
     "{\"error\":\"UnauthorizedError\",\"message\":\"No authorization header\"}"},
    {DIALECT_INGESTION, ERR_METHOD, false, NULL, 405,
     "{\"error\":\"MethodNotAllowedError\",\"message\":\"Method not allowed\"}"},
    {DIALECT_INGESTION, ERR_INVALID, false, "Invalid input: expected array, received null", 400,
     "{\"message\":\"Invalid request data\",\"errors\":[\"Invalid input: expected array, "
     "received null\"]}"},
    {DIALECT_INGESTION, ERR_TOO_LARGE, false, "Body exceeded 4.5mb limit", 413,
     "{\"error\":\"PayloadTooLargeError\",\"message\":\"Body exceeded 4.5mb limit\"}"},
    {DIALECT_OTLP, ERR_UNAUTHENTICATED, true, "No authorization header", 401,
     "{\"message\":\"No authorization header\"}"},
    {DIALECT_OTLP, ERR_INVALID, false, "Failed to parse OTel Protobuf Trace", 400,
     "{\"error\":\"Failed to parse OTel Protobuf Trace\"}"},
    {DIALECT_OTLP, ERR_UNSUPPORTED, false, "no br", 415, "{\"error\":\"no br\"}"},
    {DIALECT_OTLP, ERR_UNAVAILABLE, false, "full", 503,
     "{\"message\":\"full\",\"error\":\"ServiceUnavailableError\"}"},
    {DIALECT_MESSAGE, ERR_INVALID, false, "a\nb\t\x01", 400,
     "{\"message\":\"a\\nb\\u0009\\u0001\"}"},
    {DIALECT_MESSAGE, ERR_INTERNAL, false, "secret", 500,
     "{\"message\":\"Internal Server Error\"}"},
};

static void test_dialects(void **state UNUSED)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct error_case *c = &cases[i];
        struct toy t;

        toy_init(&t);
        t.rq.route = &routes[c->dialect];
        if (c->message)
            (void)(fail)(&t.ctx, c->code, "%s", c->message);
        buf_add(&t.rs.body, STR("half an answer"));
        if (c->auth)
            res_error_auth(&t.rq, &t.rs, c->code);
        else
            res_error(&t.rq, &t.rs, c->code);
        assert_int_equal(t.rs.status, c->status);
        assert_str(buf_str(&t.rs.body), c->body);
        assert_int_equal(res_has_header(&t.rs, STR("retry-after")), c->status == 503);
        toy_fini(&t);
    }
}

static void test_ingestion_issues(void **state UNUSED)
{
    struct toy t;

    toy_init(&t);
    t.rq.route = &routes[DIALECT_INGESTION];
    issue_add(&t.ctx, STR("custom"), STR("[]"), STR("one"), STR_NONE);
    issue_add(&t.ctx, STR("custom"), STR("[\"a\"]"), STR("two"), STR_NONE);
    res_error(&t.rq, &t.rs, ERR_INVALID);
    assert_str(buf_str(&t.rs.body),
               "{\"message\":\"Invalid request data\",\"errors\":[\"one\",\"two\"]}");
    toy_fini(&t);
}

static str sent_header(const struct toy *t, str name)
{
    for (const struct http_header_pair *h = t->rs.headers; h; h = h->next) {
        if (str_eq_nocase(h->name, name))
            return h->value;
    }
    return STR_NONE;
}

static void test_fixed_headers(void **state UNUSED)
{
    struct toy t;

    toy_init(&t);
    toy_header(&t, "Origin", "http://example.com");
    t.rs.status = 200;
    BUF_ADD(&t.rs.body, "{}");
    answer_finish(&t.rq, &t.rs);
    assert_str(sent_header(&t, STR("content-type")), "application/json; charset=utf-8");
    assert_str(sent_header(&t, STR("x-content-type-options")), "nosniff");
    assert_str(sent_header(&t, STR("x-frame-options")), "SAMEORIGIN");
    assert_str(sent_header(&t, STR("x-robots-tag")), "noindex");
    assert_str(sent_header(&t, STR("access-control-allow-origin")), "http://example.com");
    assert_str(sent_header(&t, STR("vary")), "Origin, Accept-Encoding");
    assert_str(sent_header(&t, STR("x-request-id")), "req-1");
    toy_fini(&t);
}

static void test_no_cors_outside_the_public_api(void **state UNUSED)
{
    struct toy t;

    toy_init(&t);
    t.rq.path = STR("/api/publicity");
    toy_header(&t, "Origin", "http://example.com");
    t.rs.status = 200;
    answer_finish(&t.rq, &t.rs);
    assert_false(str_some(sent_header(&t, STR("access-control-allow-origin"))));
    toy_fini(&t);
}

static void test_header_injection(void **state UNUSED)
{
    struct toy t;

    toy_init(&t);
    res_header(&t.rq, &t.rs, STR("X-A"), STR("a\r\nSet-Cookie: b"));
    assert_str(sent_header(&t, STR("x-a")), "a  Set-Cookie: b");
    toy_fini(&t);
}

static void test_entity_tag(void **state UNUSED)
{
    char tag[64];
    struct toy t;
    str etag;

    toy_init(&t);
    t.rs.status = 200;
    BUF_ADD(&t.rs.body, "{\"a\":1}");
    answer_finish(&t.rq, &t.rs);
    etag = sent_header(&t, STR("etag"));
    assert_true(str_starts(etag, STR("W/\"")));
    assert_true(etag.n < sizeof tag);
    (void)snprintf(tag, sizeof tag, "%.*s", STR_ARG(etag));
    toy_fini(&t);

    toy_init(&t);
    toy_header(&t, "If-None-Match", tag);
    t.rs.status = 200;
    BUF_ADD(&t.rs.body, "{\"a\":1}");
    answer_finish(&t.rq, &t.rs);
    assert_int_equal(t.rs.status, 304);
    assert_int_equal(t.rs.body.len, 0);
    assert_str(sent_header(&t, STR("etag")), tag);
    toy_fini(&t);
}

static void test_etag_lists(void **state UNUSED)
{
    assert_true(etag_listed(STR("\"a\", W/\"b\""), STR("W/\"b\"")));
    assert_true(etag_listed(STR("\"b\""), STR("W/\"b\"")));
    assert_true(etag_listed(STR("*"), STR("W/\"b\"")));
    assert_false(etag_listed(STR("\"a\""), STR("W/\"b\"")));
    assert_false(etag_listed(STR_NONE, STR("W/\"b\"")));
}

static void test_accepts(void **state UNUSED)
{
    static const struct {
        const char *header;
        bool gzip;
    } lists[] = {
        {NULL, false},
        {"", false},
        {"gzip", true},
        {"deflate, gzip", true},
        {"gzip;q=0", false},
        {"gzip;q=0.5, br", true},
        {"*", true},
        {"*;q=0", false},
        {"gzip;q=0, *", false},
        {"identity", false},
        {"br;q=1, GZIP", true},
        {"gzipped", false},
    };

    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct toy t;

        toy_init(&t);
        if (lists[i].header)
            toy_header(&t, "Accept-Encoding", lists[i].header);
        assert_int_equal(accepts_encoding(&t.rq, STR("gzip")), lists[i].gzip);
        toy_fini(&t);
    }
}

static void fill_answer(struct toy *t, size_t n)
{
    toy_init(t);
    toy_header(t, "Accept-Encoding", "gzip");
    t->rs.status = 200;
    for (size_t i = 0; i < n; i++)
        buf_add_char(&t->rs.body, 'a');
    answer_finish(&t->rq, &t->rs);
}

static void test_compression(void **state UNUSED)
{
    AUTO(buf_fini) struct buf plain;
    struct toy t;

    fill_answer(&t, 1024);
    assert_false(str_some(sent_header(&t, STR("content-encoding"))));
    toy_fini(&t);

    buf_init(&plain, 1u << 20);
    fill_answer(&t, 100000);
    assert_str(sent_header(&t, STR("content-encoding")), "gzip");
    assert_true(t.rs.body.len < 2000);
    assert_int_equal(gzip_decompress(&t.ctx, buf_str(&t.rs.body), &plain), ERR_OK);
    assert_int_equal(plain.len, 100000);
    toy_fini(&t);
}

static void test_request_ids(void **state UNUSED)
{
    struct toy t;

    toy_init(&t);
    assert_str(request_id_pick(t.arena, STR("abc-1_2.X")), "abc-1_2.X");
    assert_int_equal(request_id_pick(t.arena, STR("a b")).n, 16);
    assert_int_equal(request_id_pick(t.arena, STR("\x1b[2J")).n, 16);
    assert_int_equal(request_id_pick(t.arena, STR_NONE).n, 16);
    toy_fini(&t);
}

static void test_limit_wording(void **state UNUSED)
{
    struct toy t;

    toy_init(&t);
    assert_int_equal(body_too_large(&t.ctx, LIMIT_BODY_INGESTION), ERR_TOO_LARGE);
    assert_str(t.ctx.message, "Body exceeded 4.5mb limit");
    ctx_clear_error(&t.ctx);
    (void)body_too_large(&t.ctx, 16384);
    assert_str(t.ctx.message, "Body exceeded 16kb limit");
    toy_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dialects),
        cmocka_unit_test(test_ingestion_issues),
        cmocka_unit_test(test_fixed_headers),
        cmocka_unit_test(test_no_cors_outside_the_public_api),
        cmocka_unit_test(test_header_injection),
        cmocka_unit_test(test_entity_tag),
        cmocka_unit_test(test_etag_lists),
        cmocka_unit_test(test_accepts),
        cmocka_unit_test(test_compression),
        cmocka_unit_test(test_request_ids),
        cmocka_unit_test(test_limit_wording),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
