// SPDX-License-Identifier: MIT
// The only file that knows yyjson. Documents live in the arena: one block for the values and the copied
// text, sized by yyjson's own bound, so parsing allocates once. Numbers are read as raw text.
// The fast path takes clean text as it is; text with \u0000 or broken Unicode goes through one repair
// pass and is parsed again. Own reader considered and rejected: yyjson reads twice as fast.
#include "json/json.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/utf8.h"
#include "json/write.h"

#include <yyjson.h>

#define READ_FLAGS (YYJSON_READ_NUMBER_AS_RAW)

static yyjson_val *val(const struct json *v)
{
    return (yyjson_val *)(uintptr_t)v;
}

static const struct json *wrap(yyjson_val *v)
{
    return (const struct json *)v;
}

static void *alc_malloc(void *ctx, size_t size)
{
    return arena_alloc(ctx, size);
}

static void *alc_realloc(void *ctx, void *old, size_t old_size, size_t size)
{
    void *p = arena_alloc(ctx, size);

    if (p && old)
        memcpy(p, old, old_size < size ? old_size : size);
    return p;
}

static void alc_free(void *ctx, void *p)
{
    (void)ctx, (void)p; // the arena goes at once
}

// Nesting of brackets outside strings, as far as it matters: stops at the first place beyond the limit.
static bool too_deep(str s)
{
    unsigned depth = 0;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"') {
            for (i++; i < s.n && s.p[i] != '"'; i++)
                i += s.p[i] == '\\';
        } else if (c == '[' || c == '{') {
            if (++depth > LIMIT_JSON_DEPTH)
                return true;
        } else if ((c == ']' || c == '}') && depth) {
            depth--;
        }
    }
    return false;
}

// Cheap: only a text with that many openers at all can nest that deep, and values tell containers.
static bool depth_possible(yyjson_val *root, size_t n)
{
    size_t containers = 0;

    for (size_t i = 0; i < n && containers <= LIMIT_JSON_DEPTH; i++)
        containers += unsafe_yyjson_is_ctn(root + i);
    return containers > LIMIT_JSON_DEPTH;
}

static bool hex4(str s, size_t i, uint32_t *out)
{
    uint32_t v = 0;

    if (i + 4 > s.n)
        return false;
    for (size_t k = i; k < i + 4; k++) {
        char c = (char)(s.p[k] | 0x20);
        uint32_t d = s.p[k] >= '0' && s.p[k] <= '9' ? (uint32_t)(s.p[k] - '0') : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10) : 16;
        if (d == 16)
            return false;
        v = v << 4 | d;
    }
    *out = v;
    return true;
}

// One \u escape at i: copied, or replaced when it is NUL or half a surrogate pair. Returns its length.
static size_t repair_escape(str s, size_t i, struct buf *b)
{
    uint32_t hi, lo;

    if (!hex4(s, i + 2, &hi)) {
        buf_add(b, str_sub(s, i, 2));
        return 2;
    }
    bool pair = hi >= 0xd800 && hi <= 0xdbff && i + 8 <= s.n && s.p[i + 6] == '\\' && s.p[i + 7] == 'u' &&
                hex4(s, i + 8, &lo) && lo >= 0xdc00 && lo <= 0xdfff;
    if (pair) {
        buf_add(b, str_sub(s, i, 12));
        return 12;
    }
    bool bad = hi == 0 || (hi >= 0xd800 && hi <= 0xdfff);
    buf_add(b, bad ? STR("\\ufffd") : str_sub(s, i, 6));
    return 6;
}

static str repair(struct arena *a, str s)
{
    AUTO(buf_fini) struct buf b = {0};
    str clean = utf8_clean(a, s);
    bool in_string = false;

    buf_init(&b, clean.n * 2 + 16);
    for (size_t i = 0; i < clean.n;) {
        if (in_string && clean.p[i] == '\\' && i + 1 < clean.n) {
            size_t n = clean.p[i + 1] == 'u' ? repair_escape(clean, i, &b) : 2;
            if (clean.p[i + 1] != 'u')
                buf_add(&b, str_sub(clean, i, 2));
            i += n;
            continue;
        }
        in_string ^= clean.p[i] == '"';
        buf_add_char(&b, clean.p[i++]);
    }
    return arena_str(a, buf_str(&b));
}

static yyjson_doc *read_once(struct arena *a, str text, yyjson_read_err *err)
{
    const yyjson_alc alc = {alc_malloc, alc_realloc, alc_free, a};

    return yyjson_read_opts((char *)(uintptr_t)text.p, text.n, READ_FLAGS, &alc, err);
}

enum result { READ_OK, READ_SYNTAX, READ_DEEP, READ_MEMORY };

static enum result read_text(struct arena *a, str text, const struct json **out, yyjson_read_err *err)
{
    bool nul = text.n && memmem(text.p, text.n, "\\u0000", 6);
    yyjson_doc *doc = nul || !text.n ? NULL : read_once(a, text, err);

    if (!doc && text.n && !arena_failed(a)) {
        str fixed = repair(a, text);
        doc = str_some(fixed) ? read_once(a, fixed, err) : NULL;
    }
    if (!doc)
        return arena_failed(a) ? READ_MEMORY : READ_SYNTAX;
    if (depth_possible(doc->root, doc->val_read) && too_deep(text))
        return READ_DEEP;
    *out = wrap(doc->root);
    return READ_OK;
}

enum errc json_parse(struct ctx *ctx, str text, const struct json **out)
{
    yyjson_read_err err = {0};

    switch (read_text(ctx->arena, text, out, &err)) {
    case READ_OK:
        return ERR_OK;
    case READ_DEEP:
        return fail(ctx, ERR_INVALID, "Invalid JSON: nested deeper than %u", LIMIT_JSON_DEPTH);
    case READ_MEMORY:
        return fail(ctx, ERR_NOMEM, "The JSON needs more memory than one request may use");
    case READ_SYNTAX:
        break;
    }
    if (text.n == 0)
        return fail(ctx, ERR_INVALID, "Invalid JSON: the text is empty");
    return fail(ctx, ERR_INVALID, "Invalid JSON: %s at byte %zu", err.msg ? err.msg : "unexpected text", err.pos);
}

static bool may_be_json(str text)
{
    str t = str_trim(text);

    return t.n && (strchr("{[\"-0123456789", t.p[0]) || str_eq(t, STR("true")) || str_eq(t, STR("false")) || str_eq(t, STR("null"))) && t.p[0];
}

const struct json *json_try(struct arena *a, str text)
{
    const struct json *out;
    yyjson_read_err err = {0};

    if (!may_be_json(text))
        return NULL;
    return read_text(a, text, &out, &err) == READ_OK ? out : NULL;
}

bool json_valid(struct arena *scratch, str text)
{
    struct arena_mark mark = arena_mark(scratch);
    bool ok = json_try(scratch, text) != NULL;

    arena_rewind(scratch, mark);
    return ok;
}

enum json_type json_type(const struct json *v)
{
    if (!v)
        return JSON_ABSENT;
    switch (unsafe_yyjson_get_type(val(v))) {
    case YYJSON_TYPE_NULL:
        return JSON_NULL;
    case YYJSON_TYPE_BOOL:
        return JSON_BOOL;
    case YYJSON_TYPE_RAW:
    case YYJSON_TYPE_NUM:
        return JSON_NUMBER;
    case YYJSON_TYPE_STR:
        return JSON_STRING;
    case YYJSON_TYPE_ARR:
        return JSON_ARRAY;
    case YYJSON_TYPE_OBJ:
        return JSON_OBJECT;
    default:
        return JSON_ABSENT;
    }
}

bool json_is(const struct json *v, enum json_type t)
{
    return json_type(v) == t;
}

bool json_bool(const struct json *v)
{
    return v && unsafe_yyjson_is_true(val(v));
}

static str text_of(yyjson_val *v)
{
    return str_make(v->uni.str, unsafe_yyjson_get_len(v));
}

str json_str(const struct json *v)
{
    return json_is(v, JSON_STRING) ? text_of(val(v)) : STR_NONE;
}

str json_number(const struct json *v)
{
    return json_is(v, JSON_NUMBER) ? text_of(val(v)) : STR_NONE;
}

bool json_double(const struct json *v, double *out)
{
    return json_is(v, JSON_NUMBER) && str_to_double(text_of(val(v)), out);
}

bool json_i64(const struct json *v, int64_t *out)
{
    double d;

    if (!json_is(v, JSON_NUMBER))
        return false;
    if (str_to_i64(text_of(val(v)), out))
        return true;
    // "5.0", "5e0": exact only while a double holds every integer
    if (!str_to_double(text_of(val(v)), &d) || d < -9007199254740992.0 || d > 9007199254740992.0 || (double)(int64_t)d < d ||
        (double)(int64_t)d > d)
        return false;
    *out = (int64_t)d;
    return true;
}

bool json_truthy(const struct json *v)
{
    double d;

    switch (json_type(v)) {
    case JSON_ABSENT:
    case JSON_NULL:
        return false;
    case JSON_BOOL:
        return json_bool(v);
    case JSON_NUMBER:
        return !json_double(v, &d) || d < 0 || d > 0;
    case JSON_STRING:
        return json_str(v).n > 0;
    case JSON_ARRAY:
    case JSON_OBJECT:
        return true;
    }
    return false;
}

size_t json_len(const struct json *v)
{
    return v && unsafe_yyjson_is_ctn(val(v)) ? unsafe_yyjson_get_len(val(v)) : 0;
}

const struct json *json_get(const struct json *object, str key)
{
    yyjson_val *found = NULL;

    if (!json_is(object, JSON_OBJECT))
        return NULL;
    size_t n = unsafe_yyjson_get_len(val(object));
    for (yyjson_val *k = unsafe_yyjson_get_first(val(object)); n--; k = unsafe_yyjson_get_next(k + 1)) {
        if (unsafe_yyjson_equals_strn(k, key.p ? key.p : "", key.n))
            found = k + 1;
    }
    return wrap(found);
}

const struct json *json_at(const struct json *array, size_t i)
{
    return json_is(array, JSON_ARRAY) ? wrap(yyjson_arr_get(val(array), i)) : NULL;
}

struct json_iter json_iter(const struct json *container)
{
    struct json_iter it = {.left_ = json_len(container), .object_ = json_is(container, JSON_OBJECT)};

    if (it.left_)
        it.pos_ = unsafe_yyjson_get_first(val(container));
    return it;
}

bool json_next(struct json_iter *it)
{
    if (it->left_ == 0)
        return false;
    it->left_--;
    yyjson_val *v = (yyjson_val *)(uintptr_t)it->pos_;
    if (it->object_)
        it->key = text_of(v++);
    it->value = wrap(v);
    it->pos_ = unsafe_yyjson_get_next(v);
    return true;
}

// Small objects are compared pairwise, large ones through a map.
#define PAIRWISE_MAX 16u

static bool superseded(yyjson_val *key, size_t left)
{
    str mine = text_of(key);

    for (yyjson_val *k = unsafe_yyjson_get_next(key + 1); left--; k = unsafe_yyjson_get_next(k + 1)) {
        if (str_eq(mine, text_of(k)))
            return true;
    }
    return false;
}

static void dump_value(struct buf *b, yyjson_val *v);

static void dump_member(struct buf *b, yyjson_val *k, bool *comma)
{
    if (*comma)
        buf_add_char(b, ',');
    *comma = true;
    buf_add_char(b, '"');
    json_escape(b, text_of(k));
    BUF_ADD(b, "\":");
    dump_value(b, k + 1);
}

static void dump_object(struct buf *b, yyjson_val *v)
{
    size_t n = unsafe_yyjson_get_len(v);
    yyjson_val *first = n ? unsafe_yyjson_get_first(v) : NULL, *k = first;
    struct arena *a = n > PAIRWISE_MAX ? arena_create(n * 128 + (64u << 10)) : NULL;
    struct map *last = a ? map_create(a, n) : NULL;
    bool comma = false;

    for (size_t i = 0; last && i < n; i++, k = unsafe_yyjson_get_next(k + 1)) {
        void **slot = map_slot(last, text_of(k));
        if (slot)
            *slot = k;
    }
    buf_add_char(b, '{');
    k = first;
    for (size_t i = 0; i < n; i++, k = unsafe_yyjson_get_next(k + 1)) {
        bool gone = last ? map_get(last, text_of(k)) != k : superseded(k, n - i - 1);
        if (!gone)
            dump_member(b, k, &comma);
    }
    buf_add_char(b, '}');
    arena_destroy(a);
}

static void dump_array(struct buf *b, yyjson_val *v)
{
    size_t n = unsafe_yyjson_get_len(v);
    yyjson_val *item = n ? unsafe_yyjson_get_first(v) : NULL;

    buf_add_char(b, '[');
    for (size_t i = 0; i < n; i++, item = unsafe_yyjson_get_next(item)) {
        if (i)
            buf_add_char(b, ',');
        dump_value(b, item);
    }
    buf_add_char(b, ']');
}

// Recursion is bounded by LIMIT_JSON_DEPTH, which parsing enforces.
static void dump_value(struct buf *b, yyjson_val *v)
{
    switch (json_type(wrap(v))) {
    case JSON_ABSENT:
    case JSON_NULL:
        BUF_ADD(b, "null");
        break;
    case JSON_BOOL:
        buf_add(b, json_bool(wrap(v)) ? STR("true") : STR("false"));
        break;
    case JSON_NUMBER:
        buf_add(b, text_of(v));
        break;
    case JSON_STRING:
        buf_add_char(b, '"');
        json_escape(b, text_of(v));
        buf_add_char(b, '"');
        break;
    case JSON_ARRAY:
        dump_array(b, v);
        break;
    case JSON_OBJECT:
        dump_object(b, v);
        break;
    }
}

void json_dump(struct buf *b, const struct json *v)
{
    dump_value(b, val(v));
}

str json_text(struct arena *a, const struct json *v)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, LIMIT_ANSWER_BYTES);
    json_dump(&b, v);
    return buf_ok(&b) ? arena_str(a, buf_str(&b)) : STR_NONE;
}

str json_stored(struct arena *a, const struct json *v)
{
    switch (json_type(v)) {
    case JSON_ABSENT:
    case JSON_NULL:
        return STR_NONE;
    case JSON_STRING:
        return json_str(v);
    case JSON_NUMBER:
        return json_number(v);
    case JSON_BOOL:
        return json_bool(v) ? STR("true") : STR("false");
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return json_text(a, v);
}
