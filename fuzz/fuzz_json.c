// SPDX-License-Identifier: MIT
// Any text -> reader -> writer -> reader. What must hold beside memory safety: written text is valid
// UTF-8 without NUL, reads back, and writing what was read gives the same text once more; every key is
// unique and found; a text shown in an answer is JSON whatever it was.
#include "base/err.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "json/write.h"

static void check_members(const struct json *v, unsigned depth)
{
    bool object = json_is(v, JSON_OBJECT);
    size_t n = 0;

    CHECK(depth <= LIMIT_JSON_DEPTH);
    for (struct json_iter it = json_iter(v); json_next(&it); n++) {
        CHECK(str_some(it.key) == object);
        if (object && n < 100) // finding is linear
            CHECK(json_get(v, it.key) == it.value);
        check_members(it.value, depth + 1);
    }
    CHECK(n == json_len(v));
}

static void check_scalar(const struct json *v)
{
    int64_t i;
    double d;

    CHECK(json_truthy(v) || json_len(v) == 0);
    if (json_i64(v, &i) && json_double(v, &d))
        CHECK(json_is(v, JSON_NUMBER));
    CHECK(utf8_valid(json_str(v)));
}

static void check_value(struct arena *a, const struct json *v)
{
    str text = json_text(a, v);
    const struct json *again;

    CHECK(str_some(text) && utf8_valid(text) && str_find_char(text, 0) < 0);
    again = json_try(a, text);
    CHECK(again && json_type(again) == json_type(v) && json_len(again) == json_len(v));
    CHECK(str_eq(json_text(a, again), text));
    check_scalar(v);
    check_members(v, 0);
    (void)json_stored(a, v);
}

// A stored text comes back as part of an answer; the answer must stay readable.
static void check_stored(struct arena *a, str text)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;
    str clean = utf8_clean(a, text);

    buf_init(&b, LIMIT_ANSWER_BYTES);
    jw_init(&w, &b);
    jw_object(&w);
    jw_key(&w, clean);
    jw_stored(&w, a, clean);
    jw_object_end(&w);
    CHECK(buf_ok(&b));
    const struct json *v = json_try(a, buf_str(&b));
    CHECK(json_len(v) == 1 || json_valid(a, clean)); // one level deeper may be one too many
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_create(LIMIT_ARENA_REQUEST);
    str text = str_make((const char *)data, size);
    const struct json *v = NULL, *same;
    struct ctx ctx;

    ctx_init(&ctx, a);
    if (json_parse(&ctx, text, &v) == ERR_OK) {
        same = json_try(a, text);
        CHECK(same && json_type(same) == json_type(v));
        check_value(a, v);
    } else {
        CHECK(ctx.message.n > 0 && !json_valid(a, text));
    }
    check_stored(a, text);
    arena_destroy(a);
    return 0;
}
