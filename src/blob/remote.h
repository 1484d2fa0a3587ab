// SPDX-License-Identifier: MIT
#pragma once
// What the stores behind HTTP share: the address of the service, attempts, and telling what was refused.
#include "blob/blob.h"
#include "net/web.h"

struct blob_endpoint {
    str scheme; // "https"
    str host; // lower case; with its port unless it is the scheme's own, as the Host header says it
    str path; // "" or "/base"
    bool named; // a domain that can carry a bucket's name in front; not an address, not "localhost"
};
// Two of "https://host[:port][/base]", https when no scheme is given: the store's, and that of links (none:
// the same). Their texts lie in `texts`. ERR_INVALID names <settings>_ENDPOINT.
struct blob_endpoints {
    struct blob_endpoint store, links;
};
enum errc blob_endpoints_parse(struct ctx *ctx, struct arena *texts, const str urls[2],
                               str settings, struct blob_endpoints *out) MUST_CHECK;
// What a store may have before every key. ERR_INVALID names <settings>_PREFIX.
enum errc blob_prefix_check(struct ctx *ctx, str prefix, str settings) MUST_CHECK;

// One attempt signs and sends anew.
typedef enum errc blob_attempt_fn(void *user, struct ctx *ctx, struct web_answer *answer);
// Up to three more attempts, 100 ms, 400 ms, 1.6 s apart and within the context's deadline, while the
// service is overloaded or broken (429, 5xx) or the connection is refused or lost.
enum errc blob_attempts(struct ctx *ctx, blob_attempt_fn *fn, void *user,
                        struct web_answer *answer) MUST_CHECK;
