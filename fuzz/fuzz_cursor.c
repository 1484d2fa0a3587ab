// SPDX-License-Identifier: MIT
// Cursors as clients send them back. What is accepted must survive writing and reading again.
#include "api/cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_observation(struct ctx *ctx, str text)
{
    struct observation_cursor c, again;

    if (observation_cursor_parse(ctx, text, &c) != ERR_OK)
        return;
    str written = observation_cursor_text(ctx->arena, &c);
    CHECK(observation_cursor_parse(ctx, written, &again) == ERR_OK);
    CHECK(again.start == c.start && str_eq(again.trace_id, c.trace_id) && str_eq(again.id, c.id));
}

static void try_score(struct ctx *ctx, str text)
{
    struct score_cursor c, again;

    if (score_cursor_parse(ctx, text, &c) != ERR_OK)
        return;
    str written = score_cursor_text(ctx->arena, &c);
    CHECK(score_cursor_parse(ctx, written, &again) == ERR_OK);
    CHECK(again.timestamp == c.timestamp && str_eq(again.id, c.id));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_create(16u << 20);
    struct ctx ctx;

    ctx_init(&ctx, a);
    try_observation(&ctx, str_make((const char *)data, size));
    ctx_init(&ctx, a);
    try_score(&ctx, str_make((const char *)data, size));
    arena_destroy(a);
    return 0;
}
