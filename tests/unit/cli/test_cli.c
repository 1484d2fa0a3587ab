// SPDX-License-Identifier: MIT
// The command line as scripts see it: what each command prints, its exit status, and that every
// command explains itself. Each invocation runs in a child process of its own.
#include "cli/cli.h"
#include "unit/meta/meta_fixture.h"

#include <sys/stat.h>
#include <sys/wait.h>

enum { OUTPUT_MAX = 256 << 10 };

struct fixture {
    struct meta_fixture *m;
    char *output; // stdout and stderr of the last invocation
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->m = meta_fixture_create();
    f->output = calloc(1, OUTPUT_MAX);
    assert_non_null(f->output);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    meta_fixture_destroy(f->m);
    free(f->output);
    free(f);
    return 0;
}

static void child(int out, int argc, const char **argv, const char *input)
{
    char *copies[16] = {NULL};
    const char *const environment[] = {NULL};
    FILE *typed = tmpfile();
    if (!typed || fputs(input, typed) < 0 || fflush(typed) != 0)
        _exit(99);
    rewind(typed);
    (void)dup2(fileno(typed), STDIN_FILENO);
    (void)dup2(out, STDOUT_FILENO);
    (void)dup2(out, STDERR_FILENO);
    for (int i = 0; i < argc && i < 15; i++)
        copies[i] = strdup(argv[i]);
    int status = cli_main(argc, copies, environment);
    (void)fflush(stdout);
    _exit(status);
}

static int run_with(struct fixture *f, const char *input, const char **argv)
{
    int ends[2];
    int status = 0;
    int argc = 0;
    size_t used = 0;
    while (argv[argc])
        argc++;
    (void)fflush(stdout);
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        child(ends[1], argc, argv, input);
    (void)close(ends[1]);
    for (ssize_t n = 1; n > 0 && used<OUTPUT_MAX - 1; used += n> 0 ? (size_t)n : 0)
        n = read(ends[0], f->output + used, OUTPUT_MAX - 1 - used);
    f->output[used] = '\0';
    (void)close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

// The data directory of the fixture is given to every command.
#define RUN(f, ...) \
    run_with((f), "", (const char *[]){"rushlight", __VA_ARGS__, "--data", (f)->m->dir, NULL})
#define RUN_TYPING(f, input, ...) \
    run_with((f), (input), (const char *[]){"rushlight", __VA_ARGS__, "--data", (f)->m->dir, NULL})
#define RUN_BARE(f, ...) run_with((f), "", (const char *[]){"rushlight", __VA_ARGS__, NULL})

static void said(struct fixture *f, const char *text)
{
    if (!strstr(f->output, text))
        fail_msg("\"%s\" is not in:\n%s", text, f->output);
}

static void make_accounts(struct fixture *f)
{
    assert_int_equal(RUN(f, "org", "add", "Acme", "--id", "acme"), 0);
    assert_int_equal(RUN(f, "project", "add", "Main", "--id", "main"), 0);
}

// ---- Help ---------------------------------------------------------------------------------------

static void every_command_explains_itself(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < n_commands; i++) {
        const struct command *cmd = &commands[i];
        char group[32] = "";
        char name[32] = "";
        (void)snprintf(group, sizeof group, "%s", cmd->group ? cmd->group : "help");
        (void)snprintf(name, sizeof name, "%s", cmd->name);
        const char *in_group[] = {"rushlight", group, name, "--help", NULL};
        const char *alone[] = {"rushlight", group, name, NULL};
        assert_int_equal(run_with(f, "", cmd->group ? in_group : alone), 0);
        said(f, "usage: rushlight ");
        said(f, cmd->summary);
    }
}

static void help_lists_all_commands_and_statuses(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(RUN_BARE(f, "help"), 0);
    said(f, "serve");
    said(f, "doctor");
    said(f, "project");
    said(f, "exit status");
    assert_int_equal(RUN_BARE(f, "key", "--help"), 0);
    said(f, "add");
    assert_int_equal(RUN_BARE(f, "help", "config"), 0);
    said(f, "RUSHLIGHT_DATA_DIR");
    assert_int_equal(RUN_BARE(f, "version"), 0);
    said(f, "rushlight " RUSHLIGHT_VERSION);
}

static void wrong_usage_exits_with_2(void **state)
{
    struct fixture *f = *state;
    const char *none[] = {"rushlight", NULL};
    assert_int_equal(run_with(f, "", none), 2);
    assert_int_equal(RUN_BARE(f, "bogus"), 2);
    said(f, "no command bogus");
    assert_int_equal(RUN_BARE(f, "key"), 2);
    assert_int_equal(RUN_BARE(f, "key", "bogus"), 2);
    assert_int_equal(RUN(f, "key", "add", "--bogus"), 2);
    said(f, "unknown option --bogus");
    assert_int_equal(RUN(f, "user", "add"), 2);
    said(f, "missing EMAIL");
    assert_int_equal(RUN(f, "user", "list", "extra"), 2);
    assert_int_equal(RUN_BARE(f, "user", "add", "a@x.io", "--role"), 2);
    assert_int_equal(RUN(f, "project", "list", "--listen", "nowhere"), 2);
    said(f, "--listen=nowhere: give HOST:PORT");
}

static void manual_page_is_what_the_table_says(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(RUN_BARE(f, "help", "man"), 0);
    FILE *file = fopen("docs/rushlight.1", "re");
    if (!file)
        fail_msg("docs/rushlight.1 is missing: rushlight help man > it");
    char *text = calloc(1, OUTPUT_MAX);
    assert_non_null(text);
    (void)fread(text, 1, OUTPUT_MAX - 1, file);
    assert_int_equal(fclose(file), 0);
    bool same = strcmp(text, f->output) == 0;
    free(text);
    if (!same)
        fail_msg("docs/rushlight.1 is old: rushlight help man > it");
}

// ---- Administration -----------------------------------------------------------------------------

static void missing_directory_says_what_to_do(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(RUN_BARE(f, "key", "list", "--data", "/tmp/rushlight-none"), 3);
    said(f, "start `rushlight serve` once");
}

static void organizations_and_projects(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(RUN(f, "project", "add", "P"), 3); // no organization yet
    said(f, "rushlight org add");
    make_accounts(f);
    assert_int_equal(RUN(f, "project", "add", "Main"), 1);
    said(f, "already exists");
    assert_int_equal(RUN(f, "project", "list", "--json"), 0);
    said(f, "\"id\":\"main\",\"name\":\"Main\",\"organization\":\"Acme\"");
    said(f, "\"retentionDays\":0");
    assert_int_equal(RUN(f, "project", "rename", "Main", "Other"), 0);
    assert_int_equal(RUN(f, "project", "retention", "Other", "2"), 2);
    assert_int_equal(RUN(f, "project", "retention", "Other", "30"), 0);
    assert_int_equal(RUN(f, "org", "delete", "Acme", "--yes"), 1);
    said(f, "existing projects");
    assert_int_equal(RUN(f, "project", "delete", "Other"), 2);
    said(f, "--yes");
    assert_int_equal(RUN(f, "project", "delete", "Other", "--yes"), 0);
    assert_int_equal(RUN(f, "project", "delete", "Other", "--yes"), 3);
    assert_int_equal(RUN(f, "org", "delete", "acme", "--yes"), 0);
    assert_int_equal(RUN(f, "org", "list", "--json"), 0);
    assert_string_equal(f->output, "[]\n");
}

static void several_projects_must_be_told_apart(void **state)
{
    struct fixture *f = *state;
    make_accounts(f);
    assert_int_equal(RUN(f, "key", "add"), 0);
    assert_int_equal(RUN(f, "project", "add", "Second"), 0);
    assert_int_equal(RUN(f, "key", "add"), 2);
    said(f, "say which project");
    said(f, "Second");
    assert_int_equal(RUN(f, "key", "add", "Third"), 3);
    assert_int_equal(RUN(f, "key", "add", "Second"), 0);
    assert_int_equal(RUN(f, "org", "add", "Twin"), 0);
    assert_int_equal(RUN(f, "project", "add", "Second", "--org", "Twin"), 0);
    assert_int_equal(RUN(f, "key", "add", "Second"), 2);
    said(f, "several have the name");
}

static void keys_are_printed_once_and_deleted(void **state)
{
    struct fixture *f = *state;
    char public_key[64] = "";
    make_accounts(f);
    assert_int_equal(RUN(f, "key", "add", "--note", "ci"), 0);
    said(f, "LANGFUSE_SECRET_KEY=\"sk-lf-");
    said(f, "LANGFUSE_HOST=\"http://localhost:3000\"");
    const char *at = strstr(f->output, "pk-lf-");
    assert_non_null(at);
    memcpy(public_key, at, 42);
    assert_int_equal(RUN(f, "key", "list", "Main"), 0);
    said(f, public_key);
    said(f, "sk-lf-...");
    said(f, "ci");
    assert_int_equal(RUN(f, "key", "delete", public_key), 0);
    assert_int_equal(RUN(f, "key", "delete", public_key), 3);
    assert_int_equal(RUN(f, "key", "list", "--json"), 0);
    assert_string_equal(f->output, "[]\n");
    assert_int_equal(RUN(f, "key", "add", "--org", "Acme", "--json"), 0);
    said(f, "\"secretKey\":\"sk-lf-");
}

static void users_get_passwords_that_verify(void **state)
{
    struct fixture *f = *state;
    struct meta_user u = {0};
    make_accounts(f);
    assert_int_equal(RUN(f, "user", "add", "Ann@x.io", "--role", "OWNER", "--name", "Ann"), 0);
    said(f, "Password: ");
    assert_int_equal(RUN(f, "user", "add", "ann@x.io"), 1);
    assert_int_equal(RUN(f, "user", "add", "no-address"), 2);
    assert_int_equal(RUN(f, "user", "add", "b@x.io", "--role", "KING"), 2);
    assert_int_equal(RUN_TYPING(f, "short\n", "user", "passwd", "ann@x.io", "--password-stdin"), 2);
    assert_int_equal(
        RUN_TYPING(f, "long enough\n", "user", "passwd", "ann@x.io", "--password-stdin"), 0);
    assert_ok(meta_user_by_email(f->m->meta, &f->m->ctx, STR("ann@x.io"), &u));
    assert_true(password_verify(u.password_hash, STR("long enough")));
    assert_int_equal(RUN(f, "user", "list"), 0);
    said(f, "ann@x.io");
    assert_int_equal(RUN(f, "user", "delete", "ann@x.io", "--yes"), 1);
    said(f, "last owner");
    assert_int_equal(RUN(f, "user", "passwd", "nobody@x.io"), 3);
}

// ---- Doctor -------------------------------------------------------------------------------------

static void doctor_finds_a_healthy_directory_fine(void **state)
{
    struct fixture *f = *state;
    make_accounts(f);
    assert_int_equal(RUN(f, "doctor", "--listen", "127.0.0.1:0"), 0);
    said(f, "ok    metadata        1 organizations, 1 projects, 0 keys, 0 users");
    said(f, "note  metadata        there is no API key");
    assert_int_equal(RUN(f, "doctor", "--json", "--listen", "127.0.0.1:0"), 0);
    said(f, "{\"healthy\":true,");
}

static void doctor_names_a_damaged_event_file(void **state)
{
    struct fixture *f = *state;
    char dir[128];
    char path[192];
    (void)snprintf(dir, sizeof dir, "%s/events", f->m->dir);
    (void)snprintf(path, sizeof path, "%s/2026-01-31.db", dir);
    assert_int_equal(mkdir(dir, 0700), 0);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs("this is no database, but it is long enough to look like a file", file) > 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(RUN(f, "doctor", "--listen", "127.0.0.1:0"), 1);
    said(f, "FAIL  event files");
    said(f, "2026-01-31.db");
    said(f, "restore");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

static void doctor_reports_bad_settings_and_goes_on(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(RUN(f, "doctor", "--log-level", "loud", "--listen", "127.0.0.1:0"), 1);
    said(f, "FAIL  configuration   --log-level=loud");
    said(f, "clock");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_command_explains_itself),
        TEST(help_lists_all_commands_and_statuses),
        TEST(wrong_usage_exits_with_2),
        TEST(manual_page_is_what_the_table_says),
        TEST(missing_directory_says_what_to_do),
        TEST(organizations_and_projects),
        TEST(several_projects_must_be_told_apart),
        TEST(keys_are_printed_once_and_deleted),
        TEST(users_get_passwords_that_verify),
        TEST(doctor_finds_a_healthy_directory_fine),
        TEST(doctor_names_a_damaged_event_file),
        TEST(doctor_reports_bad_settings_and_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
