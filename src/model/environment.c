// SPDX-License-Identifier: MIT
// The environment rule of ingestion.md 2.10. It never fails: what does not fit is "default".
#include "base/limits.h"
#include "model/usage.h"

static const str env_default = STR_INIT("default");

// Strips ^(langfuse[-_]?)+ from lower-cased text.
static str strip_reserved(str s)
{
    static const str word = STR_INIT("langfuse");

    while (str_starts(s, word)) {
        s = str_skip(s, word.n);
        if (s.n && (s.p[0] == '-' || s.p[0] == '_'))
            s = str_skip(s, 1);
    }
    return s;
}

static bool env_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

str environment_normalize(struct arena *a, str raw)
{
    if (str_empty(raw) || str_eq(raw, env_default))
        return env_default;
    char *low = arena_alloc(a, raw.n);
    if (!low)
        return env_default;
    for (size_t i = 0; i < raw.n; i++)
        low[i] = raw.p[i] >= 'A' && raw.p[i] <= 'Z' ? (char)(raw.p[i] + 32) : raw.p[i];

    str s = strip_reserved(str_make(low, raw.n));
    s.n = s.n < LIMIT_ENVIRONMENT ? s.n : LIMIT_ENVIRONMENT;
    for (size_t i = 0; i < s.n; i++) {
        if (!env_char(s.p[i]))
            return env_default;
    }
    return s.n ? s : env_default;
}
