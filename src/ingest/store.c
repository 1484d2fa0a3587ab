// SPDX-License-Identifier: MIT
// The last step of every write: decoded events into the store. What the limits cut off events that are
// stored all the same is counted here, once they are durable.
#include "base/id.h"
#include "ingest/batch_int.h"

enum { SEED_BYTES = 16 };

struct cuts {
    uint64_t tags, usage_keys;
};

static void cuts_add(struct cuts *c, const struct event *e)
{
    if (e->kind == EVENT_TRACE) {
        c->tags += e->trace.tags.n_cut;
    } else if (e->kind == EVENT_OBSERVATION) {
        c->tags += e->observation.tags.n_cut;
        c->usage_keys += e->observation.provided_usage.n_cut + e->observation.provided_cost.n_cut;
    }
}

struct ingest_request request_seeded(const struct ingest *in, struct ctx *ctx,
                                     const struct ingest_request *rq)
{
    struct ingest_request out = *rq;

    if (in->log)
        out.seed = id_hex(ctx->arena, SEED_BYTES);
    return out;
}

static enum errc keep(struct ingest *in, struct ctx *ctx, const struct ingest_record *record,
                      const struct event_list *events)
{
    struct write_result res;

    if (in->log)
        return in->log->append(in->log->user, ctx, record, events->n);
    return in->store->ops->write(in->store, ctx, record->request.project_id, events, &res);
}

enum errc events_store(struct ingest *in, struct ctx *ctx, const struct ingest_record *record,
                       const struct event_list *events)
{
    struct cuts cuts = {0};

    if (events->n == 0)
        return ERR_OK;
    for (size_t i = 0; i < events->n; i++)
        cuts_add(&cuts, events->items[i]);
    TRY(keep(in, ctx, record, events));
    pace_note(&in->pace, clock_now(), events->n);
    atomic_fetch_add_explicit(&in->counters.tags_cut, cuts.tags, memory_order_relaxed);
    atomic_fetch_add_explicit(&in->counters.usage_keys_cut, cuts.usage_keys, memory_order_relaxed);
    return ERR_OK;
}

enum errc ingest_decode(struct ingest *in, struct ctx *ctx, const struct ingest_record *record,
                        struct event_list *out)
{
    const struct ingest_request *rq = &record->request;
    enum otlp_encoding encoding = record->kind == INGEST_OTLP_PROTOBUF ? OTLP_PROTOBUF : OTLP_JSON;
    struct otlp_result res = {0};

    switch (record->kind) {
    case INGEST_BATCH: return batch_decode(in, ctx, rq, record->body, out);
    case INGEST_OTLP_PROTOBUF:
    case INGEST_OTLP_JSON: return export_decode(ctx, rq, record->body, encoding, out, &res);
    case INGEST_SCORE: return score_decode(in, ctx, rq, record->body, out);
    default: break;
    }
    if (record->kind < INGEST_SINGLE || record->kind > INGEST_SINGLE + SINGLE_EVENT)
        return fail(ctx, ERR_CORRUPT, "A record of the unknown kind %d", record->kind);
    return single_decode(ctx, rq, (enum ingest_single)(record->kind - INGEST_SINGLE), record->body,
                         out);
}
