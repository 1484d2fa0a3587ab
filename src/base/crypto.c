// SPDX-License-Identifier: MIT
// The only file that knows libsodium.
#include "base/crypto.h"

#include "base/codec.h"

#include <sodium.h>
#include <stdlib.h>

// argon2id, OWASP's second recommendation: 19 MiB, two passes.
#define PASSWORD_OPS 2
#define PASSWORD_MEM ((size_t)19 << 20)

enum errc crypto_init(void)
{
    return sodium_init() < 0 ? ERR_INTERNAL : ERR_OK;
}

void crypto_random(void *out, size_t n)
{
    randombytes_buf(out, n);
}

void sha256(str data, uint8_t out[32])
{
    crypto_hash_sha256(out, (const unsigned char *)(data.p ? data.p : ""), data.n);
}

str sha256_hex(struct arena *a, str data)
{
    uint8_t digest[32];

    sha256(data, digest);
    return hex_encode(a, digest, sizeof(digest));
}

struct sha256_run {
    crypto_hash_sha256_state state;
};

struct sha256_run *sha256_begin(void)
{
    struct sha256_run *run = malloc(sizeof(*run));

    CHECK(run != NULL);
    crypto_hash_sha256_init(&run->state);
    return run;
}

void sha256_more(struct sha256_run *run, str data)
{
    crypto_hash_sha256_update(&run->state, (const unsigned char *)(data.p ? data.p : ""), data.n);
}

void sha256_finish(struct sha256_run *run, uint8_t out[32])
{
    if (run && out)
        crypto_hash_sha256_final(&run->state, out);
    free(run);
}

void hmac_sha256(str key, str data, uint8_t out[32])
{
    crypto_auth_hmacsha256_state st;

    crypto_auth_hmacsha256_init(&st, (const unsigned char *)(key.p ? key.p : ""), key.n);
    crypto_auth_hmacsha256_update(&st, (const unsigned char *)(data.p ? data.p : ""), data.n);
    crypto_auth_hmacsha256_final(&st, out);
}

bool crypto_equal(str a, str b)
{
    return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}

enum errc password_hash(struct ctx *ctx, str password, str *out)
{
    char text[crypto_pwhash_STRBYTES];

    if (crypto_pwhash_str_alg(text, password.p ? password.p : "", password.n, PASSWORD_OPS,
                              PASSWORD_MEM, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(ctx, ERR_NOMEM, "Hashing a password needs 19 MiB of free memory");
    *out = arena_str(ctx->arena, str_c(text));
    return str_some(*out) ? ERR_OK : fail(ctx, ERR_NOMEM, "Out of memory for this request");
}

bool password_verify(str encoded, str password)
{
    char text[crypto_pwhash_STRBYTES] = {0};

    if (encoded.n >= sizeof(text))
        return false;
    if (encoded.n)
        memcpy(text, encoded.p, encoded.n);
    return crypto_pwhash_str_verify(text, password.p ? password.p : "", password.n) == 0;
}
