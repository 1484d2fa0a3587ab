// SPDX-License-Identifier: MIT
#pragma once
// What the files of this folder share: the store, and one signed call.
#include "blob/remote.h"
#include "blob/s3/s3.h"
#include "blob/s3/sigv4.h"

#include <stdatomic.h>

struct s3 {
    struct blob_store base;
    struct web *web;
    struct arena *arena; // of the texts
    struct blob_s3_options opt;
    struct blob_endpoint endpoint, links;
    struct sigv4_credentials keys;
    atomic_bool path_style;
};

struct s3_call {
    const char *method;
    str key;                          // without the prefix; none: the bucket itself
    const struct sigv4_pair *query;   // not escaped
    const struct sigv4_pair *headers; // beside the signature's own; all are signed
    size_t n_query, n_headers;
    str body;
    struct buf *out; // the answer's body; NULL: dropped
};
// Host and escaped path of an address in one of the two styles; s->path_style may change meanwhile.
struct s3_address {
    str host, path;
};
struct s3_address s3_address(const struct s3 *s, struct arena *a, const struct blob_endpoint *e,
                             bool path_style, str key);
// ERR_OK: status 200 to 299. Otherwise the error as blob.h has it.
enum errc s3_send(struct s3 *s, struct ctx *ctx, const struct s3_call *call) MUST_CHECK;

// What a refusal means (error.c). `text` is the XML that came with it.
enum errc s3_failed(const struct s3 *s, struct ctx *ctx, const struct s3_call *call,
                    const struct web_answer *answer, str text);

enum errc s3_list(struct blob_store *b, struct ctx *ctx, const struct blob_range *range,
                  blob_entry_fn *fn, void *user);
enum errc s3_remove(struct blob_store *b, struct ctx *ctx, const str *keys, size_t n);
