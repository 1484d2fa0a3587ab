// SPDX-License-Identifier: MIT
#pragma once
// Searching in texts as people do: ASCII letters match in either case.
#include "base/str.h"

bool text_has(str s, str needle);
bool text_starts(str s, str prefix);
