// SPDX-License-Identifier: MIT
// Random identifiers.
#include "base/id.h"

#include "base/clock.h"
#include "base/codec.h"
#include "base/crypto.h"

#include <stdatomic.h>

static void uuid_write(uint8_t r[16], char out[UUID_LEN + 1])
{
    static const char hex[] = "0123456789abcdef";
    size_t n = 0;

    r[6] = (uint8_t)((r[6] & 0x0f) | 0x40);
    r[8] = (uint8_t)((r[8] & 0x3f) | 0x80);
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[n++] = '-';
        out[n++] = hex[r[i] >> 4];
        out[n++] = hex[r[i] & 15];
    }
    out[n] = 0;
}

void id_uuid4(char out[UUID_LEN + 1])
{
    uint8_t r[16];

    crypto_random(r, sizeof(r));
    uuid_write(r, out);
}

str id_uuid_of(struct arena *a, str seed, uint64_t number)
{
    char text[UUID_LEN + 1];
    uint8_t key[32], r[32];

    sha256(seed, key);
    hmac_sha256(str_make((const char *)key, sizeof(key)),
                str_make((const char *)&number, sizeof(number)), r);
    uuid_write(r, text);
    return arena_str(a, (str){text, UUID_LEN});
}

str id_uuid(struct arena *a)
{
    char text[UUID_LEN + 1];

    id_uuid4(text);
    return arena_str(a, (str){text, UUID_LEN});
}

// Ids of one process sort in the order in which they were made: time, then a count, then chance.
str id_cuid(struct arena *a)
{
    static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    static _Atomic(uint32_t) made;
    char text[25] = "c";
    uint8_t r[12];
    uint64_t count = atomic_fetch_add_explicit(&made, 1, memory_order_relaxed);
    uint64_t t = (uint64_t)clock_now();

    crypto_random(r, sizeof(r));
    for (size_t i = 8; i >= 1; i--, t /= 36)
        text[i] = alphabet[t % 36];
    for (size_t i = 12; i >= 9; i--, count /= 36)
        text[i] = alphabet[count % 36];
    for (size_t i = 0; i < sizeof(r); i++)
        text[13 + i] = alphabet[r[i] % 36];
    return arena_str(a, (str){text, sizeof(text)});
}

str id_hex(struct arena *a, size_t n_bytes)
{
    void *r = arena_alloc(a, n_bytes);

    if (!r)
        return STR_NONE;
    crypto_random(r, n_bytes);
    return hex_encode(a, r, n_bytes);
}
