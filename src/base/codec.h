// SPDX-License-Identifier: MIT
#pragma once
// Hex, base64, base64url and percent coding. Decoders return false on malformed input.
#include "base/arena.h"

str hex_encode(struct arena *a, const void *data, size_t n); // lowercase
bool hex_decode(struct arena *a, str text, str *out);
str base64_encode(struct arena *a, str data); // standard alphabet, padded
bool base64_decode(struct arena *a, str text,
                   str *out);                    // standard or url alphabet, padding optional
str base64url_encode(struct arena *a, str data); // no padding
// `plus` also turns '+' into a space (query strings). Malformed escapes make it return false.
bool percent_decode(struct arena *a, str text, bool plus, str *out);
str percent_encode(struct arena *a, str text); // everything but unreserved characters
str percent_encode_but(struct arena *a, str text, const char *keep); // leaves those of `keep` too
