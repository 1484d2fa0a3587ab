// SPDX-License-Identifier: MIT
// The filter language of every view, down to the SQL text made from it.
#include "model/filter.h"
#include "store/sqlite/read_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct filter_dialect *const dialects[VIEW_COUNT] = {
        [VIEW_TRACES] = &trace_dialect,
        [VIEW_OBSERVATIONS] = &observation_dialect,
        [VIEW_OBSERVATIONS_V2] = &synthetic_dialect,
        [VIEW_SCORES] = &score_dialect,
        [VIEW_PAGE_TRACES] = &page_trace_dialect,
        [VIEW_PAGE_OBSERVATIONS] = &page_observation_dialect,
    };
    struct arena *a = arena_create(16u << 20);
    struct ctx ctx;

    for (int v = 0; v < VIEW_COUNT; v++) {
        struct filter f;
        struct sql_text t;
        arena_reset(a);
        ctx_init(&ctx, a);
        sql_text_init(&t, a);
        if (filter_parse(&ctx, (enum filter_view)v, str_make((const char *)data, size), &f) ==
            ERR_OK)
            CHECK(filter_sql(&ctx, &f, dialects[v], &t) == ERR_OK || ctx.code != ERR_OK);
        sql_text_fini(&t);
    }
    arena_destroy(a);
    return 0;
}
