// SPDX-License-Identifier: MIT
// What went wrong between us and another server, in the words of those who can put it right: which
// host and port, what happened, what to look at. Nothing here has seen a header or a query.
#include "base/address.h"
#include "net/web_int.h"

#include <errno.h>

static const struct {
    CURLcode code;
    enum web_failure failure;
} failures[] = {
    {CURLE_COULDNT_RESOLVE_HOST, WEB_UNKNOWN_HOST},
    {CURLE_COULDNT_RESOLVE_PROXY, WEB_UNKNOWN_HOST},
    {CURLE_COULDNT_CONNECT, WEB_REFUSED},
    {CURLE_OPERATION_TIMEDOUT, WEB_TIMED_OUT},
    {CURLE_SSL_CONNECT_ERROR, WEB_TLS},
    {CURLE_SSL_ENGINE_NOTFOUND, WEB_TLS},
    {CURLE_SSL_CERTPROBLEM, WEB_TLS},
    {CURLE_SSL_CIPHER, WEB_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, WEB_TLS},
    {CURLE_USE_SSL_FAILED, WEB_TLS},
    {CURLE_SSL_CACERT_BADFILE, WEB_TLS},
    {CURLE_SSL_ISSUER_ERROR, WEB_TLS},
    {CURLE_SSL_INVALIDCERTSTATUS, WEB_TLS},
    {CURLE_UNSUPPORTED_PROTOCOL, WEB_TLS}, // the answer is not HTTP: TLS, as a rule
    {CURLE_WEIRD_SERVER_REPLY, WEB_TLS},
    {CURLE_WRITE_ERROR, WEB_TOO_LARGE},
};

static const char *const advice[] = {
    [WEB_UNKNOWN_HOST] = "the name does not resolve; check its spelling, and this machine's DNS",
    [WEB_REFUSED] = "nobody listens there; check host and port, and that the server runs",
    [WEB_TIMED_OUT] = "a firewall, a security group or an IP white list that lacks this machine"
                      " drops packets in silence; look there first",
    [WEB_TLS] = "check that the scheme (http, https) is what the server speaks, and that the"
                " certificate's authority is among this machine's (package ca-certificates, or a"
                " file named by SSL_CERT_FILE)",
    [WEB_BROKEN] = "the server, or a proxy on the way, closed the connection; try again",
};

str web_origin(str url)
{
    ptrdiff_t scheme = str_find(url, STR("://"));
    size_t n = scheme < 0 ? 0 : (size_t)scheme + 3;
    while (n < url.n && !strchr("/?#", url.p[n]))
        n++;
    return str_sub(url, 0, n);
}

static enum web_failure failure_of(const struct web_fault *fault)
{
    if (fault->code == CURLE_COULDNT_CONNECT && fault->os_error == ETIMEDOUT)
        return WEB_TIMED_OUT;
    for (size_t i = 0; i < ARRAY_LEN(failures); i++)
        if (failures[i].code == fault->code)
            return failures[i].failure;
    return WEB_BROKEN;
}

// From which address a white list of that server would have to let us in.
static str own_address(struct arena *a, str origin)
{
    bool tls = str_starts(origin, STR("https:"));
    str host = str_skip(origin, tls ? 8 : 7), port = tls ? STR("443") : STR("80");
    const char *colon = memrchr(host.p, ':', host.n);

    if (colon && !memchr(colon, ']', (size_t)(host.p + host.n - colon))) {
        port = str_skip(host, (size_t)(colon - host.p) + 1);
        host.n = (size_t)(colon - host.p);
    }
    if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
        host = str_sub(host, 1, host.n - 2);
    return address_towards(a, host, port);
}

static str cause_of(struct arena *a, enum web_failure failure, const struct web_fault *fault,
                    str from)
{
    if (failure == WEB_TIMED_OUT && !fault->connected)
        return str_empty(from)
                   ? STR("no connection in time")
                   : arena_fmt(a, "no connection in time (called from %.*s)", STR_ARG(from));
    if (failure == WEB_TIMED_OUT)
        return arena_fmt(a, "connected, but the answer did not come (limit %lld ms)",
                         (long long)fault->timeout_ms);
    if (fault->os_error > 0 && failure == WEB_REFUSED)
        return str_c(strerrordesc_np(fault->os_error));
    return str_c(fault->text);
}

enum errc web_failed(struct ctx *ctx, const struct web_call *call, const struct web_fault *fault,
                     struct web_answer *out)
{
    enum web_failure failure = failure_of(fault);
    str origin = web_origin(call->url);

    out->failure = failure;
    if (failure == WEB_TIMED_OUT && fault->resolved && !fault->connected)
        out->local_address = own_address(ctx->arena, origin);
    str cause = cause_of(ctx->arena, failure, fault, out->local_address);
    if (failure == WEB_TOO_LARGE)
        return fail(ctx, ERR_TOO_LARGE, "the answer of %.*s is longer than %zu bytes",
                    STR_ARG(origin), out->body ? out->body->max : 0);
    if (failure == WEB_TIMED_OUT && fault->connected) // it got through: no firewall
        return fail(ctx, ERR_UNAVAILABLE, "no answer from %.*s: %.*s", STR_ARG(origin),
                    STR_ARG(cause));
    return fail(ctx, ERR_UNAVAILABLE, "no answer from %.*s: %.*s; %s", STR_ARG(origin),
                STR_ARG(cause), advice[failure]);
}
