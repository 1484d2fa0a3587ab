// SPDX-License-Identifier: MIT
#pragma once
// Objects in a container of Azure Blob Storage, signed with the account's key.
#include "blob/blob.h"
#include "net/web.h"

struct blob_azure_options { // copied
    str account, key;       // key: base64, as the portal shows it
    str container, prefix;  // prefix: put before every key as it is
    str endpoint;           // none: https://<account>.blob.core.windows.net
    str public_endpoint;    // of links; none: endpoint
    str setting;            // "LANGFUSE_S3_EVENT_UPLOAD": what messages call the settings
};

// Asks nothing of the network. ERR_INVALID: a setting is missing or wrong. `web` must outlive the store.
enum errc blob_azure_open(struct ctx *ctx, struct web *web, const struct blob_azure_options *opt,
                          struct blob_store **out) MUST_CHECK;
