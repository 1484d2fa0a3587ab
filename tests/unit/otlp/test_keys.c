// SPDX-License-Identifier: MIT
// The key table: sorted as the search expects, every key found, families by prefix.
#include "otlp/keys.h"

#include "base/attr.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_every_key_is_found(void **state UNUSED)
{
    for (enum key k = 0; k < KEY_COUNT; k++)
        assert_int_equal(key_find(key_text(k)), k);
}

static void test_sorted_by_length_then_bytes(void **state UNUSED)
{
    for (enum key k = 1; k < KEY_COUNT; k++) {
        str a = key_text(k - 1), b = key_text(k);
        assert_true(a.n < b.n || (a.n == b.n && memcmp(a.p, b.p, a.n) < 0));
    }
}

static void test_unknown_keys(void **state UNUSED)
{
    static const str unknown[] = {
        STR_INIT(""), STR_INIT("x"), STR_INIT("User.id"), STR_INIT("user.id "),
        STR_INIT("langfuse.observation.metadata.langfuse_session_id_and_more")};

    for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
        assert_int_equal(key_find(unknown[i]), KEY_NONE);
    assert_int_equal(key_find(STR_NONE), KEY_NONE);
    assert_false(key_is_io(KEY_NONE));
}

static void test_families(void **state UNUSED)
{
    assert_int_equal(key_families(STR("gen_ai.usage.input_tokens")), FAMILY_GEN_AI_USAGE);
    assert_int_equal(key_families(STR("langfuse.trace.metadata")), FAMILY_TRACE_METADATA);
    assert_int_equal(key_families(STR("langfuse.metadata.a.b")), FAMILY_METADATA);
    assert_int_equal(key_families(STR("gen_ai.usage")), 0);
    assert_int_equal(key_families(STR("")), 0);
    assert_true(str_eq(key_family_prefix(FAMILY_LLM_TOKENS), STR("llm.token_count.")));
    assert_false(str_some(key_family_prefix(0)));
}

static void test_io_keys(void **state UNUSED)
{
    assert_true(key_is_io(key_find(STR("input.value"))));
    assert_true(key_is_io(key_find(STR("gen_ai.system_instructions"))));
    assert_false(key_is_io(key_find(STR("tool_arguments"))));
    assert_false(key_is_io(key_find(STR("user.id"))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_is_found),
        cmocka_unit_test(test_sorted_by_length_then_bytes),
        cmocka_unit_test(test_unknown_keys),
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_io_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
