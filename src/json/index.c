// SPDX-License-Identifier: MIT
// Looking up many members of one object: a search through all members each time would make merging
// two large objects quadratic, and clients choose how many keys they send.
#include "base/map.h"
#include "json/json.h"

#define SEARCHED_MAX 16u // up to here a search is as quick as a map

struct json_index json_index(struct arena *a, const struct json *object)
{
    struct json_index ix = {.object_ = object};
    size_t n = json_is(object, JSON_OBJECT) ? json_len(object) : 0;

    if (n > SEARCHED_MAX) {
        ix.map_ = map_create(a, n);
        ix.object_ = NULL;
    }
    for (struct json_iter it = json_iter(ix.map_ ? object : NULL); json_next(&it);) {
        void **slot = map_slot(ix.map_, it.key);
        if (slot)
            *slot = unconst(it.value);
    }
    return ix;
}

const struct json *json_index_get(const struct json_index *ix, str key)
{
    return ix->map_ ? map_get(ix->map_, key) : json_get(ix->object_, key);
}
