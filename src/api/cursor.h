// SPDX-License-Identifier: MIT
#pragma once
// `meta.cursor` of the cursor lists: base64 of a small JSON object that names the last row of a page
// (api.md 3.2 and 5.5). Opaque to clients; what they send back is checked like any input.
#include "store/store.h"

str observation_cursor_text(struct arena *a, const struct observation_cursor *c);
str score_cursor_text(struct arena *a, const struct score_cursor *c);
// ERR_INVALID "Invalid cursor format". The texts of *out are in the arena.
enum errc observation_cursor_parse(struct ctx *ctx, str text,
                                   struct observation_cursor *out) MUST_CHECK;
enum errc score_cursor_parse(struct ctx *ctx, str text, struct score_cursor *out) MUST_CHECK;
