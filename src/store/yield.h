// SPDX-License-Identifier: MIT
#pragma once
// A plain parameter yields to a filter on the same column (api.md 0.6): it is dropped, not joined by
// AND. A filter on the time drops both ends of the range. Pure; every store calls it on a copy of the
// query before it looks at the parameters.
#include "store/store.h"

void trace_query_yield(struct trace_query *q);
void observation_query_yield(struct observation_query *q);
void score_query_yield(struct score_query *q);
