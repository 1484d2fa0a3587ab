// SPDX-License-Identifier: MIT
// Keys of messages (message_keys.h).
#include "ui/message_keys.h"

#include "base/map.h"

str message_key_str(const struct message_key *k)
{
    return str_make((const char *)k, sizeof(*k));
}

struct message_key *message_keys(struct arena *a, const struct chat *c)
{
    struct message_key *keys = ARENA_ARRAY(a, struct message_key, c->n);
    struct map *last = map_create(a, c->n); // hash -> key of the last equal message

    for (size_t i = 0; keys && last && i < c->n; i++) {
        keys[i].hash = c->messages[i].hash;
        void **slot = map_slot(last, str_make((const char *)&keys[i].hash, sizeof(keys[i].hash)));
        if (!slot)
            return NULL;
        const struct message_key *before = *slot;
        keys[i].nth = before ? before->nth + 1 : 0;
        *slot = &keys[i];
    }
    return last ? keys : NULL;
}
