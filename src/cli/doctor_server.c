// SPDX-License-Identifier: MIT
// doctor's check of the server: does it answer, or is its port free.
#include "app/app.h"
#include "cli/doctor_int.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PROBE_SECONDS = 3, ANSWER_MAX = 64 << 10 };

// ---- Server -------------------------------------------------------------------------------------

static int connect_to(const struct addrinfo *a, int *out)
{
    const struct timeval limit = {.tv_sec = PROBE_SECONDS};
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
        int error = errno;
        close(fd);
        return error;
    }
    *out = fd;
    return 0;
}

static int ask(int fd, const char *host, const char *path, struct buf *answer)
{
    char text[2048];
    int n = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
                     path, host);
    if (n < 0 || (size_t)n >= sizeof text)
        return EINVAL;
    if (send(fd, text, (size_t)n, MSG_NOSIGNAL) != n)
        return errno ? errno : EIO;
    for (;;) {
        ssize_t got = recv(fd, text, sizeof text, 0);
        if (got < 0)
            return errno;
        if (got == 0)
            return 0;
        buf_add(answer, str_make(text, (size_t)got));
    }
}

int http_probe(const char *host, uint16_t port, const char *path, struct buf *answer)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char service[8];
    int fd = -1;
    (void)snprintf(service, sizeof service, "%u", port);
    if (getaddrinfo(host, service, &hints, &found) != 0)
        return EADDRNOTAVAIL;
    int error = connect_to(found, &fd);
    freeaddrinfo(found);
    if (error == 0) {
        error = ask(fd, host, path, answer);
        close(fd);
    }
    return error;
}

static const char *probe_host(struct report *r, str host)
{
    if (str_eq(host, STR("0.0.0.0")))
        return "127.0.0.1";
    if (str_eq(host, STR("::")))
        return "::1";
    return arena_cstr(r->arena, host);
}

// Where to ask: the server that holds the directory, else where one would listen.
static struct running_server server_to_ask(struct report *r, bool *running)
{
    const struct config *cfg = &((struct cli *)r->owner)->config;
    struct running_server s = {0};
    *running = data_dir_server(r->arena, cfg->data_dir, &s) && s.port != 0;
    if (!*running)
        s = (struct running_server){
            .host = cfg->host, .port = cfg->port, .base_path = cfg->base_path};
    return s;
}

static void judge_answer(struct report *r, const char *place, str answer)
{
    if (str_starts(answer, STR("HTTP/1.1 200")) && str_has(answer, STR("\"status\":\"OK\"")))
        report_add(r, FINDING_FINE, "answers at %s and is ready", place);
    else if (str_has(answer, STR("Readiness check failed")))
        report_add(r, FINDING_BROKEN, "answers at %s but is not ready: %.*s", place,
                   STR_ARG(str_skip(answer, (size_t)str_find(answer, STR("\r\n\r\n")) + 4)));
    else
        report_add(r, FINDING_BROKEN,
                   "something else answers at %s; stop it, or give --listen another port, or the"
                   " server's --base-path if it has one",
                   place);
}

void check_server(struct report *r)
{
    bool running = false;
    AUTO(buf_fini) struct buf answer = {0};
    buf_init(&answer, ANSWER_MAX);
    const struct running_server s = server_to_ask(r, &running);
    const char *host = probe_host(r, s.host);
    str path = arena_cat(r->arena, s.base_path, STR("/api/public/ready"));
    str place = arena_fmt(r->arena, "%s port %lld", host, (long long)s.port);
    const char *where = arena_cstr(r->arena, place);
    if (s.port == 0) {
        report_add(r, FINDING_NOTE, "not running, and its port is chosen at the start (PORT=0)");
        return;
    }
    int error = http_probe(host, (uint16_t)s.port, arena_cstr(r->arena, path), &answer);
    if (error == ECONNREFUSED && !running)
        report_add(r, FINDING_FINE, "not running; %s is free", where);
    else if (error == EADDRNOTAVAIL)
        report_add(r, FINDING_BROKEN, "%s is no address of this machine; set HOSTNAME or --listen",
                   host);
    else if (error != 0)
        report_add(r, FINDING_BROKEN, "%s does not answer: %s; if it stays so, restart the server",
                   where, strerrordesc_np(error));
    else
        judge_answer(r, where, buf_str(&answer));
}
