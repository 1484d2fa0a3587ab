// SPDX-License-Identifier: MIT
#pragma once
// Objects in a bucket that speaks the S3 API: AWS, Alibaba OSS, MinIO and others.
#include "blob/blob.h"
#include "net/web.h"

struct blob_s3_options { // copied
    str bucket, prefix;  // prefix: put before every key as it is ("events/")
    str endpoint;        // none: AWS in `region`
    str public_endpoint; // of links, where browsers reach another address; none: endpoint
    str region;          // none: us-east-1
    str access_key, secret_key, session_token;
    str sse,
        sse_key; // "AES256" or "aws:kms" with a key's id: encryption at rest; none: the bucket's own
    bool
        path_style; // https://host/bucket/key. false: https://bucket.host/key where host is a domain
    str setting;    // "LANGFUSE_S3_EVENT_UPLOAD": what messages call the settings
};

// Asks nothing of the network. ERR_INVALID: a setting is missing or wrong. `web` must outlive the store.
enum errc blob_s3_open(struct ctx *ctx, struct web *web, const struct blob_s3_options *opt,
                       struct blob_store **out) MUST_CHECK;
// Makes the bucket where the rights allow it; fine when it is there and ours.
enum errc blob_s3_create_bucket(struct blob_store *b, struct ctx *ctx) MUST_CHECK;
