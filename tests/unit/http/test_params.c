// SPDX-License-Identifier: MIT
// Query parameters into a struct, and the faults in the recorded words.
#include "unit/http/toy.h"

#include <math.h>

struct query {
    int64_t page, limit;
    str name, keep;
    struct str_list tags, fields;
    millis from;
    struct opt_bool flag;
    int32_t level;
    double value;
};

static const char *const levels[] = {"DEBUG", "DEFAULT", "ERROR", NULL};
static const char *const field_names[] = {"core", "details", NULL};

#define P(n, t, m) .name = n, .type = t, .offset = offsetof(struct query, m)
static const struct param params[] = {
    {P("page", PARAM_INT, page), .min = 1, .max = INT64_MAX, .def = 1},
    {P("limit", PARAM_INT, limit), .min = 1, .max = 100, .def = 50},
    {P("name", PARAM_STR, name)},
    {P("keep", PARAM_STR, keep), .flags = PARAM_KEEP_EMPTY},
    {P("tags", PARAM_LIST, tags)},
    {P("fields", PARAM_LIST, fields), .flags = PARAM_COMMA, .names = field_names},
    {P("fromTimestamp", PARAM_TIME, from)},
    {P("flag", PARAM_BOOL, flag)},
    {P("level", PARAM_ENUM, level), .names = levels},
    {P("value", PARAM_NUMBER, value)},
};
static const struct route loose = {.params = params, .n_params = ARRAY_LEN(params)};
static const struct route strict = {
    .params = params, .n_params = ARRAY_LEN(params), .strict_params = true};

static const struct param needed[] = {
    {P("name", PARAM_STR, name), .flags = PARAM_REQUIRED},
    {P("page", PARAM_INT, page), .flags = PARAM_REQUIRED},
    {P("tags", PARAM_LIST, tags), .flags = PARAM_REQUIRED},
    {P("fromTimestamp", PARAM_TIME, from), .flags = PARAM_REQUIRED},
};
static const struct route needing = {.params = needed, .n_params = ARRAY_LEN(needed)};

static enum errc read_query(struct toy *t, const struct route *route, const char *query,
                            struct query *out)
{
    *out = (struct query){0};
    t->rq.route = route;
    t->rq.query = str_c(query);
    return req_params(&t->rq, out);
}

static void test_defaults(void **state UNUSED)
{
    static const char *const queries[] = {
        "", "page=&limit=&name=&tags=&fromTimestamp=&flag=&level=&value=&fields=", "&&",
        "unknown=1&other"};

    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        struct query q;
        struct toy t;

        toy_init(&t);
        assert_int_equal(read_query(&t, &loose, queries[i], &q), ERR_OK);
        assert_int_equal(q.page, 1);
        assert_int_equal(q.limit, 50);
        assert_false(str_some(q.name));
        assert_false(str_some(q.keep));
        assert_int_equal(q.tags.n, 0);
        assert_int_equal(q.fields.n, 0);
        assert_true(q.from == MILLIS_NONE);
        assert_false(q.flag.set);
        assert_int_equal(q.level, 0);
        assert_true(isnan(q.value));
        toy_fini(&t);
    }
}

static void test_values(void **state UNUSED)
{
    struct query q;
    struct toy t;

    toy_init(&t);
    assert_int_equal(read_query(&t, &loose,
                                "page=%202&limit=1e1&name=a+b%2Bc%20%C3%A9&keep=&tags=x&tags=y%2Cz"
                                "&fields=core,%20details&fromTimestamp=2026-11-20T10:00:00.000Z"
                                "&flag=true&level=ERROR&value=-1.5",
                                &q),
                     ERR_OK);
    assert_int_equal(q.page, 2);
    assert_int_equal(q.limit, 10);
    assert_str(q.name, "a b+c \xc3\xa9");
    assert_true(str_some(q.keep) && q.keep.n == 0);
    assert_int_equal(q.tags.n, 2);
    assert_str(q.tags.items[1], "y,z");
    assert_int_equal(q.fields.n, 2);
    assert_str(q.fields.items[1], "details");
    assert_true(q.from == INT64_C(1795168800000));
    assert_true(q.flag.set && q.flag.value);
    assert_int_equal(q.level, 3);
    assert_true(fabs(q.value + 1.5) < 1e-12);
    toy_fini(&t);
}

static void test_lenient_decoding(void **state UNUSED)
{
    struct query q;
    struct toy t;

    toy_init(&t);
    assert_int_equal(read_query(&t, &loose,
                                "name=100%&keep=%zz%ff%00&flag=false"
                                "&fromTimestamp=2026-11-20T10:00:00+00:00",
                                &q),
                     ERR_OK);
    assert_str(q.name, "100%");
    assert_str(q.keep, "%zz\xef\xbf\xbd\xef\xbf\xbd");
    assert_true(q.flag.set && !q.flag.value);
    assert_true(q.from == INT64_C(1795168800000));
    assert_str(req_query(&t.rq, STR("name")), "100%");
    assert_false(str_some(req_query(&t.rq, STR("nam"))));
    toy_fini(&t);
}

#define OPEN  "{\"message\":\"Invalid request data\",\"error\":["
#define CLOSE "]}"
static const struct {
    const struct route *route;
    const char *query, *body;
} faults[] = {
    {&loose, "limit=0",
     OPEN "{\"origin\":\"number\",\"code\":\"too_small\",\"minimum\":1,\"inclusive\":true,"
          "\"path\":[\"limit\"],\"message\":\"Too small: expected number to be >=1\"}" CLOSE},
    {&loose, "limit=1000",
     OPEN "{\"origin\":\"number\",\"code\":\"too_big\",\"maximum\":100,\"inclusive\":true,"
          "\"path\":[\"limit\"],\"message\":\"Too big: expected number to be <=100\"}" CLOSE},
    {&loose, "page=0",
     OPEN "{\"origin\":\"number\",\"code\":\"too_small\",\"minimum\":0,\"inclusive\":false,"
          "\"path\":[\"page\"],\"message\":\"Too small: expected number to be >0\"}" CLOSE},
    {&loose, "page=abc",
     OPEN
     "{\"expected\":\"number\",\"code\":\"invalid_type\",\"received\":\"NaN\","
     "\"path\":[\"page\"],\"message\":\"Invalid input: expected number, received NaN\"}" CLOSE},
    {&loose, "fromTimestamp=2026-11-20",
     OPEN
     "{\"origin\":\"string\",\"code\":\"invalid_format\",\"format\":\"datetime\",\"pattern\":"
     "\"/^(?:(?:\\\\d\\\\d[2468][048]|\\\\d\\\\d[13579][26]|\\\\d\\\\d0[48]|[02468][048]00|"
     "[13579][26]00)-02-29|\\\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\\\d|3[01])|"
     "(?:0[469]|11)-(?:0[1-9]|[12]\\\\d|30)|(?:02)-(?:0[1-9]|1\\\\d|2[0-8])))T(?:(?:[01]\\\\d|"
     "2[0-3]):[0-5]\\\\d(?::[0-5]\\\\d(?:\\\\.\\\\d+)?)?(?:Z|([+-](?:[01]\\\\d|2[0-3]):"
     "[0-5]\\\\d)))$/\",\"path\":[\"fromTimestamp\"],\"message\":\"Invalid ISO datetime\"}" CLOSE},
    {&loose, "level=FOO",
     OPEN "{\"code\":\"invalid_value\",\"values\":[\"DEBUG\",\"DEFAULT\",\"ERROR\"],"
          "\"path\":[\"level\"],\"message\":\"Invalid option: expected one of "
          "\\\"DEBUG\\\"|\\\"DEFAULT\\\"|\\\"ERROR\\\"\"}" CLOSE},
    {&loose, "fields=bogus",
     OPEN "{\"code\":\"invalid_value\",\"values\":[\"core\",\"details\"],\"path\":[\"fields\",0],"
          "\"message\":\"Invalid option: expected one of \\\"core\\\"|\\\"details\\\"\"}" CLOSE},
    {&loose, "fields=core,bogus",
     OPEN "{\"code\":\"invalid_value\",\"values\":[\"core\",\"details\"],\"path\":[\"fields\",1],"
          "\"message\":\"Invalid option: expected one of \\\"core\\\"|\\\"details\\\"\"}" CLOSE},
    {&loose, "flag=yes",
     OPEN "{\"code\":\"invalid_value\",\"values\":[\"true\",\"false\"],\"path\":[\"flag\"],"
          "\"message\":\"Invalid option: expected one of \\\"true\\\"|\\\"false\\\"\"}" CLOSE},
    {&loose, "limit=1.5",
     OPEN
     "{\"expected\":\"int\",\"code\":\"invalid_type\",\"format\":\"safeint\","
     "\"path\":[\"limit\"],\"message\":\"Invalid input: expected int, received number\"}" CLOSE},
    {&strict, "foo=1&page=1",
     OPEN "{\"code\":\"unrecognized_keys\",\"keys\":[\"foo\"],\"path\":[],"
          "\"message\":\"Unrecognized key: \\\"foo\\\"\"}" CLOSE},
    {&strict, "a%22=1&b",
     OPEN "{\"code\":\"unrecognized_keys\",\"keys\":[\"a\\\"\",\"b\"],\"path\":[],"
          "\"message\":\"Unrecognized keys: \\\"a\\\"\\\", \\\"b\\\"\"}" CLOSE},
    {&needing, "page=1&tags=a&fromTimestamp=2026-11-20T10:00:00Z",
     OPEN "{\"expected\":\"string\",\"code\":\"invalid_type\",\"path\":[\"name\"],"
          "\"message\":\"Invalid input: expected string, received undefined\"}" CLOSE},
    {&needing, "name=x&tags=a&fromTimestamp=2026-11-20T10:00:00Z",
     OPEN
     "{\"expected\":\"number\",\"code\":\"invalid_type\",\"received\":\"NaN\","
     "\"path\":[\"page\"],\"message\":\"Invalid input: expected number, received NaN\"}" CLOSE},
};

static void test_faults(void **state UNUSED)
{
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        struct query q;
        struct toy t;

        toy_init(&t);
        assert_int_equal(read_query(&t, faults[i].route, faults[i].query, &q), ERR_INVALID);
        res_error(&t.rq, &t.rs, ERR_INVALID);
        assert_int_equal(t.rs.status, 400);
        assert_str(buf_str(&t.rs.body), faults[i].body);
        toy_fini(&t);
    }
}

static void test_all_faults_are_listed(void **state UNUSED)
{
    struct query q;
    struct toy t;

    toy_init(&t);
    assert_int_equal(read_query(&t, &needing, "", &q), ERR_INVALID);
    assert_int_equal(t.ctx.n_issues, 4);
    toy_fini(&t);
}

static void test_too_many(void **state UNUSED)
{
    char query[LIMIT_QUERY_PARAMS * 2 + 8];
    struct query q;
    struct toy t;

    for (size_t i = 0; i < sizeof query; i++)
        query[i] = i % 2 ? '&' : 'a';
    query[sizeof query - 1] = '\0';
    toy_init(&t);
    assert_int_equal(read_query(&t, &loose, query, &q), ERR_INVALID);
    assert_int_equal(t.ctx.n_issues, 0);
    toy_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_lenient_decoding),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_all_faults_are_listed),
        cmocka_unit_test(test_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
