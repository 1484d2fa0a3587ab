// SPDX-License-Identifier: MIT
// The embedded pages, whichever they are in this build: index.html at the root and for navigations,
// its base path and boot data, and JSON for everything else that is missing.
#include "http/assets.h"
#include "unit/http/toy.h"

static enum errc serve(struct toy *t, const char *path)
{
    t->rq.path = str_c(path);
    return assets_is_page(&t->rq) ? assets_page(&t->rq, &t->rs, STR("{}"))
                                  : assets_serve(NULL, &t->rq, &t->rs);
}

static str header(const struct toy *t, const char *name)
{
    for (const struct http_header_pair *h = t->rs.headers; h; h = h->next) {
        if (str_eq_nocase(h->name, str_c(name)))
            return h->value;
    }
    return STR_NONE;
}

static void test_index(void **state UNUSED)
{
    struct toy t;

    toy_init(&t);
    assert_int_equal(serve(&t, "/"), ERR_OK);
    assert_true(t.rs.body.len > 0);
    assert_true(str_starts(t.rs.content_type, STR("text/html")));
    assert_true(str_has(header(&t, "content-security-policy"), STR("script-src 'self'")));
    assert_str(header(&t, "cache-control"), "no-store");
    assert_false(str_has(buf_str(&t.rs.body), STR("__RUSHLIGHT_")));
    toy_fini(&t);
}

static void test_navigation(void **state UNUSED)
{
    struct toy t;

    toy_init(&t);
    toy_header(&t, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    assert_int_equal(serve(&t, "/project/p/traces"), ERR_OK);
    assert_true(str_starts(t.rs.content_type, STR("text/html")));
    toy_fini(&t);
    toy_init(&t);
    toy_header(&t, "Accept", "*/*");
    assert_int_equal(serve(&t, "/assets/missing.js"), ERR_NOT_FOUND);
    toy_fini(&t);
}

// Whatever a name or a trace holds, it cannot end the script element it stands in.
static void test_boot_data_is_escaped(void **state UNUSED)
{
    struct toy t;

    toy_init(&t);
    t.rq.path = STR("/");
    assert_int_equal(
        assets_page(&t.rq, &t.rs, STR("{\"name\":\"</script><!--&__RUSHLIGHT_BASE__\"}")), ERR_OK);
    assert_false(str_has(buf_str(&t.rs.body), STR("</script><!--&")));
    toy_fini(&t);
}

// Every embedded file but the page is served with the compression that the client takes.
static void test_files(void **state UNUSED)
{
    for (unsigned i = 0; i < assets_count; i++) {
        const struct asset *file = &assets_table[i];
        struct toy t;

        if (i > 0)
            assert_true(strcmp(assets_table[i - 1].path, file->path) < 0);
        if (strcmp(file->path, "/index.html") == 0)
            continue;
        toy_init(&t);
        toy_header(&t, "Accept-Encoding", "gzip");
        assert_int_equal(serve(&t, file->path), ERR_OK);
        assert_true(t.rs.is_static && res_body(&t.rs).n > 0);
        toy_fini(&t);
        toy_init(&t);
        assert_int_equal(serve(&t, file->path), ERR_OK);
        assert_false(str_some(header(&t, "content-encoding")));
        assert_int_equal(res_body(&t.rs).n > 0, file->gzip_len > 0);
        toy_fini(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_index),
        cmocka_unit_test(test_navigation),
        cmocka_unit_test(test_boot_data_is_escaped),
        cmocka_unit_test(test_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
