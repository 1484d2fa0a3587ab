// SPDX-License-Identifier: MIT
// Metadata as the public may read it: without the exporter's host, scope and raw attributes, and
// without what tells who was served. Keys are compared by their letters: "langfuse_user_id" is a userid.
#include "base/limits.h"
#include "ui/trace_view.h"

static bool names_plumbing(str key)
{
    return str_eq(key, STR("resourceAttributes")) || str_eq(key, STR("scope")) ||
           str_eq(key, STR("attributes"));
}

#define KEY_LETTERS 64

static str letters_of(str key, char out[KEY_LETTERS])
{
    str plain = {out, 0};

    for (size_t i = 0; i < key.n && plain.n < KEY_LETTERS; i++) {
        char small = (char)(key.p[i] | 0x20);
        if (small >= 'a' && small <= 'z')
            out[plain.n++] = small;
    }
    return plain;
}

static bool names_person(str key)
{
    static const str words[] = {STR_INIT("userid"), STR_INIT("sessionid"), STR_INIT("email"),
                                STR_INIT("enduser"), STR_INIT("username")};
    char letters[KEY_LETTERS];
    str plain = letters_of(key, letters);
    bool found = false;

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        found = found || str_has(plain, words[i]);
    return found;
}

str metadata_public(struct arena *a, str metadata)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;
    const struct json *v = json_try(a, metadata);

    if (!json_is(v, JSON_OBJECT))
        return STR_NONE;
    buf_init(&b, LIMIT_ANSWER_BYTES);
    jw_init(&w, &b);
    jw_object(&w);
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        if (!names_plumbing(it.key) && !names_person(it.key))
            jw_kraw(&w, it.key, json_text(a, it.value));
    }
    jw_object_end(&w);
    return buf_ok(&b) ? arena_str(a, buf_str(&b)) : STR_NONE;
}
