// SPDX-License-Identifier: MIT
#pragma once
// A trace read from top to bottom: what was said, tools with their results, documents, errors - each
// once, although every model call of an agent repeats what went before.
#include "ui/trace_view.h"

struct transcript;
// Its texts live in v->ctx->arena. `transcript_seen` carries what was said from one trace of a session
// to the next: traces are to be added in order of time.
struct transcript *transcript_create(struct arena *a);
void transcript_destroy(struct transcript *t); // NULL is fine
// Adds the trace's blocks; the blocks of traces added before are forgotten, what they said is not.
enum errc transcript_add(struct transcript *t, const struct trace_view *v) MUST_CHECK;
void transcript_write(const struct transcript *t, struct jw *w); // the array of blocks
