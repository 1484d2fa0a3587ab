// SPDX-License-Identifier: MIT
// Shared pieces of the handlers (reply.h).
#include "api/reply.h"

#include "base/limits.h"

void reply_object(struct http_res *rs, struct jw *w)
{
    jw_init(w, &rs->body);
    jw_object(w);
}

void reply_page_end(struct jw *w, int64_t page, int64_t limit, int64_t total)
{
    jw_array_end(w);
    jw_key(w, STR("meta"));
    jw_object(w);
    jw_ki64(w, STR("page"), page);
    jw_ki64(w, STR("limit"), limit);
    jw_ki64(w, STR("totalItems"), total);
    jw_ki64(w, STR("totalPages"), (total + limit - 1) / limit);
    jw_object_end(w);
    jw_object_end(w);
}

enum errc reply_check(struct ctx *ctx, const struct http_res *rs)
{
    if (buf_ok(&rs->body))
        return ERR_OK;
    return fail(ctx, ERR_LIMIT,
                "The answer would be larger than %u MB: ask for fewer rows or fewer fields",
                LIMIT_ANSWER_BYTES >> 20);
}

unsigned groups_parse(str list, const char *const *names)
{
    unsigned bits = 0;
    str part;

    for (str rest = list; str_next(&rest, ',', &part);) {
        for (unsigned i = 0; names[i]; i++) {
            if (str_eq(str_trim(part), str_c(names[i])))
                bits |= 1u << i;
        }
    }
    return bits;
}

enum errc order_parse(struct ctx *ctx, str text, const char *const *columns, struct order_by *out)
{
    str rest = text, column, direction = STR_NONE;

    if (str_empty(text))
        return ERR_OK;
    str_next(&rest, '.', &column);
    str_next(&rest, '.', &direction);
    bool ascending = str_eq_nocase(direction, STR("asc"));
    for (size_t i = 0; columns[i]; i++) {
        if (!str_eq(column, str_c(columns[i])))
            continue;
        if (!ascending && !str_eq_nocase(direction, STR("desc")))
            return fail(ctx, ERR_INVALID, "Invalid order by direction: '%.*s', use asc or desc",
                        STR_ARG(direction));
        *out = (struct order_by){columns[i], ascending};
        return ERR_OK;
    }
    return fail(ctx, ERR_INVALID, "Invalid order by column: %.*s", STR_ARG(column));
}
