// SPDX-License-Identifier: MIT
#pragma once
// JSON of scores as v1 and v2 show them (api.md 5.4); usable as a score_row_fn.
#include "api/reply.h"

struct score_writer {
    struct jw *w;
    struct http_req *rq;
    str project;
    bool v1;         // no session or run members
    bool with_trace; // lists: the trace member
    bool trace_null; // fields without "trace": it is null
};
enum errc score_write_row(void *user, const struct score_row *row);
