// SPDX-License-Identifier: MIT
// Identifiers: shape, alphabet, no repetition, order in time.
#include "base/id.h"

#include "base/clock.h"
#include "unit/base/expect.h"

#define ROUNDS 500

static bool only(str s, const char *alphabet)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!s.p[i] || !strchr(alphabet, s.p[i]))
            return false;
    }
    return true;
}

static void uuids_are_version_4(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);

    for (int i = 0; i < ROUNDS; i++) {
        str id = id_uuid(a);
        assert_int_equal(id.n, UUID_LEN);
        assert_true(only(id, "0123456789abcdef-"));
        for (size_t k = 0; k < id.n; k++)
            assert_int_equal(id.p[k] == '-', k == 8 || k == 13 || k == 18 || k == 23);
        assert_int_equal(id.p[14], '4');
        assert_non_null(strchr("89ab", id.p[19]));
        arena_reset(a);
    }
    arena_destroy(a);
}

static void ids_do_not_repeat(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);
    str ids[ROUNDS];

    for (size_t i = 0; i < ROUNDS; i++) {
        ids[i] = i % 3 == 0 ? id_uuid(a) : i % 3 == 1 ? id_cuid(a) : id_hex(a, 16);
        for (size_t k = 0; k < i; k++)
            assert_false(str_eq(ids[i], ids[k]));
    }
    arena_destroy(a);
}

static void cuids_start_with_the_time(void **state UNUSED)
{
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    struct arena *a = arena_create(1u << 20);
    millis before = clock_now();
    str id = id_cuid(a);
    millis after = clock_now(), t = 0;

    assert_int_equal(id.n, 25);
    assert_int_equal(id.p[0], 'c');
    assert_true(only(id, letters));
    for (size_t i = 1; i <= 8; i++)
        t = t * 36 + (strchr(letters, id.p[i]) - letters);
    assert_in_range(t, before, after);
    arena_destroy(a);
}

static void hex_ids_have_their_length(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);

    for (size_t n = 0; n < 40; n++) {
        str id = id_hex(a, n);
        assert_int_equal(id.n, 2 * n);
        assert_true(only(id, "0123456789abcdef"));
    }
    arena_destroy(a);
}

static void a_full_arena_gives_none(void **state UNUSED)
{
    struct arena *a = arena_create(16);

    expect_str(id_uuid(a), STR_NONE);
    expect_str(id_cuid(a), STR_NONE);
    expect_str(id_hex(a, 16), STR_NONE);
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uuids_are_version_4),       cmocka_unit_test(ids_do_not_repeat),
        cmocka_unit_test(cuids_start_with_the_time), cmocka_unit_test(hex_ids_have_their_length),
        cmocka_unit_test(a_full_arena_gives_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
