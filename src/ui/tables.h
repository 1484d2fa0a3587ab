// SPDX-License-Identifier: MIT
#pragma once
// The route tables of the pages' routes, one per file; routes.c lists them all.
#include "http/http.h"

extern const struct route ui_sign_in_routes[];
extern const size_t ui_sign_in_routes_n;
extern const struct route ui_org_routes[];
extern const size_t ui_org_routes_n;
extern const struct route ui_member_routes[];
extern const size_t ui_member_routes_n;
extern const struct route ui_key_routes[];
extern const size_t ui_key_routes_n;
extern const struct route ui_line_routes[];
extern const size_t ui_line_routes_n;
extern const struct route ui_live_routes[];
extern const size_t ui_live_routes_n;
extern const struct route ui_action_routes[];
extern const size_t ui_action_routes_n;
extern const struct route ui_note_routes[];
extern const size_t ui_note_routes_n;
extern const struct route ui_trace_routes[];
extern const size_t ui_trace_routes_n;
extern const struct route ui_status_routes[];
extern const size_t ui_status_routes_n;
extern const struct route ui_session_routes[];
extern const size_t ui_session_routes_n;
extern const struct route ui_summary_routes[];
extern const size_t ui_summary_routes_n;
extern const struct route ui_overview_routes[];
extern const size_t ui_overview_routes_n;
extern const struct route ui_group_routes[];
extern const size_t ui_group_routes_n;
extern const struct route ui_export_routes[];
extern const size_t ui_export_routes_n;
extern const struct route ui_search_routes[];
extern const size_t ui_search_routes_n;
extern const struct route ui_call_routes[];
extern const size_t ui_call_routes_n;
extern const struct route ui_score_routes[];
extern const size_t ui_score_routes_n;
extern const struct route ui_cost_routes[];
extern const size_t ui_cost_routes_n;
