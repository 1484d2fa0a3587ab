// SPDX-License-Identifier: MIT
// The only file that knows yyjson. A document lives in the arena of the caller: yyjson allocates from
// it, numbers are kept as raw text. The fast path takes clean text as it is; text with \u0000 or broken
// Unicode inside a string goes through one repair pass (repair.c) and is read again.
//
// A fresh document is settled in one walk over its values: nesting beyond LIMIT_JSON_DEPTH is refused,
// and of members with the same key all but the last are struck out. Everything behind that walk may
// rely on bounded recursion and on unique keys.
//
// Rejected: an own reader, as yyjson reads twice as fast; looking for duplicates when reading a member,
// as that makes every loop over a large object quadratic.
#include "json/json.h"

#include "base/limits.h"
#include "base/map.h"
#include "json/json_int.h"

#include <yyjson.h>

#define READ_FLAGS (YYJSON_READ_NUMBER_AS_RAW)

static yyjson_val *val(const struct json *v)
{
    return unconst(v);
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

// A member that a later one with the same key replaces: its key loses its type.
static bool struck(yyjson_val *key)
{
    return unsafe_yyjson_get_type(key) == YYJSON_TYPE_NONE;
}

static yyjson_val *member_after(yyjson_val *key)
{
    return unsafe_yyjson_get_next(key + 1);
}

static str text_of(yyjson_val *v)
{
    return str_make(v->uni.str, unsafe_yyjson_get_len(v));
}

// Small objects are compared pairwise, large ones through a map.
#define PAIRWISE_MAX 16u

// Strikes the one key of the first n that equals `key`, if there is one.
static size_t strike_equal(yyjson_val **keys, size_t n, yyjson_val *key)
{
    for (size_t i = 0; i < n; i++) {
        if (!struck(keys[i]) && str_eq(text_of(keys[i]), text_of(key))) {
            keys[i]->tag = YYJSON_TYPE_NONE;
            return 1;
        }
    }
    return 0;
}

static size_t strike_pairwise(yyjson_val *first, size_t n)
{
    yyjson_val *keys[PAIRWISE_MAX];
    size_t gone = 0;

    for (size_t i = 0; i < n; i++, first = member_after(first)) {
        keys[i] = first;
        gone += strike_equal(keys, i, first);
    }
    return gone;
}

static size_t strike_by_map(struct arena *a, yyjson_val *first, size_t n)
{
    struct arena_mark mark = arena_mark(a);
    struct map *seen = map_create(a, n);
    size_t gone = 0;

    for (; seen && n; n--, first = member_after(first)) {
        void **slot = map_slot(seen, text_of(first));
        yyjson_val *earlier = slot ? *slot : NULL;
        if (earlier) {
            earlier->tag = YYJSON_TYPE_NONE;
            gone++;
        }
        if (slot)
            *slot = first;
    }
    arena_rewind(a, mark);
    return gone;
}

static bool settle(struct arena *a, yyjson_val *v, unsigned depth);

static bool settle_object(struct arena *a, yyjson_val *v, unsigned depth)
{
    size_t n = unsafe_yyjson_get_len(v);
    yyjson_val *first = n ? unsafe_yyjson_get_first(v) : NULL;
    bool ok = true;

    if (n > 1) {
        size_t gone = n > PAIRWISE_MAX ? strike_by_map(a, first, n) : strike_pairwise(first, n);
        unsafe_yyjson_set_len(v, n - gone);
    }
    for (size_t i = 0; ok && i < n; i++, first = member_after(first))
        ok = !unsafe_yyjson_is_ctn(first + 1) || settle(a, first + 1, depth);
    return ok;
}

static bool settle_array(struct arena *a, yyjson_val *v, unsigned depth)
{
    size_t n = unsafe_yyjson_get_len(v);
    yyjson_val *item = n ? unsafe_yyjson_get_first(v) : NULL;
    bool ok = true;

    for (size_t i = 0; ok && i < n; i++, item = unsafe_yyjson_get_next(item))
        ok = !unsafe_yyjson_is_ctn(item) || settle(a, item, depth);
    return ok;
}

// False when nested too deep; the recursion ends there.
static bool settle(struct arena *a, yyjson_val *v, unsigned depth)
{
    if (depth == LIMIT_JSON_DEPTH)
        return false;
    if (unsafe_yyjson_is_obj(v))
        return settle_object(a, v, depth + 1);
    return settle_array(a, v, depth + 1);
}

static yyjson_doc *read_once(struct arena *a, str text, yyjson_read_err *err)
{
    const yyjson_alc alc = {alc_malloc, alc_realloc, alc_free, a};

    return yyjson_read_opts(unconst(text.p), text.n, READ_FLAGS, &alc, err);
}

enum result { READ_OK, READ_SYNTAX, READ_DEEP, READ_MEMORY };

// Repair can only help a string; other faults stay what they are.
static bool may_repair(str text, const yyjson_read_err *err)
{
    return err->code == YYJSON_READ_ERROR_INVALID_STRING && str_find_char(text, 0) < 0;
}

static enum result read_text(struct arena *a, str text, const struct json **out,
                             yyjson_read_err *err)
{
    bool nul = str_has(text, STR("\\u0000"));
    yyjson_doc *doc = nul || !text.n ? NULL : read_once(a, text, err);

    if (!doc && (nul || may_repair(text, err)) && !arena_failed(a)) {
        str fixed = json_repair(a, text);
        doc = str_some(fixed) ? read_once(a, fixed, err) : NULL;
    }
    if (doc && unsafe_yyjson_is_ctn(doc->root) && !settle(a, doc->root, 0))
        return READ_DEEP;
    if (arena_failed(a))
        return READ_MEMORY;
    if (!doc)
        return READ_SYNTAX;
    *out = wrap(doc->root);
    return READ_OK;
}

enum errc json_parse(struct ctx *ctx, str text, const struct json **out)
{
    yyjson_read_err err = {0};

    switch (read_text(ctx->arena, text, out, &err)) {
    case READ_OK: return ERR_OK;
    case READ_DEEP:
        return fail(ctx, ERR_INVALID, "Invalid JSON: nested deeper than %u", LIMIT_JSON_DEPTH);
    case READ_MEMORY:
        return fail(
            ctx, ERR_TOO_LARGE,
            "The JSON needs more memory than one request may use: send it in smaller parts");
    case READ_SYNTAX: break;
    }
    if (text.n == 0)
        return fail(ctx, ERR_INVALID, "Invalid JSON: the text is empty");
    return fail(ctx, ERR_INVALID, "Invalid JSON: %s at byte %zu",
                err.msg ? err.msg : "unexpected text", err.pos);
}

static bool may_be_json(str text)
{
    str t = str_trim(text);

    return t.n && (str_find_char(STR("{[\"-0123456789"), t.p[0]) >= 0 || str_eq(t, STR("true")) ||
                   str_eq(t, STR("false")) || str_eq(t, STR("null")));
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
    case YYJSON_TYPE_NULL: return JSON_NULL;
    case YYJSON_TYPE_BOOL: return JSON_BOOL;
    case YYJSON_TYPE_RAW:
    case YYJSON_TYPE_NUM: return JSON_NUMBER;
    case YYJSON_TYPE_STR: return JSON_STRING;
    case YYJSON_TYPE_ARR: return JSON_ARRAY;
    case YYJSON_TYPE_OBJ: return JSON_OBJECT;
    default: return JSON_ABSENT;
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
    if (!str_to_double(text_of(val(v)), &d) || d < -9007199254740992.0 || d > 9007199254740992.0 ||
        (double)(int64_t)d < d || (double)(int64_t)d > d)
        return false;
    *out = (int64_t)d;
    return true;
}

bool json_truthy(const struct json *v)
{
    double d;

    switch (json_type(v)) {
    case JSON_ABSENT:
    case JSON_NULL: return false;
    case JSON_BOOL: return json_bool(v);
    case JSON_NUMBER: return !json_double(v, &d) || d < 0 || d > 0;
    case JSON_STRING: return json_str(v).n > 0;
    case JSON_ARRAY:
    case JSON_OBJECT: return true;
    }
    return false;
}

size_t json_len(const struct json *v)
{
    return v && unsafe_yyjson_is_ctn(val(v)) ? unsafe_yyjson_get_len(val(v)) : 0;
}

const struct json *json_get(const struct json *object, str key)
{
    struct json_iter it = json_iter(json_is(object, JSON_OBJECT) ? object : NULL);

    while (json_next(&it)) {
        if (str_eq(it.key, key))
            return it.value;
    }
    return NULL;
}

const struct json *json_at(const struct json *array, size_t i)
{
    return json_is(array, JSON_ARRAY) ? wrap(yyjson_arr_get(val(array), i)) : NULL;
}

struct json_iter json_iter(const struct json *container)
{
    struct json_iter it = {.left_ = json_len(container),
                           .object_ = json_is(container, JSON_OBJECT)};

    if (it.left_)
        it.pos_ = unsafe_yyjson_get_first(val(container));
    return it;
}

bool json_next(struct json_iter *it)
{
    yyjson_val *v = unconst(it->pos_);

    if (it->left_ == 0)
        return false;
    it->left_--;
    if (it->object_) {
        while (struck(v))
            v = member_after(v);
        it->key = text_of(v++);
    }
    it->value = wrap(v);
    it->pos_ = unsafe_yyjson_get_next(v);
    return true;
}
