// SPDX-License-Identifier: MIT
#pragma once
// For web.c: what may be sent (web_check.c), and why libcurl brought no answer, as one of enum
// web_failure and in words (web_error.c).
#include "net/libcurl.h"
#include "net/web.h"

struct web_fault {
    CURLcode code;
    const char *text;   // libcurl's own, "" when it has none
    bool resolved;      // the host's name was
    bool connected;     // it came as far as a connection
    int os_error;       // errno of connecting; 0 = unknown
    int64_t timeout_ms; // of the call
};

enum errc web_check(struct ctx *ctx, const struct web_call *call); // ERR_INVALID
str web_origin(str url); // "https://host:port" of an address, for messages
// Sets out->failure and says it; see web_call.
enum errc web_failed(struct ctx *ctx, const struct web_call *call, const struct web_fault *fault,
                     struct web_answer *out);
