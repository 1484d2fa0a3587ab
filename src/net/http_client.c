// SPDX-License-Identifier: MIT
// One request after another on one kept connection: header and body leave in one writev, the answer is
// read into one buffer until it is whole (Content-Length, chunks, or the end of the connection).
// Runs in the thread of the caller, who owns the connection. It is cheap on purpose: a load generator
// shares the machine with the server that it measures. A parser for every oddity of HTTP was left
// out; what it does not understand is ERR_UNAVAILABLE, never a wrong answer.
#include "net/http_client.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WAIT_SECONDS = 60, HEAD_MAX = 32 << 10, READ_STEP = 64 << 10, ANSWER_MAX = 256 << 20 };

void net_init(struct net_connection *c, const struct net_target *target)
{
    *c = (struct net_connection){.target = target, .fd = -1};
    buf_init(&c->head, HEAD_MAX);
    buf_init(&c->in, ANSWER_MAX);
}

static void disconnect(struct net_connection *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
}

void net_fini(struct net_connection *c)
{
    disconnect(c);
    buf_fini(&c->head);
    buf_fini(&c->in);
}

// ---- Connecting ---------------------------------------------------------------------------------

static int open_socket(const struct addrinfo *a)
{
    const struct timeval limit = {.tv_sec = WAIT_SECONDS};
    const int on = 1;
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static enum errc connect_to(struct ctx *ctx, struct net_connection *c)
{
    const struct net_target *t = c->target;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int bad = getaddrinfo(arena_cstr(ctx->arena, t->host), arena_cstr(ctx->arena, t->service),
                          &hints, &found);
    if (bad != 0)
        return fail(ctx, ERR_UNAVAILABLE, "cannot find the host %.*s: %s", STR_ARG(t->host),
                    gai_strerror(bad));
    for (const struct addrinfo *a = found; a && c->fd < 0; a = a->ai_next)
        c->fd = open_socket(a);
    int error = errno;
    freeaddrinfo(found);
    if (c->fd < 0)
        return fail(ctx, ERR_UNAVAILABLE,
                    "cannot connect to http://%.*s: %s; is the server running?",
                    STR_ARG(t->authority), strerrordesc_np(error));
    return ERR_OK;
}

// ---- Sending ------------------------------------------------------------------------------------

static void head_line(struct buf *b, const char *name, str value)
{
    if (str_some(value))
        buf_add_fmt(b, "%s%.*s\r\n", name, STR_ARG(value));
}

static void write_head(const struct net_connection *c, const struct net_call *call, struct buf *b)
{
    const struct net_target *t = c->target;
    buf_clear(b);
    buf_add_fmt(b, "%s %.*s%.*s HTTP/1.1\r\n", call->method, STR_ARG(t->base_path),
                STR_ARG(call->path));
    head_line(b, "Host: ", t->authority);
    head_line(b, "Authorization: ", t->credentials);
    head_line(b, "", t->header);
    head_line(b, "Content-Type: ", call->content_type);
    buf_add_fmt(b, "Content-Length: %zu\r\n\r\n", call->body.n);
}

static bool send_all(int fd, struct iovec part[2])
{
    while (part[0].iov_len + part[1].iov_len > 0) {
        const struct msghdr m = {.msg_iov = part, .msg_iovlen = 2};
        ssize_t n = sendmsg(fd, &m, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        for (int i = 0; i < 2; i++) {
            size_t used = (size_t)n < part[i].iov_len ? (size_t)n : part[i].iov_len;
            part[i].iov_base = (char *)part[i].iov_base + used;
            part[i].iov_len -= used;
            n -= (ssize_t)used;
        }
    }
    return true;
}

// ---- Receiving ----------------------------------------------------------------------------------

// Reads some more. False at the end of the connection or on an error (errno; 0 at the end).
static bool read_more(struct net_connection *c)
{
    if (!buf_reserve(&c->in, READ_STEP)) {
        errno = EMSGSIZE;
        return false;
    }
    ssize_t n;
    do
        n = recv(c->fd, c->in.data + c->in.len, c->in.cap - c->in.len, 0);
    while (n < 0 && errno == EINTR);
    if (n == 0)
        errno = 0;
    if (n > 0)
        c->in.len += (size_t)n;
    return n > 0;
}

struct head {
    int status;
    size_t len;     // of the header lines with the empty one
    int64_t length; // Content-Length; -1: not said
    bool chunked, close;
};

static void read_header_line(str line, struct head *h)
{
    str name = STR_NONE;
    (void)str_next(&line, ':', &name);
    str value = str_trim(line);
    if (str_eq_nocase(name, STR("Content-Length")))
        (void)str_to_i64(value, &h->length);
    else if (str_eq_nocase(name, STR("Transfer-Encoding")))
        h->chunked = true;
    else if (str_eq_nocase(name, STR("Connection")))
        h->close = str_eq_nocase(value, STR("close"));
}

static bool parse_head(str text, struct head *h)
{
    int64_t status = 0;
    str rest = text;
    str line = STR_NONE;
    if (!str_starts(text, STR("HTTP/1.")) || !str_to_i64(str_sub(text, 9, 3), &status))
        return false;
    h->status = (int)status;
    (void)str_next(&rest, '\n', &line);
    while (str_next(&rest, '\n', &line))
        read_header_line(str_trim(line), h);
    return true;
}

static bool receive_head(struct net_connection *c, struct head *h)
{
    for (;;) {
        ptrdiff_t end = str_find(buf_str(&c->in), STR("\r\n\r\n"));
        if (end >= 0) {
            h->len = (size_t)end + 4;
            return parse_head(str_sub(buf_str(&c->in), 0, (size_t)end), h);
        }
        if (c->in.len > READ_STEP || !read_more(c))
            return false;
    }
}

// Size of the chunk whose header starts at `at`; moves `at` behind that line. -1: not yet whole or no
// hexadecimal number.
static int64_t chunk_size(str in, size_t *at)
{
    int64_t size = 0;
    size_t i = *at;
    ptrdiff_t end = str_find(str_skip(in, i), STR("\r\n"));
    if (end < 1)
        return -1;
    for (; i < *at + (size_t)end && in.p[i] != ';'; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *d = memchr(digits, in.p[i] | 0x20, sizeof digits - 1);
        if (!d || size > ANSWER_MAX)
            return -1;
        size = size * 16 + (d - digits);
    }
    *at += (size_t)end + 2;
    return size;
}

// Moves the chunks' contents together, right behind the headers.
static bool receive_chunks(struct net_connection *c, struct head *h)
{
    size_t at = h->len, out = at;

    for (;;) {
        size_t header_at = at;
        int64_t size = chunk_size(buf_str(&c->in), &at);
        size_t need = size < 0 ? 0 : at + (size_t)size + 2;
        if (size < 0 || c->in.len < need) {
            at = header_at;
            if (!read_more(c))
                return false;
            continue;
        }
        memmove(c->in.data + out, c->in.data + at, (size_t)size);
        out += (size_t)size;
        at = need;
        if (size == 0)
            break;
    }
    h->length = (int64_t)(out - h->len);
    return true;
}

static bool receive_body(struct net_connection *c, struct head *h)
{
    if (h->chunked)
        return receive_chunks(c, h);
    if (h->length < 0) {
        h->close = true;
        while (read_more(c))
            ;
        h->length = (int64_t)(c->in.len - h->len);
        return errno == 0;
    }
    while (c->in.len < h->len + (size_t)h->length)
        if (!read_more(c))
            return false;
    return true;
}

static bool call_once(struct net_connection *c, const struct net_call *call, struct head *h)
{
    buf_clear(&c->in);
    write_head(c, call, &c->head);
    errno = EMSGSIZE;
    if (!buf_ok(&c->head))
        return false;
    struct iovec parts[2] = {{c->head.data, c->head.len}, {unconst(call->body.p), call->body.n}};
    if (!send_all(c->fd, parts) && c->in.len == 0) {
        int error = errno;
        if (!read_more(c)) // an answer may have come before the whole body was taken
            errno = error;
    }
    return receive_head(c, h) && receive_body(c, h);
}

enum errc net_call(struct ctx *ctx, struct net_connection *c, const struct net_call *call,
                   struct net_answer *out)
{
    struct head h = {.length = -1};
    bool kept = c->fd >= 0;
    if (!kept)
        TRY(connect_to(ctx, c));
    bool fine = call_once(c, call, &h);
    if (!fine && kept && c->in.len == 0) {
        disconnect(c);
        TRY(connect_to(ctx, c));
        h = (struct head){.length = -1};
        fine = call_once(c, call, &h);
    }
    if (!fine) {
        int error = errno;
        disconnect(c);
        return fail(ctx, ERR_UNAVAILABLE, "no answer from http://%.*s: %s",
                    STR_ARG(c->target->authority),
                    error == 0        ? "the connection was closed"
                    : error == EAGAIN ? "nothing came for 60 seconds"
                                      : strerrordesc_np(error));
    }
    if (h.close)
        disconnect(c);
    out->status = h.status;
    out->body = str_make(c->in.data + h.len, (size_t)h.length);
    return ERR_OK;
}
