// SPDX-License-Identifier: MIT
// Answers of object stores: elements lie inside the text, come in order, and their texts resolve to no
// more bytes than they had.
#include "base/err.h"
#include "blob/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_make((const char *)data, size), inner = STR_NONE;
    struct arena *a = arena_create(16 << 20);
    size_t from = 0;

    while (xml_next(text, "Contents", &from, &inner)) {
        CHECK(from <= size && inner.p >= text.p && inner.p + inner.n <= text.p + from);
        struct arena_mark mark = arena_mark(a);
        str key = xml_text(a, inner, "Key");
        CHECK(key.n <= inner.n);
        CHECK(!str_some(key) || xml_escape(a, key).n >= key.n);
        arena_rewind(a, mark);
    }
    arena_destroy(a);
    return 0;
}
