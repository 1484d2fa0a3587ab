// SPDX-License-Identifier: MIT
// The checks that all queues share, so that they answer alike.
#include "base/crypto.h"
#include "base/limits.h"
#include "queue/work_checks.h"

enum errc work_body_check(struct ctx *ctx, str body)
{
    if (body.n <= LIMIT_WORK_BYTES)
        return ERR_OK;
    return fail(ctx, ERR_TOO_LARGE, "a piece of work has %zu bytes; at most %u may be queued",
                body.n, LIMIT_WORK_BYTES);
}

enum errc work_lease_check(struct ctx *ctx, str name, int64_t ttl_ms)
{
    if (name.n == 0 || name.n > LIMIT_WORK_LEASE_BYTES)
        return fail(ctx, ERR_INVALID, "the name of a lease has 1 to %u bytes, not %zu",
                    LIMIT_WORK_LEASE_BYTES, name.n);
    return ttl_ms > 0 ? ERR_OK : fail(ctx, ERR_INVALID, "a lease lasts at least a millisecond");
}

enum errc work_full(struct ctx *ctx, const char *queue, int64_t limit)
{
    return fail(ctx, ERR_UNAVAILABLE,
                "the queue (%s) is full: %lld pieces of work are not done; check that workers run"
                " and keep up",
                queue, (long long)limit);
}

str work_reason(str reason)
{
    size_t n = reason.n;

    if (n > LIMIT_WORK_REASON) {
        n = LIMIT_WORK_REASON;
        while (n > 0 && ((unsigned char)reason.p[n] & 0xc0u) == 0x80)
            n--; // not within a character
    }
    return str_make(reason.p ? reason.p : "", n);
}

int64_t work_claim_max(const struct work_claim *claim)
{
    int64_t max = claim->max < LIMIT_WORK_CLAIM ? claim->max : LIMIT_WORK_CLAIM;

    return max > 0 ? max : 1;
}

struct work_bounds work_bounds(const struct work_bounds *ask)
{
    struct work_bounds b = ask ? *ask : (struct work_bounds){0};

    b.work = b.work > 0 ? b.work : LIMIT_WORK;
    b.dead = b.dead > 0 ? b.dead : LIMIT_WORK_DEAD;
    return b;
}

void work_holder(char out[33])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t random[16];

    crypto_random(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        out[2 * i] = digits[random[i] >> 4];
        out[2 * i + 1] = digits[random[i] & 15];
    }
    out[32] = 0;
}
