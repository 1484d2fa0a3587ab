// SPDX-License-Identifier: MIT
// A datagram socket that is connected but never used: the kernel chooses route and address for it.
#include "base/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

static str text_of(struct arena *a, const struct sockaddr_storage *from)
{
    char text[INET6_ADDRSTRLEN] = "";
    const struct sockaddr_in *v4 = (const void *)from;
    const struct sockaddr_in6 *v6 = (const void *)from;
    const void *bytes =
        from->ss_family == AF_INET6 ? (const void *)&v6->sin6_addr : (const void *)&v4->sin_addr;
    if (!inet_ntop(from->ss_family, bytes, text, sizeof text))
        return STR_NONE;
    return arena_str(a, str_c(text));
}

static str address_for(struct arena *a, const struct addrinfo *to)
{
    struct sockaddr_storage from = {0};
    socklen_t len = sizeof from;
    int fd = socket(to->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool known = fd >= 0 && connect(fd, to->ai_addr, to->ai_addrlen) == 0 &&
                 getsockname(fd, (struct sockaddr *)(void *)&from, &len) == 0;
    if (fd >= 0)
        close(fd);
    return known ? text_of(a, &from) : STR_NONE;
}

str address_towards(struct arena *a, str host, str port)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM};
    struct addrinfo *found = NULL;
    const char *name = arena_cstr(a, host);
    const char *service = arena_cstr(a, port);
    if (!name || !service || getaddrinfo(name, service, &hints, &found) != 0)
        return STR_NONE;
    str out = STR_NONE;
    for (const struct addrinfo *i = found; i && !str_some(out); i = i->ai_next)
        out = address_for(a, i);
    freeaddrinfo(found);
    return out;
}
