// SPDX-License-Identifier: MIT
// The only file that knows PCRE2. Limits make a hostile pattern fail instead of running on; each match
// uses its own match data, so a compiled regex is shared by threads.
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/regex.h"

#include <pcre2.h>
#include <stdlib.h>

#define MATCH_LIMIT    200000
#define DEPTH_LIMIT    2000
#define HEAP_LIMIT_KIB 4096

struct regex {
    pcre2_code *code;
    pcre2_match_context *limits;
};

enum errc regex_compile(struct ctx *ctx, str pattern, bool caseless, struct regex **out)
{
    int error;
    PCRE2_SIZE at;
    // Patterns and subjects are UTF-8; broken bytes of a subject match nothing.
    // `$` is the end of the subject, not also a line end before it: as in PostgreSQL and RE2.
    uint32_t options =
        PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY | (caseless ? PCRE2_CASELESS : 0);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""), pattern.n, options,
                                     &error, &at, NULL);

    if (!code) {
        PCRE2_UCHAR text[256];
        pcre2_get_error_message(error, text, sizeof(text));
        return fail(ctx, ERR_INVALID, "Not a valid regular expression at character %zu: %s", at + 1,
                    (const char *)text);
    }
    struct regex *re = calloc(1, sizeof(*re));
    CHECK(re != NULL);
    re->code = code;
    re->limits = pcre2_match_context_create(NULL);
    CHECK(re->limits != NULL);
    pcre2_set_match_limit(re->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(re->limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(re->limits, HEAP_LIMIT_KIB);
    *out = re;
    return ERR_OK;
}

void regex_free(struct regex *re)
{
    if (!re)
        return;
    pcre2_match_context_free(re->limits);
    pcre2_code_free(re->code);
    free(re);
}

bool regex_find(const struct regex *re, str subject, size_t from, size_t *start, size_t *end)
{
    pcre2_match_data *md = pcre2_match_data_create(1, NULL);

    if (!md || from > subject.n) {
        pcre2_match_data_free(md);
        return false;
    }
    int rc = pcre2_match(re->code, (PCRE2_SPTR)(subject.p ? subject.p : ""), subject.n, from, 0, md,
                         re->limits);
    if (rc >= 0) {
        PCRE2_SIZE *v = pcre2_get_ovector_pointer(md);
        *start = v[0];
        *end = v[1];
    }
    pcre2_match_data_free(md);
    return rc >= 0;
}

bool regex_match(const struct regex *re, str subject)
{
    size_t start, end;

    return regex_find(re, subject, 0, &start, &end);
}
