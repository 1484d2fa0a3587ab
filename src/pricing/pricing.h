// SPDX-License-Identifier: MIT
#pragma once
// Prices: which model definition a name matches, which tier applies, what an observation costs
// (ingestion.md 5.4-5.7). Thread safe: readers work on immutable snapshots.
#include "base/err.h"
#include "json/json.h"
#include "model/observation.h"

struct regex;
struct pricing;
struct pricing *pricing_create(void); // built-in table; regexes compile on first use
void pricing_destroy(struct pricing *p);

struct price_condition {
    str pattern; // usage condition (regex over usage keys), or none
    str op;      // gt gte lt lte eq neq | in
    double value;
    bool case_sensitive;
    str source, key; // attribute condition: model_parameters | metadata
    str *values;
    size_t n_values;
    struct regex *compiled; // pricing's own; callers leave it NULL
};
struct price_tier {
    str id, name;
    bool is_default;
    int64_t priority;
    struct price_condition *conditions;
    size_t n_conditions;
    struct price_item {
        str key;
        attos price;
    } * prices;
    size_t n_prices;
};
struct price_model {
    str id, name, match_pattern;
    str tokenizer_id, tokenizer_config; // config: JSON text or none
    str unit;                 // TOKENS, CHARACTERS, ...; none = null. Not used for pricing
    millis start_date;        // MILLIS_NONE without; later ones match first
    millis created_at;        // of built-in models: upstream's date
    struct price_tier *tiers; // default first, then by priority
    size_t n_tiers;
};
// Replaces a project's own models (they beat the built-in ones); n = 0 removes them. The models are
// copied. A pattern that does not compile never matches: check it with regex_compile() before it is
// stored. ERR_NOMEM when the models take more than 16 MiB.
enum errc pricing_set_project(struct pricing *p, struct ctx *ctx, str project_id,
                              const struct price_model *models, size_t n) MUST_CHECK;
size_t pricing_builtin_count(const struct pricing *p);
const struct price_model *pricing_builtin(const struct pricing *p, size_t i);
const struct price_model *pricing_builtin_by_id(const struct pricing *p, str id);
// Definition for a client's model name in a project, or NULL. Valid while `pin` is held.
struct price_pin {
    const void *snapshot;
};
const struct price_model *pricing_match(struct pricing *p, str project_id, str model,
                                        struct price_pin *pin);
void pricing_unpin(struct price_pin *pin); // zeroed pin is fine

// Fills model_id, tier, usage, cost from the provided values (5.6). Sets needs_tokens when the model
// has a tokenizer, usage and cost were not provided and level != ERROR. Idempotent.
void enrich_observation(struct pricing *p, struct arena *a, str project_id, struct observation *o);
// With counted tokens (background): provided_usage stays empty, usage = {input, output, total}.
void enrich_tokens(struct pricing *p, struct arena *a, str project_id, struct observation *o,
                   int64_t input, int64_t output);

// Token counting (5.7). -1 = cannot be counted (no such encoding). Text none counts as absent.
struct tokenizer;
struct tokenizer *tokenizer_create(void); // vocabularies are unpacked on first use
void tokenizer_destroy(struct tokenizer *t);
int64_t tokenizer_count(struct tokenizer *t, struct arena *scratch, str tokenizer_id,
                        str tokenizer_config, str text);
// Frees the vocabularies that nobody used for `idle_ms`; they load again by themselves.
void tokenizer_trim(struct tokenizer *t, int64_t idle_ms);
