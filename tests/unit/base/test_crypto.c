// SPDX-License-Identifier: MIT
// Hashes against published vectors, passwords, comparison.
#include "base/crypto.h"

#include "base/codec.h"
#include "unit/base/expect.h"

static int setup(void **state)
{
    *state = arena_create(1u << 20);
    return crypto_init() == ERR_OK ? 0 : -1;
}

static int teardown(void **state)
{
    arena_destroy(*state);
    return 0;
}

// FIPS 180-4 examples.
static void sha256_vectors(void **state)
{
    expect_text(sha256_hex(*state, STR("")),
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect_text(sha256_hex(*state, STR_NONE),
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect_text(sha256_hex(*state, STR("abc")),
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect_text(sha256_hex(*state, STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

// RFC 4231, test cases 1, 2 and 6 (a key longer than a block).
static void hmac_vectors(void **state)
{
    char long_key[131];
    uint8_t out[32];

    memset(long_key, 0xaa, sizeof(long_key));
    hmac_sha256(
        STR("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"),
        STR("Hi There"), out);
    expect_text(hex_encode(*state, out, 32),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), out);
    expect_text(hex_encode(*state, out, 32),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    hmac_sha256(str_make(long_key, sizeof(long_key)),
                STR("Test Using Larger Than Block-Size Key - Hash Key First"), out);
    expect_text(hex_encode(*state, out, 32),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void compares(void **state UNUSED)
{
    assert_true(crypto_equal(STR("secret"), STR("secret")));
    assert_false(crypto_equal(STR("secret"), STR("secreT")));
    assert_false(crypto_equal(STR("secret"), STR("secre")));
    assert_true(crypto_equal(STR(""), STR_NONE));
}

static void random_bytes_differ(void **state UNUSED)
{
    uint8_t a[32] = {0}, b[32] = {0};

    crypto_random(a, sizeof(a));
    crypto_random(b, sizeof(b));
    assert_memory_not_equal(a, b, sizeof(a));
}

static void passwords_verify(void **state)
{
    struct ctx ctx;
    str one, two;

    ctx_init(&ctx, *state);
    assert_int_equal(password_hash(&ctx, STR("correct horse"), &one), ERR_OK);
    assert_int_equal(password_hash(&ctx, STR("correct horse"), &two), ERR_OK);
    assert_true(str_starts(one, STR("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_false(str_eq(one, two)); // salted
    assert_true(password_verify(one, STR("correct horse")));
    assert_false(password_verify(one, STR("correct horsf")));
    assert_false(password_verify(one, STR("")));
    assert_false(password_verify(str_sub(one, 0, one.n - 1), STR("correct horse")));
}

static void what_is_no_hash_never_verifies(void **state)
{
    static const char *const encoded[] = {"", "plain", "$argon2id$",
                                          "$2b$10$abcdefghijklmnopqrstuv"};

    for (size_t i = 0; i < ARRAY_LEN(encoded); i++)
        assert_false(password_verify(str_c(encoded[i]), STR("plain")));
    assert_false(password_verify(STR_NONE, STR_NONE));
    assert_false(password_verify(arena_fmt(*state, "%0500d", 1), STR("x")));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sha256_vectors),      TEST(hmac_vectors),     TEST(compares),
        TEST(random_bytes_differ), TEST(passwords_verify), TEST(what_is_no_hash_never_verifies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
