// SPDX-License-Identifier: MIT
#pragma once
// What the pages ask of lists and figures, from an address: q, range, lens, sort and the page.
#include "http/http.h"
#include "json/write.h"
#include "store/store.h"
#include "ui/query.h"
#include "ui/ui.h"

struct question_params {
    str q, range, sort, after, field, prefix;
    int32_t lens; // position in question_lenses + 1; 0 = traces
};
extern const char *const question_lenses[];

// The parameters of a route, in a table; further ones of a route would follow them.
#define QUESTION_PARAM(name_, doc_)                                                           \
    {                                                                                         \
        .name = #name_, .type = PARAM_STR, .offset = offsetof(struct question_params, name_), \
        .doc = doc_                                                                           \
    }
#define QUESTION_LENS                                                                         \
    {                                                                                         \
        .name = "lens", .type = PARAM_ENUM, .offset = offsetof(struct question_params, lens), \
        .names = question_lenses, .doc = "traces or obs"                                      \
    }
#define QUESTION_Q     QUESTION_PARAM(q, "Conditions in the query language")
#define QUESTION_RANGE QUESTION_PARAM(range, "24h, 14d, or from/to; default 24h")
#define QUESTION_SORT  QUESTION_PARAM(sort, "-start, start, -cost ...")
#define QUESTION_AFTER QUESTION_PARAM(after, "`next` of the page before")

struct question {
    struct question_params params;
    struct insight_query query;
    struct query read; // what the query language said, with its problems
};
// Reads the route's parameters and the project of its path. ERR_INVALID says what cannot be read.
enum errc question_read(struct api *api, struct http_req *rq, struct question *out) MUST_CHECK;
// The same for routes with further parameters: `params` is the route's own struct, which begins with
// `common`.
enum errc question_from(struct api *api, struct http_req *rq, void *params,
                        const struct question_params *common, struct question *out) MUST_CHECK;
// A range as the address spells it. `now` is the end of "24h".
enum errc range_read(struct ctx *ctx, str text, millis now, millis *from, millis *to) MUST_CHECK;
// The width that divides a range into at most 60 buckets.
int64_t bucket_width(millis from, millis to);
// "-cost", "start" ...; empty is the newest first.
enum errc sort_read(struct ctx *ctx, str text, enum line_sort *sort, bool *ascending) MUST_CHECK;
// The sort and the offset that `after` stands for, of lists that are paged by offset.
enum errc group_page_read(struct ctx *ctx, const struct question_params *p,
                          struct group_page *out) MUST_CHECK;

// Parts of many answers.
void range_write(struct jw *w, const struct insight_query *q, bool bucket); // from, to, bucket
void money_member(struct jw *w, str key, picos v);
void number_some(struct jw *w, str key, double v);                    // left out when there is none
void numbers_write(struct jw *w, str key, const double *v, size_t n); // null where there is none
void latencies_write(struct jw *w, const struct latencies *l, size_t n); // p50, p95, p99
enum amount { AMOUNT_N, AMOUNT_ERRORS, AMOUNT_WARNINGS };
void amounts_write(struct jw *w, str key, const struct amounts *a, size_t n, enum amount which);
void picos_array_write(struct jw *w, str key, const picos *v, size_t n);
