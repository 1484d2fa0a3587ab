// SPDX-License-Identifier: MIT
#pragma once
// What the files of this folder share.
#include "base/buf.h"
#include "import/import.h"
#include "json/json.h"
#include "json/write.h"

// Writes the event that makes `row` of an answer. False when the row has no id.
bool import_event(struct jw *w, struct arena *a, enum import_kind kind, const struct json *row);
