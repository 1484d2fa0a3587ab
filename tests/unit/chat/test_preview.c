// SPDX-License-Identifier: MIT
// Previews: which text is taken, how it is put on one line, where it is cut.
#include "base/limits.h"
#include "base/utf8.h"
#include "chat/chat.h"

#include "unit/base/expect.h"

static int setup(void **state)
{
    *state = arena_create(16u << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_destroy(*state);
    return 0;
}

static void takes_the_telling_text(void **state)
{
    static const struct {
        const char *stored, *input, *output;
    } cases[] = {
        {"hello", "hello", "hello"},
        {"", "", ""},
        {"  two\n\twords \r\n", "two words", "two words"},
        {"[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"a\"},"
         "{\"role\":\"assistant\",\"content\":\"b\"},{\"role\":\"user\",\"content\":\"c  d\"}]",
         "c d", "b"},
        {"{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{"
         "\"function\":"
         "{\"name\":\"get_order\",\"arguments\":\"{\\\"number\\\":\\\"4711-882\\\",\\\"n\\\":2}\"}}"
         "]}}]}",
         NULL, "\xe2\x9a\x99 get_order(number=4711-882, n=2)"},
        {"{\"session\":\"x\",\"question\":\"why?\"}", "why?", NULL},
        {"{\"sources\":[1],\"answer\":\"because\"}", NULL, "because"},
        {"{\"n\":1,\"deep\":{\"list\":[2,\"leaf\"]}}", "leaf",
         "{\"n\":1,\"deep\":{\"list\":[2,\"leaf\"]}}"},
        {"{\"n\":1}", "{\"n\":1}", "{\"n\":1}"},
        {"[]", "[]", "[]"},
        {"{broken", "{broken", "{broken"},
        {"42", "42", "42"},
        {"[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https:/"
         "/x\"}},"
         "{\"type\":\"text\",\"text\":\"see\"}]}]",
         "see", NULL},
        {"[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\"}}]}]",
         "\xe2\x9a\x99 f()", NULL},
        {"[{\"role\":\"tool\",\"id\":\"x\"}]", "[{\"role\":\"tool\",\"id\":\"x\"}]", NULL},
        {"{\"messages\":[{\"role\":\"system\",\"content\":\"only this\"}]}", "only this", NULL},
        {"{\"text\":\"a\",\"toolCalls\":[{\"toolName\":\"f\",\"args\":{}}]}", NULL, "a"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        str stored = str_c(cases[i].stored);
        if (cases[i].input)
            expect_text(chat_preview_input(*state, stored), cases[i].input);
        if (cases[i].output)
            expect_text(chat_preview_output(*state, stored), cases[i].output);
    }
    assert_false(str_some(chat_preview_input(*state, STR_NONE)));
}

static void cuts_between_characters(void **state)
{
    char text[2000];

    for (size_t lead = 0; lead < 4; lead++) {
        memset(text, 'x', lead);
        for (size_t i = lead; i + 3 <= sizeof(text); i += 3)
            memcpy(text + i, "\xe6\x88\x91", 3);
        str got = chat_preview_input(*state, str_make(text, lead + (sizeof(text) - lead) / 3 * 3));
        assert_true(utf8_valid(got));
        assert_in_range(got.n, LIMIT_PREVIEW_BYTES - 3, LIMIT_PREVIEW_BYTES);
    }
}

static void keeps_no_memory_of_a_body(void **state)
{
    char *body = arena_alloc(*state, 1u << 20);
    size_t n = 0;

    body[n++] = '[';
    while (n < (1u << 20) - 64)
        n += (size_t)snprintf(body + n, 64, "%s{\"role\":\"user\",\"content\":\"m\"}",
                              n > 1 ? "," : "");
    body[n++] = ']';
    for (int i = 0; i < 50; i++) // the parsed body of each would fill the arena soon
        expect_text(chat_preview_input(*state, str_make(body, n)), "m");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(takes_the_telling_text, setup, teardown),
        cmocka_unit_test_setup_teardown(cuts_between_characters, setup, teardown),
        cmocka_unit_test_setup_teardown(keeps_no_memory_of_a_body, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
