// SPDX-License-Identifier: MIT
#pragma once
// A byte stream to a server that the configuration names, over TCP or a Unix socket, with or without
// TLS, and with a time limit on every step. One stream belongs to one thread at a time.
#include "base/err.h"

struct stream_tls {
    bool on;
    bool unverified; // accept any certificate
    // Files with PEM; none: the machine's authorities, no certificate of our own.
    str ca_file, cert_file, key_file, key_password;
    str server_name; // in the certificate; none: the host
};
struct stream_server {
    const char *what; // "Redis", for messages
    str host, port;   // a host that begins with "/" is the path of a Unix socket
    struct stream_tls tls;
};

struct stream;
// ERR_UNAVAILABLE (unknown host, refused, time-out) or ERR_FORBIDDEN (TLS), with cause and cure.
// Resolving the name has the resolver's own time limit.
enum errc stream_open(struct ctx *ctx, const struct stream_server *server, int64_t timeout_ms,
                      struct stream **out) MUST_CHECK;
void stream_close(struct stream *s); // NULL is fine

// The end of the connection, or no progress until `deadline_ms` of the monotonic clock; the message says
// which. The stream is of no more use then.
enum errc stream_write(struct stream *s, struct ctx *ctx, str bytes,
                       int64_t deadline_ms) MUST_CHECK;
enum errc stream_read(struct stream *s, struct ctx *ctx, char *out, size_t size, size_t *n,
                      int64_t deadline_ms) MUST_CHECK;
// Whether a stream at rest was closed by the other side, or has bytes nobody asked for.
bool stream_stale(const struct stream *s);
