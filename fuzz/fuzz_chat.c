// SPDX-License-Identifier: MIT
// Inputs and outputs of any shape as conversations, documents and previews. Up to the first NUL the
// data is the input, after it the output.
#include "base/err.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "chat/chat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void preview_check(struct arena *a, str stored, bool valid)
{
    str in = chat_preview_input(a, stored), out = chat_preview_output(a, stored);

    CHECK(in.n <= LIMIT_PREVIEW_BYTES && out.n <= LIMIT_PREVIEW_BYTES);
    CHECK(!valid || (utf8_valid(in) && utf8_valid(out)));
}

static void chat_check(struct arena *a, str input, str output)
{
    struct chat chat;

    if (!chat_read(a, input, output, input, &chat))
        return;
    CHECK(chat.n > 0 && chat.n <= LIMIT_CHAT_MESSAGES && chat.n_answers <= chat.n);
    for (size_t i = 0; i < chat.n; i++)
        (void)chat_text(a, &chat.messages[i]);
}

static void documents_check(struct arena *a, str output)
{
    struct chat_documents documents;

    if (chat_documents_read(a, output, false, &documents))
        CHECK(documents.n > 0 && documents.n <= LIMIT_CHAT_DOCUMENTS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_create(16u << 20);
    str input = {(const char *)data, size}, output = {(const char *)data, 0};
    const uint8_t *nul = size ? memchr(data, 0, size) : NULL;

    if (nul) {
        input.n = (size_t)(nul - data);
        output = str_skip(str_make((const char *)data, size), input.n + 1);
    }
    chat_check(a, input, output);
    documents_check(a, output);
    preview_check(a, input, utf8_valid(input));
    preview_check(a, output, utf8_valid(output));
    arena_destroy(a);
    return 0;
}
