// SPDX-License-Identifier: MIT
#pragma once
// The query language of the lists (docs/query.md): conditions joined by AND, read into a filter.
//
//   level:error  -env:dev  latency:>2s  cost:0.01..0.05  name:(a,b)  name:order*  user:"Ann B"
//   score.helpful:<0.5  meta.region:eu  has:error  is:bookmarked  input:"refund"  words and "phrases"
//
// What cannot be read is left out and told as a problem with its place; nothing is dropped in silence.
#include "json/write.h"
#include "store/insight.h"

enum query_type {
    QUERY_TEXT,    // equals; * at an end for the rest; (a,b) for one of several
    QUERY_OPTION,  // the same, without case
    QUERY_WORDS,   // contains
    QUERY_TAGS,    // has one of
    QUERY_NUMBER,  // 3, >3, 1..5, 12k, 1.5M
    QUERY_SECONDS, // a number with ms, s, m or h
    QUERY_MONEY,   // a number, with or without $
    QUERY_OBJECT,  // the field's name goes on with a key: score.helpful, meta.region
    QUERY_FLAG     // has:..., is:...
};
struct query_problem {
    size_t at, length; // UTF-16 units of the text, as a page counts
    str message, suggest;
};
struct query {
    struct filter filter;
    struct query_problem *problems;
    size_t n_problems;
};
// `text` is valid UTF-8. At most LIMIT_FILTER_CONDITIONS conditions. Fails only without memory.
enum errc query_read(struct ctx *ctx, enum insight_lens lens, str text,
                     struct query *out) MUST_CHECK;
void query_problems_write(struct jw *w, const struct query *q); // the member `problems`, when any
void query_fields_write(struct jw *w);                          // the array Boot.fields
