// SPDX-License-Identifier: MIT
// bcrypt of keys and passwords that were taken over from another instance; the only user of
// crypt.h (libxcrypt). New hashes are never made with it: API keys have 122 random bits, for which
// a salted SHA-256 is enough, and passwords use argon2id.
#include "auth/auth_int.h"
#include "base/crypto.h"

#include <crypt.h>
#include <stdlib.h>

enum { SECRET_MAX = 256, BCRYPT_HASH_LEN = 60 };

bool bcrypt_verify(str hash, str secret)
{
    char setting[BCRYPT_HASH_LEN + 1] = {0};
    char phrase[SECRET_MAX + 1] = {0};
    if (hash.n != BCRYPT_HASH_LEN || !str_starts(hash, STR("$2")) || secret.n > SECRET_MAX)
        return false;
    memcpy(setting, hash.p, hash.n);
    if (secret.n > 0)
        memcpy(phrase, secret.p, secret.n);
    struct crypt_data *work = calloc(1, sizeof *work); // 32 KiB: too large for the stack
    if (!work)
        return false;
    str computed = str_c(crypt_r(phrase, setting, work));
    bool same = crypto_equal(computed, hash);
    explicit_bzero(work, sizeof *work);
    explicit_bzero(phrase, sizeof phrase);
    free(work);
    return same;
}
