// SPDX-License-Identifier: MIT
// POST /models: validation (api.md 12). Flat prices become the default tier.
#include "api/model_price.h"
#include "base/id.h"
#include "base/regex.h"
#include "ingest/issues.h"

#define PATTERN_MAX   200
#define TIER_NAME_MAX 100

static const char *const units[] = {"TOKENS", "CHARACTERS", "MILLISECONDS", "SECONDS", "REQUESTS",
                                    "IMAGES", NULL};
static const char *const tokenizers[] = {"openai", "claude", NULL};

static str option_read(struct ctx *ctx, const struct json *doc, const char *name,
                       const char *const *options)
{
    const struct json *v = json_get(doc, str_c(name));
    struct path at = {NULL, str_c(name)};

    if (!v || json_is(v, JSON_NULL))
        return STR_NONE;
    for (size_t i = 0; options[i]; i++) {
        if (str_eq(json_str(v), str_c(options[i])))
            return json_str(v);
    }
    issue_option(ctx, &at, options);
    return STR_NONE;
}

static str text_read(struct ctx *ctx, const struct json *doc, const char *name)
{
    const struct json *v = json_get(doc, str_c(name));
    struct path at = {NULL, str_c(name)};

    if (!json_is(v, JSON_STRING))
        issue_expected(ctx, &at, "string", v);
    return json_str(v);
}

static str price_read(struct ctx *ctx, const struct json *doc, const char *name)
{
    const struct json *v = json_get(doc, str_c(name));
    struct path at = {NULL, str_c(name)};
    double d;

    if (!v || json_is(v, JSON_NULL))
        return STR_NONE;
    if (!json_is(v, JSON_NUMBER))
        issue_expected(ctx, &at, "number", v);
    else if (json_double(v, &d) && d < 0)
        issue_custom(ctx, &at, "A price must not be negative");
    return json_number(v);
}

// "input, output": the keys of a tier's prices, in their order.
static str keys_text(struct arena *a, const struct json *prices)
{
    str out = STR("");

    for (struct json_iter it = json_iter(prices); json_next(&it);)
        out = arena_fmt(a, "%.*s%s%.*s", STR_ARG(out), out.n ? ", " : "", STR_ARG(it.key));
    return out;
}

static bool same_keys(const struct json *x, const struct json *y)
{
    for (struct json_iter it = json_iter(x); json_next(&it);) {
        if (!json_get(y, it.key))
            return false;
    }
    return json_len(x) == json_len(y);
}

static const struct json *default_tier(struct ctx *ctx, const struct json *tiers)
{
    struct path at = {NULL, STR("pricingTiers")};
    const struct json *found = NULL;
    size_t n = 0;

    for (struct json_iter it = json_iter(tiers); json_next(&it);) {
        if (json_bool(json_get(it.value, STR("isDefault")))) {
            found = it.value;
            n++;
        }
    }
    if (n != 1)
        issue_custom(ctx, &at, "Exactly one pricing tier must be the default");
    return found;
}

static void tier_check(struct ctx *ctx, const struct json *tier, const struct json *base)
{
    struct path at = {NULL, STR("pricingTiers")};
    const struct json *prices = json_get(tier, STR("prices")),
                      *expected = json_get(base, STR("prices"));
    str name = json_str(json_get(tier, STR("name")));
    bool is_default = tier == base;
    int64_t priority;

    if (name.n == 0 || name.n > TIER_NAME_MAX)
        issue_custom(ctx, &at, "A pricing tier needs a name of 1 to 100 characters");
    if (!json_i64(json_get(tier, STR("priority")), &priority) || priority < 0 || priority > 999 ||
        is_default != (priority == 0))
        issue_custom(ctx, &at, "The default tier has priority 0, the others 1 to 999");
    if (is_default != (json_len(json_get(tier, STR("conditions"))) == 0))
        issue_custom(ctx, &at,
                     "Every tier but the default needs at least one condition, the default none");
    if (!same_keys(prices, expected)) {
        str text =
            arena_fmt(ctx->arena,
                      "Pricing tier \"%.*s\" must have the same usage keys as the default tier. "
                      "Expected: [%.*s], Got: [%.*s]",
                      STR_ARG(name), STR_ARG(keys_text(ctx->arena, expected)),
                      STR_ARG(keys_text(ctx->arena, prices)));
        issue_custom(ctx, &at, arena_cstr(ctx->arena, text));
    }
}

static void tier_write(struct jw *w, struct arena *a, const struct json *tier)
{
    jw_object(w);
    jw_kstr(w, STR("id"), id_cuid(a));
    for (struct json_iter it = json_iter(tier); json_next(&it);) {
        if (!str_eq(it.key, STR("id")))
            jw_kraw(w, it.key, json_text(a, it.value));
    }
    jw_object_end(w);
}

static void tiers_read(struct ctx *ctx, const struct json *tiers, struct meta_model *out)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;
    const struct json *base = default_tier(ctx, tiers);

    buf_init(&b, 1u << 20);
    jw_init(&w, &b);
    jw_array(&w);
    for (struct json_iter it = json_iter(tiers); base && json_next(&it);) {
        tier_check(ctx, it.value, base);
        tier_write(&w, ctx->arena, it.value);
    }
    jw_array_end(&w);
    out->tiers = arena_str(ctx->arena, buf_str(&b));
}

// input/output/total -> [{id: "<model>_tier_default", name: "Standard", ...}].
static void flat_tier(struct ctx *ctx, struct meta_model *out)
{
    static const str names[] = {STR_INIT("input"), STR_INIT("output"), STR_INIT("total")};
    const str prices[] = {out->input_price, out->output_price, out->total_price};
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    buf_init(&b, 1u << 16);
    jw_init(&w, &b);
    jw_array(&w);
    jw_object(&w);
    jw_kstr(&w, STR("id"), arena_fmt(ctx->arena, "%.*s_tier_default", STR_ARG(out->id)));
    jw_kstr(&w, STR("name"), STR("Standard"));
    jw_kbool(&w, STR("isDefault"), true);
    jw_ki64(&w, STR("priority"), 0);
    jw_kraw(&w, STR("conditions"), STR("[]"));
    jw_key(&w, STR("prices"));
    jw_object(&w);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_some(prices[i]))
            jw_kraw(&w, names[i], prices[i]);
    }
    jw_object_end(&w);
    jw_object_end(&w);
    jw_array_end(&w);
    out->tiers = arena_str(ctx->arena, buf_str(&b));
}

// PostgreSQL's regular expressions know options such as (?i) at the beginning only, and of the other
// groups that begin with a question mark (?: and the four that look around.
static bool group_known(str p)
{
    static const str known[] = {STR_INIT("(?:"), STR_INIT("(?="), STR_INIT("(?!"), STR_INIT("(?<="),
                                STR_INIT("(?<!")};

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_starts(p, known[i]))
            return true;
    }
    return !str_starts(p, STR("(?"));
}

static bool groups_known(str p)
{
    size_t begin = p.n; // of the class that is open; p.n: none

    for (size_t i = 0; i < p.n; i++) {
        if (p.p[i] == '\\')
            i++;
        else if (begin < p.n)
            begin = p.p[i] == ']' && i > begin + 1 ? p.n : begin;
        else if (p.p[i] == '[')
            begin = i;
        else if (i && !group_known(str_sub(p, i, p.n - i)))
            return false;
    }
    return true;
}

static enum errc pattern_check(struct ctx *ctx, str pattern)
{
    struct regex *re = NULL;

    if (!str_some(pattern))
        return ERR_OK;
    if (pattern.n > PATTERN_MAX * 10 || !groups_known(pattern) ||
        regex_compile(ctx, pattern, false, &re) != ERR_OK) {
        ctx_clear_error(ctx);
        return fail(ctx, ERR_INVALID, "matchPattern is not a valid regex pattern (Postgres)");
    }
    regex_free(re);
    return ERR_OK;
}

enum errc model_body_read(struct ctx *ctx, const struct json *doc, struct meta_model *out)
{
    const struct json *tiers = json_get(doc, STR("pricingTiers")),
                      *config = json_get(doc, STR("tokenizerConfig"));
    const struct json *start = json_get(doc, STR("startDate"));
    struct path at_total = {NULL, STR("totalPrice")}, at_start = {NULL, STR("startDate")};

    out->id = id_cuid(ctx->arena);
    out->start_date = MILLIS_NONE;
    out->name = text_read(ctx, doc, "modelName");
    out->match_pattern = text_read(ctx, doc, "matchPattern");
    out->unit = option_read(ctx, doc, "unit", units);
    out->tokenizer_id = option_read(ctx, doc, "tokenizerId", tokenizers);
    out->tokenizer_config = json_is(config, JSON_OBJECT) ? json_text(ctx->arena, config) : STR_NONE;
    out->input_price = price_read(ctx, doc, "inputPrice");
    out->output_price = price_read(ctx, doc, "outputPrice");
    out->total_price = price_read(ctx, doc, "totalPrice");
    if (json_is(start, JSON_STRING) && !time_parse_iso(json_str(start), &out->start_date))
        issue_datetime(ctx, &at_start);
    if (str_some(out->total_price) && (str_some(out->input_price) || str_some(out->output_price)))
        issue_custom(ctx, &at_total,
                     "If input and/or output price is set, total price must be null");
    if (json_len(tiers))
        tiers_read(ctx, tiers, out);
    else
        flat_tier(ctx, out);
    if (ctx->n_issues)
        return fail(ctx, ERR_INVALID, "Invalid request data");
    return pattern_check(ctx, out->match_pattern);
}
