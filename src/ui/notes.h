// SPDX-License-Identifier: MIT
#pragma once
// Comments as the trace page shows them.
#include "ui/ui.h"

// The array of a trace's comments, those on its observations included.
enum errc comments_write(struct meta *meta, struct ctx *ctx, str project, str trace_id,
                         struct jw *w) MUST_CHECK;
