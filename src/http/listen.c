// SPDX-License-Identifier: MIT
// Socket addresses: the listening socket, made here and not by the server library, so that a failure
// can say what to do about it and "::" serves IPv4 as well; and the client's address as text.
#include "http/http_int.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 511

static const char *cure(int error)
{
    switch (error) {
    case EADDRINUSE: return "another program uses this port; stop it or choose another port";
    case EACCES: return "ports below 1024 need a privilege; choose a higher port";
    case EADDRNOTAVAIL: return "this machine does not have that address; try 0.0.0.0 or 127.0.0.1";
    case EAFNOSUPPORT: return "this machine has no IPv6; listen on 0.0.0.0";
    case EMFILE:
    case ENFILE: return "raise the limit of open files (ulimit -n)";
    default: return "check the address and the port";
    }
}

static int try_listen(const struct addrinfo *ai)
{
    int on = 1;
    int off = 0;
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int saved;

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (ai->ai_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    saved = errno;
    (void)close(fd);
    errno = saved;
    return -1;
}

enum errc listen_open(struct ctx *ctx, const char *host, uint16_t port, int *fd)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *list = NULL;
    char service[8];
    int rc;
    int error = EADDRNOTAVAIL;
    int found = -1;

    (void)snprintf(service, sizeof service, "%u", (unsigned)port);
    rc = getaddrinfo(host, service, &hints, &list);
    if (rc != 0)
        return fail(ctx, ERR_UNAVAILABLE,
                    "cannot listen on %s: %s; give an address such as 0.0.0.0, 127.0.0.1 or ::",
                    host, gai_strerror(rc));
    for (struct addrinfo *ai = list; ai && found < 0; ai = ai->ai_next) {
        found = try_listen(ai);
        error = errno;
    }
    freeaddrinfo(list);
    if (found < 0)
        return fail(ctx, ERR_UNAVAILABLE, "cannot listen on %s port %u: %s; %s", host,
                    (unsigned)port, strerrordesc_np(error), cure(error));
    *fd = found;
    return ERR_OK;
}

uint16_t listen_port(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } addr = {0};
    socklen_t len = sizeof addr;

    if (getsockname(fd, &addr.any, &len) != 0)
        return 0;
    return ntohs(addr.any.sa_family == AF_INET6 ? addr.v6.sin6_port : addr.v4.sin_port);
}

void peer_text(const struct sockaddr *sa, char *out, size_t size)
{
    const void *address = NULL;

    out[0] = '\0';
    if (sa && sa->sa_family == AF_INET)
        address = &((const struct sockaddr_in *)(const void *)sa)->sin_addr;
    else if (sa && sa->sa_family == AF_INET6)
        address = &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
    if (address)
        (void)inet_ntop(sa->sa_family, address, out, (socklen_t)size);
    if (strncmp(out, "::ffff:", 7) == 0 && strchr(out, '.'))
        memmove(out, out + 7, strlen(out + 7) + 1);
}
