// SPDX-License-Identifier: MIT
#pragma once
// Validation issues in the words of the recorded system, and their pretty-printed list, which the
// batch answer carries as text.
#include "base/err.h"
#include "json/json.h"

// Where we are in the document: ["body","usage","input"].
struct path {
    const struct path *up;
    str key;
};

void issue_expected(struct ctx *ctx, const struct path *at, const char *expected,
                    const struct json *got);
void issue_int(struct ctx *ctx, const struct path *at, const struct json *got);
void issue_datetime(struct ctx *ctx, const struct path *at);
void issue_too_long(struct ctx *ctx, const struct path *at, unsigned max);
void issue_too_short(struct ctx *ctx, const struct path *at, unsigned min);
void issue_custom(struct ctx *ctx, const struct path *at, const char *message);
void issue_custom_paths(struct ctx *ctx, str path_json, const char *message);
void issue_option(struct ctx *ctx, const struct path *at,
                  const char *const *options); // NULL-terminated
void issue_discriminator(struct ctx *ctx, const struct path *at, const char *discriminator);
// A union none of whose branches took the value: `expected` are the simple branches' type names.
void issue_union(struct ctx *ctx, const struct path *at, const char *const *expected,
                 const struct json *got);

str path_json(struct arena *a, const struct path *at);
const char *json_received(const struct json *v); // "undefined", "null", "string" ...
// The issues from `first` on, as JSON.stringify(issues, null, 2) prints them.
str issues_pretty(struct arena *a, const struct issue *first);
