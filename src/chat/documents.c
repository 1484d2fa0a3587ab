// SPDX-License-Identifier: MIT
// Retrieved documents: what retrievers, vector stores and rerankers answer with.
#include "base/limits.h"
#include "chat/chat_int.h"

#include <math.h>

struct document_reader {
    struct arena *a;
    bool strict;
    struct chat_document *items;
    size_t n, cap;
};

static bool score_read(const struct json *v, double *out)
{
    str text = json_str(v);

    return json_double(v, out) || (text.n && str_to_double(text, out));
}

// The object that the document's fields stand in: {"document": {...}, "score": 0.8} and the like.
static const struct json *document_inner(const struct json *object)
{
    for (size_t i = 0; i < keys_document_inner.n; i++) {
        const struct json *v = json_get(object, keys_document_inner.keys[i]);
        if (json_is(v, JSON_OBJECT))
            return v;
    }
    return object;
}

static str field_of(struct arena *a, const struct json *object, const struct json *inner,
                    const struct key_list *keys)
{
    const struct json *places[] = {inner, object, json_get(inner, STR("metadata")),
                                   json_get(inner, STR("document.metadata"))};

    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const struct json *v = keys_get(places[i], keys);
        if (json_is(v, JSON_STRING))
            return json_str(v);
        if (json_is(v, JSON_NUMBER))
            return json_number(v);
        if (v && i == 0 && keys == &keys_document_text)
            return json_text(a, v);
    }
    return STR_NONE;
}

static double document_score(const struct json *object, const struct json *inner)
{
    const struct json *places[] = {object, inner, json_get(inner, STR("metadata"))};
    double score;

    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (score_read(keys_get(places[i], &keys_document_score), &score))
            return score;
    }
    return (double)NAN;
}

static bool says_document(const struct json *inner, double score)
{
    return !isnan(score) || json_get(inner, STR("pageContent")) ||
           json_get(inner, STR("page_content")) || json_get(inner, STR("document.content"));
}

static bool document_add(struct document_reader *r, struct chat_document doc)
{
    if (!doc.text.n || r->n >= LIMIT_CHAT_DOCUMENTS ||
        !arena_grow(r->a, (void **)&r->items, r->n, &r->cap, sizeof(doc)))
        return false;
    r->items[r->n++] = doc;
    return true;
}

static bool document_read(struct document_reader *r, const struct json *object)
{
    const struct json *inner = document_inner(object);
    struct chat_document doc = {.id = field_of(r->a, object, inner, &keys_document_id),
                                .title = field_of(r->a, object, inner, &keys_document_title),
                                .text = field_of(r->a, object, inner, &keys_document_text),
                                .score = document_score(object, inner)};

    if (doc.title.p == doc.text.p)
        doc.title = STR_NONE; // the only text there is
    if (r->strict && !says_document(inner, doc.score))
        return false;
    return document_add(r, doc);
}

// [document, score], as similarity searches answer.
static bool pair_read(struct document_reader *r, const struct json *pair)
{
    double score;

    if (json_len(pair) != 2 || !json_is(json_at(pair, 0), JSON_OBJECT) ||
        !score_read(json_at(pair, 1), &score) || !document_read(r, json_at(pair, 0)))
        return false;
    r->items[r->n - 1].score = score;
    return true;
}

static bool item_read(struct document_reader *r, const struct json *v)
{
    if (json_is(v, JSON_STRING))
        return !r->strict &&
               document_add(r, (struct chat_document){.text = json_str(v), .score = (double)NAN});
    return json_is(v, JSON_ARRAY) ? pair_read(r, v)
                                  : json_is(v, JSON_OBJECT) && document_read(r, v);
}

static bool list_read(struct document_reader *r, const struct json *list)
{
    bool any = false;

    for (struct json_iter it = json_iter(list); json_next(&it) && r->n < LIMIT_CHAT_DOCUMENTS;) {
        if (!item_read(r, it.value) && !any)
            return false; // the first item decides
        any = true;
    }
    return any;
}

static bool value_read(struct document_reader *r, const struct json *v, unsigned depth)
{
    if (json_is(v, JSON_ARRAY))
        return list_read(r, v);
    if (!json_is(v, JSON_OBJECT) || depth > 2)
        return false;
    for (size_t i = 0; i < keys_document_lists.n; i++) {
        if (value_read(r, json_get(v, keys_document_lists.keys[i]), depth + 1))
            return true;
    }
    return false;
}

bool chat_documents_read(struct arena *a, str stored, bool strict, struct chat_documents *out)
{
    struct document_reader r = {.a = a, .strict = strict};
    str s = str_trim(stored);
    bool container = s.n && (s.p[0] == '{' || s.p[0] == '[');
    bool found = container && value_read(&r, json_try(a, s), 0);

    *out = (struct chat_documents){r.items, r.n};
    return found && !arena_failed(a);
}
