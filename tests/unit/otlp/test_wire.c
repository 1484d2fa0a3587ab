// SPDX-License-Identifier: MIT
// The protobuf cursor: field by field, and every way in which bytes can be wrong.
#include "otlp/wire.h"

#include "base/attr.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct wire_field next(struct wire *w)
{
    struct wire_field f;

    assert_true(wire_next(w, &f));
    return f;
}

static void test_fields(void **state UNUSED)
{
    struct wire w;

    // 1: 300, 2: "hi", 3: fixed64 1.0, 4: fixed32 7
    wire_init(&w, STR("\x08\xac\x02\x12\x02hi\x19\0\0\0\0\0\0\xf0\x3f\x25\x07\0\0\0"));
    struct wire_field f = next(&w);
    assert_true(wire_is(&f, 1, WIRE_VARINT) && f.value == 300);
    f = next(&w);
    assert_true(wire_is(&f, 2, WIRE_BYTES) && str_eq(f.bytes, STR("hi")));
    f = next(&w);
    assert_true(wire_is(&f, 3, WIRE_FIXED64) && wire_double(f.value) > 0.5 &&
                wire_double(f.value) < 1.5);
    f = next(&w);
    assert_true(wire_is(&f, 4, WIRE_FIXED32) && f.value == 7);
    assert_false(wire_next(&w, &f));
    assert_false(w.bad);
}

static void test_largest_varint(void **state UNUSED)
{
    struct wire w;

    wire_init(&w, STR("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
    struct wire_field f = next(&w);
    assert_true(f.value == UINT64_MAX);
}

static void test_empty_bytes_are_not_none(void **state UNUSED)
{
    struct wire w;

    wire_init(&w, STR("\x12\x00"));
    struct wire_field f = next(&w);
    assert_true(str_some(f.bytes) && f.bytes.n == 0);
}

static void test_no_message(void **state UNUSED)
{
    struct wire_field f;
    struct wire w;

    wire_init(&w, STR_NONE);
    assert_false(wire_next(&w, &f));
    assert_false(w.bad);
}

static void test_malformed(void **state UNUSED)
{
    static const str cases[] = {
        STR_INIT("\x08"),                                             // no value
        STR_INIT("\x08\x80"),                                         // varint cut off
        STR_INIT("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),     // beyond 64 bits
        STR_INIT("\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"), // longer than a varint is
        STR_INIT("\x12\x05hi"),                                       // length beyond the end
        STR_INIT("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),     // length beyond memory
        STR_INIT("\x19\0\0\0"),                                       // fixed64 cut off
        STR_INIT("\x25\0\0"),                                         // fixed32 cut off
        STR_INIT("\x0b\x0c"),                                         // group
        STR_INIT("\x0e"),                                             // wire type 6
        STR_INIT("\x00\x01"),                                         // field 0
        STR_INIT("\xff\xff\xff\xff\xff\x01\x00"),                     // field number beyond 2^29
    };
    struct wire_field f;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct wire w;
        wire_init(&w, cases[i]);
        assert_false(wire_next(&w, &f));
        assert_true(w.bad);
        assert_false(wire_next(&w, &f)); // stays at the end
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),     cmocka_unit_test(test_largest_varint),
        cmocka_unit_test(test_malformed),  cmocka_unit_test(test_empty_bytes_are_not_none),
        cmocka_unit_test(test_no_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
