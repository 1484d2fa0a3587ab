// SPDX-License-Identifier: MIT
#pragma once
// Where a server is and with which keys, for commands that talk to it like any client.
#include "cli/cli.h"
#include "net/http_client.h"

// What --url, --public-key and --secret-key say, or else the variables that the SDKs read:
// LANGFUSE_BASE_URL or LANGFUSE_HOST, LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY. None where neither does.
struct endpoint_words {
    str url, public_key, secret_key;
};
struct endpoint_words endpoint_words(const struct cli *c);
// With the default address http://127.0.0.1:3000. ERR_INVALID when the keys are missing.
enum errc endpoint_find(struct cli *c, struct net_target *out) MUST_CHECK;

// A day or a time. False, after a message, when it is neither; *out stays as it is without the option.
bool cli_time(const struct cli *c, const char *name, millis *out);
// Number options. False, after a message, when the text is no number within the range.
bool cli_number(const struct cli *c, const char *name, int64_t min, int64_t max, int64_t *out);
