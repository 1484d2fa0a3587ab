// SPDX-License-Identifier: MIT
// The vectors of RFC 1321, and lengths around the ends of blocks.
#include "base/codec.h"
#include "base/md5.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void expect(str data, const char *hex)
{
    struct arena *a = arena_create(64 << 10);
    uint8_t digest[16];
    md5(data, digest);
    assert_string_equal(arena_cstr(a, hex_encode(a, digest, sizeof digest)), hex);
    arena_destroy(a);
}

static void test_the_vectors_of_the_rfc(void **state)
{
    (void)state;
    expect(STR_NONE, "d41d8cd98f00b204e9800998ecf8427e");
    expect(STR("a"), "0cc175b9c0f1b6a831c399e269772661");
    expect(STR("abc"), "900150983cd24fb0d6963f7d28e17f72");
    expect(STR("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
    expect(STR("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
           "d174ab98d277d9f5a5611c2c9f419d9f");
    expect(STR("1234567890123456789012345678901234567890"
               "1234567890123456789012345678901234567890"),
           "57edf4a22be3c955ac49da2e2107b67a");
}

static void test_lengths_around_the_ends_of_blocks(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        const char *hex;
    } cases[] = {
        {55, "04364420e25c512fd958a70738aa8f72"},  {56, "668a72d5ba17f08e62dabcafad6db14b"},
        {57, "693037871c4a9d3d8685018905cb530a"},  {63, "7dc2ca208106a2f703567bdff99d8981"},
        {64, "c1bb4f81d892b2d57947682aeb252456"},  {65, "1bc932052302d074bdec39795fe00cf6"},
        {119, "ab347a5f68c8a443cfcddc633f12c24f"}, {120, "fb98667f98096de92620b64f46e1c5b5"},
        {128, "d69cb61a6ee87200676eb0d4b90edbcb"}, {130, "cfc92f41305ca00c9f9584bf67ae1b54"}};
    char text[130];
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect(str_make(text, cases[i].n), cases[i].hex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_vectors_of_the_rfc),
        cmocka_unit_test(test_lengths_around_the_ends_of_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
