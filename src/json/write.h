// SPDX-License-Identifier: MIT
#pragma once
// Streaming JSON writer into a buf: commas and nesting are kept for the caller. A key must come
// before each value inside an object. Overflow shows in buf_ok() at the end.
#include "base/clock.h"
#include "base/decimal.h"
#include "json/json.h"

struct jw {
    struct buf *b;
    bool comma; // the next value or key needs a comma first
};

void jw_init(struct jw *w, struct buf *b);
void jw_object(struct jw *w);
void jw_object_end(struct jw *w);
void jw_array(struct jw *w);
void jw_array_end(struct jw *w);
void jw_key(struct jw *w, str key);
void jw_null(struct jw *w);
void jw_bool(struct jw *w, bool v);
void jw_i64(struct jw *w, int64_t v);
void jw_double(struct jw *w, double v); // shortest that reads back equal; NaN and infinity: null
void jw_str(struct jw *w, str v);       // none: null. Escapes what JSON must, nothing more
void jw_raw(struct jw *w, str json);    // already valid JSON text
void jw_time(struct jw *w, millis t);   // ISO text; MILLIS_NONE: null
void jw_money(struct jw *w, picos v);   // number
// A stored free value (json_stored): none is null; text that is valid JSON is spliced raw (integers
// beyond 2^53 become strings, api.md 0.1); any other text is a string.
void jw_stored(struct jw *w, struct arena *scratch, str text);

// Key and value in one call.
void jw_kstr(struct jw *w, str key, str v);
void jw_ki64(struct jw *w, str key, int64_t v);
void jw_kbool(struct jw *w, str key, bool v);
void jw_kdouble(struct jw *w, str key, double v);
void jw_ktime(struct jw *w, str key, millis t);
void jw_kraw(struct jw *w, str key, str json);
void jw_knull(struct jw *w, str key);

// Appends the escaped form of s without the quotes.
void json_escape(struct buf *b, str s);
