// SPDX-License-Identifier: MIT
// The queue on a cluster of which another node has our keys, and on a primary that sentinels tell, also
// after it died.
#include "contract/queue_fixture.h"

#include <arpa/inet.h>
#include <sys/socket.h>

struct node {
    struct redis_program program;
    char port[8], bus[8];
};

// Two free ports; they are taken again in a moment.
static void choose_ports(struct node *n)
{
    char *const texts[] = {n->port, n->bus};
    int fds[2];

    for (size_t i = 0; i < 2; i++) {
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t len = sizeof at;
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(bind(fds[i], (struct sockaddr *)&at, sizeof at), 0);
        assert_int_equal(getsockname(fds[i], (struct sockaddr *)&at, &len), 0);
        (void)snprintf(texts[i], 8, "%d", ntohs(at.sin_port));
    }
    close(fds[0]);
    close(fds[1]);
}

static struct redis_server server_of(struct fixture *f, const struct node *n)
{
    struct redis_server s = {.host = STR("127.0.0.1"), .port = str_c(n->port), .timeout_ms = 2000};

    assert_ok(redis_server_check(&f->ctx, &s));
    return s;
}

static str say(struct fixture *f, const struct node *n, const char *line)
{
    struct redis_server s = server_of(f, n);

    return redis_say(&f->ctx, &s, line).text;
}

static const char *text(struct fixture *f, const char *fmt, const char *a, const char *b)
{
    char line[256];

    (void)snprintf(line, sizeof line, "%s %s %s", fmt, a, b);
    return arena_cstr(f->arena, str_c(line));
}

static void until_said(struct fixture *f, const struct node *n, const char *line, const char *words)
{
    int64_t ends = clock_mono_ms() + DEADLINE;

    while (!str_has(say(f, n, line), str_c(words))) {
        assert_true(clock_mono_ms() < ends);
        usleep(20000);
    }
}

static int places_open(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->arena = arena_create(64u << 20);
    ctx_init(&f->ctx, f->arena);
    *state = f;
    return 0;
}

static int places_close(void **state)
{
    struct fixture *f = *state;

    arena_destroy(f->arena);
    free(f);
    return 0;
}

// ---- Cluster ------------------------------------------------------------------------------------

static void start_in_cluster(struct node *n)
{
    choose_ports(n);
    n->program =
        (struct redis_program){.more = {"--port", n->port, "--bind", "127.0.0.1",
                                        "--cluster-enabled", "yes", "--cluster-port", n->bus}};
    redis_program_start(&n->program);
}

static void use_queue(struct fixture *f)
{
    struct work_lease l;

    push(f, "a");
    push(f, "b");
    struct taken t = claim(f, 10);
    assert_string_equal(t.bodies, "a b");
    bury(f, &t.works[0], "why");
    assert_ok(f->q->ops->done(f->q, &f->ctx, &t.works[1].id, 1));
    assert_ok(f->q->ops->lease(f->q, &f->ctx, STR("p"), NEVER_IDLE, &l));
    assert_ok(f->q->ops->release(f->q, &f->ctx, &l));
    expect_status(f, 0, 0, 1);
}

static void another_node_has_our_keys(void **state)
{
    struct fixture *f = *state;
    struct node nodes[2];

    for (size_t i = 0; i < 2; i++)
        start_in_cluster(&nodes[i]);
    (void)say(f, &nodes[0], "CLUSTER ADDSLOTSRANGE 0 8191");
    (void)say(f, &nodes[1], "CLUSTER ADDSLOTSRANGE 8192 16383");
    (void)say(f, &nodes[0],
              arena_cstr(f->arena, arena_fmt(f->arena, "CLUSTER MEET 127.0.0.1 %s %s",
                                             nodes[1].port, nodes[1].bus)));
    for (size_t i = 0; i < 2; i++)
        until_said(f, &nodes[i], "CLUSTER INFO", "cluster_state:ok");
    struct redis_server any = server_of(f, &nodes[0]);
    int64_t slot = redis_say(&f->ctx, &any, "CLUSTER KEYSLOT rushlight:{queue}:work").number;
    size_t owner = slot > 8191;

    struct redis_server wrong = server_of(f, &nodes[1 - owner]);
    wrong.host = STR("");
    wrong.nodes = arena_fmt(f->arena, "127.0.0.1:1, 127.0.0.1:%s", nodes[1 - owner].port);
    assert_ok(redis_server_check(&f->ctx, &wrong));
    f->q = redis_queue_create(&wrong, NULL);
    use_queue(f);
    struct redis_server right = server_of(f, &nodes[owner]);
    assert_int_equal(redis_say(&f->ctx, &right, "DBSIZE").number, 3);
    f->q->ops->close(f->q);
    for (size_t i = 0; i < 2; i++)
        redis_program_end(&nodes[i].program);
}

// ---- Sentinels ----------------------------------------------------------------------------------

static void start_plain(struct node *n)
{
    choose_ports(n);
    n->program = (struct redis_program){.more = {"--port", n->port, "--bind", "127.0.0.1"}};
    redis_program_start(&n->program);
}

static void start_sentinel(struct node *n, const struct node *primary, char path[128])
{
    choose_ports(n);
    n->program = (struct redis_program){.pid = 0};
    (void)snprintf(n->program.dir, sizeof n->program.dir, "/tmp/rushlight-redis-XXXXXX");
    assert_non_null(mkdtemp(n->program.dir));
    (void)snprintf(n->program.socket, sizeof n->program.socket, "%s/socket", n->program.dir);
    (void)snprintf(path, 128, "%s/sentinel.conf", n->program.dir);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    (void)fprintf(file,
                  "port %s\nbind 127.0.0.1\nunixsocket %s\nlogfile %s/log\nsentinel monitor prime"
                  " 127.0.0.1 %s 1\nsentinel down-after-milliseconds prime 300\nsentinel"
                  " failover-timeout prime 2000\n",
                  n->port, n->program.socket, n->program.dir, primary->port);
    (void)fclose(file);
    n->program.pid = fork();
    if (n->program.pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl("/usr/bin/redis-server", "redis-server", path, "--sentinel", NULL);
        _exit(127);
    }
    redis_program_wait(&n->program);
}

static void open_by_sentinels(struct fixture *f, const struct node *sentinel, const char *name)
{
    struct redis_server s = {.nodes =
                                 arena_fmt(f->arena, "127.0.0.1:1,127.0.0.1:%s", sentinel->port),
                             .primary = str_c(name),
                             .timeout_ms = 2000};

    assert_ok(redis_server_check(&f->ctx, &s));
    f->q = redis_queue_create(&s, NULL);
}

static void sentinels_tell_the_primary(void **state)
{
    struct fixture *f = *state;
    struct node primary, replica, sentinel;
    char path[128];

    start_plain(&primary);
    start_plain(&replica);
    (void)say(f, &replica, text(f, "REPLICAOF", "127.0.0.1", primary.port));
    until_said(f, &replica, "INFO replication", "master_link_status:up");
    start_sentinel(&sentinel, &primary, path);
    open_by_sentinels(f, &sentinel, "prime");
    push(f, "before");
    until_said(f, &sentinel, "INFO sentinel", "slaves=1");
    redis_program_kill(&primary.program);
    int64_t ends = clock_mono_ms() + 3 * DEADLINE;
    while (f->q->ops->push(f->q, &f->ctx, STR("after")) != ERR_OK) {
        assert_true(clock_mono_ms() < ends);
        ctx_clear_error(&f->ctx);
        usleep(50000);
    }
    assert_true(str_has(say(f, &replica, "INFO replication"), STR("role:master")));
    struct taken t = claim(f, 10);
    assert_true(str_ends(str_c(t.bodies), STR("after")));
    f->q->ops->close(f->q);

    open_by_sentinels(f, &sentinel, "nobody");
    assert_int_equal(f->q->ops->push(f->q, &f->ctx, STR("x")), ERR_NOT_FOUND);
    assert_true(str_has(f->ctx.message, STR("knows no nobody; check REDIS_SENTINEL_MASTER_NAME")));
    f->q->ops->close(f->q);
    redis_program_end(&primary.program);
    redis_program_end(&replica.program);
    redis_program_end(&sentinel.program);
}

#define PLACE(name) cmocka_unit_test_setup_teardown(name, places_open, places_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE(another_node_has_our_keys),
        PLACE(sentinels_tell_the_primary),
    };
    if (!redis_program_there()) {
        printf("NOT RUN: Redis clusters and sentinels: there is no redis-server;"
               " tools/deps.sh test installs it\n");
        return getenv("CI") ? EXIT_FAILURE : EXIT_SUCCESS;
    }
    return crypto_init() == ERR_OK ? cmocka_run_group_tests(tests, NULL, NULL) : EXIT_FAILURE;
}
