// SPDX-License-Identifier: MIT
// Merging metadata of any size. What merges how is in test_merge.c.
#include "base/buf.h"
#include "model/merge.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define KEYS 60000

// Keys in steps of two or three: some are on both sides.
static void keys_write(struct buf *b, int step, char value)
{
    buf_init(b, 16u << 20);
    for (int i = 0; i < KEYS; i++)
        buf_add_fmt(b, "%c\"%d\":%c", i ? ',' : '{', i * step, value);
    buf_add_char(b, '}');
}

// With a search per key this takes minutes, and all writes of the server wait.
static void large_objects_merge_quickly(void **state UNUSED)
{
    AUTO(buf_fini) struct buf base = {0}, over = {0};
    struct arena *a = arena_create(256u << 20);

    keys_write(&base, 2, '1');
    keys_write(&over, 3, '2');
    str merged = metadata_merge(a, buf_str(&base), buf_str(&over));
    assert_true(str_starts(merged, STR("{\"0\":2,\"2\":1,\"4\":1,\"6\":2,")));
    assert_true(str_ends(merged, STR(",\"179997\":2}")));
    assert_true(str_has(merged, STR("\"119998\":1,\"3\":2,\"9\":2,"))); // new keys come last
    assert_true(str_eq(metadata_merge(a, merged, buf_str(&over)), merged));
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(large_objects_merge_quickly)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
