// SPDX-License-Identifier: MIT
#pragma once
// Objects under keys: segments of events, media, exports. One interface over a directory, S3 (Alibaba
// OSS, MinIO ...) and Azure Blob, with the same answers (tests/contract). Thread safe.
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

// Keys: 1 to 1,024 bytes of UTF-8 without control characters, "/" between parts of 1 to 200 bytes, no
// part "." or "..". Anything else is ERR_INVALID. No key may be the parts that another begins with
// ("a" beside "a/b"): a directory cannot hold both.
struct blob_object {
    str key, body;
    str content_type; // none = application/octet-stream
};
struct blob_entry {
    str key;
    int64_t bytes;
    millis modified;
};
// Borrowed: valid during the call. Anything but ERR_OK ends the listing.
typedef enum errc blob_entry_fn(void *user, const struct blob_entry *entry);
struct blob_range { // keys that begin with `prefix`, behind `after` (none = all), in order of bytes
    str prefix, after;
    int64_t limit; // <= 0: all
};
struct blob_link { // a signed address that a browser or an SDK may use without credentials
    bool upload;   // PUT instead of GET
    str key, content_type, sha256_base64; // an upload must carry exactly these; none = any
    int64_t bytes;                        // Content-Length of an upload; < 0 = any
    int64_t seconds;                      // it works for; at most 604,800
};

struct blob_store; // each implementation embeds it first
struct blob_store_ops {
    const char *name; // "files", "s3", "azure"
    // Durable when it returns; replaces. ERR_UNAVAILABLE: try again later; ERR_FORBIDDEN: rights or keys;
    // ERR_NOT_FOUND: no such bucket or container. The message has cause and cure, never a secret.
    enum errc (*put)(struct blob_store *b, struct ctx *ctx, const struct blob_object *object);
    // Appends to `out`; ERR_TOO_LARGE over its maximum; ERR_NOT_FOUND without a message when absent.
    enum errc (*get)(struct blob_store *b, struct ctx *ctx, str key, struct buf *out);
    enum errc (*list)(struct blob_store *b, struct ctx *ctx, const struct blob_range *range,
                      blob_entry_fn *fn, void *user);
    // Absent keys are fine. Any number: the implementation splits them.
    enum errc (*remove)(struct blob_store *b, struct ctx *ctx, const str *keys, size_t n);
    // ERR_NOT_IMPLEMENTED: this store has no addresses (files): the server hands bytes through itself.
    enum errc (*link)(struct blob_store *b, struct ctx *ctx, const struct blob_link *link,
                      str *url);
    void (*close)(struct blob_store *b);
};
struct blob_store {
    const struct blob_store_ops *ops;
};

// What the checks above ask of a key; for implementations and for callers with keys of clients.
enum errc blob_key_check(struct ctx *ctx, str key) MUST_CHECK;
