// SPDX-License-Identifier: MIT
#pragma once
// A server for one test: a thread that answers each connection with the bytes it is told, and keeps
// what it was sent.
#include "base/thread.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { SCENE_CONNECTIONS = 4, SCENE_REQUEST = 8 << 10 };
#define SCENE_SILENCE "silence" // an answer that never comes

// One connection per entry; within an entry '|' ends an answer, and the connection closes at the end.
struct scene {
    const char *connections[SCENE_CONNECTIONS];
    bool slowly; // a byte at a time
    bool greedy; // answers the first bytes, whatever they are
    int listener;
    uint16_t port;
    struct thread *thread;
    char text[SCENE_REQUEST]; // the last request; the test reads it after scene_end
    size_t n, requests;
};

// How long a request is, from its head: -1 when that is not whole.
static inline int64_t scene_length(str text)
{
    ptrdiff_t end = str_find(text, STR("\r\n\r\n")), at = str_find(text, STR("Content-Length: "));
    int64_t body = 0;
    str rest = str_skip(text, (size_t)at + 16), number = STR_NONE;
    if (at >= 0 && str_next(&rest, '\r', &number))
        assert_true(str_to_i64(number, &body));
    return end < 0 ? -1 : end + 4 + body;
}

static inline bool scene_read(struct scene *s, int fd)
{
    s->n = 0;
    while (s->n < sizeof s->text) {
        ssize_t got = recv(fd, s->text + s->n, sizeof s->text - s->n, 0);
        if (got <= 0)
            return false;
        s->n += (size_t)got;
        int64_t whole = scene_length(str_make(s->text, s->n));
        if (s->greedy || (whole >= 0 && s->n >= (size_t)whole))
            break;
    }
    s->requests++;
    return true;
}

static inline void scene_answer(int fd, str text, bool slowly)
{
    size_t step = slowly ? 1 : text.n;
    char byte;
    if (str_eq(text, STR(SCENE_SILENCE)))
        while (recv(fd, &byte, 1, 0) > 0)
            ;
    else
        for (size_t i = 0; i < text.n; i += step)
            if (send(fd, text.p + i, step, MSG_NOSIGNAL) < 0)
                return; // the client has had enough
}

static inline void *scene_serve(void *arg)
{
    struct scene *s = arg;
    for (size_t i = 0; i < SCENE_CONNECTIONS && s->connections[i]; i++) {
        int fd = accept(s->listener, NULL, NULL);
        str rest = str_c(s->connections[i]);
        for (str one; str_next(&rest, '|', &one) && scene_read(s, fd);)
            scene_answer(fd, one, s->slowly);
        close(fd);
    }
    return NULL;
}

static inline void scene_start(struct scene *s)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&at, sizeof at), 0);
    if (s->connections[0])
        assert_int_equal(listen(s->listener, 8), 0); // else the port is taken and refuses
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&at, &len), 0);
    s->port = ntohs(at.sin_port);
    s->thread = thread_start("server", 256 << 10, scene_serve, s);
}

static inline void scene_end(struct scene *s)
{
    thread_join(s->thread);
    close(s->listener);
}
