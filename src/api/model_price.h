// SPDX-License-Identifier: MIT
#pragma once
// A project's own models between their three shapes: request JSON, metadata row, price definition.
#include "api/api.h"
#include "json/write.h"

// Request body -> row (ids of tiers filled). Issues or a message on ERR_INVALID.
enum errc model_body_read(struct ctx *ctx, const struct json *doc,
                          struct meta_model *out) MUST_CHECK;
// Row -> price definition (strs lie in the arena).
enum errc model_price_of(struct ctx *ctx, const struct meta_model *row,
                         struct price_model *out) MUST_CHECK;
// One model as the wire shows it.
void model_write(struct jw *w, const struct price_model *p, bool managed);
// Loads a project's models from the metadata store into pricing: at start and after each change.
enum errc api_models_load(struct meta *meta, struct pricing *pricing, struct ctx *ctx,
                          str project) MUST_CHECK;
