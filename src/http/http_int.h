// SPDX-License-Identifier: MIT
#pragma once
// What the files of this room share. Nothing here names the server library: server.c translates.
#include "base/limits.h"
#include "base/thread.h"
#include "http/http.h"

#include <sys/types.h>

// ---- guard.c: strict framing ---------------------------------------------------------------------
struct request_head { // as the server library handed it over
    str method, target, version;
    const struct http_header_pair *headers;
    size_t bytes; // of the whole head, line ends included
    bool broken;  // the library skipped bytes: a NUL, a folded line, a bare line feed
};
struct framing {
    bool has_length, chunked;
    uint64_t length;
};
struct verdict {
    int status; // 0 = let it through
    const char *message;
};
struct verdict guard_check(const struct request_head *head, struct framing *out);
bool method_parse(str name, enum http_method *out);
const char *method_name(enum http_method m);

// ---- target.c: base path, path and query of a raw target; where the client thinks we are ----------
struct target {
    str path, query, base_path;
    bool to_slash; // the base path without its slash: answer with a redirect
};
// `base_path`: configured, "" or "/x". `prefix`: X-Forwarded-Prefix or none.
bool target_split(struct arena *a, str raw, str base_path, str prefix, struct target *out);
bool path_under(str path, str prefix);  // path is prefix, or prefix + "/..."
bool prefix_sane(str prefix, str *out); // out: without a slash at the end, "/" gives ""

// ---- query.c: decoding of the query string --------------------------------------------------------
struct query_pair {
    str name, value;
};
// Decoded pairs in order; ERR_INVALID beyond LIMIT_QUERY_PARAMS, ERR_NOMEM when the arena is full.
enum errc query_parse(struct ctx *ctx, str query, struct query_pair **out, size_t *n) MUST_CHECK;

// ---- router.c -------------------------------------------------------------------------------------
struct router;
enum match_kind { MATCH_OK, MATCH_NONE, MATCH_METHOD };
struct match {
    const struct route *route; // MATCH_METHOD: of another method of this path
    str raw_vars[HTTP_MAX_VARS];
    size_t n_vars;
    uint32_t methods; // MATCH_METHOD: bit per enum http_method
};
// CHECKs that no two rows have the same method and path. Memory lives until router_destroy().
struct router *router_create(const struct route *const *tables, const size_t *lens);
void router_destroy(struct router *r);
enum match_kind router_match(const struct router *r, enum http_method m, str path,
                             struct match *out);
bool router_decode_vars(struct arena *a, const struct match *m, struct http_req *rq);
str router_allow(struct arena *a, uint32_t methods); // "GET, HEAD, OPTIONS"

// ---- request.c: the body --------------------------------------------------------------------------
enum encoding { ENCODING_IDENTITY, ENCODING_GZIP, ENCODING_UNKNOWN };
enum encoding request_encoding(const struct http_req *rq);
uint32_t route_body_limit(const struct route *route); // NULL gives the default
enum errc body_too_large(struct ctx *ctx, uint64_t limit);
// Replaces the gzip bytes in `body` by what they stand for.
enum errc body_gunzip(struct http_req *rq, struct buf *body, uint32_t limit) MUST_CHECK;

// ---- response.c and answer.c ----------------------------------------------------------------------
// The fault was found by the authorize hook: PUBLIC answers carry {"message"} only.
void res_error_auth(struct http_req *rq, struct http_res *rs, enum errc code);
void res_error_status(struct http_req *rq, struct http_res *rs, int status, const char *message);
void res_preflight(struct http_req *rq, struct http_res *rs);
void res_redirect(struct http_req *rq, struct http_res *rs, int status, str location);
void res_reset(struct http_res *rs); // drops body and stream, keeps headers
str res_body(const struct http_res *rs);
bool res_has_header(const struct http_res *rs, str name);
void json_quote(struct buf *b, str s);
// Fixed headers, CORS, entity tag, 304 and compression: the last step before an answer is sent.
void answer_finish(struct http_req *rq, struct http_res *rs);
bool answer_cors(const struct http_req *rq);
bool accepts_encoding(const struct http_req *rq, str coding);
bool etag_listed(str if_none_match, str etag);
// The incoming X-Request-Id when it is harmless, else a new one.
str request_id_pick(struct arena *a, str incoming);

// ---- connections.c: who is connected, who is busy, who is too slow ---------------------------------
struct http_conn;
struct connections {
    struct lock lock;
    struct cond changed;
    struct http_conn *first;
    _Atomic(size_t) n; // written under the lock
    size_t busy;
    bool closing;
    struct thread *reaper;
};
void connections_init(struct connections *c);
void connections_fini(struct connections *c); // stops the reaper; no connection may be left
void connections_add(struct connections *c, struct http_conn *conn);
void connections_remove(struct connections *c, struct http_conn *conn);
void connections_busy(struct connections *c, bool busy); // a request begins or has ended
size_t connections_count(const struct connections *c);
bool connections_wait_idle(struct connections *c, int64_t timeout_ms);
// After a refusal: sends the end of our side and swallows what the client still sends, for a short
// while, so that a reset does not overtake the answer.
void connection_linger(int fd);

// ---- listen.c -------------------------------------------------------------------------------------
// Bound, listening, non-blocking. ERR_UNAVAILABLE with cause and cure.
enum errc listen_open(struct ctx *ctx, const char *host, uint16_t port, int *fd) MUST_CHECK;
uint16_t listen_port(int fd);
struct sockaddr;
// NULL gives "". IPv4 in IPv6 is written as IPv4.
void peer_text(const struct sockaddr *sa, char *out, size_t size);

// ---- exchange.c: one request from its head to its answer -------------------------------------------
enum stage { STAGE_IDLE, STAGE_TARGET, STAGE_BODY, STAGE_DECIDED };
struct http_conn {
    struct http_server *server;
    struct http_conn *prev, *next;
    int fd;
    _Atomic(int64_t) deadline_ms; // monotonic: the reaper cuts the connection then; 0 = never
    char peer[64];
    // Below: owned by the connection's thread.
    enum stage stage;
    struct arena *arena;
    str target;          // raw, copied
    uintptr_t target_at; // where it was in the library's buffer
    struct ctx ctx;
    struct http_req rq;
    struct http_res rs;
    http_handler *handler; // what answers once the body is here
    struct framing framing;
    struct buf body;
    uint32_t body_limit;
    uint64_t dropped; // bytes of a body over its limit
    bool close;       // no further request on this connection
    bool linger;
    int64_t started_ns, decided_ns; // a stream counts until it begins
    size_t sent;                    // bytes of the answer's body
    size_t stream_at;               // of rs.body, already sent
    bool stream_over;
};
struct http_server {
    struct http_config cfg;
    struct router *router;
    struct connections conns;
    atomic_bool stopping;
    int64_t timeout_ms;
    int listen_fd;
    uint16_t port;
    void *daemon; // server.c's
};
// Reads the head and decides: STAGE_DECIDED (rs is the answer) or STAGE_BODY.
void exchange_begin(struct http_conn *c, const struct request_head *head);
bool exchange_data(struct http_conn *c, str data); // false: give up and cut the connection
void exchange_finish(struct http_conn *c); // the request is complete; rs is the answer after it
void exchange_end(struct http_conn *c, int status); // hooks, frees, back to STAGE_IDLE
ssize_t exchange_stream(struct http_conn *c, char *out, size_t max); // 0 = over, < 0 = broken
