// SPDX-License-Identifier: MIT
#pragma once
// Usage and cost maps: normalisation of what clients send (ingestion.md 2.7, 2.8) and JSON.
#include "json/json.h"
#include "model/observation.h"

// `usageDetails` union (2.8): OpenAI completion, OpenAI responses, raw. Once only: OpenAI usage with
// an unknown extra key is still recognised (golden/README.md). Non-object: ERR_INVALID.
enum errc usage_details_read(struct arena *a, const struct json *v,
                             struct usage_map *out) MUST_CHECK;
// Deprecated `usage` merged with details already read (2.7): details win. `v` was validated.
void usage_legacy_apply(struct arena *a, const struct json *v, struct usage_map *usage,
                        struct cost_map *cost);
// `costDetails`: finite numbers >= 0, with `texts` (OTLP, 4.11) numeric strings too; the rest dropped.
void cost_details_read(struct arena *a, const struct json *v, bool texts, struct cost_map *out);

void usage_set(struct arena *a, struct usage_map *m, str key,
               int64_t value); // replaces or appends, at most LIMIT_USAGE_KEYS
bool usage_get(const struct usage_map *m, str key, int64_t *out);
void cost_set(struct arena *a, struct cost_map *m, str key, picos value);
bool cost_get(const struct cost_map *m, str key, picos *out);
void usage_write(struct buf *b, const struct usage_map *m); // {"input":5}
void cost_write(struct buf *b, const struct cost_map *m);
bool usage_parse(struct arena *a, str text, struct usage_map *out); // what usage_write wrote
bool cost_parse(struct arena *a, str text, struct cost_map *out);
// Environment rule of 2.10: never fails; none gives "default".
str environment_normalize(struct arena *a, str raw);
