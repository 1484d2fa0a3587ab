// SPDX-License-Identifier: MIT
#pragma once
// A redis-server of the test's own: on a Unix socket in a temporary directory, ended with the test.
#include "queue/redis/redis_pool.h"
#include "queue/redis/redis_queue.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct redis_program {
    pid_t pid;
    char dir[64], socket[96];
    const char *more[24]; // arguments
};

static inline bool redis_program_there(void)
{
    return access("/usr/bin/redis-server", X_OK) == 0;
}

// A command without quotes, for the server as `server` says; fails the test when it is refused.
static inline struct redis_value redis_say(struct ctx *ctx, const struct redis_server *server,
                                           const char *line)
{
    str words[12], rest = str_c(line);
    struct redis_command cmd = {words, 0, 0};
    struct redis_pool *pool = redis_pool_create(server);
    struct redis_value v = {0};

    while (str_next(&rest, ' ', &words[cmd.n]))
        cmd.n++;
    if (redis_pool_call(pool, ctx, &cmd, &v) != ERR_OK)
        fail_msg("%s: %.*s", line, STR_ARG(ctx->message));
    redis_pool_destroy(pool);
    return v;
}

static inline void redis_program_exec(const struct redis_program *p)
{
    const char *words[48] = {
        "redis-server", "--port", "0", "--unixsocket", p->socket, "--dir",
        p->dir,         "--save", "",  "--logfile",    "log",     "--enable-debug-command",
        "yes"};
    size_t n = 13;

    for (size_t i = 0; i < ARRAY_LEN(p->more) && p->more[i]; i++)
        words[n++] = p->more[i];
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv("/usr/bin/redis-server", (char *const *)unconst(words));
    _exit(127);
}

// The file of a socket is there a moment before somebody listens on it.
static inline void redis_program_wait(const struct redis_program *p)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(p->pid > 0 && fd >= 0);
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", p->socket);
    for (int i = 0; connect(fd, (const struct sockaddr *)&at, sizeof at) != 0; i++) {
        assert_true(i < 2000);
        usleep(10000);
    }
    close(fd);
}

static inline void redis_program_run(struct redis_program *p)
{
    p->pid = fork();
    if (p->pid == 0)
        redis_program_exec(p);
    redis_program_wait(p);
}

static inline void redis_program_start(struct redis_program *p)
{
    (void)snprintf(p->dir, sizeof p->dir, "/tmp/rushlight-redis-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    (void)snprintf(p->socket, sizeof p->socket, "%s/socket", p->dir);
    redis_program_run(p);
}

// At once, as if its machine was switched off; nothing of its data is left.
static inline void redis_program_kill(struct redis_program *p)
{
    (void)kill(p->pid, SIGCONT);
    (void)kill(p->pid, SIGKILL);
    (void)waitpid(p->pid, NULL, 0);
    (void)unlink(p->socket);
}

static inline void redis_program_end(struct redis_program *p)
{
    static const char *const files[] = {"log", "nodes.conf", "sentinel.conf", "dump.rdb"};
    char path[128];

    redis_program_kill(p);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", p->dir, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(p->dir);
}
