// SPDX-License-Identifier: MIT
// ExportTraceServiceResponse (opentelemetry/proto/collector/trace/v1): partial_success = 1
// {rejected_spans = 1: int64, error_message = 2: string}. Full success is the empty message.
#include "base/buf.h"
#include "otlp/otlp.h"

static void varint(struct buf *b, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        buf_add_char(b, (char)(v | 0x80));
    buf_add_char(b, (char)v);
}

void otlp_partial_success(struct buf *out, const struct otlp_result *res)
{
    AUTO(buf_fini) struct buf inner = {0};

    if (!res->n_refused)
        return;
    buf_init(&inner, 64u << 10);
    buf_add_char(&inner, 0x08);
    varint(&inner, res->n_refused);
    buf_add_char(&inner, 0x12);
    varint(&inner, res->refusal.n);
    buf_add(&inner, res->refusal);
    buf_add_char(out, 0x0a);
    varint(out, inner.len);
    buf_add(out, buf_str(&inner));
}
