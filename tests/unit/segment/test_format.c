// SPDX-License-Identifier: MIT
// The bytes of segments: what is written is read, and what was changed is refused.
#include "base/limits.h"
#include "segment/segment.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct fixture {
    struct arena *a;
    struct ctx ctx;
    struct zstd *z;
    struct buf records, object;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->a = arena_create(16 << 20);
    ctx_init(&f->ctx, f->a);
    f->z = zstd_create();
    buf_init(&f->records, 1 << 20);
    buf_init(&f->object, 1 << 20);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    buf_fini(&f->records);
    buf_fini(&f->object);
    zstd_destroy(f->z);
    arena_destroy(f->a);
    free(f);
    return 0;
}

static const struct ingest_record batch = {
    INGEST_BATCH,
    {.project_id = STR_INIT("p1"),
     .api_key = STR_INIT("pk-lf-1"),
     .scores_only = true,
     .sdk_name = STR_INIT("python"),
     .seed = STR_INIT("00ff"),
     .now = INT64_C(1763913600123)},
    STR_INIT("{\"batch\":[]}"),
};
static const struct ingest_record otlp = {
    INGEST_OTLP_PROTOBUF,
    {.project_id = STR_INIT("p2"), .sdk_version = STR_INIT(""), .now = -5},
    STR_INIT("\0\1\2")};

static void seal_two(struct fixture *f)
{
    assert_true(segment_record_write(&f->records, &batch));
    assert_true(segment_record_write(&f->records, &otlp));
    assert_int_equal(segment_seal(&f->ctx, f->z, buf_str(&f->records), 2, &f->object), ERR_OK);
}

static void same_text(str a, str b)
{
    assert_int_equal(str_some(a), str_some(b));
    assert_true(str_eq(a, b));
}

static void same_record(const struct ingest_record *a, const struct ingest_record *b)
{
    const struct ingest_request *x = &a->request, *y = &b->request;
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(x->now, y->now);
    assert_int_equal(x->scores_only, y->scores_only);
    same_text(x->project_id, y->project_id);
    same_text(x->api_key, y->api_key);
    same_text(x->sdk_name, y->sdk_name);
    same_text(x->sdk_version, y->sdk_version);
    same_text(x->seed, y->seed);
    same_text(a->body, b->body);
}

static void what_is_written_is_read(void **state)
{
    struct fixture *f = *state;
    struct segment_reader r;
    struct ingest_record got;
    bool more;

    seal_two(f);
    assert_int_equal(segment_open(&f->ctx, f->z, buf_str(&f->object), &r), ERR_OK);
    assert_int_equal(segment_next(&f->ctx, &r, &got, &more), ERR_OK);
    assert_true(more);
    same_record(&got, &batch);
    assert_int_equal(segment_next(&f->ctx, &r, &got, &more), ERR_OK);
    same_record(&got, &otlp);
    assert_int_equal(segment_next(&f->ctx, &r, &got, &more), ERR_OK);
    assert_false(more);
}

static void every_changed_byte_is_noticed(void **state)
{
    struct fixture *f = *state;
    struct segment_reader r;
    struct ingest_record got;
    bool more = true;

    seal_two(f);
    for (size_t i = 0; i < f->object.len; i++) {
        f->object.data[i] ^= 0x20;
        enum errc rc = segment_open(&f->ctx, f->z, buf_str(&f->object), &r);
        while (rc == ERR_OK && more)
            rc = segment_next(&f->ctx, &r, &got, &more);
        assert_int_equal(rc, ERR_CORRUPT);
        ctx_clear_error(&f->ctx);
        more = true;
        f->object.data[i] ^= 0x20;
    }
}

static void every_cut_is_noticed(void **state)
{
    struct fixture *f = *state;
    struct segment_reader r;

    seal_two(f);
    for (size_t n = 0; n < f->object.len; n++) {
        assert_int_equal(segment_open(&f->ctx, f->z, str_make(f->object.data, n), &r), ERR_CORRUPT);
        ctx_clear_error(&f->ctx);
    }
}

static void keys_follow_time(void **state)
{
    struct fixture *f = *state;
    const millis at = INT64_C(1795449600123); // 2026-11-23T16:00:00.123Z
    millis read;

    str key = segment_key(f->a, STR("lf/"), at);
    assert_true(str_starts(key, STR("lf/segments/2026/11/23/16/1795449600123-")));
    assert_true(segment_key_time(key, STR("lf/"), &read) && read == at);
    assert_true(str_cmp(segment_key_at(f->a, STR("lf/"), at), key) < 0);
    assert_true(str_cmp(segment_key(f->a, STR("lf/"), at + 3600000), key) > 0);
    assert_false(segment_key_time(STR("lf/segments/x.seg"), STR("lf/"), &read));
    assert_false(segment_key_time(key, STR("other/"), &read));
    assert_false(segment_key_time(str_sub(key, 0, key.n - 1), STR("lf/"), &read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(every_changed_byte_is_noticed, setup, teardown),
        cmocka_unit_test_setup_teardown(every_cut_is_noticed, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_follow_time, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
