// SPDX-License-Identifier: MIT
#pragma once
// What the files of this folder share: the store, one signed call, and the two signatures.
#include "blob/azure/azure.h"
#include "blob/remote.h"

#define AZURE_VERSION "2021-12-02"

struct azure {
    struct blob_store base;
    struct web *web;
    struct arena *arena; // of the texts
    struct blob_azure_options opt;
    str key; // decoded
    struct blob_endpoint endpoint, links;
};

struct azure_pair {
    str name, value;
};
struct azure_call {
    const char *method;
    str key;                        // without the prefix; none: the container itself
    const struct azure_pair *query; // not escaped, sorted by name, lower case
    size_t n_query;
    bool block_blob;  // a PUT
    str content_type; // of a body
    str body;
    struct buf *out;
};

// Value of the Authorization header ("Authorize with Shared Key" of the REST reference).
str azure_authorization(const struct azure *z, struct arena *a, const struct azure_call *call,
                        str path, str date);
// The query of an address that works without a key ("Create a service SAS").
str azure_sas(const struct azure *z, struct arena *a, const struct blob_link *link, millis now);

str azure_path(const struct azure *z, struct arena *a, const struct blob_endpoint *e, str key);
// ERR_OK: status 200 to 299. Otherwise the error as blob.h has it.
enum errc azure_send(struct azure *z, struct ctx *ctx, const struct azure_call *call) MUST_CHECK;
enum errc azure_failed(const struct azure *z, struct ctx *ctx, const struct azure_call *call,
                       const struct web_answer *answer, str text);
enum errc azure_list(struct blob_store *b, struct ctx *ctx, const struct blob_range *range,
                     blob_entry_fn *fn, void *user);
