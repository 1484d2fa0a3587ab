// SPDX-License-Identifier: MIT
// POST /api/public/ingestion (ingestion.md 2): envelope -> per-event validation -> sorted events -> one
// durable write -> the 207 answer. A bad event never harms its neighbours; the answer lists successes
// in sorted order (creates by time, then updates by time) and errors in order of arrival.
#include "base/limits.h"
#include "base/utf8.h"
#include "ingest/batch_int.h"
#include "json/write.h"

#include <stdlib.h>

struct item { // one valid event of the batch
    str id;
    millis at;
    size_t order; // arrival, keeps the sort stable
    const struct batch_type *type;
    const struct json *body;
    struct body_source src;
    struct event *event; // NULL for sdk-log
};

struct batch {
    struct ingest *in;
    struct ctx *ctx;
    const struct ingest_request *rq;
    struct item *items;
    size_t n;
    struct event_list events;
    struct jw errors; // entries of the answer's "errors" array
    size_t n_errors;
};

static void error_entry(struct batch *b, str id, int status, const char *message, str detail)
{
    struct jw *w = &b->errors;

    jw_object(w);
    jw_kstr(w, STR("id"), str_some(id) ? id : STR("unknown"));
    jw_ki64(w, STR("status"), status);
    jw_kstr(w, STR("message"), str_c(message));
    jw_kstr(w, STR("error"), detail);
    jw_object_end(w);
    b->n_errors++;
}

// Members of the envelope beside the body; issues in schema order: id, timestamp, type.
static const struct body_field envelope_fields[] = {
    {STR_INIT("id"), BODY_ID_REQUIRED, SINCE_EVENT, 0, offsetof(struct item, id)},
};
static const struct body_schema envelope = {envelope_fields, ARRAY_LEN(envelope_fields),
                                            SINCE_EVENT};

static void envelope_read(struct ctx *ctx, const struct json *ev, struct item *it)
{
    const struct json *at = json_get(ev, STR("timestamp"));
    struct path p_at = {NULL, STR("timestamp")};

    body_read(ctx, NULL, &envelope, ev, it);
    if (!json_is(at, JSON_STRING))
        issue_expected(ctx, &p_at, "string", at);
    else if (!time_parse_iso(json_str(at), &it->at))
        issue_datetime(ctx, &p_at);
}

static void log_read(struct ctx *ctx, const struct json *ev)
{
    const struct json *body = json_get(ev, STR("body"));
    struct path p = {NULL, STR("body")};

    if (!json_is(body, JSON_OBJECT))
        issue_expected(ctx, &p, "object", body);
}

// Access per event (2.2 step 4): a public key alone may only send scores.
static bool allowed(const struct batch *b, const struct batch_type *t)
{
    return !b->rq->scores_only || t->entity == BATCH_SCORE || t->entity == BATCH_LOG;
}

static bool event_read(struct batch *b, const struct json *ev, struct item *it)
{
    struct ctx *ctx = b->ctx;
    struct path p_body = {NULL, STR("body")};
    uint32_t before = ctx->n_issues;

    if (!json_is(ev, JSON_OBJECT)) {
        issue_expected(ctx, NULL, "object", ev);
        return false;
    }
    it->type = batch_type_find(json_str(json_get(ev, STR("type"))));
    if (!it->type) {
        issue_discriminator(ctx, NULL, "type");
        return false;
    }
    envelope_read(ctx, ev, it);
    it->src = body_source_of(b->rq, it->at);
    if (it->type->entity == BATCH_LOG) {
        log_read(ctx, ev);
    } else if (it->type->entity == BATCH_INTERNAL) {
        issue_custom(ctx, NULL, "Dataset run item creation is only allowed for internal usage");
    } else if (batch_body(ctx, &p_body, &it->src, it->type, json_get(ev, STR("body")),
                          &b->events)) {
        it->event = b->events.items[b->events.n - 1];
        if (ctx->n_issues != before)
            b->events.n--; // the envelope was wrong
    }
    return ctx->n_issues == before;
}

static void event_add_item(struct batch *b, const struct json *ev, size_t order)
{
    struct ctx *ctx = b->ctx;
    struct item it = {.order = order, .at = MILLIS_NONE};

    bool ok = event_read(b, ev, &it);
    str id = json_str(json_get(ev, STR("id")));
    if (!ok) {
        error_entry(b, id, 400, "Invalid request data", issues_pretty(ctx->arena, ctx->issues));
        ctx_clear_error(ctx);
    } else if (!allowed(b, it.type)) {
        error_entry(b, id, 401, "Authentication error", STR("Access Scope Denied"));
        if (it.event)
            b->events.n--;
    } else if (it.type->entity == BATCH_LOG) {
        atomic_fetch_add_explicit(&b->in->counters.sdk_logs, 1, memory_order_relaxed);
    } else {
        b->items[b->n++] = it;
    }
}

static int item_cmp(const void *x, const void *y)
{
    const struct item *a = x, *b = y;

    if (a->type->update != b->type->update)
        return a->type->update ? 1 : -1;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

static void sort_items(struct batch *b)
{
    if (b->n == 0)
        return;
    qsort(b->items, b->n, sizeof(b->items[0]), item_cmp);
    for (size_t i = 0; i < b->n; i++)
        b->events.items[i] = b->items[i].event;
}

static enum errc envelope_check(struct ctx *ctx, str body, const struct json **batch)
{
    const struct json *doc;

    TRY(json_parse(ctx, body, &doc));
    *batch = json_get(doc, STR("batch"));
    struct path p = {NULL, STR("batch")};
    if (!json_is(doc, JSON_OBJECT))
        issue_expected(ctx, NULL, "object", doc);
    else if (!json_is(*batch, JSON_ARRAY))
        issue_expected(ctx, &p, "array", *batch);
    else if (json_len(*batch) > LIMIT_BATCH_EVENTS)
        return fail(ctx, ERR_TOO_LARGE,
                    "A batch holds at most %u events, got %zu: send it in parts",
                    LIMIT_BATCH_EVENTS, json_len(*batch));
    return ctx->n_issues ? fail(ctx, ERR_INVALID, "Invalid request data") : ERR_OK;
}

static void answer_write(const struct batch *b, str errors, struct buf *out)
{
    struct jw w;

    jw_init(&w, out);
    jw_object(&w);
    jw_key(&w, STR("successes"));
    jw_array(&w);
    for (size_t i = 0; i < b->n; i++) {
        jw_object(&w);
        jw_kstr(&w, STR("id"), b->items[i].id);
        jw_ki64(&w, STR("status"), 201);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_kraw(&w, STR("errors"), errors);
    jw_object_end(&w);
}

#define TOO_MUCH "The batch needs more memory than one request may use: send it in smaller parts"

// Valid events sorted into b->events, errors as entries of `errors`.
static enum errc batch_read(struct batch *b, str body, struct buf *errors)
{
    const struct json *batch;
    size_t order = 0;

    TRY(envelope_check(b->ctx, body, &batch));
    b->items = ARENA_ARRAY(b->ctx->arena, struct item, json_len(batch) + 1);
    if (!b->items)
        return fail(b->ctx, ERR_TOO_LARGE, TOO_MUCH);
    buf_init(errors, LIMIT_ANSWER_BYTES);
    jw_init(&b->errors, errors);
    jw_array(&b->errors);
    for (struct json_iter it = json_iter(batch); json_next(&it);)
        event_add_item(b, it.value, order++);
    jw_array_end(&b->errors);
    if (arena_failed(b->ctx->arena))
        return fail(b->ctx, ERR_TOO_LARGE, TOO_MUCH);
    sort_items(b);
    return batch_inflate_scores(b->in, b->ctx, b->rq->project_id, &b->events);
}

enum errc batch_decode(struct ingest *in, struct ctx *ctx, const struct ingest_request *rq,
                       str body, struct event_list *out)
{
    AUTO(buf_fini) struct buf errors = {0};
    struct batch b = {.in = in, .ctx = ctx, .rq = rq};

    TRY(batch_read(&b, body, &errors));
    *out = b.events;
    return ERR_OK;
}

enum errc ingest_batch(struct ingest *in, struct ctx *ctx, const struct ingest_request *rq,
                       str body, struct buf *answer)
{
    AUTO(buf_fini) struct buf errors = {0};
    const struct ingest_record record = {INGEST_BATCH, request_seeded(in, ctx, rq), body};
    struct batch b = {.in = in, .ctx = ctx, .rq = &record.request};

    TRY(batch_read(&b, body, &errors));
    TRY(events_store(in, ctx, &record, &b.events));
    atomic_fetch_add_explicit(&in->counters.accepted, b.n, memory_order_relaxed);
    atomic_fetch_add_explicit(&in->counters.rejected, b.n_errors, memory_order_relaxed);
    answer_write(&b, buf_str(&errors), answer);
    return ERR_OK;
}
