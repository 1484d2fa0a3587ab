// SPDX-License-Identifier: MIT
// Conversations in the shapes that frameworks write. Each is compared with a short notation:
//   S U A T O   role; [name] and <call id> behind it; parts in {}: plain text, think:, json:, image:,
//   audio:, file: (mime and address); calls as ⚙name(args)#id; "=>" stands before the answers.
#include "base/limits.h"
#include "chat/chat.h"
#include "base/buf.h"

#include "unit/base/expect.h"

#include <math.h>

static int setup(void **state)
{
    *state = arena_create(64u << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_destroy(*state);
    return 0;
}

static void part_print(struct buf *b, const struct chat_part *p)
{
    static const char *const marks[] = {"", "think:", "image:", "audio:", "file:", "json:"};

    buf_add_fmt(b, "{%s%.*s", marks[p->type], STR_ARG(p->text));
    if (p->mime.n)
        buf_add_fmt(b, "%.*s ", STR_ARG(p->mime));
    buf_add_fmt(b, "%.*s}", STR_ARG(p->url));
}

static void message_print(struct buf *b, const struct chat_message *m)
{
    buf_add_char(b, "SUATO"[m->role]);
    if (m->name.n)
        buf_add_fmt(b, "[%.*s]", STR_ARG(m->name));
    if (m->call_id.n)
        buf_add_fmt(b, "<%.*s>", STR_ARG(m->call_id));
    for (size_t i = 0; i < m->n_parts; i++)
        part_print(b, &m->parts[i]);
    for (size_t i = 0; i < m->n_calls; i++) {
        buf_add_fmt(b, "\xe2\x9a\x99%.*s(%.*s)", STR_ARG(m->calls[i].name),
                    STR_ARG(m->calls[i].args));
        if (m->calls[i].id.n)
            buf_add_fmt(b, "#%.*s", STR_ARG(m->calls[i].id));
    }
}

static str notation(struct arena *a, const struct chat *c)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 1u << 20);
    for (size_t i = 0; i < c->n; i++) {
        if (i == c->n - c->n_answers)
            BUF_ADD(&b, "=> ");
        message_print(&b, &c->messages[i]);
        if (i + 1 < c->n)
            buf_add_char(&b, ' ');
    }
    return arena_str(a, buf_str(&b));
}

static const struct shape {
    const char *name, *input, *output, *expected;
} shapes[] = {
#include "unit/chat/shapes.inc"
};

static void reads_every_shape(void **state)
{
    struct arena *a = *state;
    int bad = 0;

    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        const struct shape *s = &shapes[i];
        struct chat chat;
        arena_reset(a);
        (void)chat_read(a, str_c(s->input), str_c(s->output), STR_NONE, &chat);
        str got = notation(a, &chat);
        if (str_eq(got, str_c(s->expected)))
            continue;
        print_error("%s:\n  got      %.*s\n  expected %s\n", s->name, STR_ARG(got), s->expected);
        bad++;
    }
    assert_int_equal(bad, 0);
}

static void tells_conversations_from_data(void **state)
{
    static const struct {
        const char *input, *output;
        bool structured;
    } cases[] = {
        {"hello", "hi", false},
        {"{\"foo\":\"bar\"}", "{\"x\":[1,2]}", false},
        {"[1,2,3]", NULL, false},
        {"[\"a\",\"b\"]", NULL, false},
        {"{\"type\":\"agent\",\"value\":1}", NULL, false},
        {"{\"type\":\"object\",\"content\":{\"a\":1}}", NULL, false},
        {"[{\"role\":\"user\",\"content\":\"x\"}]", NULL, true},
        {"x", "{\"role\":\"assistant\",\"content\":\"y\"}", true},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct chat chat;
        arena_reset(*state);
        (void)chat_read(*state, str_c(cases[i].input), str_c(cases[i].output), STR_NONE, &chat);
        if (chat.structured != cases[i].structured)
            fail_msg("%s / %s", cases[i].input, cases[i].output);
    }
}

static void equal_messages_have_equal_hashes(void **state)
{
    struct chat c;

    assert_true(chat_read(*state,
                          STR("[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\","
                              "\"content\":[{\"type\":\"text\",\"text\":\"a\"}]},"
                              "{\"role\":\"assistant\",\"content\":\"a\"},"
                              "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"function\":{"
                              "\"name\":\"f\",\"arguments\":\"{}\"}}]},"
                              "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":"
                              "\"2\",\"name\":\"f\",\"input\":{}}]}]"),
                          STR_NONE, STR_NONE, &c));
    assert_int_equal(c.n, 5);
    assert_true(c.messages[0].hash == c.messages[1].hash);
    assert_true(c.messages[0].hash != c.messages[2].hash);
    assert_true(c.messages[3].hash == c.messages[4].hash);
}

static void counts_the_calls_of_tools(void **state)
{
    static const struct {
        const char *input, *definitions;
    } cases[] = {
        {"{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"tools\":[{\"type\":\"function\","
         "\"function\":{"
         "\"name\":\"f\",\"description\":\"does f\"}},{\"name\":\"g\"}]}",
         NULL},
        {"x",
         "{\"f\":\"{\\\"description\\\":\\\"does f\\\",\\\"parameters\\\":{}}\",\"g\":\"{}\"}"},
        {"{\"contents\":[],\"config\":{\"tools\":[{\"function_declarations\":[{\"name\":\"f\","
         "\"description\":"
         "\"does f\"},{\"name\":\"g\"}]}]}}",
         NULL},
        {"{\"messages\":[],\"tools\":[\"{\\\"type\\\":\\\"function\\\",\\\"name\\\":\\\"f\\\","
         "\\\"description\\\":\\\"does f\\\"}\",{\"toolSpec\":{\"name\":\"g\"}}]}",
         NULL},
    };
    static const str output = STR_INIT("{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{"
                                       "\"name\":\"f\"}},{\"function\":{\"name\":\"f\"}}]}");

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct chat c;
        arena_reset(*state);
        assert_true(
            chat_read(*state, str_c(cases[i].input), output, str_c(cases[i].definitions), &c));
        assert_int_equal(c.n_tools, 2);
        expect_text(c.tools[0].name, "f");
        expect_text(c.tools[0].description, "does f");
        assert_int_equal(c.tools[0].called, 2);
        expect_text(c.tools[1].name, "g");
        assert_int_equal(c.tools[1].called, 0);
    }
}

static void stops_at_its_limits(void **state)
{
    AUTO(buf_fini) struct buf b = {0};
    struct chat c;

    buf_init(&b, 64u << 20);
    BUF_ADD(&b, "[");
    for (unsigned i = 0; i < LIMIT_CHAT_MESSAGES + 10; i++)
        buf_add_fmt(&b, "%s{\"role\":\"user\",\"content\":\"%u\"}", i ? "," : "", i);
    BUF_ADD(&b, "]");
    assert_true(chat_read(*state, buf_str(&b), STR_NONE, STR_NONE, &c));
    assert_int_equal(c.n, LIMIT_CHAT_MESSAGES);
    assert_true(c.cut);
    buf_clear(&b);
    for (unsigned i = 0; i < 200; i++)
        BUF_ADD(&b, "{\"message\":");
    BUF_ADD(&b, "1");
    for (unsigned i = 0; i < 200; i++)
        BUF_ADD(&b, "}");
    assert_true(chat_read(*state, buf_str(&b), STR_NONE, STR_NONE, &c));
    assert_false(c.structured);
    struct arena *small = arena_create(4096);
    assert_false(chat_read(small, buf_str(&b), STR_NONE, STR_NONE, &c));
    arena_destroy(small);
}

static void reads_documents(void **state)
{
    static const struct {
        const char *stored;
        bool strict;
        const char *first; // id|title|text|score; NULL: none
        size_t n;
    } cases[] = {
        {"[{\"pageContent\":\"a\",\"metadata\":{\"source\":\"x.md\"}},{\"pageContent\":\"b\"}]",
         true, "|x.md|a|-", 2},
        {"{\"documents\":[{\"id\":\"1\",\"title\":\"T\",\"text\":\"a\",\"score\":0.5}]}", true,
         "1|T|a|0.50", 1},
        {"[[{\"page_content\":\"a\",\"metadata\":{}},0.25]]", true, "||a|0.25", 1},
        {"{\"matches\":[{\"id\":\"v1\",\"score\":0.9,\"metadata\":{\"text\":\"a\",\"title\":\"T\"}}"
         "]}",
         true, "v1|T|a|0.90", 1},
        {"[{\"document\":{\"content\":\"a\",\"metadata\":{\"title\":\"T\"}},\"relevance_score\":"
         "\"0.75\"}]",
         true, "|T|a|0.75", 1},
        {"[{\"document.id\":\"7\",\"document.content\":\"a\",\"document.score\":0.1}]", true,
         "7||a|0.10", 1},
        {"[{\"document\":\"x.md\",\"text\":\"a\",\"score\":0.5}]", true, "|x.md|a|0.50", 1},
        {"[{\"document\":\"a\",\"score\":0.5}]", true, "||a|0.50", 1},
        {"{\"points\":[{\"id\":3,\"score\":1,\"payload\":{\"text\":\"a\"}}]}", true, "3||a|1.00",
         1},
        {"[\"a\",\"b\",\"c\"]", false, "||a|-", 3},
        {"[\"a\",\"b\",\"c\"]", true, NULL, 0},
        {"[{\"content\":\"a\"}]", true, NULL, 0},
        {"[{\"content\":\"a\"}]", false, "||a|-", 1},
        {"{\"query\":\"x\"}", false, NULL, 0},
        {"plain", false, NULL, 0},
        {"[1,2]", false, NULL, 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct chat_documents d;
        arena_reset(*state);
        bool found = chat_documents_read(*state, str_c(cases[i].stored), cases[i].strict, &d);
        if (found != (cases[i].first != NULL) || (found && d.n != cases[i].n))
            fail_msg("%s: %d, %zu", cases[i].stored, found, d.n);
        if (!found)
            continue;
        const struct chat_document *f = d.items;
        str score = isnan(f->score) ? STR("-") : arena_fmt(*state, "%.2f", f->score);
        expect_text(arena_fmt(*state, "%.*s|%.*s|%.*s|%.*s", STR_ARG(f->id), STR_ARG(f->title),
                              STR_ARG(f->text), STR_ARG(score)),
                    cases[i].first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_shape),
        cmocka_unit_test(tells_conversations_from_data),
        cmocka_unit_test(equal_messages_have_equal_hashes),
        cmocka_unit_test(counts_the_calls_of_tools),
        cmocka_unit_test(stops_at_its_limits),
        cmocka_unit_test(reads_documents),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
