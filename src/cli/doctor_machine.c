// SPDX-License-Identifier: MIT
// doctor's checks of the machine: does the server answer or is its port free, is the clock sane, are
// there enough file descriptors.
#include "app/app.h"
#include "cli/doctor_int.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

enum { PROBE_SECONDS = 3, ANSWER_MAX = 64 << 10, FILES_NEEDED_BESIDE = 160 };

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
    const struct config *cfg = &r->c->config;
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

// ---- Clock and limits ---------------------------------------------------------------------------

void check_clock(struct report *r)
{
    struct stat st;
    char now_text[32];
    millis now = clock_now();
    str meta = arena_cat(r->arena, r->c->config.data_dir, STR("/meta.db"));
    (void)time_format_iso(now, now_text);
    bool has_file = stat(arena_cstr(r->arena, meta), &st) == 0;
    int64_t file_ms = has_file ? (int64_t)st.st_mtim.tv_sec * 1000 : 0;
    if (now < INT64_C(1735689600000)) // 2025
        report_add(r, FINDING_BROKEN,
                   "it is %s here, which cannot be; set the clock, or events land in wrong days",
                   now_text);
    else if (file_ms > now + 300000)
        report_add(r, FINDING_BROKEN,
                   "meta.db was written %lld s in the future of this clock (%s); set the clock",
                   (long long)(file_ms - now) / 1000, now_text);
    else
        report_add(r, FINDING_FINE, "%s", now_text);
}

void check_limits(struct report *r)
{
    struct rlimit files;
    long long needed = (long long)r->c->config.max_connections + FILES_NEEDED_BESIDE;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        report_add(r, FINDING_NOTE, "the limit of open files is unknown");
    else if (files.rlim_cur != RLIM_INFINITY && (long long)files.rlim_cur < needed)
        report_add(r, FINDING_BROKEN,
                   "%lld open files are allowed, %lld may be needed; raise it (ulimit -n %lld), or"
                   " lower RUSHLIGHT_MAX_CONNECTIONS",
                   (long long)files.rlim_cur, needed, needed);
    else
        report_add(r, FINDING_FINE, "%lld open files allowed, %lld needed at most",
                   (long long)files.rlim_cur, needed);
}
