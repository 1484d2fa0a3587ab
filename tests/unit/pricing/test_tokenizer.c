// SPDX-License-Identifier: MIT
// Token counts: against the npm packages' own encoders (run by node, from the build's work folder),
// and the rules around them (chat messages, special tokens, what cannot be counted).
#include "json/json.h"
#include "pricing/pricing.h"
#include "pricing/vocab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define CONFIG(model) \
    "{\"tokenizerModel\":\"" model "\",\"tokensPerMessage\":3,\"tokensPerName\":1}"

struct fixture {
    struct arena *arena;
    struct ctx ctx;
    struct tokenizer *tokenizer;
    bool vocabularies;
};

static int setup(void **state)
{
    static struct fixture f;
    f.arena = arena_create(256u << 20);
    ctx_init(&f.ctx, f.arena);
    f.tokenizer = tokenizer_create();
    struct char_table *table = char_table_load();
    f.vocabularies = table != NULL;
    char_table_free(table);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    tokenizer_destroy(f->tokenizer);
    arena_destroy(f->arena);
    return 0;
}

// Without vocabularies in the build nothing can be counted; that is said, not hidden.
static void need_vocabularies(const struct fixture *f)
{
    if (f->vocabularies)
        return;
    print_error("\nNOT RUN: pricing: this build has no token vocabularies (see its build log)\n");
    skip();
}

static int64_t count(struct fixture *f, const char *id, const char *config, str text)
{
    struct arena_mark mark = arena_mark(f->arena);
    int64_t n = tokenizer_count(f->tokenizer, f->arena, str_c(id), str_c(config), text);
    arena_rewind(f->arena, mark);
    return n;
}

// ---- Against the reference ----------------------------------------------------------------------

// <build>/tests/<this> -> <build>/vocab, where the build installed the packages.
static bool packages_folder(char *out, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", out, size - 1);
    if (n <= 0)
        return false;
    out[n] = '\0';
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(out, '/');
        if (slash == NULL)
            return false;
        *slash = '\0';
    }
    size_t len = strlen(out);
    if (len + sizeof "/vocab" > size)
        return false;
    memcpy(out + len, "/vocab", sizeof "/vocab");
    return true;
}

static FILE *run_reference(pid_t *child)
{
    char folder[4096];
    int ends[2];
    if (!packages_folder(folder, sizeof folder) || pipe(ends) != 0)
        return NULL;
    *child = fork();
    if (*child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execlp("node", "node", "tests/unit/pricing/token_reference.mjs", folder, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    return fdopen(ends[0], "r");
}

static int64_t count_as(struct fixture *f, str encoding, str text, str json)
{
    static const struct {
        const char *encoding, *config;
    } rows[] = {{"cl100k_base", "{\"tokenizerModel\":\"gpt-4\"}"},
                {"o200k_base", "{\"tokenizerModel\":\"gpt-4o\"}"},
                {"p50k_base", "{\"tokenizerModel\":\"text-davinci-003\"}"},
                {"r50k_base", "{\"tokenizerModel\":\"text-davinci-001\"}"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (str_eq(encoding, str_c(rows[i].encoding))) // as a JSON string: else "12" is a number
            return count(f, "openai", rows[i].config, json);
    }
    return count(f, "claude", NULL, text);
}

static bool line_agrees(struct fixture *f, str line)
{
    const struct json *v;
    assert_int_equal(json_parse(&f->ctx, line, &v), ERR_OK);
    int64_t want = -1;
    const struct json *text = json_get(v, STR("text"));
    str encoding = json_str(json_get(v, STR("encoding")));
    assert_true(json_i64(json_get(v, STR("count")), &want));
    int64_t got = count_as(f, encoding, json_str(text), json_text(f->arena, text));
    if (got != want)
        print_error("%.*s: got %lld, want %lld for %.200s\n", STR_ARG(encoding), (long long)got,
                    (long long)want, line.p);
    return got == want;
}

static void counts_equal_the_packages_own(void **state)
{
    struct fixture *f = *state;
    need_vocabularies(f);
    pid_t child = -1;
    FILE *lines = run_reference(&child);
    assert_non_null(lines);
    char *line = NULL;
    size_t cap = 0, n_lines = 0, n_wrong = 0;
    for (ssize_t n; (n = getline(&line, &cap, lines)) > 0; n_lines++) {
        struct arena_mark mark = arena_mark(f->arena);
        n_wrong += !line_agrees(f, str_make(line, (size_t)n));
        arena_rewind(f->arena, mark);
    }
    free(line);
    fclose(lines);
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        print_error(
            "\nNOT RUN: pricing: node or the packages of tools/vocab are missing (status %d)\n",
            status);
        skip();
    }
    assert_int_equal(n_wrong, 0);
    assert_true(n_lines > 2000);
}

// ---- Rules --------------------------------------------------------------------------------------

static void rules_of_the_wire(void **state)
{
    struct fixture *f = *state;
    need_vocabularies(f);
    static const struct {
        const char *name, *id, *config, *text;
        int64_t want;
    } rows[] = {
        {"plain text", "openai", CONFIG("gpt-4o"), "hello world", 2},
        {"empty text", "openai", CONFIG("gpt-4o"), "", 0},
        {"absent text", "openai", CONFIG("gpt-4o"), NULL, -1},
        {"JSON string", "openai", CONFIG("gpt-4o"), "\"hello world\"", 2},
        {"object, compact", "openai", CONFIG("gpt-4"), "{ \"a\" : 1 }", 5},
        {"special token", "openai", CONFIG("gpt-4"), "a<|endoftext|>b", 3},
        {"chat", "openai", CONFIG("gpt-4"), "[{\"role\":\"user\",\"content\":\"hi\"}]", 8},
        {"chat with a name", "openai", CONFIG("gpt-4"),
         "[{\"role\":\"user\",\"content\":\"hi\",\"name\":\"bob\"}]", 10},
        {"chat, other keys are free", "openai", CONFIG("gpt-4"),
         "[{\"role\":\"user\",\"content\":\"hi\",\"id\":\"many many words\"}]", 8},
        {"no chat: content is a list", "openai", CONFIG("gpt-4"),
         "[{\"role\":\"user\",\"content\":[]}]", 10},
        {"no chat model", "openai", "{\"tokenizerModel\":\"text-embedding-ada-002\"}",
         "[{\"role\":\"user\",\"content\":\"hi\"}]", 11},
        {"chat without its numbers", "openai", "{\"tokenizerModel\":\"gpt-4\"}",
         "[{\"role\":\"user\",\"content\":\"hi\"}]", -1},
        {"empty list is a chat of nothing", "openai", CONFIG("gpt-4"), "[]", 3},
        {"unknown tokenizer model", "openai", CONFIG("no-such"), "hello", -1},
        {"no config", "openai", NULL, "hello", -1},
        {"unknown tokenizer", "other", NULL, "hello", -1},
        {"claude", "claude", NULL, "hello world", 2},
        {"claude special", "claude", NULL, "<EOT>", 1},
        {"claude ligature as its letters", "claude", NULL, "\xef\xac\x81", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t got = count(f, rows[i].id, rows[i].config, str_c(rows[i].text));
        if (got != rows[i].want)
            fail_msg("%s: got %lld, want %lld", rows[i].name, (long long)got,
                     (long long)rows[i].want);
    }
}

// Not UTF-8, lone bytes, cut sequences: some count, no overrun (the sanitizers watch).
static void broken_text_is_survived(void **state)
{
    struct fixture *f = *state;
    need_vocabularies(f);
    static const str cases[] = {
        STR_INIT("\xff\xfe"), STR_INIT("a\xe6\x97"),    STR_INIT("\xf0\x9f\xa6"), STR_INIT("\xc3"),
        STR_INIT("'\xc5"),    STR_INIT("\xed\xa0\x80"), STR_INIT("x\0y")};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *exact = malloc(cases[i].n);
        assert_non_null(exact);
        memcpy(exact, cases[i].p, cases[i].n);
        assert_true(count(f, "openai", CONFIG("gpt-4o"), str_make(exact, cases[i].n)) > 0);
        assert_true(count(f, "openai", CONFIG("gpt-4"), str_make(exact, cases[i].n)) > 0);
        assert_true(count(f, "claude", NULL, str_make(exact, cases[i].n)) > 0);
        free(exact);
    }
}

static void vocabularies_come_back_after_trimming(void **state)
{
    struct fixture *f = *state;
    need_vocabularies(f);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(count(f, "openai", CONFIG("gpt-4o"), STR("hello world")), 2);
        tokenizer_trim(f->tokenizer, i == 2 ? 60000 : 0);
    }
    assert_int_equal(count(f, "openai", CONFIG("gpt-4o"), STR("hello world")), 2);
}

// A megabyte without a break must not take quadratic time, nor memory beyond the cap of a piece.
static void a_huge_word_is_counted(void **state)
{
    struct fixture *f = *state;
    need_vocabularies(f);
    const size_t n = 1u << 20;
    char *text = malloc(n);
    assert_non_null(text);
    memset(text, 'z', n);
    int64_t got = count(f, "openai", CONFIG("gpt-4"), str_make(text, n));
    free(text);
    assert_true(got > 0 && got < (int64_t)n);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(counts_equal_the_packages_own), TEST(rules_of_the_wire),
        TEST(broken_text_is_survived),       TEST(vocabularies_come_back_after_trimming),
        TEST(a_huge_word_is_counted),
    };
    return cmocka_run_group_tests_name("pricing/tokenizer", tests, NULL, NULL);
}
