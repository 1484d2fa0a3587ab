// SPDX-License-Identifier: MIT
// Ingestion bodies: envelope, every event type, merging of what was decoded. The store is a fake that
// merges each event into one row of its kind, so nothing is written.
#include "base/crypto.h"
#include "ingest/ingest.h"
#include "model/merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum errc fake_write(struct event_store *s, struct ctx *ctx, str project,
                            const struct event_list *events, struct write_result *res)
{
    struct observation o;
    struct score sc;
    struct trace t;

    (void)s, (void)project;
    trace_init(&t, STR("t"));
    observation_init(&o, STR("o"), STR("t"));
    score_init(&sc, STR("s"));
    for (size_t i = 0; i < events->n; i++) {
        const struct event *e = events->items[i];
        if (e->kind == EVENT_TRACE)
            (void)trace_merge(ctx->arena, &t, e);
        else if (e->kind == EVENT_OBSERVATION)
            (void)observation_merge(ctx->arena, &o, e);
        else
            (void)score_merge(ctx->arena, &sc, e);
    }
    *res = (struct write_result){0};
    return ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct event_store_ops ops = {.name = "fake", .write = fake_write};
    struct event_store store = {.ops = &ops};
    struct ingest in = {.store = &store};
    const struct ingest_request rq = {.project_id = STR("p"), .api_key = STR("pk"), .now = 1};
    struct arena *a = arena_create(32u << 20);
    struct buf answer;
    struct ctx ctx;

    if (crypto_init() != ERR_OK)
        return 0;
    ctx_init(&ctx, a);
    buf_init(&answer, 32u << 20);
    str body = str_make((const char *)data, size);
    if (!str_has(body, STR("configId"))) // configs live in the metadata store
        (void)!ingest_batch(&in, &ctx, &rq, body, &answer);
    buf_fini(&answer);
    arena_destroy(a);
    return 0;
}
