// SPDX-License-Identifier: MIT
#pragma once
// What a store's refusal means and what puts it right, in one form for all stores.
#include "base/err.h"
#include "net/web.h"

struct blob_refusal { // a row of a store's table
    const char *code; // the store's own word
    enum errc rc;
    const char *advice;
    const char *setting; // "_BUCKET": which one to look at; NULL: none
};
struct blob_refused {
    const struct blob_refusal *rows;
    size_t n_rows;
    const char *what;         // "bucket"
    str name, host, settings; // of the bucket; "LANGFUSE_S3_EVENT_UPLOAD"
    const char *method;
    const struct web_answer *answer;
    str code, words; // from the answer
    str detail;      // ": eu-west-1", or none
};
// Fails with the row's code, or by the status where no row fits. The store's words are repeated,
// shortened; they never hold a secret, and neither does anything else here.
enum errc blob_refused(struct ctx *ctx, const struct blob_refused *r);
// ": it is 400 seconds behind the store's", when the answer's Date says so; none below five minutes.
str blob_clock_detail(struct arena *a, const struct web_answer *answer);
