// SPDX-License-Identifier: MIT
// What may be sent: nothing in an address or a header may end a line or a request early. Keys of objects
// and names of clients come this way.
#include "base/limits.h"
#include "net/web_int.h"

static bool token(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] <= ' ' || text[i] >= 0x7f || strchr(":,;/?#[]@()<>{}\"\\=", text[i]))
            return false;
    return n > 0;
}

static bool printable(str s, char lowest)
{
    for (size_t i = 0; i < s.n; i++)
        if (((unsigned char)s.p[i] < (unsigned char)lowest && s.p[i] != '\t') || s.p[i] == 0x7f)
            return false;
    return true;
}

// Values are never repeated: they may be secrets.
enum errc web_check(struct ctx *ctx, const struct web_call *call)
{
    str origin = web_origin(call->url);
    str host = str_skip(origin, str_starts(origin, STR("https:")) ? 8 : 7);

    if (!str_starts(origin, STR("http://")) && !str_starts(origin, STR("https://")))
        return fail(ctx, ERR_INVALID, "not an address that begins with http:// or https://");
    if (str_empty(host) || str_has(host, STR("@")))
        return fail(ctx, ERR_INVALID,
                    "an address needs a host, and no user or password before it (they have"
                    " settings of their own)");
    if (call->url.n > LIMIT_WEB_URL_BYTES || !printable(call->url, '!') ||
        str_has(call->url, STR("\t")) || str_has(call->url, STR("#")))
        return fail(ctx, ERR_INVALID,
                    "an address at %.*s has blanks, control characters or # in it, or is longer"
                    " than %u bytes",
                    STR_ARG(str_sub(origin, 0, 64)), LIMIT_WEB_URL_BYTES);
    CHECK(token(call->method, strlen(call->method)));
    for (size_t i = 0; i < call->n_headers; i++)
        if (!token(call->headers[i].name.p, call->headers[i].name.n) ||
            !printable(call->headers[i].value, ' '))
            return fail(ctx, ERR_INVALID, "the value of header %.*s has control characters",
                        STR_ARG(call->headers[i].name));
    return ERR_OK;
}
