// SPDX-License-Identifier: MIT
// Fields of the query language (query_fields.h).
#include "ui/query_fields.h"

#define BOTH(c) \
    {           \
        c, c    \
    }
#define ONLY_TRACES(c) \
    {                  \
        c, NULL        \
    }
#define ONLY_OBS(c) \
    {               \
        NULL, c     \
    }

const struct query_field query_fields[] = {
    {"level", QUERY_OPTION, BOTH("level"), true,
     "Worst level inside: error, warning, default, debug"},
    {"env", QUERY_TEXT, BOTH("environment"), true, "Environment"},
    {"name", QUERY_TEXT, BOTH("name"), true, "Name of the trace or observation"},
    {"type", QUERY_OPTION, BOTH("type"), true, "Kind: generation, tool, agent, span ..."},
    {"user", QUERY_TEXT, BOTH("userId"), true, "User"},
    {"session", QUERY_TEXT, BOTH("sessionId"), true, "Session"},
    {"model", QUERY_TEXT, BOTH("model"), true, "Model"},
    {"tags", QUERY_TAGS, {"tags", "traceTags"}, true, "Tags of the trace"},
    {"version", QUERY_TEXT, BOTH("version"), true, "Version"},
    {"release", QUERY_TEXT, BOTH("release"), true, "Release"},
    {"trace", QUERY_TEXT, {"name", "traceName"}, false, "Name of the trace"},
    {"latency", QUERY_SECONDS, BOTH("latency"), false, "Duration: >2s, 100ms..1s"},
    {"ttft", QUERY_SECONDS, ONLY_OBS("timeToFirstToken"), false, "Time to the first token"},
    {"cost", QUERY_MONEY, BOTH("totalCost"), false, "Cost in US dollars: >0.01"},
    {"tokens", QUERY_NUMBER, BOTH("totalTokens"), false, "Tokens: >10k"},
    {"intokens", QUERY_NUMBER, BOTH("inputTokens"), false, "Tokens of the input"},
    {"outtokens", QUERY_NUMBER, BOTH("outputTokens"), false, "Tokens of the output"},
    {"errors", QUERY_NUMBER, ONLY_TRACES("errorCount"), false, "Observations with an error"},
    {"warnings", QUERY_NUMBER, ONLY_TRACES("warningCount"), false, "Observations with a warning"},
    {"observations", QUERY_NUMBER, ONLY_TRACES("observationCount"), false, "Observations"},
    {"id", QUERY_TEXT, BOTH("id"), false, "Id"},
    {"traceid", QUERY_TEXT, {"id", "traceId"}, false, "Id of the trace"},
    {"prompt", QUERY_TEXT, ONLY_OBS("promptName"), false, "Name of the prompt"},
    {"tool", QUERY_TAGS, ONLY_OBS("calledToolNames"), false, "Name of a called tool"},
    {"error", QUERY_WORDS, BOTH("statusMessage"), false, "Text of the error or status message"},
    {"input", QUERY_WORDS, BOTH("input"), false, "Text of the input"},
    {"output", QUERY_WORDS, BOTH("output"), false, "Text of the output"},
    {"score.", QUERY_OBJECT, BOTH("scores_avg"), false, "A score: score.helpful:<0.5"},
    {"meta.", QUERY_OBJECT, BOTH("metadata"), false, "A key of the metadata: meta.region:eu"},
    {"has", QUERY_FLAG, BOTH(NULL), false, "error, warning, input, output, user, session"},
    {"is", QUERY_FLAG, BOTH(NULL), false, "bookmarked, public, root"},
};
const size_t query_fields_n = ARRAY_LEN(query_fields);

#define SAME(c, t) \
    {              \
        {c, t},    \
        {          \
            c, t   \
        }          \
    }
const struct query_flag query_flags[] = {
    {"has", "error", {{"errorCount", FLAG_ABOVE_ZERO}, {"level", FLAG_IS_ERROR}}},
    {"has", "warning", {{"warningCount", FLAG_ABOVE_ZERO}, {"level", FLAG_IS_WARNING}}},
    {"has", "input", SAME("input", FLAG_NOT_NULL)},
    {"has", "output", SAME("output", FLAG_NOT_NULL)},
    {"has", "user", SAME("userId", FLAG_NOT_NULL)},
    {"has", "session", SAME("sessionId", FLAG_NOT_NULL)},
    {"is", "bookmarked", {{"bookmarked", FLAG_TRUE}, {NULL, FLAG_TRUE}}},
    {"is", "public", {{"public", FLAG_TRUE}, {NULL, FLAG_TRUE}}},
    {"is", "root", {{NULL, FLAG_TRUE}, {"isRootObservation", FLAG_TRUE}}},
};
const size_t query_flags_n = ARRAY_LEN(query_flags);

const struct query_field *query_field_find(str name)
{
    for (size_t i = 0; i < query_fields_n; i++) {
        str known = str_c(query_fields[i].name);
        bool object = query_fields[i].type == QUERY_OBJECT;
        if (object ? str_starts(name, known) && name.n > known.n : str_eq_nocase(name, known))
            return &query_fields[i];
    }
    return NULL;
}

enum { NEAR = 2, NAME_MAX_BYTES = 24 };

// Edits between two short names (Levenshtein).
static size_t distance(str a, str b)
{
    size_t row[NAME_MAX_BYTES + 1];

    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 0; i < a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.n; j++) {
            size_t best = diagonal + (a.p[i] != b.p[j]);
            diagonal = row[j + 1];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j + 1] = diagonal + 1 < best ? diagonal + 1 : best;
        }
    }
    return row[b.n];
}

str query_field_near(str name)
{
    size_t best = NEAR + 1;
    str found = STR_NONE;

    if (name.n > NAME_MAX_BYTES)
        return found;
    for (size_t i = 0; i < query_fields_n; i++) {
        str known = str_c(query_fields[i].name);
        size_t d = distance(name, known);
        if (d < best && d < known.n) {
            best = d;
            found = known;
        }
    }
    return found;
}
