// SPDX-License-Identifier: MIT
// Configuration: precedence, every type's good and bad values, secrets in files, what is said about
// other variables; docs/configuration.md is what the table prints.
#include "app/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    struct ctx ctx;
    struct config cfg;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->arena = arena_create(1 << 20);
    ctx_init(&f->ctx, f->arena);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_destroy(f->arena);
    free(f);
    return 0;
}

#define ENV(...) ((const char *const[]){__VA_ARGS__, NULL})

static enum errc load(struct fixture *f, const char *const *environment)
{
    const struct config_input in = {.environment = environment};
    ctx_init(&f->ctx, f->arena);
    return config_load(&f->ctx, &in, &f->cfg);
}

static void assert_text(str got, const char *wanted)
{
    if (!str_eq(got, str_c(wanted)))
        fail_msg("got \"%.*s\", expected \"%s\"", STR_ARG(got), wanted);
}

static void defaults_are_the_documented_ones(void **state)
{
    struct fixture *f = *state;
    const char *const none[] = {NULL};
    assert_int_equal(load(f, none), ERR_OK);
    assert_text(f->cfg.host, "127.0.0.1");
    assert_int_equal(f->cfg.port, 3000);
    assert_text(f->cfg.data_dir, "data");
    assert_text(f->cfg.base_path, "");
    assert_int_equal(f->cfg.retention_days, 0);
    assert_int_equal(f->cfg.trace_bytes, 80000000);
    assert_int_equal(f->cfg.log_level, 1);
    assert_false(f->cfg.traces_need_range);
    assert_true(str_empty(f->cfg.salt));
}

static void empty_variables_count_as_unset(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, ENV("PORT=", "RUSHLIGHT_DATA_DIR=", "SALT=")), ERR_OK);
    assert_int_equal(f->cfg.port, 3000);
    assert_text(f->cfg.data_dir, "data");
    assert_false(str_some(f->cfg.salt));
}

static void flags_beat_variables(void **state)
{
    struct fixture *f = *state;
    const struct config_flag flags[] = {{"--listen", "[::1]:81"}, {"--data", "/flag"}};
    const struct config_input in = {
        .environment = ENV("PORT=80", "HOSTNAME=10.0.0.1", "RUSHLIGHT_DATA_DIR=/env"),
        .flags = flags,
        .n_flags = ARRAY_LEN(flags)};
    assert_int_equal(config_load(&f->ctx, &in, &f->cfg), ERR_OK);
    assert_text(f->cfg.host, "::1");
    assert_int_equal(f->cfg.port, 81);
    assert_text(f->cfg.data_dir, "/flag");
}

static void a_worker_listens_where_probes_look(void **state)
{
    struct fixture *f = *state;
    struct config_input in = {.environment = ENV("X=1"), .role = ROLE_WORKER};
    assert_int_equal(config_load(&f->ctx, &in, &f->cfg), ERR_OK);
    assert_text(f->cfg.host, "0.0.0.0");
    assert_int_equal(f->cfg.port, 3030);
    in.environment = ENV("PORT=80", "HOSTNAME=10.0.0.1");
    assert_int_equal(config_load(&f->ctx, &in, &f->cfg), ERR_OK);
    assert_text(f->cfg.host, "10.0.0.1");
    assert_int_equal(f->cfg.port, 80);
}

static void listen_beats_port_and_hostname(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, ENV("RUSHLIGHT_LISTEN=0.0.0.0:8080", "PORT=80", "HOSTNAME=x")),
                     ERR_OK);
    assert_text(f->cfg.host, "0.0.0.0");
    assert_int_equal(f->cfg.port, 8080);
    assert_int_equal(load(f, ENV("RUSHLIGHT_LISTEN=:9")), ERR_OK);
    assert_text(f->cfg.host, "127.0.0.1");
    assert_int_equal(f->cfg.port, 9);
}

static void listen_without_port_keeps_port(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, ENV("RUSHLIGHT_LISTEN=0.0.0.0:", "PORT=80", "HOSTNAME=x")), ERR_OK);
    assert_text(f->cfg.host, "0.0.0.0");
    assert_int_equal(f->cfg.port, 80);
}

static void machine_name_in_hostname_is_ignored(void **state)
{
    struct fixture *f = *state;
    char own[256] = "";
    char line[300];
    assert_int_equal(gethostname(own, sizeof own - 1), 0);
    (void)snprintf(line, sizeof line, "HOSTNAME=%s", own);
    assert_int_equal(load(f, ENV(line)), ERR_OK);
    assert_text(f->cfg.host, "127.0.0.1");
}

static void base_path_comes_from_three_places(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *line, *path;
    } cases[] = {
        {"RUSHLIGHT_BASE_PATH=/monitor", "/monitor"},
        {"RUSHLIGHT_BASE_PATH=/monitor/", "/monitor"},
        {"RUSHLIGHT_BASE_PATH=/", ""},
        {"NEXT_PUBLIC_BASE_PATH=/a/b", "/a/b"},
        {"NEXTAUTH_URL=https://example.com/monitor", "/monitor"},
        {"NEXTAUTH_URL=https://example.com/monitor/api/auth", "/monitor"},
        {"NEXTAUTH_URL=http://localhost:3000", ""},
        {"NEXTAUTH_URL=http://localhost:3000/", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char line[128];
        (void)snprintf(line, sizeof line, "%s", cases[i].line);
        assert_int_equal(load(f, ENV(line)), ERR_OK);
        assert_text(f->cfg.base_path, cases[i].path);
    }
    assert_int_equal(load(f, ENV("NEXTAUTH_URL=https://x/url", "RUSHLIGHT_BASE_PATH=/own")),
                     ERR_OK);
    assert_text(f->cfg.base_path, "/own");
}

static void bad_values_are_all_named(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, ENV("PORT=abc", "RUSHLIGHT_DISK_BUDGET=lots",
                                 "LANGFUSE_LOG_LEVEL=loud", "RUSHLIGHT_BASE_PATH=monitor",
                                 "LANGFUSE_API_TRACES_REJECT_NO_DATE_RANGE=maybe")),
                     ERR_INVALID);
    assert_int_equal(f->ctx.n_issues, 5);
    assert_text(f->ctx.issues->path, "PORT");
    assert_text(f->ctx.issues->message, "PORT=abc: give a whole number from 0 to 65535");
}

static void each_bad_value_is_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const lines[] = {"PORT=65536",
                                        "PORT=-1",
                                        "PORT=80 ",
                                        "RUSHLIGHT_LISTEN=host",
                                        "RUSHLIGHT_LISTEN=host:99999",
                                        "RUSHLIGHT_BASE_PATH=/a//b",
                                        "RUSHLIGHT_BASE_PATH=/../x",
                                        "RUSHLIGHT_BASE_PATH=/a b",
                                        "RUSHLIGHT_BASE_PATH=/a?b",
                                        "NEXTAUTH_URL=example.com",
                                        "RUSHLIGHT_DISK_BUDGET=-1",
                                        "RUSHLIGHT_DISK_BUDGET=9999999999T",
                                        "RUSHLIGHT_RETENTION_DAYS=1.5",
                                        "RUSHLIGHT_MAX_CONNECTIONS=0",
                                        "LANGFUSE_LOG_FORMAT=xml"};
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        char line[128];
        (void)snprintf(line, sizeof line, "%s", lines[i]);
        if (load(f, ENV(line)) != ERR_INVALID)
            fail_msg("%s was accepted", line);
    }
}

static void sizes_have_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t bytes;
    } cases[] = {
        {"0", 0},
        {"1000", 1000},
        {"64k", 64 << 10},
        {"64K", 64 << 10},
        {"500M", 500 << 20},
        {"2G", INT64_C(2) << 30},
        {"1T", INT64_C(1) << 40},
        {"3MB", 3 << 20},
        {"3MiB", 3 << 20},
        {"7B", 7},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t n = -1;
        assert_true(config_parse_bytes(str_c(cases[i].text), &n));
        assert_int_equal(n, cases[i].bytes);
    }
    int64_t n = 0;
    assert_false(config_parse_bytes(STR(""), &n));
    assert_false(config_parse_bytes(STR("G"), &n));
    assert_false(config_parse_bytes(STR("1.5G"), &n));
}

static void secrets_may_stand_in_files(void **state)
{
    struct fixture *f = *state;
    char path[] = "/tmp/rushlight-secret-XXXXXX";
    char line[64];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "from file==\n", 12), 12);
    assert_int_equal(close(fd), 0);
    (void)snprintf(line, sizeof line, "SALT_FILE=%s", path);
    assert_int_equal(load(f, ENV(line)), ERR_OK);
    assert_text(f->cfg.salt, "from file==");
    assert_int_equal(load(f, ENV(line, "SALT=direct")), ERR_INVALID);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(load(f, ENV(line)), ERR_INVALID);
    assert_false(str_has(f->ctx.issues->message, STR("from file")));
}

// ---- What is said about the environment ---------------------------------------------------------

struct said {
    size_t n;
    char text[2048];
};

static void note(void *user, str text)
{
    struct said *s = user;
    size_t used = strlen(s->text);
    s->n++;
    (void)snprintf(s->text + used, sizeof s->text - used, "%.*s\n", STR_ARG(text));
}

static void unknown_variables_are_listed_once(void **state)
{
    struct fixture *f = *state;
    struct said said = {0};
    config_warnings(&f->ctx, ENV("LANGFUSE_TYPO=1", "RUSHLIGHT_TYPO=2", "PATH=/bin", "PORT=1"),
                    note, &said);
    assert_int_equal(said.n, 1);
    assert_non_null(strstr(said.text, "LANGFUSE_TYPO RUSHLIGHT_TYPO"));
    assert_null(strstr(said.text, "PATH"));
}

static void stores_of_other_deployments_are_said_to_be_unused(void **state)
{
    struct fixture *f = *state;
    struct said said = {0};
    config_warnings(&f->ctx,
                    ENV("DATABASE_URL=postgres://u:secret@h/d", "CLICKHOUSE_READ_ONLY_URL=http://c",
                        "REDIS_HOST=r", "LANGFUSE_S3_EVENT_UPLOAD_BUCKET=b",
                        "REDIS_TLS_CIPHERS=HIGH"),
                    note, &said);
    assert_int_equal(said.n, 2);
    assert_non_null(strstr(said.text, "CLICKHOUSE_READ_ONLY_URL is set: everything is read"));
    assert_non_null(strstr(said.text, "REDIS_TLS_CIPHERS is set: the ciphers are those"));
    assert_null(strstr(said.text, "secret"));
}

static void known_variables_are_not_mentioned(void **state)
{
    struct fixture *f = *state;
    struct said said = {0};
    config_warnings(&f->ctx,
                    ENV("LANGFUSE_INIT_ORG_ID=o", "LANGFUSE_INIT_USER_PASSWORD_FILE=/p",
                        "LANGFUSE_PUBLIC_KEY=pk", "LANGFUSE_EE_LICENSE_KEY=x",
                        "LANGFUSE_S3_EVENT_UPLOAD_REGION=auto",
                        "LANGFUSE_MIGRATION_V4_WRITE_MODE=x", "LANGFUSE_INGESTION_QUEUE_DELAY_MS=1",
                        "TELEMETRY_ENABLED=false", "LANGFUSE_TYPO="),
                    note, &said);
    assert_string_equal(said.text, "");
}

static void init_values_are_found_by_name(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(load(f, ENV("LANGFUSE_INIT_ORG_ID=o1")), ERR_OK);
    assert_text(config_init_value(&f->cfg, "LANGFUSE_INIT_ORG_ID"), "o1");
    assert_false(str_some(config_init_value(&f->cfg, "LANGFUSE_INIT_PROJECT_ID")));
    assert_false(str_some(config_init_value(&f->cfg, "PORT")));
}

static void every_setting_has_a_help_text_and_a_default_in_range(void **state)
{
    struct fixture *f = *state;
    const char *const none[] = {NULL};
    assert_int_equal(load(f, none), ERR_OK); // the defaults pass their own checks
    for (size_t i = 0; i < n_settings; i++) {
        assert_non_null(settings[i].names[0]);
        assert_non_null(settings[i].section);
        assert_true(settings[i].help && strlen(settings[i].help) > 10);
    }
}

static void documentation_is_the_table(void **state)
{
    struct fixture *f = *state;
    AUTO(buf_fini) struct buf made;
    buf_init(&made, 1 << 20);
    config_describe(&made, true);
    FILE *file = fopen("docs/configuration.md", "re");
    if (!file)
        fail_msg("docs/configuration.md is missing: rushlight help config --markdown > it");
    char *text = arena_alloc(f->arena, made.len + 2);
    assert_non_null(text);
    size_t n = fread(text, 1, made.len + 1, file);
    assert_int_equal(fclose(file), 0);
    if (!str_eq(str_make(text, n), buf_str(&made)))
        fail_msg("docs/configuration.md is old: rushlight help config --markdown > it");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(defaults_are_the_documented_ones),
        TEST(empty_variables_count_as_unset),
        TEST(flags_beat_variables),
        TEST(a_worker_listens_where_probes_look),
        TEST(listen_beats_port_and_hostname),
        TEST(listen_without_port_keeps_port),
        TEST(machine_name_in_hostname_is_ignored),
        TEST(base_path_comes_from_three_places),
        TEST(bad_values_are_all_named),
        TEST(each_bad_value_is_refused),
        TEST(sizes_have_units),
        TEST(secrets_may_stand_in_files),
        TEST(unknown_variables_are_listed_once),
        TEST(stores_of_other_deployments_are_said_to_be_unused),
        TEST(known_variables_are_not_mentioned),
        TEST(init_values_are_found_by_name),
        TEST(every_setting_has_a_help_text_and_a_default_in_range),
        TEST(documentation_is_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
