// SPDX-License-Identifier: MIT
// The whole server in this process: start on an empty directory, answer, refuse a second server, stop,
// start again; and `serve` in a child process with signals and the banner.
#include "app/app.h"
#include "base/codec.h"
#include "unit/meta/meta_fixture.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { ANSWER_MAX = 256 << 10, DEADLINE_MS = 20000 };

struct fixture {
    char dir[64];
    struct arena *arena;
    struct ctx ctx;
    struct config cfg;
    struct app *app;
    char *answer;
};

static enum errc try_start(struct fixture *f, const struct config *cfg, struct app **out)
{
    ctx_init(&f->ctx, f->arena);
    return app_start(&f->ctx, cfg, out);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/rushlight-app-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    f->answer = calloc(1, ANSWER_MAX);
    assert_non_null(f->answer);
    f->arena = arena_create(16 << 20);
    ctx_init(&f->ctx, f->arena);
    const char *const environment[] = {NULL};
    const struct config_flag flags[] = {{"--data", f->dir}, {"--listen", "127.0.0.1:0"}};
    const struct config_input in = {
        .environment = environment, .flags = flags, .n_flags = ARRAY_LEN(flags)};
    assert_ok(config_load(&f->ctx, &in, &f->cfg));
    f->cfg.init.org_id = STR("org");
    f->cfg.init.project_id = STR("project");
    f->cfg.init.public_key = STR("pk");
    f->cfg.init.secret_key = STR("sk");
    *state = f;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    app_stop(f->app, 1000);
    assert_int_equal(nftw(f->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    arena_destroy(f->arena);
    free(f->answer);
    free(f);
    return 0;
}

// ---- A client -----------------------------------------------------------------------------------

static bool get_from(struct fixture *f, uint16_t port, const char *path, str credentials)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char text[1024];
    str token = base64_encode(f->arena, credentials);
    int n = snprintf(text, sizeof text,
                     "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic %.*s\r\n"
                     "Connection: close\r\n\r\n",
                     path, STR_ARG(token));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    bool ok = connect(fd, (const struct sockaddr *)&to, sizeof to) == 0 &&
              send(fd, text, (size_t)n, MSG_NOSIGNAL) == n;
    size_t used = 0;
    for (ssize_t got = 1; ok && got > 0 && used < ANSWER_MAX - 1;) {
        got = recv(fd, f->answer + used, ANSWER_MAX - 1 - used, 0);
        used += got > 0 ? (size_t)got : 0;
    }
    f->answer[used] = '\0';
    (void)close(fd);
    return ok && used > 0;
}

static void get(struct fixture *f, const char *path)
{
    assert_true(get_from(f, app_port(f->app), path, STR("pk:sk")));
}

static void said(const struct fixture *f, const char *text)
{
    if (!strstr(f->answer, text))
        fail_msg("\"%s\" is not in:\n%s", text, f->answer);
}

// ---- In this process ----------------------------------------------------------------------------

static void empty_directory_becomes_a_server(void **state)
{
    struct fixture *f = *state;
    assert_ok(try_start(f, &f->cfg, &f->app));
    get(f, "/api/public/health");
    said(f, "HTTP/1.1 200");
    said(f, "\"status\":\"OK\"");
    get(f, "/api/public/ready");
    said(f, "HTTP/1.1 200");
    get(f, "/api/public/projects");
    said(f, "\"id\":\"project\"");
    get(f, "/api/public/nothing");
    said(f, "HTTP/1.1 404");
}

static void accounts_survive_a_restart(void **state)
{
    struct fixture *f = *state;
    assert_ok(try_start(f, &f->cfg, &f->app));
    app_stop(f->app, 1000);
    f->app = NULL;
    f->cfg.init.org_id = STR_NONE;
    assert_ok(try_start(f, &f->cfg, &f->app));
    get(f, "/api/public/projects");
    said(f, "\"id\":\"project\"");
}

static void base_path_prefixes_everything(void **state)
{
    struct fixture *f = *state;
    f->cfg.base_path = STR("/monitor");
    assert_ok(try_start(f, &f->cfg, &f->app));
    get(f, "/monitor/api/public/health");
    said(f, "HTTP/1.1 200");
}

static void second_server_on_the_directory_is_refused(void **state)
{
    struct fixture *f = *state;
    struct app *second = NULL;
    char pid[32];
    (void)snprintf(pid, sizeof pid, "(process %ld)", (long)getpid());
    assert_ok(try_start(f, &f->cfg, &f->app));
    assert_int_equal(try_start(f, &f->cfg, &second), ERR_CONFLICT);
    assert_true(str_has(f->ctx.message, STR("is used by another server")));
    assert_true(str_has(f->ctx.message, str_c(pid)));
}

static void used_port_is_named(void **state)
{
    struct fixture *f = *state;
    struct app *second = NULL;
    struct config other = f->cfg;
    char dir[80];
    (void)snprintf(dir, sizeof dir, "%s/second", f->dir);
    assert_ok(try_start(f, &f->cfg, &f->app));
    other.data_dir = str_c(dir);
    other.port = app_port(f->app);
    assert_int_equal(try_start(f, &other, &second), ERR_UNAVAILABLE);
    assert_true(str_has(f->ctx.message, STR("port")));
}

static void path_through_a_file_is_refused(void **state)
{
    struct fixture *f = *state;
    char file[80];
    char below[96];
    (void)snprintf(file, sizeof file, "%s/file", f->dir);
    (void)snprintf(below, sizeof below, "%s/file/data", f->dir);
    int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    f->cfg.data_dir = str_c(below);
    assert_int_equal(try_start(f, &f->cfg, &f->app), ERR_IO);
    assert_true(str_has(f->ctx.message, str_c(below)));
    assert_true(str_has(f->ctx.message, STR("--data")));
    assert_null(f->app);
}

static void lock_file_says_where_the_server_is(void **state)
{
    struct fixture *f = *state;
    struct running_server s = {0};
    assert_false(data_dir_server(f->arena, f->cfg.data_dir, &s));
    assert_ok(try_start(f, &f->cfg, &f->app));
    assert_true(data_dir_server(f->arena, f->cfg.data_dir, &s));
    assert_int_equal(s.pid, getpid());
    assert_int_equal(s.port, app_port(f->app));
    assert_str(s.host, "127.0.0.1");
    app_stop(f->app, 1000);
    f->app = NULL;
    assert_false(data_dir_server(f->arena, f->cfg.data_dir, &s));
}

static void metrics_count_requests_by_route_and_class(void **state)
{
    struct fixture *f = *state;
    assert_ok(try_start(f, &f->cfg, &f->app));
    get(f, "/api/public/projects");
    assert_true(get_from(f, app_port(f->app), "/api/public/projects", STR("pk:wrong")));
    said(f, "HTTP/1.1 401");
    // Counting happens after the answer is sent.
    int64_t give_up = clock_mono_ms() + DEADLINE_MS;
    static const char *const lines[] = {
        "rushlight_http_requests_total{method=\"GET\",route=\"/api/public/projects\","
        "status=\"2xx\"} 1\n",
        "rushlight_http_requests_total{method=\"GET\",route=\"/api/public/projects\","
        "status=\"4xx\"} 1\n",
    };
    do {
        get(f, "/metrics");
    } while (clock_mono_ms() < give_up &&
             !(strstr(f->answer, lines[0]) && strstr(f->answer, lines[1])));
    said(f, lines[0]);
    said(f, lines[1]);
    static const char *const families[] = {"# TYPE rushlight_http_read_seconds histogram",
                                           "rushlight_http_read_seconds_count",
                                           "rushlight_events_accepted_total 0",
                                           "rushlight_events_refused_total{reason=\"invalid\"} 0",
                                           "rushlight_job_runs_total{job=\"repack\"}",
                                           "rushlight_store_bytes ",
                                           "rushlight_store_commit_seconds_count ",
                                           "rushlight_store_queue_capacity ",
                                           "rushlight_store_writable 1",
                                           "process_resident_memory_bytes ",
                                           "process_open_fds ",
                                           "process_cpu_seconds_total ",
                                           "rushlight_build_info{version=\"" RUSHLIGHT_VERSION
                                           "\"} 1"};
    for (size_t i = 0; i < ARRAY_LEN(families); i++)
        said(f, families[i]);
}

// ---- `serve` in a child -------------------------------------------------------------------------

struct served {
    pid_t pid;
    int64_t port;
    char output[4096]; // stdout
};

static void serve_child(struct fixture *f, const char *output)
{
    const char *const environment[] = {NULL};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); // a failed test leaves no server behind
    int fd = open(output, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    (void)dup2(fd, STDOUT_FILENO);
    memset(&f->cfg.init, 0, sizeof f->cfg.init);
    _exit(app_serve(&f->cfg, environment));
}

static void read_output(struct served *s, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, s->output, sizeof s->output - 1) : 0;
    s->output[n > 0 ? n : 0] = '\0';
    if (fd >= 0)
        (void)close(fd);
}

static struct served serve(struct fixture *f)
{
    struct served s = {0};
    struct running_server where = {0};
    char output[96];
    (void)snprintf(output, sizeof output, "%s/stdout", f->dir);
    (void)fflush(stdout);
    s.pid = fork();
    assert_true(s.pid >= 0);
    if (s.pid == 0)
        serve_child(f, output);
    int64_t give_up = clock_mono_ms() + DEADLINE_MS;
    while (!data_dir_server(f->arena, f->cfg.data_dir, &where)) {
        assert_true(clock_mono_ms() < give_up);
        usleep(5000);
    }
    s.port = where.port;
    read_output(&s, output);
    return s;
}

static int wait_for(pid_t pid)
{
    int status = 0;
    int64_t give_up = clock_mono_ms() + DEADLINE_MS;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (clock_mono_ms() > give_up) {
            (void)kill(pid, SIGKILL);
            fail_msg("the server did not end");
        }
        usleep(5000);
    }
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void serve_greets_once_and_stops_gracefully(void **state)
{
    struct fixture *f = *state;
    char public_key[64] = "";
    char secret_key[64] = "";
    struct served s = serve(f);
    const char *at = strstr(s.output, "export LANGFUSE_PUBLIC_KEY=\"pk-lf-");
    if (!at)
        fail_msg("no key pair in: %s", s.output);
    memcpy(public_key, strchr(at, '"') + 1, 42);
    at = strstr(s.output, "LANGFUSE_SECRET_KEY=\"sk-lf-");
    assert_non_null(at);
    memcpy(secret_key, strchr(at, '"') + 1, 42);
    assert_non_null(strstr(s.output, "LANGFUSE_HOST=\"http://localhost:"));
    assert_non_null(strstr(s.output, "Password: "));
    assert_true(get_from(f, (uint16_t)s.port, "/api/public/projects",
                         arena_fmt(f->arena, "%s:%s", public_key, secret_key)));
    said(f, "HTTP/1.1 200");
    assert_int_equal(kill(s.pid, SIGTERM), 0);
    assert_int_equal(wait_for(s.pid), 0);
    s = serve(f);
    assert_null(strstr(s.output, "LANGFUSE_SECRET_KEY"));
    assert_int_equal(kill(s.pid, SIGINT), 0);
    assert_int_equal(wait_for(s.pid), 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(empty_directory_becomes_a_server),
        TEST(accounts_survive_a_restart),
        TEST(base_path_prefixes_everything),
        TEST(second_server_on_the_directory_is_refused),
        TEST(used_port_is_named),
        TEST(path_through_a_file_is_refused),
        TEST(lock_file_says_where_the_server_is),
        TEST(metrics_count_requests_by_route_and_class),
        TEST(serve_greets_once_and_stops_gracefully),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
