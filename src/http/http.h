// SPDX-License-Identifier: MIT
#pragma once
// The web server without domain: routes and parameters are tables, handlers are short functions.
// Thread per connection (bounded); a handler may block. Flow of one request:
//   guard (strict framing) -> base path -> route (404/405) -> authorize hook (before any body byte is
//   read) -> body (route's limit, 413 before reading; gzip) -> handler -> answer -> on_done hook.
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_METHOD_COUNT
};

// Who may call a route. The meaning is the authorize hook's (auth/auth.h).
enum http_auth {
    AUTH_NONE,
    AUTH_SCORES,
    AUTH_PROJECT,
    AUTH_ORGANIZATION,
    AUTH_ADMIN,
    AUTH_SESSION
};

// How errors look on the wire (ingestion.md 1.2, api.md 0.3).
enum http_dialect {
    DIALECT_PUBLIC,    // {"message","error"}; auth failures {"message"}
    DIALECT_INGESTION, // {"error","message"}; see ingestion.md 1.2 dialect A
    DIALECT_OTLP,      // {"error"} for transport faults, else PUBLIC
    DIALECT_MESSAGE,   // {"message"} only (projects)
};

enum param_type {
    PARAM_INT,    // int64_t, min..max (max < min: no upper bound; both 0: any), def; empty = def
    PARAM_STR,    // str; absent = none
    PARAM_LIST,   // struct str_list: repeated names; PARAM_COMMA also splits at commas; each item
                  // must be one of `names` when that is set
    PARAM_TIME,   // millis; empty or absent = MILLIS_NONE
    PARAM_BOOL,   // struct opt_bool: literal true/false
    PARAM_ENUM,   // int32_t: position in the NULL-terminated list `names` + 1; 0 = absent
    PARAM_NUMBER, // double; absent = NAN
};
enum param_flag {
    PARAM_COMMA = 1,
    PARAM_REQUIRED = 2,
    PARAM_KEEP_EMPTY = 4 /* "" counts as given */
};

struct str_list {
    str *items;
    size_t n;
};
struct opt_bool {
    bool set, value;
};

struct param {
    const char *name;
    uint8_t type, flags;
    uint16_t offset;
    int64_t min, max, def;
    const char *const *names;
    const char *doc;
};

struct http_req;
struct http_res;
struct http_header_pair { // one header line, of a request or an answer
    str name, value;
    struct http_header_pair *next;
};
typedef enum errc http_handler(void *app, struct http_req *rq, struct http_res *rs);

struct route {
    enum http_method method;
    const char
        *path; // "/api/public/traces/{traceId}"; one segment per {var}, matched on the raw path
    http_handler *handler;
    enum http_auth auth;
    enum http_dialect dialect;
    uint32_t body_limit; // bytes after decompression; 0 = LIMIT_BODY_DEFAULT
    const struct param *params;
    uint32_t n_params;
    bool strict_params; // unknown names are 400
    const char *doc;
};

#define HTTP_MAX_VARS 4
struct http_req {
    enum http_method method;
    str target;    // raw request target, e.g. /monitor/api/public/traces?x=%2F
    str path;      // raw, without base path and query
    str query;     // raw, after '?', or empty
    str base_path; // what was taken off or announced by the proxy: "" or "/monitor"
    str body;      // decoded (gunzipped); empty when none. Valid until the answer is sent
    str content_type;
    str peer; // client address as text
    const struct route *route;
    str vars[HTTP_MAX_VARS]; // percent-decoded path variables, in order
    size_t n_vars;
    struct ctx *ctx; // arena, error, request id, deadline
    void *principal; // set by the authorize hook (lives in ctx->arena)
    millis received_at;
    void *conn;                             // private to the server
    const struct http_header_pair *headers; // in order of arrival
};
// Value of the last header of that name, without white space around it (case-insensitive; "x-a-b" also finds "x_a_b"); none if absent.
str http_header(const struct http_req *rq, const char *name);
// All headers, for tests and guards.
size_t http_header_count(const struct http_req *rq, const char *name);
// Fills the struct from route->params; issues -> ERR_INVALID "Invalid request data".
enum errc req_params(struct http_req *rq, void *out) MUST_CHECK;
// Decoded value of one query parameter (first occurrence), none when absent.
str req_query(struct http_req *rq, str name);
// Public origin + base path as the client sees it: "https://host/monitor" (X-Forwarded-Proto/Host/Prefix).
str req_origin(struct http_req *rq);

struct http_res {
    int status;       // 0 = 200 when the handler returns ERR_OK
    struct buf body;  // written by the handler; maximum LIMIT_ANSWER_BYTES
    str content_type; // default application/json; charset=utf-8
    // Streaming (server-sent events, exports): if set, called repeatedly after the handler returned
    // until it returns false; it appends to `body` and blocks as it likes. stream_done always runs.
    bool (*stream)(void *state, struct buf *body);
    void *stream_state;
    void (*stream_done)(void *state);
    bool no_compress, is_static; // static: caller set its own cache headers, no CORS
    struct http_header_pair *headers;
    // If set, sent instead of `body` and not copied: static data, or memory of ctx->arena.
    str lent;
};
// Copies both into the arena; control characters become spaces. A name given twice is sent twice;
// what a handler sets here takes the place of the server's own header of that name.
void res_header(struct http_req *rq, struct http_res *rs, str name, str value);
// Whole error answer in the route's dialect (used by the server when a handler returns an error).
void res_error(struct http_req *rq, struct http_res *rs, enum errc code);
enum errc res_message(struct http_res *rs, int status, const char *message); // {"message":...}

// What another route would answer this client: a GET of `path` (without base path and leading slash,
// with its query), with this request's headers and rights. False when there is no such route. The
// answer is in the arena.
struct http_inner {
    int status;
    str body; // JSON
};
bool http_ask(const struct http_req *rq, str path, struct http_inner *out);

struct http_config {
    const char *host; // "127.0.0.1", "0.0.0.0", "::"
    uint16_t port;    // 0 = any free one
    str base_path;    // "" or "/monitor"
    uint32_t max_connections, timeout_s;
    void *app;                         // passed to handlers and hooks
    const struct route *const *tables; // NULL-terminated list of route arrays
    const size_t *table_lens;
    // Runs with headers only. ERR_OK lets the request through; anything else is answered in the route's
    // dialect without reading the body. May block.
    enum errc (*authorize)(void *app, struct http_req *rq);
    // After the answer was handed over (metrics, access log). rq->route is NULL outside the routes;
    // rq->ctx still has the error. Status 499: the client went away before it could be answered.
    void (*on_done)(void *app, const struct http_req *rq, int status, size_t bytes, int64_t ns);
    // Paths outside every route: assets, SPA. NULL = 404 JSON.
    http_handler *fallback;
    // True while shutting down or overloaded: new requests get 503 + Retry-After. Routes that need
    // no credentials (health, readiness) are still answered.
    bool (*refusing)(void *app);
};
struct http_server;
// ERR_UNAVAILABLE with cause (port in use, no permission, bad host) and cure in the message.
enum errc http_server_start(struct ctx *ctx, const struct http_config *cfg,
                            struct http_server **out) MUST_CHECK;
uint16_t http_server_port(const struct http_server *s);
size_t http_server_connections(const struct http_server *s);
// Refuses new connections, lets running requests finish up to grace_ms, then closes. A handler that
// still runs after that delays the return: its thread is joined, never killed. NULL is fine.
void http_server_stop(struct http_server *s, int64_t grace_ms);
