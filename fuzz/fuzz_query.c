// SPDX-License-Identifier: MIT
// The query language of the lists in both lenses, with the JSON of what could not be read. Parameters
// and JSON bodies are valid UTF-8 when they arrive here.
#include "base/utf8.h"
#include "ui/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_create(16u << 20);

    for (int lens = LENS_TRACES; lens <= LENS_OBSERVATIONS; lens++) {
        AUTO(buf_fini) struct buf out = {0};
        struct query q;
        struct ctx ctx;
        struct jw w;
        arena_reset(a);
        ctx_init(&ctx, a);
        str text = utf8_clean(a, str_make((const char *)data, size));
        if (query_read(&ctx, (enum insight_lens)lens, text, &q) != ERR_OK)
            continue;
        for (size_t i = 0; i < q.n_problems; i++)
            CHECK(q.problems[i].at + q.problems[i].length <= text.n &&
                  str_some(q.problems[i].message));
        for (size_t i = 0; i < q.filter.n; i++)
            CHECK(q.filter.conds[i].column);
        buf_init(&out, 16u << 20);
        jw_init(&w, &out);
        jw_object(&w);
        query_problems_write(&w, &q);
        jw_object_end(&w);
    }
    arena_destroy(a);
    return 0;
}
