// SPDX-License-Identifier: MIT
// The rule of keys, the same for every store, so that what one takes the others take too.
#include "base/limits.h"
#include "base/utf8.h"
#include "blob/blob.h"

static bool part_fine(str part)
{
    return part.n > 0 && part.n <= LIMIT_BLOB_PART_BYTES && !str_eq(part, STR(".")) &&
           !str_eq(part, STR(".."));
}

static bool without_controls(str key)
{
    for (size_t i = 0; i < key.n; i++)
        if ((unsigned char)key.p[i] < 0x20 || key.p[i] == 0x7f)
            return false;
    return true;
}

enum errc blob_key_check(struct ctx *ctx, str key)
{
    bool fine = key.n > 0 && key.n <= LIMIT_BLOB_KEY_BYTES && !str_ends(key, STR("/")) &&
                utf8_valid(key) && without_controls(key);

    for (str rest = key, part; fine && str_next(&rest, '/', &part);)
        fine = part_fine(part);
    if (fine)
        return ERR_OK;
    return fail(ctx, ERR_INVALID,
                "a key has 1 to %u bytes of UTF-8 without control characters; its parts between"
                " slashes have 1 to %u bytes and are not . or ..",
                LIMIT_BLOB_KEY_BYTES, LIMIT_BLOB_PART_BYTES);
}
