// SPDX-License-Identifier: MIT
// All route tables of the public API.
#include "api/api.h"
#include "api/tables.h"

#define ROW(name)                       \
    {                                   \
        name##_routes, &name##_routes_n \
    }

static const struct {
    const struct route *rows;
    const size_t *n;
} tables[API_TABLES] = {
    ROW(health),      ROW(ingestion),      ROW(project), ROW(trace),
    ROW(observation), ROW(observation_v2), ROW(session), ROW(score),
    ROW(score_v3),    ROW(score_config),   ROW(model),
};

void api_routes(const struct route *rows[API_TABLES + 1], size_t lens[API_TABLES])
{
    for (size_t i = 0; i < API_TABLES; i++) {
        rows[i] = tables[i].rows;
        lens[i] = *tables[i].n;
    }
    rows[API_TABLES] = NULL;
}
