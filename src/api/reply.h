// SPDX-License-Identifier: MIT
#pragma once
// Small shared pieces of the handlers: starting a JSON answer, page meta, field groups.
#include "api/api.h"
#include "json/write.h"

static inline const struct principal *caller(const struct http_req *rq)
{
    return rq->principal;
}

// Opens the answer object on rs->body.
void reply_object(struct http_res *rs, struct jw *w);
// Closes an open `data` array and adds meta {page, limit, totalItems, totalPages}, then closes the answer.
void reply_page_end(struct jw *w, int64_t page, int64_t limit, int64_t total);
// ERR_LIMIT when the answer outgrew its maximum.
http_handler traces_delete; // traces_delete.c
enum errc reply_check(struct ctx *ctx, const struct http_res *rs) MUST_CHECK;

// Comma list of field groups -> bits by position in `names` (NULL-terminated). Unknown names are ignored.
unsigned groups_parse(str list, const char *const *names);
// "timestamp.desc" checked against `columns`; empty = the view's default.
enum errc order_parse(struct ctx *ctx, str text, const char *const *columns,
                      struct order_by *out) MUST_CHECK;

static inline struct str_set str_set_of(const struct str_list *l)
{
    return (struct str_set){l->items, l->n};
}
