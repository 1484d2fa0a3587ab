// SPDX-License-Identifier: MIT
// Log lines: both forms, levels, hostile texts, the length limit, one write per line.
#include "base/log.h"

#include "base/utf8.h"
#include "json/json.h"
#include "unit/base/expect.h"

#include <fcntl.h>
#include <unistd.h>

static char out[1u << 16];

// What `write_lines` sends to stderr.
static str captured(void (*write_lines)(void))
{
    int fds[2], saved = dup(STDERR_FILENO);
    ssize_t n;

    assert_int_equal(pipe(fds), 0);
    assert_true(fcntl(fds[1], F_SETPIPE_SZ, sizeof(out)) >= 0);
    dup2(fds[1], STDERR_FILENO);
    close(fds[1]);
    write_lines();
    dup2(saved, STDERR_FILENO);
    close(saved);
    n = read(fds[0], out, sizeof(out)); // closed on the writing side: all there is
    close(fds[0]);
    return str_make(out, n > 0 ? (size_t)n : 0);
}

static void three_lines(void)
{
    log_debug("a.debug", "unseen %d", 1);
    log_info("b.info", "seen %d", 2);
    log_error("c.error", "two\nlines\tand \x7f");
}

static void text_lines(void **state UNUSED)
{
    log_configure(LOG_INFO, false);
    str rest = captured(three_lines), line;

    assert_true(str_next(&rest, '\n', &line));
    assert_int_equal(line.p[10], 'T');
    expect_text(str_skip(line, 24), " info b.info seen 2");
    assert_true(str_next(&rest, '\n', &line));
    expect_text(str_skip(line, 24), " error c.error two\\x0alines\\x09and \\x7f");
    expect_text(rest, "");
}

static void levels(void **state UNUSED)
{
    log_configure(LOG_DEBUG, false);
    assert_true(log_enabled(LOG_DEBUG));
    assert_true(str_has(captured(three_lines), STR("unseen 1")));
    log_configure(LOG_ERROR, false);
    assert_false(log_enabled(LOG_WARN));
    assert_false(str_has(captured(three_lines), STR("seen 2")));
}

#define CASES 6
static const char *hostile[CASES];

static void hostile_lines(void)
{
    for (size_t i = 0; i < CASES; i++)
        log_warn("x", "%s", hostile[i]);
}

static char *filled(struct arena *a, const char *unit, size_t times)
{
    size_t n = strlen(unit);
    char *p = arena_alloc(a, n * times + 1);

    assert_non_null(p);
    for (size_t i = 0; i < times; i++)
        memcpy(p + i * n, unit, n);
    return p;
}

static void json_lines_parse_whatever_the_message(void **state UNUSED)
{
    struct arena *a = arena_create(4u << 20);
    str rest, line;
    size_t n = 0;

    hostile[0] = "quote \" slash \\ tab \t {\"a\":1}";
    hostile[1] = filled(a, "\x01", 3000); // six bytes each: cut inside an escape, were it careless
    hostile[2] = filled(a, "\"", 3000);
    hostile[3] = filled(a, "\xe2\x82\xac", 1500);
    hostile[4] = "broken \xff\xfe utf-8";
    hostile[5] = "";
    log_configure(LOG_INFO, true);
    for (rest = captured(hostile_lines); str_next(&rest, '\n', &line) && line.n; n++) {
        const struct json *v = json_try(a, line);
        assert_true(line.n <= 4096);
        assert_true(utf8_valid(line));
        assert_true(json_is(v, JSON_OBJECT));
        expect_text(json_str(json_get(v, STR("level"))), "warn");
        expect_text(json_str(json_get(v, STR("event"))), "x");
        str message = json_str(json_get(v, STR("message")));
        if (n == 0)
            expect_text(message, hostile[0]);
        if (n == 3)
            assert_true(message.n > 2000 && message.n % 3 == 0); // cut between characters
        if (n == 4)
            expect_text(message, "broken ?? utf-8");
    }
    assert_int_equal(n, CASES);
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_lines),
        cmocka_unit_test(levels),
        cmocka_unit_test(json_lines_parse_whatever_the_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
