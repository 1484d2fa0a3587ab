// SPDX-License-Identifier: MIT
// Azure's signatures: HMAC-SHA256 with the account's key over lines of what the request says. Pure; none
// on arena overflow.
#include "base/codec.h"
#include "base/crypto.h"
#include "blob/azure/azure_int.h"

static str hmac_base64(const struct azure *z, struct arena *a, str text)
{
    uint8_t digest[32];

    if (!str_some(text))
        return STR_NONE;
    hmac_sha256(z->key, text, digest);
    return base64_encode(a, str_make((const char *)digest, sizeof digest));
}

static str canonical_resource(const struct azure *z, struct arena *a, const struct azure_call *call,
                              str path)
{
    str out = arena_fmt(a, "/%.*s%.*s", STR_ARG(z->opt.account), STR_ARG(path));
    for (size_t i = 0; i < call->n_query; i++)
        out = arena_fmt(a, "%.*s\n%.*s:%.*s", STR_ARG(out), STR_ARG(call->query[i].name),
                        STR_ARG(call->query[i].value));
    return out;
}

str azure_authorization(const struct azure *z, struct arena *a, const struct azure_call *call,
                        str path, str date)
{
    str length = call->body.n ? arena_fmt(a, "%zu", call->body.n) : STR("");
    // Encoding, language, length, MD5, type, date, four conditions and a range: mostly not sent.
    str text = arena_fmt(a,
                         "%s\n\n\n%.*s\n\n%.*s\n\n\n\n\n\n\n%sx-ms-date:%.*s\n"
                         "x-ms-version:" AZURE_VERSION "\n%.*s",
                         call->method, STR_ARG(length), STR_ARG(call->content_type),
                         call->block_blob ? "x-ms-blob-type:BlockBlob\n" : "", STR_ARG(date),
                         STR_ARG(canonical_resource(z, a, call, path)));
    str proof = hmac_base64(z, a, text);
    return str_some(proof)
               ? arena_fmt(a, "SharedKey %.*s:%.*s", STR_ARG(z->opt.account), STR_ARG(proof))
               : STR_NONE;
}

str azure_sas(const struct azure *z, struct arena *a, const struct blob_link *link, millis now)
{
    bool tls = str_eq(z->links.scheme, STR("https"));
    str until = time_iso(a, now + link->seconds * 1000);
    if (!str_some(until))
        return STR_NONE;
    until = arena_fmt(a, "%.19sZ", until.p); // without milliseconds
    const char *may = link->upload ? "cw" : "r", *protocol = tls ? "https" : "https,http";
    // Permission, start, expiry, resource, identifier, address, protocol, version, kind, snapshot,
    // encryption scope, and five headers of the answer.
    str text = arena_fmt(
        a, "%s\n\n%.*s\n/blob/%.*s/%.*s/%.*s%.*s\n\n\n%s\n" AZURE_VERSION "\nb\n\n\n\n\n\n\n", may,
        STR_ARG(until), STR_ARG(z->opt.account), STR_ARG(z->opt.container), STR_ARG(z->opt.prefix),
        STR_ARG(link->key), protocol);
    str proof = hmac_base64(z, a, text);
    return str_some(proof)
               ? arena_fmt(a, "sp=%s&se=%.*s&spr=%s&sv=" AZURE_VERSION "&sr=b&sig=%.*s", may,
                           STR_ARG(percent_encode(a, until)), tls ? "https" : "https%2Chttp",
                           STR_ARG(percent_encode(a, proof)))
               : STR_NONE;
}
