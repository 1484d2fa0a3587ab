// SPDX-License-Identifier: MIT
#pragma once
// All-or-nothing validation of an export (ingestion.md 4.1): one span without usable ids refuses all,
// because what posts such spans is not a trace exporter.
#include "base/err.h"

#define ID_CHECK_REASONS 16
#define ID_CHECK_SCOPES  5

struct id_check {
    size_t n_spans, n_bad;
    bool bad;                      // the span at hand
    str reasons[ID_CHECK_REASONS]; // "traceId:absent", in order of discovery
    size_t n_reasons;
    str scopes[ID_CHECK_SCOPES];
    size_t n_scopes;
};

void id_check_fault(struct id_check *c, str reason);    // static text
void id_check_span(struct id_check *c, str scope_name); // ends a span
// A container that is no array; counts only in the reasons.
void id_check_container(struct id_check *c, str reason, str scope_name);
enum errc id_check_result(const struct id_check *c,
                          struct ctx *ctx) MUST_CHECK; // ERR_INVALID with the recorded text
