// SPDX-License-Identifier: MIT
#pragma once
// Reading the small XML that object stores answer: elements by name, in order, without a tree. Neither
// DTDs nor processing instructions mean anything here; entities are XML's own five and characters.
#include "base/arena.h"

// Finds the next element `name` at or behind *from; *inner is what lies between its tags and *from moves
// behind it. Elements of one name do not nest in what we read. False: none, or it does not end.
bool xml_next(str text, const char *name, size_t *from, str *inner);
// The first one's contents with entities resolved; none when it is absent or malformed.
str xml_text(struct arena *a, str text, const char *name);
str xml_escape(struct arena *a, str text); // for between tags
