// SPDX-License-Identifier: MIT
#pragma once
// HTTP and HTTPS to servers that the configuration names: object stores, ClickHouse, metadata of clouds.
// Over libcurl, which is loaded when the first `web` is opened. Connections are kept and shared; thread
// safe. Redirects are not followed. Certificates are always verified (SSL_CERT_FILE names others).
#include "base/buf.h"
#include "base/err.h"

enum web_failure { // why there is no answer
    WEB_FINE,
    WEB_UNKNOWN_HOST, // the name does not resolve
    WEB_REFUSED,      // nobody listens there
    WEB_TIMED_OUT,    // nothing came back in time: a firewall or a white list, as a rule
    WEB_TLS,          // certificate, protocol or plain HTTP where TLS was expected
    WEB_BROKEN,       // the connection ended inside the answer
    WEB_TOO_LARGE     // the answer did not fit into `body`
};
struct web_options {
    int64_t connect_ms, idle_ms; // most time to connect; most time without a byte. 0 = 5 s, 60 s
    uint32_t max_connections;    // kept; 0 = 16
};
struct web_header {
    str name, value;
};
struct web_call {
    const char *method; // "PUT"; sent with Content-Length, never chunked, never Expect
    str url;            // sent as it is: the path is not normalised, escapes stay
    const struct web_header *headers;
    size_t n_headers;
    str body;           // none: no body; empty: Content-Length: 0
    int64_t timeout_ms; // for the whole call; 0 = 60 s. The context's deadline shortens it
};
struct web_answer {
    int status;
    struct buf *body;  // appended to, up to its maximum; NULL: dropped
    struct buf *fault; // instead of `body` from status 300 on, cut at its maximum; NULL: `body`
    str content_type, etag, date,
        error_code; // of the answer's headers, in the arena; error_code is
                    // x-ms-error-code or X-ClickHouse-Exception-Code
    enum web_failure failure;
    str local_address; // from which address it was called; for diagnosis
};

struct web;
enum errc web_open(struct ctx *ctx, const struct web_options *opt, struct web **out) MUST_CHECK;
void web_close(struct web *w); // NULL is fine; no call may be running
// Any status is ERR_OK. ERR_UNAVAILABLE: no answer, `failure` says why and the message says it to
// people (host and port, never credentials). ERR_TOO_LARGE: more than out->body may hold.
enum errc web_call(struct web *w, struct ctx *ctx, const struct web_call *call,
                   struct web_answer *out) MUST_CHECK;
// Percent-encodes all but unreserved characters; `keep` names further ones to leave ("/" in a path).
str web_escape(struct arena *a, str text, const char *keep);
