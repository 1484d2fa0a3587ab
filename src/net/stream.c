// SPDX-License-Identifier: MIT
// Sockets that do not block, and poll() with a deadline. Every fault is told with cause and cure; what
// went over the stream is never quoted.
#include "net/stream.h"

#include "base/clock.h"
#include "net/tls.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct stream {
    int fd;
    struct tls *tls; // NULL: none
    char *place;     // "Redis at host:port", for messages
};

static const struct {
    int error;
    const char *cause, *cure;
} faults[] = {
    {ECONNREFUSED, "nothing listens there", "start the server or correct host and port"},
    {ETIMEDOUT, "no connection in time",
     "a firewall, a security group or a white list drops the packets, or the address is wrong"},
    {EHOSTUNREACH, "there is no route to the host", "check the host and the network"},
    {ENETUNREACH, "there is no route to the host", "check the host and the network"},
    {ENOENT, "there is no such socket", "start the server or correct the path"},
    {EACCES, "the socket may not be opened", "give this user the right to write to it"},
    {ECONNRESET, "the connection was closed by the other side", "it is tried again by itself"},
    {EPIPE, "the connection was closed by the other side", "it is tried again by itself"},
};

static enum errc failed(struct ctx *ctx, const char *place, int error)
{
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        if (faults[i].error == error)
            return fail(ctx, ERR_UNAVAILABLE, "%s: %s; %s", place, faults[i].cause, faults[i].cure);
    }
    return fail(ctx, ERR_UNAVAILABLE, "%s: %s", place, strerrordesc_np(error));
}

// ---- Waiting ------------------------------------------------------------------------------------

// 0, or the error: ETIMEDOUT at the deadline.
static int wait_for(int fd, short events, int64_t deadline_ms)
{
    struct pollfd p = {.fd = fd, .events = events};

    for (;;) {
        int64_t left = deadline_ms - clock_mono_ms();
        if (left < 0)
            return ETIMEDOUT;
        int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
        if (n > 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return errno;
    }
}

static enum errc silent(struct ctx *ctx, const struct stream *s)
{
    return fail(ctx, ERR_UNAVAILABLE,
                "%s: connected, but no answer in time; the server is overloaded or stopped, or"
                " something on the way drops its packets",
                s->place);
}

// ---- Connecting ---------------------------------------------------------------------------------

// 0, or the error. The socket is left open only on success.
static int connect_to(const struct sockaddr *address, socklen_t n, int64_t deadline_ms, int *out)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error = fd < 0 ? errno : 0;
    socklen_t size = sizeof error;

    if (fd < 0)
        return error;
    if (connect(fd, address, n) != 0) {
        error = errno == EINPROGRESS ? wait_for(fd, POLLOUT, deadline_ms) : errno;
        if (error == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
            error = errno;
    }
    if (error != 0)
        close(fd);
    else
        *out = fd;
    return error;
}

static void keep_alive(int fd)
{
    static const struct {
        int level, name, value;
    } options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1},   {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, 60}, {IPPROTO_TCP, TCP_KEEPINTVL, 15},
        {IPPROTO_TCP, TCP_KEEPCNT, 4},
    };

    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        (void)setsockopt(fd, options[i].level, options[i].name, &options[i].value,
                         sizeof options[i].value);
}

static enum errc connect_tcp(struct stream *s, struct ctx *ctx, const struct stream_server *server,
                             int64_t deadline_ms)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int error = ECONNREFUSED;
    const char *host = arena_cstr(ctx->arena, server->host);

    int rc = getaddrinfo(host, arena_cstr(ctx->arena, server->port), &hints, &list);
    if (rc != 0)
        return fail(ctx, ERR_UNAVAILABLE, "%s: the host name does not resolve (%s); check it",
                    s->place, gai_strerror(rc));
    for (const struct addrinfo *a = list; a && s->fd < 0; a = a->ai_next)
        error = connect_to(a->ai_addr, a->ai_addrlen, deadline_ms, &s->fd);
    freeaddrinfo(list);
    if (s->fd < 0)
        return failed(ctx, s->place, error);
    keep_alive(s->fd);
    return ERR_OK;
}

static enum errc connect_unix(struct stream *s, struct ctx *ctx, str path, int64_t deadline_ms)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (path.n >= sizeof address.sun_path)
        return fail(ctx, ERR_INVALID, "%s: the path of a socket has at most %zu bytes", s->place,
                    sizeof address.sun_path - 1);
    memcpy(address.sun_path, path.p, path.n);
    int error = connect_to((const struct sockaddr *)&address, sizeof address, deadline_ms, &s->fd);
    return error == 0 ? ERR_OK : failed(ctx, s->place, error);
}

// ---- TLS ----------------------------------------------------------------------------------------

// Waits for what a step of TLS needs. 0: go on; else the error.
static int wait_for_tls(const struct stream *s, enum tls_wait wait, int64_t deadline_ms)
{
    if (wait == TLS_WANTS_READ || wait == TLS_WANTS_WRITE)
        return wait_for(s->fd, wait == TLS_WANTS_READ ? POLLIN : POLLOUT, deadline_ms);
    return ECONNRESET;
}

static enum errc start_tls(struct stream *s, struct ctx *ctx, const struct stream_server *server,
                           int64_t deadline_ms)
{
    enum tls_wait wait;
    int error = 0;

    TRY(tls_create(ctx, server, s->fd, &s->tls));
    while ((wait = tls_handshake(s->tls)) != TLS_READY && error == 0)
        error = wait_for_tls(s, wait, deadline_ms);
    if (wait == TLS_READY)
        return ERR_OK;
    if (error == ETIMEDOUT)
        return fail(ctx, ERR_UNAVAILABLE,
                    "%s: connected, but it does not answer with TLS; check that this port wants it",
                    s->place);
    return fail(ctx, ERR_FORBIDDEN,
                "%s: the TLS connection failed (%.*s); check that this port wants TLS, and the"
                " authority of its certificate",
                s->place, STR_ARG(tls_reason(s->tls, ctx->arena)));
}

static str place_of(struct arena *a, const struct stream_server *server)
{
    if (str_starts(server->host, STR("/")))
        return arena_fmt(a, "%s at %.*s", server->what, STR_ARG(server->host));
    return arena_fmt(a, "%s at %.*s:%.*s", server->what, STR_ARG(server->host),
                     STR_ARG(server->port));
}

static enum errc open_steps(struct stream *s, struct ctx *ctx, const struct stream_server *server,
                            int64_t timeout_ms)
{
    int64_t deadline = clock_mono_ms() + timeout_ms;

    if (str_starts(server->host, STR("/")))
        TRY(connect_unix(s, ctx, server->host, deadline));
    else
        TRY(connect_tcp(s, ctx, server, deadline));
    return server->tls.on ? start_tls(s, ctx, server, deadline) : ERR_OK;
}

enum errc stream_open(struct ctx *ctx, const struct stream_server *server, int64_t timeout_ms,
                      struct stream **out)
{
    struct stream *s = calloc(1, sizeof *s);

    CHECK(s);
    s->fd = -1;
    s->place = str_dup(place_of(ctx->arena, server));
    CHECK(s->place);
    enum errc rc = open_steps(s, ctx, server, timeout_ms);
    if (rc != ERR_OK) {
        stream_close(s);
        return rc;
    }
    *out = s;
    return ERR_OK;
}

void stream_close(struct stream *s)
{
    if (!s)
        return;
    tls_destroy(s->tls);
    if (s->fd >= 0)
        close(s->fd);
    free(s->place);
    free(s);
}

// ---- Bytes --------------------------------------------------------------------------------------

// One step of sending or receiving; *error is 0 when it succeeded, EAGAIN after a wait that was met.
static size_t send_some(struct stream *s, str bytes, int64_t deadline_ms, int *error)
{
    size_t n = 0;

    if (s->tls) {
        enum tls_wait wait = tls_write(s->tls, bytes, &n);
        *error = wait == TLS_READY ? 0 : wait_for_tls(s, wait, deadline_ms);
        return wait == TLS_READY ? n : 0;
    }
    ssize_t sent = send(s->fd, bytes.p, bytes.n, MSG_NOSIGNAL);
    *error = sent >= 0 ? 0 : errno;
    if (*error == EAGAIN || *error == EINTR)
        *error = wait_for(s->fd, POLLOUT, deadline_ms);
    return sent > 0 ? (size_t)sent : 0;
}

static size_t receive_some(struct stream *s, char *out, size_t size, int64_t deadline_ms,
                           int *error)
{
    size_t n = 0;

    if (s->tls) {
        enum tls_wait wait = tls_read(s->tls, out, size, &n);
        *error = wait == TLS_READY ? 0 : wait_for_tls(s, wait, deadline_ms);
        return wait == TLS_READY ? n : 0;
    }
    ssize_t got = recv(s->fd, out, size, 0);
    *error = got > 0 ? 0 : got == 0 ? ECONNRESET : errno;
    if (*error == EAGAIN || *error == EINTR)
        *error = wait_for(s->fd, POLLIN, deadline_ms);
    return got > 0 ? (size_t)got : 0;
}

enum errc stream_write(struct stream *s, struct ctx *ctx, str bytes, int64_t deadline_ms)
{
    int error = 0;

    while (bytes.n > 0 && error == 0)
        bytes = str_skip(bytes, send_some(s, bytes, deadline_ms, &error));
    if (error == ETIMEDOUT)
        return silent(ctx, s);
    return error == 0 ? ERR_OK : failed(ctx, s->place, error);
}

enum errc stream_read(struct stream *s, struct ctx *ctx, char *out, size_t size, size_t *n,
                      int64_t deadline_ms)
{
    int error = 0;
    size_t got = 0;

    while (got == 0 && error == 0)
        got = receive_some(s, out, size, deadline_ms, &error);
    if (error == ETIMEDOUT)
        return silent(ctx, s);
    if (error != 0)
        return failed(ctx, s->place, error);
    *n = got;
    return ERR_OK;
}

bool stream_stale(const struct stream *s)
{
    struct pollfd p = {.fd = s->fd, .events = POLLIN};

    return (s->tls && tls_has_bytes(s->tls)) || poll(&p, 1, 0) != 0;
}
