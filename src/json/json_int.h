// SPDX-License-Identifier: MIT
#pragma once
// Shared by the files of this room only.
#include "base/arena.h"

// Copy of JSON text in which each broken piece of Unicode is U+FFFD: invalid bytes, lone surrogate
// escapes, \u0000. Faults of other kinds stay. None on arena overflow.
str json_repair(struct arena *a, str text);
