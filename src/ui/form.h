// SPDX-License-Identifier: MIT
#pragma once
// Small JSON bodies of the pages' forms, and small answers.
#include "ui/ui.h"

#define FORM_BYTES (16u << 10)

// The body as an object. ERR_INVALID when it is none.
enum errc form_read(struct http_req *rq, const struct json **out) MUST_CHECK;
str form_text(const struct json *form, const char *name); // trimmed; none when absent or no text
// A name of 1 to 100 characters without control characters; ERR_INVALID otherwise.
enum errc form_name(struct ctx *ctx, const struct json *form, str *out) MUST_CHECK;

enum errc answer_nothing(struct http_res *rs); // 204
enum errc answer_id(struct http_res *rs, str id);

#define SESSION_ROUTE(m, p, h, d)                                              \
    {                                                                          \
        .method = m, .path = "/api/ui/" p, .handler = h, .auth = AUTH_SESSION, \
        .body_limit = FORM_BYTES, .doc = d                                     \
    }
