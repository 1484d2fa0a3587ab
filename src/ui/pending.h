// SPDX-License-Identifier: MIT
#pragma once
// Traces whose delete can still be undone: the lists leave them out.
#include "base/map.h"
#include "ui/ui.h"

struct pending {
    struct ctx *ctx;
    struct map *ids; // NULL: none
};
enum errc pending_read(struct api *api, struct ctx *ctx, str project,
                       struct pending *out) MUST_CHECK;
static inline bool pending_has(const struct pending *p, str trace_id)
{
    return p->ids && map_get(p->ids, trace_id);
}
