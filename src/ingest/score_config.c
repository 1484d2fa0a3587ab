// SPDX-License-Identifier: MIT
// What a score becomes when it is stored. A batch event that fails here keeps its 201 (an error entry
// would make SDKs send the whole batch again) and is counted; POST /scores answers 400 with the reason.
#include "ingest/score_config.h"

#include "base/utf8.h"

static enum errc category_value(struct ctx *ctx, const struct meta_score_config *c, struct score *s)
{
    const struct json *list = json_try(ctx->arena, c->categories);

    for (struct json_iter it = json_iter(list); json_next(&it);) {
        if (!str_eq(json_str(json_get(it.value, STR("label"))), s->string_value))
            continue;
        json_double(json_get(it.value, STR("value")), &s->value);
        return ERR_OK;
    }
    return fail(ctx, ERR_INVALID, "Category '%.*s' is not defined in score config '%.*s'",
                STR_ARG(s->string_value), STR_ARG(c->name));
}

static enum errc check_range(struct ctx *ctx, const struct meta_score_config *c,
                             const struct score *s)
{
    if (c->has_min && s->value < c->min_value)
        return fail(ctx, ERR_INVALID, "Value %g is below the minimum %g of score config '%.*s'",
                    s->value, c->min_value, STR_ARG(c->name));
    if (c->has_max && s->value > c->max_value)
        return fail(ctx, ERR_INVALID, "Value %g is above the maximum %g of score config '%.*s'",
                    s->value, c->max_value, STR_ARG(c->name));
    return ERR_OK;
}

static enum errc apply_config(struct ingest *in, struct ctx *ctx, str project, struct score *s)
{
    struct meta_score_config c;
    enum errc rc = meta_score_config_get(in->meta, ctx, project, s->config_id, &c);

    if (rc == ERR_NOT_FOUND)
        return fail(ctx, ERR_INVALID,
                    "The configId '%.*s' does not match any score config of this project",
                    STR_ARG(s->config_id));
    TRY(rc);
    if (c.is_archived)
        return fail(ctx, ERR_INVALID, "Score config '%.*s' is archived and cannot be used",
                    STR_ARG(c.name));
    if (s->data_type && s->data_type != c.data_type)
        return fail(ctx, ERR_INVALID, "Data type %.*s does not match %.*s of score config '%.*s'",
                    STR_ARG(score_type_name(s->data_type)), STR_ARG(score_type_name(c.data_type)),
                    STR_ARG(c.name));
    bool number = c.data_type == SCORE_NUMERIC || c.data_type == SCORE_BOOLEAN;
    if (number == str_some(s->string_value))
        return fail(ctx, ERR_INVALID, "Score config '%.*s' is %.*s and needs a %s value",
                    STR_ARG(c.name), STR_ARG(score_type_name(c.data_type)),
                    number ? "number" : "string");
    s->data_type = c.data_type;
    s->name = c.name;
    if (c.data_type == SCORE_CATEGORICAL)
        return category_value(ctx, &c, s);
    return c.data_type == SCORE_NUMERIC ? check_range(ctx, &c, s) : ERR_OK;
}

static enum errc stored_boolean(struct ctx *ctx, struct score *s)
{
    if (s->value != 0 && s->value != 1)
        return fail(ctx, ERR_INVALID, "A BOOLEAN score takes 0 or 1, got %g", s->value);
    s->string_value = s->value != 0 ? STR("True") : STR("False");
    return ERR_OK;
}

static enum errc stored_text(struct ctx *ctx, struct score *s)
{
    if (s->string_value.n == 0 || utf8_units(s->string_value) > 500)
        return fail(ctx, ERR_INVALID, "A TEXT score takes 1 to 500 characters, got %zu",
                    utf8_units(s->string_value));
    s->value = 0;
    return ERR_OK;
}

static enum errc stored_correction(struct ctx *ctx, struct score *s)
{
    if (!str_some(s->trace_id))
        return fail(ctx, ERR_INVALID, "A CORRECTION score needs a traceId");
    s->name = STR("output");
    s->long_string_value = s->string_value;
    s->string_value = STR_NONE;
    s->value = 0;
    return ERR_OK;
}

enum errc score_inflate(struct ingest *in, struct ctx *ctx, str project, struct score *s)
{
    bool config = s->config_id.n > 0;

    if (s->source == SCORE_ANNOTATION && !config && s->data_type != SCORE_CORRECTION)
        return fail(
            ctx, ERR_INVALID,
            "configId is required when source is ANNOTATION (except for CORRECTION scores).");
    if (config)
        TRY(apply_config(in, ctx, project, s));
    if (!s->data_type)
        s->data_type = str_some(s->string_value) ? SCORE_CATEGORICAL : SCORE_NUMERIC;
    if (s->data_type == SCORE_BOOLEAN)
        return stored_boolean(ctx, s);
    if (s->data_type == SCORE_TEXT)
        return stored_text(ctx, s);
    return s->data_type == SCORE_CORRECTION ? stored_correction(ctx, s) : ERR_OK;
}
