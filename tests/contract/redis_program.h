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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct redis_program {
    pid_t pid;
    char dir[64], socket[96];
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

static inline void redis_program_run(struct redis_program *p)
{
    p->pid = fork();
    if (p->pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl("/usr/bin/redis-server", "redis-server", "--port", "0", "--unixsocket", p->socket,
              "--dir", p->dir, "--save", "", "--logfile", "log", "--enable-debug-command", "yes",
              NULL);
        _exit(127);
    }
    assert_true(p->pid > 0);
    for (int i = 0; access(p->socket, W_OK) != 0; i++) {
        assert_true(i < 1000);
        usleep(10000);
    }
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
    char log[128];

    redis_program_kill(p);
    (void)snprintf(log, sizeof log, "%s/log", p->dir);
    (void)unlink(log);
    (void)rmdir(p->dir);
}
