// SPDX-License-Identifier: MIT
#pragma once
// The beginning of an input or output as lists show it: at most LIMIT_PREVIEW_BYTES.
#include "base/arena.h"

// `stored` as rows hold it (strings verbatim, else JSON text); none gives none. Pure.
str preview_text(struct arena *a, str stored, bool is_output);
