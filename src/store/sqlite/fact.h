// SPDX-License-Identifier: MIT
#pragma once
// Facts: what lists and figures ask of a trace, column by column, so that a month of traces is looked
// through in milliseconds. A day file's table `fact` holds chunks of them; a chunk is written when its
// traces have gone quiet and never changes. What is told of a trace later stands: rows that are not
// packed now before all chunks, chunks with higher ids before lower ones.
//
//   fact.data = one zstd frame of:
//     u32 version, n, n_uses, n_words, words_bytes, 0      little endian like all numbers here
//     i64 ts[n], tokens[n], cost[n], use_tokens[n_uses], use_cost[n_uses]
//     u32 row[n], i32 latency[n], slowest[n], u32 observations[n], errors[n], warnings[n],
//     u32 texts[FACT_TEXTS][n] (numbers of words; 0 = none), use_first[n + 1], use_model[n_uses],
//     use_n[n_uses], word_end[n_words]
//     u8 level[n], kind[n], flags[n] (enum trace_row_flag; without LISTED: the trace is gone)
//     bytes of the words
#include "base/map.h"
#include "model/trace.h"
#include "sql/sql.h"

enum fact_text {
    FACT_NAME,
    FACT_USER,
    FACT_SESSION,
    FACT_ENVIRONMENT,
    FACT_VERSION,
    FACT_RELEASE,
    FACT_TAGS,  // JSON array text
    FACT_ERROR, // numbers and ids replaced by #
    FACT_TEXTS
};

struct fact_chunk { // a chunk opened: all borrowed
    uint32_t n, n_uses, n_words;
    const int64_t *ts, *tokens, *cost, *use_tokens, *use_cost;
    const uint32_t *row, *observations, *errors, *warnings, *texts[FACT_TEXTS];
    const int32_t *latency, *slowest; // ms; latency -1 = none
    const uint32_t *use_first, *use_model, *use_n;
    const uint8_t *level, *kind, *flags;
    const str *words; // [0] is none
};

struct fact_builder { // chunks being made
    struct arena *a;
    struct map *words;
    struct buf columns[24]; // in the order of the file
    uint32_t n, n_uses;
    millis first, last;
    bool again;  // tells of a trace that was told of before
    bool single; // rows are observations: the last column is a model, not the list of them
};
void fact_builder_init(struct fact_builder *b, struct arena *a);
void fact_builder_fini(struct fact_builder *b); // NULL is fine

// The columns that fact_add_row reads, of `trace t`.
extern const char fact_columns[];
extern const char fact_observation_columns[]; // the same of `observation o JOIN trace t`
void fact_add_row(struct fact_builder *b, struct sql_stmt *st);
void fact_add_gone(struct fact_builder *b, int64_t row);
void fact_add_copy(struct fact_builder *b, const struct fact_chunk *c, uint32_t i);
// The uncompressed frame; false when it grew too large.
bool fact_finish(struct fact_builder *b, struct buf *out);
enum errc fact_open(struct ctx *ctx, str raw, struct fact_chunk *out) MUST_CHECK;
