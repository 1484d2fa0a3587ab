// SPDX-License-Identifier: MIT
// gzip and zstd: round trips, limits to the byte, bombs, damage, several members.
#include "base/compress.h"

#include "unit/base/expect.h"

static int setup(void **state)
{
    *state = arena_create(64u << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_destroy(*state);
    return 0;
}

// Text that neither compresses to nothing nor not at all.
static str text_of(struct arena *a, size_t n)
{
    char *p = arena_alloc(a, n + 1);
    uint32_t x = 12345;

    assert_non_null(p);
    for (size_t i = 0; i < n; i++) {
        x = x * 1664525 + 1013904223;
        p[i] = (char)('a' + (x >> 24) % 8);
    }
    return str_make(p, n);
}

static void gzip_round_trip(void **state)
{
    static const size_t sizes[] = {0, 1, 100, 65535, 65536, 65537, 300000, 2000000};

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        AUTO(buf_fini) struct buf packed = {0}, plain = {0};
        str text = text_of(*state, sizes[i]);
        struct ctx ctx;
        ctx_init(&ctx, *state);
        buf_init(&packed, 8u << 20);
        buf_init(&plain, sizes[i]); // exactly as much as comes out
        assert_int_equal(gzip_compress(&ctx, text, 6, &packed), ERR_OK);
        if (sizes[i] >= 100)
            assert_true(packed.len < sizes[i]);
        assert_int_equal(gzip_decompress(&ctx, buf_str(&packed), &plain), ERR_OK);
        expect_str(buf_str(&plain), text);
    }
}

static void gzip_limit_is_exact(void **state)
{
    static const size_t sizes[] = {1, 1000, 65536, 65537, 200000};

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        AUTO(buf_fini) struct buf packed = {0}, plain = {0};
        struct ctx ctx;
        ctx_init(&ctx, *state);
        buf_init(&packed, 8u << 20);
        buf_init(&plain, sizes[i] - 1);
        assert_int_equal(gzip_compress(&ctx, text_of(*state, sizes[i]), 1, &packed), ERR_OK);
        assert_int_equal(gzip_decompress(&ctx, buf_str(&packed), &plain), ERR_TOO_LARGE);
        assert_true(plain.cap <= sizes[i] - 1);
    }
}

static void a_bomb_costs_its_limit(void **state)
{
    AUTO(buf_fini) struct buf packed = {0}, plain = {0};
    struct ctx ctx;

    ctx_init(&ctx, *state);
    buf_init(&packed, 64u << 20);
    buf_init(&plain, 100000);
    str zeros = str_make(arena_alloc(*state, 32u << 20), 32u << 20);
    assert_int_equal(gzip_compress(&ctx, zeros, 9, &packed), ERR_OK);
    assert_true(packed.len < 100000);
    assert_int_equal(gzip_decompress(&ctx, buf_str(&packed), &plain), ERR_TOO_LARGE);
    assert_true(plain.cap <= 100000);
}

static void members_are_concatenated(void **state)
{
    AUTO(buf_fini) struct buf packed = {0}, plain = {0};
    struct ctx ctx;

    ctx_init(&ctx, *state);
    buf_init(&packed, 1u << 20);
    buf_init(&plain, 1u << 20);
    assert_int_equal(gzip_compress(&ctx, STR("one,"), 6, &packed), ERR_OK);
    assert_int_equal(gzip_compress(&ctx, STR(""), 6, &packed), ERR_OK);
    assert_int_equal(gzip_compress(&ctx, STR("two"), 6, &packed), ERR_OK);
    assert_int_equal(gzip_decompress(&ctx, buf_str(&packed), &plain), ERR_OK);
    expect_text(buf_str(&plain), "one,two");
}

static enum errc unpack(struct arena *a, str packed)
{
    AUTO(buf_fini) struct buf plain = {0};
    struct ctx ctx;

    ctx_init(&ctx, a);
    buf_init(&plain, 1u << 20);
    return gzip_decompress(&ctx, packed, &plain);
}

static void damage_is_found(void **state)
{
    AUTO(buf_fini) struct buf packed = {0};
    struct ctx ctx;

    ctx_init(&ctx, *state);
    buf_init(&packed, 1u << 20);
    assert_int_equal(gzip_compress(&ctx, text_of(*state, 5000), 6, &packed), ERR_OK);
    for (size_t n = 0; n < packed.len; n++) // cut off anywhere
        assert_int_equal(unpack(*state, str_sub(buf_str(&packed), 0, n)), ERR_INVALID);
    for (size_t i = 10; i < packed.len; i += 7) { // behind the header, where every bit counts
        packed.data[i] = (char)(packed.data[i] ^ 0x10);
        assert_int_equal(unpack(*state, buf_str(&packed)), ERR_INVALID);
        packed.data[i] = (char)(packed.data[i] ^ 0x10);
    }
    assert_int_equal(unpack(*state, buf_str(&packed)), ERR_OK);
    assert_int_equal(unpack(*state, STR("{\"batch\":[]}")), ERR_INVALID);
    assert_int_equal(unpack(*state, STR_NONE), ERR_INVALID);
    BUF_ADD(&packed, "trailing");
    assert_int_equal(unpack(*state, buf_str(&packed)), ERR_INVALID);
}

static void packing_over_the_maximum_fails(void **state)
{
    AUTO(buf_fini) struct buf out = {0};
    struct zstd *z = zstd_create();
    struct ctx ctx;

    ctx_init(&ctx, *state);
    buf_init(&out, 100);
    assert_int_equal(gzip_compress(&ctx, text_of(*state, 5000), 6, &out), ERR_TOO_LARGE);
    buf_clear(&out);
    assert_int_equal(zstd_compress(z, text_of(*state, 5000), 3, &out), ERR_TOO_LARGE);
    zstd_destroy(z);
}

static void zstd_round_trip(void **state)
{
    static const size_t sizes[] = {0, 1, 100, 300000, 2000000};
    struct zstd *z = zstd_create(); // one compressor for all of them

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        AUTO(buf_fini) struct buf packed = {0};
        str text = text_of(*state, sizes[i]), out;
        struct ctx ctx;
        ctx_init(&ctx, *state);
        buf_init(&packed, 8u << 20);
        assert_int_equal(zstd_compress(z, text, 3, &packed), ERR_OK);
        assert_int_equal(zstd_decompress(z, &ctx, buf_str(&packed), sizes[i], &out), ERR_OK);
        expect_str(out, text);
        if (sizes[i])
            assert_int_equal(zstd_decompress(z, &ctx, buf_str(&packed), sizes[i] - 1, &out),
                             ERR_TOO_LARGE);
    }
    zstd_destroy(z);
    zstd_destroy(NULL);
}

static void zstd_damage_is_found(void **state)
{
    AUTO(buf_fini) struct buf packed = {0};
    struct zstd *z = zstd_create();
    struct ctx ctx;
    str out = STR("untouched");

    ctx_init(&ctx, *state);
    buf_init(&packed, 1u << 20);
    assert_int_equal(zstd_compress(z, text_of(*state, 5000), 3, &packed), ERR_OK);
    for (size_t n = 0; n < packed.len; n += 13)
        assert_int_equal(zstd_decompress(z, &ctx, str_sub(buf_str(&packed), 0, n), 1u << 20, &out),
                         ERR_CORRUPT);
    assert_int_equal(zstd_decompress(z, &ctx, STR("no zstd at all"), 100, &out), ERR_CORRUPT);
    expect_text(out, "untouched");
    zstd_destroy(z);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gzip_round_trip),        TEST(gzip_limit_is_exact),
        TEST(a_bomb_costs_its_limit), TEST(members_are_concatenated),
        TEST(damage_is_found),        TEST(packing_over_the_maximum_fails),
        TEST(zstd_round_trip),        TEST(zstd_damage_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
