// SPDX-License-Identifier: MIT
// Endpoints and attempts. Everything that is sent here may be sent twice: an object replaces itself,
// what is gone stays gone. Runs in the threads of the callers, who sleep between attempts.
#include "blob/remote.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/limits.h"

#include <arpa/inet.h>
#include <time.h>

enum { RETRIES = 3, FIRST_PAUSE_MS = 100 };

// ---- Endpoints ----------------------------------------------------------------------------------

static bool host_fine(str host)
{
    for (size_t i = 0; i < host.n; i++)
        if (host.p[i] <= ' ' || host.p[i] >= 0x7f || strchr("@\\\"<>?#%", host.p[i]))
            return false;
    return host.n > 0 && host.p[0] != ':';
}

static bool can_carry_names(struct arena *a, str host)
{
    static const str inside[] = {STR_INIT(".local"), STR_INIT(".svc"), STR_INIT(".internal")};
    struct in_addr address;
    ptrdiff_t port = str_find_char(host, ':');
    str name = port < 0 ? host : str_sub(host, 0, (size_t)port);

    if (host.p[0] == '[' || inet_pton(AF_INET, arena_cstr(a, name), &address) == 1)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(inside); i++)
        if (str_ends(name, inside[i]))
            return false; // a cluster's names have no wildcards
    return str_find_char(name, '.') > 0;
}

static bool endpoint_parse(struct arena *a, str url, struct blob_endpoint *out)
{
    struct blob_endpoint e = {.scheme = STR("https")};
    str rest = str_trim(url);
    ptrdiff_t scheme = str_find(rest, STR("://"));

    if (scheme >= 0) {
        e.scheme = arena_lower(a, str_sub(rest, 0, (size_t)scheme));
        rest = str_skip(rest, (size_t)scheme + 3);
    }
    ptrdiff_t slash = str_find_char(rest, '/');
    e.host = slash < 0 ? rest : str_sub(rest, 0, (size_t)slash);
    e.path = slash < 0 ? STR("") : str_skip(rest, (size_t)slash);
    while (str_ends(e.path, STR("/")))
        e.path.n--;
    bool tls = str_eq(e.scheme, STR("https"));
    if ((!tls && !str_eq(e.scheme, STR("http"))) || !host_fine(e.host))
        return false;
    e.host = arena_lower(a, e.host);
    str own_port = tls ? STR(":443") : STR(":80");
    if (str_ends(e.host, own_port))
        e.host.n -= own_port.n;
    e.named = can_carry_names(a, e.host);
    *out = e;
    return true;
}

enum errc blob_endpoints_parse(struct ctx *ctx, struct arena *texts, const str urls[2],
                               str settings, struct blob_endpoints *out)
{
    str store = arena_str(texts, urls[0]);
    str links = str_empty(urls[1]) ? store : arena_str(texts, urls[1]);

    if (endpoint_parse(texts, store, &out->store) && endpoint_parse(texts, links, &out->links))
        return ERR_OK;
    return fail(ctx, ERR_INVALID,
                "%.*s_ENDPOINT is not an address such as https://oss-cn-hangzhou.aliyuncs.com",
                STR_ARG(settings));
}

enum errc blob_prefix_check(struct ctx *ctx, str prefix, str settings)
{
    if (prefix.n <= LIMIT_BLOB_KEY_BYTES - LIMIT_BLOB_PART_BYTES && !str_starts(prefix, STR("/")))
        return ERR_OK;
    return fail(ctx, ERR_INVALID, "%.*s_PREFIX begins with a slash or is too long",
                STR_ARG(settings));
}

// ---- Attempts -----------------------------------------------------------------------------------

static bool worth_another(enum errc rc, const struct web_answer *answer)
{
    if (rc == ERR_UNAVAILABLE)
        return answer->failure == WEB_BROKEN || answer->failure == WEB_REFUSED;
    return rc == ERR_OK && (answer->status == 429 || answer->status >= 500) &&
           answer->status != 501;
}

// Half of the pause is chance, so that many processes do not come back at once. False: no time left.
static bool pause_before(const struct ctx *ctx, int attempt)
{
    uint32_t chance = 0;
    int64_t pause = FIRST_PAUSE_MS;

    for (int i = 0; i < attempt; i++)
        pause *= 4;
    crypto_random(&chance, sizeof chance);
    pause = pause / 2 + (int64_t)(chance % (uint32_t)(pause / 2 + 1));
    if (ctx->deadline_ms && clock_mono_ms() + pause >= ctx->deadline_ms)
        return false;
    const struct timespec t = {.tv_sec = pause / 1000, .tv_nsec = pause % 1000 * 1000000};
    (void)nanosleep(&t, NULL);
    return true;
}

enum errc blob_attempts(struct ctx *ctx, blob_attempt_fn *fn, void *user, struct web_answer *answer)
{
    struct buf *body = answer->body, *fault = answer->fault;
    size_t body_len = body ? body->len : 0, fault_len = fault ? fault->len : 0;

    for (int attempt = 0;; attempt++) {
        enum errc rc = fn(user, ctx, answer);
        if (!worth_another(rc, answer) || attempt == RETRIES || !pause_before(ctx, attempt))
            return rc;
        if (body)
            body->len = body_len;
        if (fault)
            fault->len = fault_len;
        if (rc != ERR_OK)
            ctx_clear_error(ctx);
        *answer = (struct web_answer){.body = body, .fault = fault};
    }
}
