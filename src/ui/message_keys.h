// SPDX-License-Identifier: MIT
#pragma once
// Which messages of different conversations are the same. Equal words may be said twice, so a message
// is known by its hash and by how many equal ones stand before it.
#include "chat/chat.h"

struct message_key {
    uint64_t hash, nth;
};
// One per message, in the arena; NULL without memory.
struct message_key *message_keys(struct arena *a, const struct chat *c);
str message_key_str(const struct message_key *k); // borrows it; for maps
