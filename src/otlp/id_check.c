// SPDX-License-Identifier: MIT
// Collects what is wrong with the spans of an export and says it once, in the recorded words. Filled
// by the first pass of both decoders, before any span is mapped.
#include "otlp/id_check.h"

#include "base/buf.h"

static void list_add(str *items, size_t *n, size_t max, str item)
{
    for (size_t i = 0; i < *n; i++) {
        if (str_eq(items[i], item))
            return;
    }
    if (*n < max)
        items[(*n)++] = item;
}

void id_check_fault(struct id_check *c, str reason)
{
    c->bad = true;
    list_add(c->reasons, &c->n_reasons, ID_CHECK_REASONS, reason);
}

static void scope_add(struct id_check *c, str name)
{
    list_add(c->scopes, &c->n_scopes, ID_CHECK_SCOPES, name.n ? name : STR("unknown"));
}

void id_check_span(struct id_check *c, str scope_name)
{
    c->n_spans++;
    if (!c->bad)
        return;
    c->n_bad++;
    c->bad = false;
    scope_add(c, scope_name);
}

void id_check_container(struct id_check *c, str reason, str scope_name)
{
    id_check_fault(c, reason);
    c->bad = false;
    scope_add(c, scope_name);
}

static void list_write(struct buf *b, const str *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            BUF_ADD(b, ", ");
        buf_add(b, items[i]);
    }
}

enum errc id_check_result(const struct id_check *c, struct ctx *ctx)
{
    AUTO(buf_fini) struct buf reasons = {0}, scopes = {0};

    buf_init(&reasons, 8u << 10);
    buf_init(&scopes, 64u << 10);
    if (c->n_reasons == 0)
        return ERR_OK;
    list_write(&reasons, c->reasons, c->n_reasons);
    list_write(&scopes, c->scopes, c->n_scopes);
    return fail(ctx, ERR_INVALID,
                "Invalid OTLP trace export: %zu of %zu span(s) cannot be processed (%.*s). traceId "
                "and spanId are "
                "required on every span, and each must be a string or a byte array. The entire "
                "export was rejected "
                "and no spans were ingested. Instrumentation scopes: %.*s. This endpoint accepts "
                "OpenTelemetry traces "
                "only \xe2\x80\x94 if you are exporting OpenTelemetry logs, point your log "
                "exporter elsewhere.",
                c->n_bad, c->n_spans, STR_ARG(buf_str(&reasons)), STR_ARG(buf_str(&scopes)));
}
