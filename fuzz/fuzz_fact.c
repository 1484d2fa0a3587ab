// SPDX-License-Identifier: MIT
// Chunks of facts as a day file holds them. What must hold beside memory safety: what opens can be
// filtered and copied, and the copy says the same.
#include "base/buf.h"
#include "store/sqlite/fact_match.h"

static void check_copy(struct ctx *ctx, const struct fact_chunk *c)
{
    AUTO(fact_builder_fini) struct fact_builder b;
    AUTO(buf_fini) struct buf raw = {0};
    struct fact_chunk copy;

    fact_builder_init(&b, ctx->arena);
    for (uint32_t i = 0; i < c->n; i++)
        fact_add_copy(&b, c, i);
    buf_init(&raw, 64u << 20);
    if (!fact_finish(&b, &raw))
        return; // shared words can be many times as long when copied
    CHECK(fact_open(ctx, buf_str(&raw), &copy) == ERR_OK);
    CHECK(copy.n == c->n);
    for (uint32_t i = 0; i < c->n; i++) {
        CHECK(copy.ts[i] == c->ts[i] && copy.row[i] == c->row[i] && copy.cost[i] == c->cost[i]);
        for (int k = 0; k < FACT_TEXTS; k++)
            CHECK(str_eq(copy.words[copy.texts[k][i]], c->words[c->texts[k][i]]));
    }
}

static void check_filter(struct ctx *ctx, const struct fact_chunk *c)
{
    struct fact_filter f;
    struct filter conditions;
    str text =
        STR("[{\"column\":\"name\",\"type\":\"string\",\"operator\":\"contains\",\"value\":"
            "\"a\"},{\"column\":\"tags\",\"type\":\"arrayOptions\",\"operator\":\"any of\","
            "\"value\":[\"x\"]},{\"column\":\"model\",\"type\":\"string\",\"operator\":\"=\","
            "\"value\":\"m\"},{\"column\":\"latency\",\"type\":\"number\",\"operator\":\">\","
            "\"value\":1},{\"column\":\"level\",\"type\":\"stringOptions\",\"operator\":"
            "\"any of\",\"value\":[\"ERROR\"]}]");

    CHECK(filter_parse(ctx, VIEW_PAGE_TRACES, text, &conditions) == ERR_OK);
    CHECK(fact_filter_make(ctx, &conditions, &f) == ERR_OK && f.n == 5 && f.rest.n == 0);
    if (!fact_filter_chunk(&f, ctx->arena, c))
        return;
    for (uint32_t i = 0; i < c->n; i++)
        CHECK(fact_filter_fails(&f, c, i) < 32);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_create(64u << 20);
    struct fact_chunk c;
    struct ctx ctx;

    ctx_init(&ctx, a);
    str raw =
        arena_str(a, str_make((const char *)data, size)); // as aligned as a decompressed frame
    if (str_some(raw) && fact_open(&ctx, raw, &c) == ERR_OK) {
        check_filter(&ctx, &c);
        check_copy(&ctx, &c);
    }
    arena_destroy(a);
    return 0;
}
