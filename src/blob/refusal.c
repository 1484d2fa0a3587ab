// SPDX-License-Identifier: MIT
// One message for every refusal: which bucket where, what was asked, what the store said, what to do,
// and the setting to look at.
#include "blob/refusal.h"

#include "base/http_date.h"

enum { WORDS_MAX = 300, CLOCKS_APART_S = 300 };

static const struct {
    int status;
    struct blob_refusal row;
} by_status[] = {
    {401, {"", ERR_FORBIDDEN, "look at the access key and its rights", "_ACCESS_KEY_ID"}},
    {403, {"", ERR_FORBIDDEN, "look at the access key and its rights", "_ACCESS_KEY_ID"}},
    {404, {"", ERR_NOT_FOUND, "this does not look like an object store", "_ENDPOINT"}},
    {413, {"", ERR_TOO_LARGE, "a proxy on the way takes no body of this size", NULL}},
    {0, {"", ERR_UNAVAILABLE, "try again, and look at the store's own log", NULL}},
};

static const struct blob_refusal *row_of(const struct blob_refused *r)
{
    size_t i = 0;

    for (size_t k = 0; k < r->n_rows; k++)
        if (str_eq(r->code, str_c(r->rows[k].code)))
            return &r->rows[k];
    while (by_status[i].status && by_status[i].status != r->answer->status)
        i++;
    return &by_status[i].row;
}

str blob_clock_detail(struct arena *a, const struct web_answer *answer)
{
    millis theirs = 0;
    if (!http_date_parse(answer->date, &theirs))
        return STR_NONE;
    int64_t s = (clock_now() - theirs) / 1000, apart = s < 0 ? -s : s;
    return apart < CLOCKS_APART_S ? STR_NONE
                                  : arena_fmt(a, ": it is %lld seconds %s the store's",
                                              (long long)apart, s < 0 ? "behind" : "ahead of");
}

static str shortened(str s)
{
    return str_sub(str_trim(s), 0, WORDS_MAX);
}

enum errc blob_refused(struct ctx *ctx, const struct blob_refused *r)
{
    const struct blob_refusal *row = row_of(r);
    str setting = row->setting
                      ? arena_fmt(ctx->arena, " (%.*s%s)", STR_ARG(r->settings), row->setting)
                      : STR("");

    return fail(ctx, row->rc, "%s %.*s at %.*s refuses %s with %d%s%.*s%s%.*s; %s%.*s%.*s", r->what,
                STR_ARG(r->name), STR_ARG(r->host), r->method, r->answer->status,
                r->code.n ? " " : "", STR_ARG(shortened(r->code)), r->words.n ? ": " : "",
                STR_ARG(shortened(r->words)), row->advice, STR_ARG(shortened(r->detail)),
                STR_ARG(setting));
}
