// SPDX-License-Identifier: MIT
#pragma once
// The route tables of the resources, one per file; routes.c lists them all.
#include "http/http.h"

extern const struct route health_routes[];
extern const size_t health_routes_n;
extern const struct route ingestion_routes[];
extern const size_t ingestion_routes_n;
extern const struct route project_routes[];
extern const size_t project_routes_n;
extern const struct route trace_routes[];
extern const size_t trace_routes_n;
extern const struct route observation_routes[];
extern const size_t observation_routes_n;
extern const struct route observation_v2_routes[];
extern const size_t observation_v2_routes_n;
extern const struct route session_routes[];
extern const size_t session_routes_n;
extern const struct route score_routes[];
extern const size_t score_routes_n;
extern const struct route score_v3_routes[];
extern const size_t score_v3_routes_n;
extern const struct route score_config_routes[];
extern const size_t score_config_routes_n;
extern const struct route model_routes[];
extern const size_t model_routes_n;
