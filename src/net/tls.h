// SPDX-License-Identifier: MIT
#pragma once
// TLS on a connected socket that does not block, for stream.c. OpenSSL is loaded when the first one is
// wanted.
#include "net/stream.h"

struct tls;
// What a step needs before it can go on.
enum tls_wait { TLS_READY, TLS_WANTS_READ, TLS_WANTS_WRITE, TLS_ENDED, TLS_BROKEN };

// ERR_UNAVAILABLE: no OpenSSL here; ERR_INVALID: a file of `server->tls` cannot be used.
enum errc tls_create(struct ctx *ctx, const struct stream_server *server, int fd,
                     struct tls **out) MUST_CHECK;
void tls_destroy(struct tls *t); // NULL is fine; the socket stays open
enum tls_wait tls_handshake(struct tls *t);
enum tls_wait tls_read(struct tls *t, char *out, size_t size, size_t *n);
enum tls_wait tls_write(struct tls *t, str bytes, size_t *n);
bool tls_has_bytes(const struct tls *t); // already decrypted
// Why a handshake failed, as OpenSSL says it.
str tls_reason(struct tls *t, struct arena *a);
