// SPDX-License-Identifier: MIT
#pragma once
// A Redis server as settings name it.
//
// From a URL (redis://user:password@host:6379/1, rediss:// with TLS) or from parts, which beat it. A
// password in a URL may be percent-encoded or raw.
#include "net/stream.h"

#define REDIS_PREFIX "rushlight:"

struct redis_server {
    str host, port; // a host that begins with "/" is the path of a Unix socket
    str user, password;
    str db;     // number of the database; none = 0
    str prefix; // of every key; none = REDIS_PREFIX
    struct stream_tls tls;
    int64_t timeout_ms; // to connect, and to answer
    // "host:port,host:port" instead of a host: nodes of a cluster to begin with; or sentinels, when
    // `primary` is what they call the server.
    str nodes, primary, sentinel_user, sentinel_password;
};
// Fills what the URL says; what *out has already stays. ERR_INVALID says what is wrong, never the
// password.
enum errc redis_url_parse(struct ctx *ctx, str url, struct redis_server *out) MUST_CHECK;
// Puts defaults where nothing was said, and checks: a host, a port, a number of the database.
enum errc redis_server_check(struct ctx *ctx, struct redis_server *s) MUST_CHECK;
// The next of s->nodes, as a server; *rest is what follows it. False: there is none.
bool redis_next_node(const struct redis_server *s, str *rest, struct redis_server *out);
// "host:port, database 1", for messages.
str redis_server_text(struct arena *a, const struct redis_server *s);
// The texts are copied into the arena.
void redis_server_copy(struct arena *a, const struct redis_server *from, struct redis_server *to);
