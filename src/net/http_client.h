// SPDX-License-Identifier: MIT
#pragma once
// A small HTTP/1.1 client for commands that talk to a server of ours: blocking, keep-alive, plain
// http only. One connection belongs to one thread. A client with TLS is another file's business:
// nothing here is meant for addresses that a stranger chose.
#include "base/buf.h"
#include "base/err.h"

struct net_target {
    str host, service; // "127.0.0.1", "3000"; an IPv6 address is without brackets
    str authority;     // what the Host header says
    str base_path;     // "" or "/monitor"
    str credentials;   // value of the Authorization header, or none
    str header;        // one more line for each request, "Name: value", or none
};
// "http://host[:port][/base]". ERR_INVALID with the reason; https is refused and says what to do.
enum errc net_target_parse(struct ctx *ctx, str url, struct net_target *out) MUST_CHECK;
// "Basic <base64(public:secret)>".
str net_basic(struct arena *a, str public_key, str secret_key);

struct net_connection {
    const struct net_target *target;
    int fd;          // -1: not connected; net_call connects
    struct buf head; // of the current request
    struct buf in;   // what was received of the current answer
};
void net_init(struct net_connection *c, const struct net_target *target);
void net_fini(struct net_connection *c);

struct net_call {
    const char *method; // "GET"
    str path;           // below the base path, with its query: "/api/public/traces?limit=1"
    str content_type;   // none: no body
    str body;
};
struct net_answer {
    int status;
    str body; // borrowed from the connection until its next call
};
// Sends one request and reads its whole answer. Connects when needed; a kept connection that the
// server had closed is tried once more. ERR_UNAVAILABLE: nobody listens, the connection broke or
// nothing came for 60 seconds. Any status is ERR_OK.
enum errc net_call(struct ctx *ctx, struct net_connection *c, const struct net_call *call,
                   struct net_answer *out) MUST_CHECK;
