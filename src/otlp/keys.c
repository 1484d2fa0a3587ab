// SPDX-License-Identifier: MIT
// Lookup of attribute keys. One binary search over (length, bytes) per attribute: lengths differ most
// of the time, so a lookup costs about seven integer compares and one memcmp. A hash table was
// rejected: it would have to be built at start-up or generated, for no measurable gain.
#include "otlp/keys.h"

#include "base/attr.h"

static const struct key_row {
    str text;
    unsigned flags;
} rows[KEY_COUNT] = {
#define OTLP_KEY_ROW(id, text, flags) {STR_INIT(text), (flags)},
    OTLP_KEYS(OTLP_KEY_ROW)
#undef OTLP_KEY_ROW
};

static const struct family_row {
    str prefix;
    unsigned bit;
} families[] = {
    {STR_INIT("langfuse.trace.metadata"), FAMILY_TRACE_METADATA},
    {STR_INIT("langfuse.observation.metadata"), FAMILY_OBS_METADATA},
    {STR_INIT("langfuse.metadata"), FAMILY_METADATA},
    {STR_INIT("ai.telemetry.metadata"), FAMILY_AI_METADATA},
    {STR_INIT("gen_ai.prompt"), FAMILY_PROMPT},
    {STR_INIT("gen_ai.completion"), FAMILY_COMPLETION},
    {STR_INIT("llm.input_messages"), FAMILY_LLM_INPUT},
    {STR_INIT("llm.output_messages"), FAMILY_LLM_OUTPUT},
    {STR_INIT("gen_ai.usage."), FAMILY_GEN_AI_USAGE},
    {STR_INIT("llm.token_count."), FAMILY_LLM_TOKENS},
    {STR_INIT("gen_ai.request."), FAMILY_GEN_AI_REQUEST},
    {STR_INIT("llm.invocation_parameters."), FAMILY_LLM_PARAMS},
    {STR_INIT("langfuse.experiment."), FAMILY_EXPERIMENT},
    {STR_INIT("llm.tools."), FAMILY_LLM_TOOLS},
};

enum key key_find(str text)
{
    size_t low = 0, high = KEY_COUNT;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        str row = rows[mid].text;
        int order = row.n != text.n ? (row.n < text.n ? -1 : 1) : memcmp(row.p, text.p, text.n);
        if (order == 0)
            return (enum key)mid;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return KEY_NONE;
}

str key_text(enum key key)
{
    return key < KEY_COUNT ? rows[key].text : STR_NONE;
}

bool key_is_io(enum key key)
{
    return key < KEY_COUNT && (rows[key].flags & KEY_IO);
}

unsigned key_families(str text)
{
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        str prefix = families[i].prefix;
        if (text.n >= prefix.n && text.p[0] == prefix.p[0] &&
            memcmp(text.p, prefix.p, prefix.n) == 0)
            return families[i].bit;
    }
    return 0;
}

str key_family_prefix(unsigned family)
{
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        if (families[i].bit == family)
            return families[i].prefix;
    }
    return STR_NONE;
}
