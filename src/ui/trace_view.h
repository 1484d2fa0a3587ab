// SPDX-License-Identifier: MIT
#pragma once
// What the trace page asks: the tree, one observation, the transcript. The same functions answer
// members of the project and, for a public trace, everybody.
#include "chat/chat.h"
#include "http/http.h"
#include "json/write.h"
#include "store/store.h"

struct meta;
struct trace_view { // one trace, and who looks at it
    struct event_store *store;
    struct ctx *ctx;
    str project, trace_id;
    struct meta *meta; // for comments; NULL on public pages
    bool is_public;    // nothing of people and of the project may be said
};

enum errc skeleton_write(const struct trace_view *v, struct jw *w) MUST_CHECK;
// `id` "-": the trace's own input and output.
enum errc observation_write(const struct trace_view *v, str id, struct jw *w) MUST_CHECK;
struct body_range {
    str id, field; // "input", "output" or "metadata"
    int64_t from, to;
};
enum errc body_range_write(const struct trace_view *v, const struct body_range *r,
                           struct jw *w) MUST_CHECK;
// Metadata without what is not for the public; none when it is no object.
str metadata_public(struct arena *a, str metadata);
// What absent traces and observations are answered with: the same for those that one may not see.
enum errc trace_absent(struct ctx *ctx);
enum errc scores_write(const struct trace_view *v, struct jw *w) MUST_CHECK; // the array
