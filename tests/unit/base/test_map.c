// SPDX-License-Identifier: MIT
// The map: slots, growth, order of insertion, a full arena.
#include "base/map.h"

#include "unit/base/expect.h"

#define MANY 5000

static void keeps_what_it_is_told(void **state UNUSED)
{
    struct arena *a = arena_create(16u << 20);
    struct map *m = map_create(a, 0);
    static char values[MANY];

    for (int i = 0; i < MANY; i++) {
        void **slot = map_slot(m, arena_fmt(a, "key-%d", i));
        assert_non_null(slot);
        assert_null(*slot);
        *slot = &values[i];
    }
    assert_int_equal(map_len(m), MANY);
    for (int i = 0; i < MANY; i++) {
        str key = arena_fmt(a, "key-%d", i);
        assert_ptr_equal(map_get(m, key), &values[i]);
        assert_ptr_equal(*map_slot(m, key), &values[i]); // no second entry
        expect_str(map_at(m, (size_t)i)->key, key);
        assert_ptr_equal(map_at(m, (size_t)i)->value, &values[i]);
    }
    assert_int_equal(map_len(m), MANY);
    assert_null(map_get(m, STR("key-")));
    assert_null(map_at(m, MANY));
    arena_destroy(a);
}

static void keys_are_bytes(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);
    struct map *m = map_create(a, 4);
    char values[3];

    *map_slot(m, STR("")) = &values[0];
    *map_slot(m, str_make("a\0b", 3)) = &values[1];
    *map_slot(m, STR("a")) = &values[2];
    assert_ptr_equal(map_get(m, STR("")), &values[0]);
    assert_ptr_equal(map_get(m, str_make("a\0b", 3)), &values[1]);
    assert_ptr_equal(map_get(m, STR("a")), &values[2]);
    assert_null(map_get(m, STR("A")));
    arena_destroy(a);
}

static void a_full_arena_is_reported(void **state UNUSED)
{
    struct arena *a = arena_create(2000);
    struct map *m = map_create(a, 0);
    char keys[1000];
    size_t n = 0;

    assert_non_null(m);
    for (; n < sizeof(keys); n++) {
        keys[n] = 'k';
        if (!map_slot(m, str_make(keys, n)))
            break;
    }
    assert_in_range(n, 1, sizeof(keys) - 1);
    assert_int_equal(map_len(m), n); // what was in stays in
    assert_null(map_create(a, 1000));
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_it_is_told),
        cmocka_unit_test(keys_are_bytes),
        cmocka_unit_test(a_full_arena_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
