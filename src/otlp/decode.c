// SPDX-License-Identifier: MIT
// Entry of the room: one OTLP/HTTP export to a list of events in order of span start. Pure; runs on
// request threads. Two passes over the body: validation is all or nothing and must not leave events
// behind (ingestion.md 4.1).
#include "otlp/convert.h"

#include "otlp/id_check.h"

#include <stdlib.h>

#define TOO_MUCH "The export needs more memory than one request may use: send it in smaller parts"

static enum errc decode_pb(struct converter *c, struct id_check *check)
{
    TRY(trace_pb_check(c->ctx, c->in->body, check));
    TRY(id_check_result(check, c->ctx));
    return trace_pb_decode(c, c->in->body);
}

static enum errc decode_json(struct converter *c, struct id_check *check)
{
    const struct json *doc;
    enum errc rc = json_parse(c->ctx, c->in->body, &doc);

    if (rc == ERR_INVALID) {
        ctx_clear_error(c->ctx);
        return fail(c->ctx, rc, "Failed to parse OTel JSON Trace");
    }
    if (rc != ERR_OK)
        return rc;
    trace_json_check(doc, check);
    TRY(id_check_result(check, c->ctx));
    return trace_json_decode(c, doc);
}

struct ordered {
    struct event *event;
    size_t index;
};

static int by_time(const void *x, const void *y)
{
    const struct ordered *a = x, *b = y;

    if (a->event->at != b->event->at)
        return a->event->at < b->event->at ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

// Trace attributes merge in order of span start, not of arrival: exporters send children first.
static enum errc sort_events(struct arena *a, struct event **items, size_t n)
{
    size_t i = 1;

    while (i < n && items[i - 1]->at <= items[i]->at)
        i++;
    if (i >= n)
        return ERR_OK;
    struct ordered *order = ARENA_ARRAY(a, struct ordered, n);
    if (!order)
        return ERR_NOMEM;
    for (i = 0; i < n; i++)
        order[i] = (struct ordered){items[i], i};
    qsort(order, n, sizeof(order[0]), by_time);
    for (i = 0; i < n; i++)
        items[i] = order[i].event;
    return ERR_OK;
}

enum errc otlp_decode(struct ctx *ctx, const struct otlp_request *in, struct event_list *out,
                      struct otlp_result *res)
{
    AUTO(converter_fini) struct converter c;
    struct id_check check = {0};
    size_t before = out->n;

    *res = (struct otlp_result){0};
    converter_init(&c, ctx, in, out, res);
    enum errc rc = in->encoding == OTLP_PROTOBUF ? decode_pb(&c, &check) : decode_json(&c, &check);
    if (rc == ERR_OK && out->n > before)
        rc = sort_events(ctx->arena, out->items + before, out->n - before);
    if (rc == ERR_OK && out->n > before)
        rc = coalesce_traces(ctx->arena, out, before);
    if (rc != ERR_OK)
        out->n = before;
    return rc == ERR_NOMEM ? fail(ctx, ERR_TOO_LARGE, TOO_MUCH) : rc;
}
