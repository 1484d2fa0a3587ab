// SPDX-License-Identifier: MIT
// Who is connected, how many requests are running, and which connection is too slow.
//
// The server library only knows a time-out without any byte; a client that drips one byte now and
// then would hold its thread for ever. So each connection carries one deadline for the phase it is
// in (idle, head, body, answer), and the reaper thread shuts down the socket of whoever is past it:
// the connection's own thread then sees the end of the stream and cleans up. A registered socket is
// open, because it is taken off the list before it is closed.
//
// Threads: add and remove on the library's accept thread, busy on connection threads. shutdown(2)
// does not block, so it may happen under the lock.
#include "base/clock.h"
#include "http/http_int.h"

#include <poll.h>
#include <sys/socket.h>

#define REAP_EVERY_MS 1000
#define LINGER_MS     2000
#define LINGER_BYTES  (64u << 20)

static void reap_locked(struct connections *c)
{
    int64_t now = clock_mono_ms();

    lock_assert_held(&c->lock);
    for (struct http_conn *conn = c->first; conn; conn = conn->next) {
        int64_t deadline = atomic_load(&conn->deadline_ms);

        if (deadline != 0 && now > deadline)
            (void)shutdown(conn->fd, SHUT_RDWR);
    }
}

static void *reaper_main(void *arg)
{
    struct connections *c = arg;

    lock_acquire(&c->lock);
    while (!c->closing) {
        reap_locked(c);
        (void)cond_wait(&c->changed, &c->lock, c->n > 0 ? REAP_EVERY_MS : -1);
    }
    lock_release(&c->lock);
    return NULL;
}

void connections_init(struct connections *c)
{
    memset(c, 0, sizeof *c);
    lock_init(&c->lock);
    cond_init(&c->changed);
    c->reaper = thread_start("http-reaper", 64u << 10, reaper_main, c);
}

void connections_fini(struct connections *c)
{
    lock_acquire(&c->lock);
    CHECK(c->n == 0);
    c->closing = true;
    cond_broadcast(&c->changed);
    lock_release(&c->lock);
    thread_join(c->reaper);
    cond_fini(&c->changed);
    lock_fini(&c->lock);
}

void connections_add(struct connections *c, struct http_conn *conn)
{
    lock_acquire(&c->lock);
    conn->prev = NULL;
    conn->next = c->first;
    if (c->first)
        c->first->prev = conn;
    c->first = conn;
    if (c->n++ == 0)
        cond_broadcast(&c->changed); // the reaper sleeps while nobody is connected
    lock_release(&c->lock);
}

void connections_remove(struct connections *c, struct http_conn *conn)
{
    lock_acquire(&c->lock);
    if (conn->prev)
        conn->prev->next = conn->next;
    else
        c->first = conn->next;
    if (conn->next)
        conn->next->prev = conn->prev;
    CHECK(c->n > 0);
    c->n--;
    lock_release(&c->lock);
}

void connections_busy(struct connections *c, bool busy)
{
    lock_acquire(&c->lock);
    CHECK(busy || c->busy > 0);
    if (busy)
        c->busy++;
    else
        c->busy--;
    if (c->busy == 0)
        cond_broadcast(&c->changed);
    lock_release(&c->lock);
}

size_t connections_count(const struct connections *c)
{
    return atomic_load(&c->n);
}

bool connections_wait_idle(struct connections *c, int64_t timeout_ms)
{
    int64_t until = clock_mono_ms() + timeout_ms;
    bool idle;

    lock_acquire(&c->lock);
    while (c->busy > 0 && clock_mono_ms() < until)
        (void)cond_wait(&c->changed, &c->lock, until - clock_mono_ms());
    idle = c->busy == 0;
    lock_release(&c->lock);
    return idle;
}

void connection_linger(int fd)
{
    char sink[8u << 10];
    int64_t until = clock_mono_ms() + LINGER_MS;
    size_t total = 0;

    if (shutdown(fd, SHUT_WR) != 0)
        return;
    while (total < LINGER_BYTES) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int64_t left = until - clock_mono_ms();
        ssize_t got;

        if (left <= 0 || poll(&p, 1, (int)left) <= 0)
            return;
        got = recv(fd, sink, sizeof sink, MSG_DONTWAIT);
        if (got <= 0)
            return;
        total += (size_t)got;
    }
}
