// SPDX-License-Identifier: MIT
#pragma once
// How ClickHouse expresses the columns of filters: t = traces, o = observations, s = scores. Statements
// begin with CH_WITH and the project, so that sub-selects know it.
#include "store/filter_sql.h"

// "WITH ? AS pid SELECT ..." - the value is the project.
#define CH_WITH "WITH "
#define CH_PID  " AS pid "

extern const struct filter_dialect ch_trace_dialect, ch_observation_dialect,
    ch_observation_v2_dialect, ch_synthetic_dialect, ch_score_dialect, ch_page_trace_dialect,
    ch_page_observation_dialect;

// Observations and scores with what conditions may ask of their traces.
#define CH_TRACES_BESIDE                                                                          \
    " LEFT JOIN (SELECT trace_id, name, user_id, session_id, version, release, environment, tags" \
    " FROM traces FINAL WHERE project_id = pid) AS t ON t.trace_id = "
