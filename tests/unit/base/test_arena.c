// SPDX-License-Identifier: MIT
// The bump allocator: zeroed and aligned memory, the cap, marks, text helpers.
#include "base/arena.h"

#include "unit/base/expect.h"

static void memory_is_zeroed_and_aligned(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);
    struct arena_mark start = arena_mark(a);

    for (int round = 0; round < 2; round++) { // the second round hands out used memory
        for (size_t size = 1; size < 3000; size += 37) {
            char *p = arena_alloc(a, size);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % 16, 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xa5, size);
        }
        arena_rewind(a, start);
    }
    arena_destroy(a);
}

static void empty_allocations_are_distinct(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);
    char *x = arena_array(a, 0, 8), *y = arena_array(a, 8, 0);

    assert_non_null(x);
    assert_non_null(y);
    assert_ptr_not_equal(x, y);
    arena_destroy(a);
}

static void the_cap_poisons_until_reset(void **state UNUSED)
{
    struct arena *a = arena_create(40000);

    assert_non_null(arena_alloc(a, 30000));
    assert_false(arena_failed(a));
    assert_null(arena_alloc(a, 30000));
    assert_true(arena_failed(a));
    assert_null(arena_alloc(a, 1)); // stays failed: half a result never looks whole
    assert_true(arena_used(a) <= 40000);
    arena_reset(a);
    assert_false(arena_failed(a));
    assert_non_null(arena_alloc(a, 30000));
    arena_destroy(a);
}

static void huge_sizes_do_not_wrap(void **state UNUSED)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 15, SIZE_MAX / 2 + 1};

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct arena *a = arena_create(1u << 20);
        assert_null(arena_array(a, sizes[i], 1));
        assert_true(arena_failed(a));
        arena_reset(a);
        assert_null(arena_array(a, sizes[i], 16));
        assert_true(arena_failed(a));
        arena_destroy(a);
    }
}

static void a_small_cap_is_used_fully(void **state UNUSED)
{
    struct arena *a = arena_create(100); // less than the first chunk

    assert_non_null(arena_alloc(a, 96));
    assert_null(arena_alloc(a, 96));
    arena_destroy(a);
}

static void rewinding_frees_what_came_later(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);
    str kept = arena_str(a, STR("kept"));
    struct arena_mark m = arena_mark(a);
    size_t used = arena_used(a);

    for (int i = 0; i < 100; i++) { // 100 * 500 kB only fit when each round is given back
        assert_non_null(arena_alloc(a, 500000));
        arena_rewind(a, m);
    }
    assert_int_equal(arena_used(a), used);
    expect_text(kept, "kept");
    arena_destroy(a);
}

static void a_mark_of_an_empty_arena_frees_all(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);
    struct arena_mark m = arena_mark(a);

    arena_alloc(a, 100);
    arena_rewind(a, m);
    assert_int_equal(arena_used(a), 0);
    assert_non_null(arena_alloc(a, 100));
    arena_destroy(a);
}

static void reset_keeps_little(void **state UNUSED)
{
    struct arena *a = arena_create(8u << 20);

    for (int i = 0; i < 50; i++)
        arena_alloc(a, 100000);
    assert_true(arena_used(a) > 1000000);
    arena_reset(a);
    assert_true(arena_used(a) <= 65536);
    arena_destroy(a);
}

static void texts_are_copied(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);
    char text[] = "abc";
    str copy = arena_str(a, str_c(text));
    const char *c = arena_cstr(a, str_make("x\0y", 3));

    text[0] = 'X';
    expect_text(copy, "abc");
    expect_str(arena_str(a, STR_NONE), STR_NONE);
    expect_str(arena_str(a, STR("")), STR(""));
    assert_memory_equal(c, "x\0y", 4);
    assert_string_equal(arena_cstr(a, STR_NONE), "");
    expect_text(arena_fmt(a, "%s-%d", "n", 42), "n-42");
    expect_text(arena_cat(a, STR("ab"), STR("cd")), "abcd");
    expect_text(arena_cat(a, STR_NONE, STR("cd")), "cd");
    arena_destroy(a);
}

static void long_formats_fit(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);
    str s = arena_fmt(a, "%0*d", 50000, 7);

    assert_int_equal(s.n, 50000);
    assert_int_equal(s.p[49999], '7');
    arena_destroy(a);
}

static void texts_over_the_cap_are_none(void **state UNUSED)
{
    struct arena *a = arena_create(64);

    expect_str(arena_fmt(a, "%0*d", 5000, 7), STR_NONE);
    expect_str(arena_cat(a, STR("x"), STR("y")), STR_NONE); // poisoned
    expect_str(arena_str(a, STR("x")), STR_NONE);
    assert_null(arena_cstr(a, STR("x")));
    arena_destroy(a);
    arena_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(empty_allocations_are_distinct),
        cmocka_unit_test(the_cap_poisons_until_reset),
        cmocka_unit_test(huge_sizes_do_not_wrap),
        cmocka_unit_test(a_small_cap_is_used_fully),
        cmocka_unit_test(rewinding_frees_what_came_later),
        cmocka_unit_test(a_mark_of_an_empty_arena_frees_all),
        cmocka_unit_test(reset_keeps_little),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(long_formats_fit),
        cmocka_unit_test(texts_over_the_cap_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
