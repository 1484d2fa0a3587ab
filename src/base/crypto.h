// SPDX-License-Identifier: MIT
#pragma once
// Hashes, password hashes, comparison in constant time, random bytes (libsodium).
#include "base/err.h"

enum errc crypto_init(void) MUST_CHECK; // once, before any other call; thread safe afterwards
void crypto_random(void *out, size_t n);
void sha256(str data, uint8_t out[32]);
str sha256_hex(struct arena *a, str data);
// The same of data that comes in pieces; finish frees.
struct sha256_run;
struct sha256_run *sha256_begin(void);
void sha256_more(struct sha256_run *run, str data);
void sha256_finish(struct sha256_run *run, uint8_t out[32]); // out NULL: only frees
void hmac_sha256(str key, str data, uint8_t out[32]);
bool crypto_equal(str a, str b); // constant time for equal lengths
// argon2id, encoded form "$argon2id$...". Verification is constant time; costs ~20 ms and 19 MiB.
enum errc password_hash(struct ctx *ctx, str password, str *out) MUST_CHECK;
bool password_verify(str encoded, str password);
