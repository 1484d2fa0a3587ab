// SPDX-License-Identifier: MIT
// Money: exact parsing and writing, products, clamps, rounding half-even.
#include "base/decimal.h"

#include "unit/base/expect.h"

static void parses_picos(void **state UNUSED)
{
    static const struct {
        const char *text;
        bool ok;
        picos v;
    } cases[] = {
        {"0", true, 0},
        {"-0.0", true, 0},
        {"1", true, INT64_C(1000000000000)},
        {"0.0105", true, INT64_C(10500000000)},
        {"-0.0105", true, INT64_C(-10500000000)},
        {"2.5e-6", true, 2500000},
        {"2.5E-6", true, 2500000},
        {"1e3", true, INT64_C(1000000000000000)},
        {"1e+3", true, INT64_C(1000000000000000)},
        {"0.000000000001", true, 1},
        {"1e-12", true, 1},
        {"0.0000000000005", true, 0}, // ties go to even
        {"0.0000000000015", true, 2},
        {"0.0000000000025", true, 2},
        {"-0.0000000000015", true, -2},
        {"-0.0000000000025", true, -2},
        {"0.00000000000250000000001", true, 3},
        {"0.0000000000024999999999", true, 2},
        {"0.00000000000050000000000000000000000000000000000000000000000001", true, 1},
        {"999999.999999999999", true, PICOS_MAX},
        {"1000000", true, PICOS_MAX},
        {"-1000000", true, -PICOS_MAX},
        {"1e400", true, PICOS_MAX},
        {"-1e400", true, -PICOS_MAX},
        {"1e99999999999999999999", true, PICOS_MAX},
        {"1e-400", true, 0},
        {"1e-99999999999999999999", true, 0},
        {"0e999999", true, 0},
        {"123456789012345678901234567890123456789012345678901234567890", true, PICOS_MAX},
        {"0.1234567890123456789012345678901234567890123456789", true, INT64_C(123456789012)},
        {"", false, 0},
        {"-", false, 0},
        {"+1", false, 0},
        {"01", false, 0},
        {".5", false, 0},
        {"1.", false, 0},
        {"1e", false, 0},
        {"1e+", false, 0},
        {"1 ", false, 0},
        {" 1", false, 0},
        {"1,5", false, 0},
        {"NaN", false, 0},
        {"Infinity", false, 0},
        {"0x1", false, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        picos v = 77, want = cases[i].ok ? cases[i].v : 77;
        if (picos_parse(str_c(cases[i].text), &v) != cases[i].ok || v != want)
            fail_msg("\"%s\" gave %lld", cases[i].text, (long long)v);
    }
}

static void writes_picos(void **state UNUSED)
{
    static const struct {
        picos v;
        const char *text;
    } cases[] = {
        {0, "0"},
        {1, "0.000000000001"},
        {-1, "-0.000000000001"},
        {INT64_C(10500000000), "0.0105"},
        {INT64_C(1000000000000), "1"},
        {INT64_C(-1500000000000), "-1.5"},
        {INT64_C(100000000000000), "100"},
        {PICOS_MAX, "999999.999999999999"},
        {-PICOS_MAX, "-999999.999999999999"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(buf_fini) struct buf b = {0};
        picos back = 77;
        buf_init(&b, 100);
        picos_write(&b, cases[i].v);
        expect_text(buf_str(&b), cases[i].text);
        assert_true(picos_parse(buf_str(&b), &back));
        assert_int_equal(back, cases[i].v);
    }
}

// What a token price times a count of tokens must give, to the last digit.
static void products_are_exact(void **state UNUSED)
{
    static const struct {
        const char *price;
        int64_t units;
        const char *cost;
    } cases[] = {
        {"0.00000015", 3, "0.00000045"},
        {"2.5e-6", 1000, "0.0025"},
        {"0.0000006", 45, "0.000027"},
        {"0.00001", 123456789, "1234.56789"},
        {"2.5e-6", 0, "0"},
        {"2.5e-6", -1000, "-0.0025"},
        {"-2.5e-6", 1000, "-0.0025"},
        {"-2.5e-6", -1000, "0.0025"},
        {"0.000000000000000001", 1000000, "0.000000000001"},
        {"0.000000000000500000", 1, "0"}, // half of a picodollar: to even
        {"0.000000000001500000", 1, "0.000000000002"},
        {"0.000000000002500000", 1, "0.000000000002"},
        {"0.000000000000500001", 1, "0.000000000001"},
        {"-0.000000000001500000", 1, "-0.000000000002"},
        {"0.1", INT64_C(9223372036854775807), "999999.999999999999"},
        {"1e400", INT64_MAX, "999999.999999999999"},
        {"1e400", INT64_MIN, "-999999.999999999999"},
        {"-1e400", INT64_MAX, "-999999.999999999999"},
        {"-1e400", INT64_MIN, "999999.999999999999"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(buf_fini) struct buf b = {0};
        attos price = 0;
        buf_init(&b, 100);
        assert_true(attos_parse(str_c(cases[i].price), &price));
        picos_write(&b, attos_times(price, cases[i].units));
        expect_text(buf_str(&b), cases[i].cost);
    }
}

static void attos_round_trip(void **state UNUSED)
{
    static const struct {
        const char *text, *plain, *brief;
    } cases[] = {
        {"0", "0", "0"},
        {"0.00000015", "0.00000015", "1.5e-7"},
        {"2.5e-7", "0.00000025", "2.5e-7"},
        {"0.000001", "0.000001", "0.000001"},
        {"0.00000099", "0.00000099", "9.9e-7"},
        {"1e-18", "0.000000000000000001", "1e-18"},
        {"-2.5e-7", "-0.00000025", "-2.5e-7"},
        {"12.5", "12.5", "12.5"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(buf_fini) struct buf b = {0};
        attos v = 77;
        buf_init(&b, 100);
        assert_true(attos_parse(str_c(cases[i].text), &v));
        attos_write(&b, v);
        expect_text(buf_str(&b), cases[i].plain);
        buf_clear(&b);
        attos_write_short(&b, v);
        expect_text(buf_str(&b), cases[i].brief);
    }
    attos untouched = 77;
    assert_false(attos_parse(STR("1e"), &untouched));
    assert_true(untouched == 77);
}

static void sums_are_clamped(void **state UNUSED)
{
    assert_int_equal(picos_add(1, 2), 3);
    assert_int_equal(picos_add(PICOS_MAX, 1), PICOS_MAX);
    assert_int_equal(picos_add(-PICOS_MAX, -PICOS_MAX), -PICOS_MAX);
    assert_int_equal(picos_add(PICOS_MAX, -PICOS_MAX), 0);
}

static void doubles(void **state UNUSED)
{
    static const struct {
        double in;
        picos v;
    } cases[] = {
        {0, 0},
        {0.1, INT64_C(100000000000)},
        {-0.1, INT64_C(-100000000000)},
        {0.0105, INT64_C(10500000000)},
        {1e-13, 0},
        {1e300, PICOS_MAX},
        {-1e300, -PICOS_MAX},
        {__builtin_inf(), PICOS_MAX},
        {-__builtin_inf(), -PICOS_MAX},
        {__builtin_nan(""), 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(picos_from_double(cases[i].in), cases[i].v);
    double tenth = 0.1, got = picos_to_double(INT64_C(100000000000));
    assert_memory_equal(&got, &tenth, sizeof(got));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_picos),       cmocka_unit_test(writes_picos),
        cmocka_unit_test(products_are_exact), cmocka_unit_test(attos_round_trip),
        cmocka_unit_test(sums_are_clamped),   cmocka_unit_test(doubles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
