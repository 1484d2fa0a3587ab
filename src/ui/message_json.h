// SPDX-License-Identifier: MIT
#pragma once
// JSON of conversations, documents, scores and rows as web/src/api/ui.ts types them. A field that is
// missing is left out, never null.
#include "chat/chat.h"
#include "json/write.h"
#include "model/score.h"
#include "store/insight.h"

// Key and value only where there is one.
void jw_some(struct jw *w, str key, str v); // not none and not empty
void jw_some_json(struct jw *w, str key, struct arena *scratch, str stored);

struct message_extra {
    int64_t seen;    // position of the observation that showed it first; -1 = new
    size_t text_max; // bytes of one part
    bool no_calls;   // they are shown on their own
};
void message_write(struct jw *w, const struct chat_message *m, const struct message_extra *x);
void documents_write(struct jw *w, const struct chat_documents *d, size_t text_max); // the array
void tools_write(struct jw *w, const struct chat *c);                                // the array
// A text, or its beginning and how much is missing.
void text_write(struct jw *w, str text, size_t max);

// The rows of lists. For the public page everything that tells of people or of the project is left out.
void trace_line_write(struct jw *w, const struct trace_line *line, bool is_public); // members only
void observation_line_write(struct jw *w, const struct observation_line *line);     // the object
void session_line_write(struct jw *w, const struct session_line *line);             // the object
// The member `scores`, when there are any.
void chips_write(struct jw *w, const struct chip_list *chips);
void score_write(struct jw *w, const struct score *s, bool is_public);
