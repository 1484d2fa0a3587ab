// SPDX-License-Identifier: MIT
#pragma once
// AWS Signature Version 4, as docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
// has it: the Authorization header, and signed addresses. Pure: the time is the caller's.
#include "base/clock.h"
#include "base/err.h"

struct sigv4_pair {
    str name, value;
};
struct sigv4_credentials {
    str access_key, secret_key, session_token; // the last one none for keys that do not expire
    str region, service;                       // "eu-central-1", "s3"
};
struct sigv4_request {
    const char *method;
    str path;                       // as it is sent, escaped once
    const struct sigv4_pair *query; // not escaped, in any order
    const struct sigv4_pair
        *headers; // that are signed: host, x-amz-... and content-type; lower case
    size_t n_query, n_headers;
    str payload; // sha256 of the body in hex, or UNSIGNED-PAYLOAD
    millis now;
};

#define SIGV4_DATE_LEN 16 // 20150830T123600Z
str sigv4_date(struct arena *a, millis now);
// Escaped and sorted, as it is signed and sent; without the question mark.
str sigv4_query(struct arena *a, const struct sigv4_pair *query, size_t n);
// Value of the Authorization header. x-amz-date must be among the headers.
str sigv4_authorization(struct arena *a, const struct sigv4_credentials *c,
                        const struct sigv4_request *rq);
// The query of an address that is valid for `seconds`: the request's own and X-Amz-*.
str sigv4_presigned_query(struct arena *a, const struct sigv4_credentials *c,
                          const struct sigv4_request *rq, int64_t seconds);
