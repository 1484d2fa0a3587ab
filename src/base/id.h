// SPDX-License-Identifier: MIT
#pragma once
// Identifiers from the system's random source.
#include "base/arena.h"

#define UUID_LEN 36
void id_uuid4(char out[UUID_LEN + 1]); // lowercase with dashes
str id_uuid(struct arena *a);
// The same seed and number make the same id, in the form of id_uuid.
str id_uuid_of(struct arena *a, str seed, uint64_t number);
str id_cuid(struct arena *a); // "c" + 24 of [a-z0-9], starts with time like the wire's ids
str id_hex(struct arena *a, size_t n_bytes);
