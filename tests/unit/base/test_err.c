// SPDX-License-Identifier: MIT
// The request's context: first failure, appended context, issues; CHECK ends the process.
#include "base/err.h"

#include "base/limits.h"
#include "unit/base/expect.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void the_first_failure_stays(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);
    struct ctx ctx;

    ctx_init(&ctx, a);
    assert_int_equal(fail(&ctx, ERR_INVALID, "limit must be 1..100, got %d", 500), ERR_INVALID);
    assert_int_equal(fail(&ctx, ERR_IO, "later"), ERR_IO);
    assert_int_equal(ctx.code, ERR_INVALID);
    fail_context(&ctx, "line %d", 7);
    expect_text(ctx.message, "limit must be 1..100, got 500 (line 7)");
    ctx_clear_error(&ctx);
    assert_int_equal(ctx.code, ERR_OK);
    expect_str(ctx.message, STR_NONE);
    assert_int_equal(fail(&ctx, ERR_IO, "again"), ERR_IO);
    expect_text(ctx.message, "again");
    arena_destroy(a);
}

static void a_full_arena_still_has_a_message(void **state UNUSED)
{
    struct arena *a = arena_create(16);
    struct ctx ctx;

    ctx_init(&ctx, a);
    assert_int_equal(fail(&ctx, ERR_INVALID, "%050d", 1), ERR_INVALID);
    assert_true(ctx.message.n > 0);
    fail_context(&ctx, "more");
    assert_true(ctx.message.n > 0);
    issue_add(&ctx, STR("custom"), STR("[]"), STR("m"), STR_NONE);
    assert_int_equal(ctx.n_issues, 0);
    arena_destroy(a);
}

static void issues_keep_order_and_limit(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);
    struct ctx ctx;
    uint32_t n = 0;

    ctx_init(&ctx, a);
    for (uint32_t i = 0; i < LIMIT_ISSUES + 5; i++)
        issue_add(&ctx, STR("custom"), arena_fmt(a, "[%u]", i), STR("m"), STR_NONE);
    for (struct issue *i = ctx.issues; i; i = i->next, n++)
        expect_str(i->path, arena_fmt(a, "[%u]", n));
    assert_int_equal(n, LIMIT_ISSUES);
    assert_int_equal(ctx.n_issues, LIMIT_ISSUES);
    ctx_clear_error(&ctx);
    assert_null(ctx.issues);
    issue_add(&ctx, STR("custom"), STR("[]"), STR("m"), STR_NONE);
    assert_ptr_equal(ctx.issues_tail, &ctx.issues->next);
    arena_destroy(a);
}

static enum errc twice(enum errc rc, int *calls)
{
    TRY(rc);
    ++*calls;
    return ERR_OK;
}

static void try_returns_early(void **state UNUSED)
{
    int calls = 0;

    assert_int_equal(twice(ERR_IO, &calls), ERR_IO);
    assert_int_equal(calls, 0);
    assert_int_equal(twice(ERR_OK, &calls), ERR_OK);
    assert_int_equal(calls, 1);
}

static void every_code_has_a_name(void **state UNUSED)
{
    for (int c = 0; c < ERR_COUNT_; c++) {
        assert_string_not_equal(errc_name((enum errc)c), "unknown");
        for (int d = 0; d < c; d++)
            assert_string_not_equal(errc_name((enum errc)c), errc_name((enum errc)d));
    }
}

static void a_broken_invariant_aborts(void **state UNUSED)
{
    int fds[2], status;
    char text[4096];
    size_t n = 0;

    assert_int_equal(pipe(fds), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(fds[1], STDERR_FILENO);
        close(fds[0]);
        CHECK(1 + 1 == 2);
        CHECK(n == 1);
        _exit(0);
    }
    close(fds[1]);
    for (ssize_t got; n < sizeof(text) && (got = read(fds[0], text + n, sizeof(text) - n)) > 0;)
        n += (size_t)got;
    close(fds[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_true(str_starts(str_make(text, n), STR("CHECK failed: n == 1 at ")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_failure_stays),
        cmocka_unit_test(a_full_arena_still_has_a_message),
        cmocka_unit_test(issues_keep_order_and_limit),
        cmocka_unit_test(try_returns_early),
        cmocka_unit_test(every_code_has_a_name),
        cmocka_unit_test(a_broken_invariant_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
