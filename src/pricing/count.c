// SPDX-License-Identifier: MIT
// Counts the tokens of a text, a JSON value or a list of chat messages (ingestion.md 5.7).
//
// Text is normalized if its encoding wants that, cut at special tokens (each counts one, wherever
// it stands: upstream allows them all), split into pieces, and each piece merged. Everything
// returns false when the scratch arena is full; totals are then meaningless.
#include "pricing/count.h"

// Length of the special token that the text starts with, or 0.
static size_t special_here(const struct vocab *v, str text)
{
    for (size_t i = 0; i < v->n_specials; i++) {
        if (str_starts(text, v->specials[i]))
            return v->specials[i].n;
    }
    return 0;
}

// Start and length of the next special token at or after `from`; start = text.n without one.
static size_t special_next(const struct vocab *v, str text, size_t from, size_t *len)
{
    const char *hit;
    for (size_t i = from; i < text.n; i++) { // all of them start with '<'
        if ((hit = memchr(text.p + i, '<', text.n - i)) == NULL)
            break;
        i = (size_t)(hit - text.p);
        if ((*len = special_here(v, str_skip(text, i))) > 0)
            return i;
    }
    *len = 0;
    return text.n;
}

static bool count_ordinary(const struct count *c, str text, int64_t *total)
{
    for (size_t i = 0, end; i < text.n; i = end) {
        end = split_next(c->chars, c->encoding->split, text, i);
        if (!bpe_count(c->vocab, c->scratch, str_sub(text, i, end - i), total))
            return false;
    }
    return true;
}

bool count_text(const struct count *c, str text, int64_t *total)
{
    if (c->encoding->normalize) {
        text = nfkc_apply(c->nfkc, c->scratch, text);
        if (!str_some(text))
            return false;
    }
    for (size_t i = 0, special, len; i < text.n; i = special + len) {
        special = special_next(c->vocab, text, i, &len);
        if (!count_ordinary(c, str_sub(text, i, special - i), total))
            return false;
        *total += len > 0;
    }
    return true;
}

bool count_value(const struct count *c, const struct json *v, int64_t *total)
{
    str text = json_is(v, JSON_STRING) ? json_str(v) : json_text(c->scratch, v);
    return str_some(text) && count_text(c, text, total);
}

// ---- Chat messages ------------------------------------------------------------------------------

bool is_chat_model(str model)
{
    static const str names[] = {STR_INIT("gpt-4"),
                                STR_INIT("gpt-4-0314"),
                                STR_INIT("gpt-4-0613"),
                                STR_INIT("gpt-4-32k"),
                                STR_INIT("gpt-4-32k-0314"),
                                STR_INIT("gpt-4-32k-0613"),
                                STR_INIT("gpt-4-1106-preview"),
                                STR_INIT("gpt-4-vision-preview"),
                                STR_INIT("gpt-4o"),
                                STR_INIT("gpt-4o-2024-05-13"),
                                STR_INIT("gpt-3.5-turbo"),
                                STR_INIT("gpt-3.5-turbo-0301"),
                                STR_INIT("gpt-3.5-turbo-0613"),
                                STR_INIT("gpt-3.5-turbo-1106"),
                                STR_INIT("gpt-3.5-turbo-16k"),
                                STR_INIT("gpt-3.5-turbo-16k-0613"),
                                STR_INIT("gpt-35-turbo")};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq(model, names[i]))
            return true;
    }
    return false;
}

static bool is_message(const struct json *v)
{
    enum json_type name = json_type(json_get(v, STR("name")));
    return json_is(json_get(v, STR("role")), JSON_STRING) &&
           json_is(json_get(v, STR("content")), JSON_STRING) &&
           (name == JSON_STRING || name == JSON_ABSENT);
}

bool is_chat(const struct json *v)
{
    if (!json_is(v, JSON_ARRAY))
        return false;
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        if (!json_is(it.value, JSON_OBJECT) || !is_message(it.value))
            return false;
    }
    return true;
}

// The values that are part of a message on the provider's wire.
static bool count_message(const struct count *c, const struct json *message, int64_t *total)
{
    static const str keys[] = {STR_INIT("content"),       STR_INIT("role"),
                               STR_INIT("name"),          STR_INIT("tool_calls"),
                               STR_INIT("function_call"), STR_INIT("toolCalls"),
                               STR_INIT("functionCall")};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const struct json *v = json_get(message, keys[i]);
        if (json_truthy(v) && !count_value(c, v, total))
            return false;
    }
    return true;
}

bool count_chat(const struct count *c, const struct json *config, const struct json *messages,
                int64_t *total)
{
    int64_t per_message, per_name;
    if (!json_i64(json_get(config, STR("tokensPerMessage")), &per_message) ||
        !json_i64(json_get(config, STR("tokensPerName")), &per_name))
        return false;
    for (struct json_iter it = json_iter(messages); json_next(&it);) {
        *total += per_message;
        if (json_get(it.value, STR("name")) != NULL)
            *total += per_name;
        if (!count_message(c, it.value, total))
            return false;
    }
    *total += 3;
    return true;
}
