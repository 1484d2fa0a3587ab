// SPDX-License-Identifier: MIT
// A query string against the parameter tables of every route of the public API.
#include "api/api.h"
#include "http/http_int.h"

#define PARAMS_BYTES 4096 // more than any handler's struct of parameters

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_route(struct arena *a, const struct route *route, str query)
{
    _Alignas(max_align_t) unsigned char out[PARAMS_BYTES] = {0};
    struct ctx ctx;
    struct http_req rq = {.route = route, .query = query, .ctx = &ctx};

    arena_reset(a);
    ctx_init(&ctx, a);
    for (uint32_t i = 0; i < route->n_params; i++)
        CHECK(route->params[i].offset + sizeof(struct str_list) <= sizeof out);
    enum errc rc = req_params(&rq, out);
    CHECK(rc == ERR_OK || str_some(ctx.message) || ctx.n_issues > 0);
    (void)req_query(&rq, STR("filter"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct route *tables[API_TABLES + 1];
    size_t lens[API_TABLES];
    struct arena *a = arena_create(16u << 20);

    api_routes(tables, lens);
    for (size_t t = 0; tables[t]; t++)
        for (size_t i = 0; i < lens[t]; i++)
            if (tables[t][i].n_params)
                try_route(a, &tables[t][i], str_make((const char *)data, size));
    arena_destroy(a);
    return 0;
}
