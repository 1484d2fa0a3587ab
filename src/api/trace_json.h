// SPDX-License-Identifier: MIT
#pragma once
// JSON of traces and v1 observations, and the context that their prices need.
#include "api/reply.h"

enum trace_group {
    GROUP_CORE = 1,
    GROUP_IO = 2,
    GROUP_SCORES = 4,
    GROUP_OBSERVATIONS = 8,
    GROUP_METRICS = 16,
    GROUP_ALL = 31
};

// Core and io members (no braces): what a trace shows everywhere.
void trace_core_write(struct jw *w, struct arena *scratch, str project, const struct trace *t,
                      unsigned groups);
void trace_path_write(struct jw *w, str project, str id); // htmlPath
struct price_view { // unit prices of the observation's matched model
    bool found;
    struct price_amount {
        bool some;
        attos v;
    } input, output, total;
};
struct price_view price_view_of(struct pricing *p, str project, const struct observation *o);
// Writes an observation as v1 shows it. Recorded peculiarities: inside a trace absent unit prices are 0
// instead of null, and lists do not say the pricing tier.
enum v1_place { V1_SINGLE, V1_LIST, V1_TRACE };
void observation_v1_write(struct jw *w, struct arena *scratch, str project,
                          const struct observation *shown, const struct price_view *shown_prices,
                          enum v1_place place);
void jw_price(struct jw *w, const struct price_amount *p, bool zero);
void metadata_write(struct jw *w, struct arena *scratch,
                    str metadata);                // values decoded where they parse
double seconds_between(millis from, millis to);   // NAN when a bound is missing
void jw_seconds(struct jw *w, str key, double s); // NAN: null
