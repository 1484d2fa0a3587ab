// SPDX-License-Identifier: MIT
// Error answers: one table from error code to status and class name, one writer per dialect
// (ingestion.md 1.2, api.md 0.3). Runs on the connection's thread.
//
//   PUBLIC      {"message","error":"<Class>"}; 400 with issues: "error" is their list;
//               refused credentials: {"message"} alone
//   INGESTION   {"error","message"}; 400: {"message":"Invalid request data","errors":["..."]}
//   OTLP        body faults {"error":"..."}, everything else as PUBLIC
//   MESSAGE     {"message"}
//
// Faults of the server itself never show their text to the client: the log has it, under the request
// id that every answer carries. JSON is written by hand here because this room knows no json room.
#include "http/http_int.h"

struct fault {
    int status;
    bool hidden; // the text stays in the log
    const char *class_name;
    const char *message; // when none was recorded
};

static const struct fault faults[ERR_COUNT_] = {
    [ERR_OK] = {500, true, "InternalServerError", "Internal Server Error"},
    [ERR_INVALID] = {400, false, "InvalidRequestError", "Invalid request data"},
    [ERR_UNAUTHENTICATED] = {401, false, "UnauthorizedError", "Unauthorized"},
    [ERR_FORBIDDEN] = {403, false, "ForbiddenError",
                       "Access denied - insufficient permissions for this endpoint"},
    [ERR_NOT_FOUND] = {404, false, "LangfuseNotFoundError", "Not Found"},
    [ERR_METHOD] = {405, false, "MethodNotAllowedError", "Method not allowed"},
    [ERR_CONFLICT] = {409, false, "LangfuseConflictError", "Conflict"},
    [ERR_TOO_LARGE] = {413, false, "PayloadTooLargeError", "Payload too large"},
    [ERR_UNSUPPORTED] = {415, false, "UnsupportedMediaTypeError", "Unsupported media type"},
    [ERR_LIMIT] = {422, false, "PayloadTooLargeError",
                   "The answer would be too large. Ask for fewer rows or fields"},
    [ERR_RATE] = {429, false, "RateLimitError", "Rate limit exceeded"},
    [ERR_TIMEOUT] = {422, false, "Request timed out",
                     "The request took too long. Narrow its time range or its filters"},
    [ERR_UNAVAILABLE] = {503, false, "ServiceUnavailableError", "Service Unavailable"},
    [ERR_NOT_IMPLEMENTED] = {501, false, "NotImplementedError", "Not implemented"},
    [ERR_NOMEM] = {503, false, "ServiceUnavailableError",
                   "The request needs more memory than one request may use"},
    [ERR_IO] = {500, true, "InternalServerError", "Internal Server Error"},
    [ERR_CORRUPT] = {500, true, "InternalServerError", "Internal Server Error"},
    [ERR_INTERNAL] = {500, true, "InternalServerError", "Internal Server Error"},
};

void json_quote(struct buf *b, str s)
{
    static const char hex[] = "0123456789abcdef";
    size_t from = 0;

    buf_add_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(b, str_sub(s, from, i - from));
        from = i + 1;
        if (c == '\n')
            BUF_ADD(b, "\\n");
        else if (c >= 0x20)
            buf_add_fmt(b, "\\%c", c);
        else
            buf_add_fmt(b, "\\u00%c%c", hex[c >> 4], hex[c & 15]);
    }
    buf_add(b, str_skip(s, from));
    buf_add_char(b, '"');
}

static void member(struct buf *b, str name, str value)
{
    buf_add_char(b, b->len > 0 && b->data[b->len - 1] != '{' ? ',' : '{');
    json_quote(b, name);
    buf_add_char(b, ':');
    json_quote(b, value);
}

// zod writes "origin" or "expected" before the code; both are plain words.
static str leading_member(str extra)
{
    ptrdiff_t comma = str_find_char(extra, ',');

    if (!str_starts(extra, STR("\"origin\":")) && !str_starts(extra, STR("\"expected\":")))
        return STR("");
    return comma < 0 ? extra : str_sub(extra, 0, (size_t)comma);
}

static void write_issue(struct buf *b, const struct issue *issue)
{
    str lead = leading_member(issue->extra);
    str rest = str_skip(issue->extra, lead.n);

    buf_add_char(b, '{');
    buf_add(b, lead);
    if (lead.n > 0)
        buf_add_char(b, ',');
    BUF_ADD(b, "\"code\":");
    json_quote(b, issue->code);
    if (rest.n > 0 && rest.p[0] != ',')
        buf_add_char(b, ',');
    buf_add(b, rest);
    BUF_ADD(b, ",\"path\":");
    buf_add(b, issue->path.n > 0 ? issue->path : STR("[]"));
    BUF_ADD(b, ",\"message\":");
    json_quote(b, issue->message);
    buf_add_char(b, '}');
}

static void write_issues(struct buf *b, const struct issue *issues)
{
    BUF_ADD(b, "{\"message\":\"Invalid request data\",\"error\":[");
    for (const struct issue *i = issues; i; i = i->next) {
        if (i != issues)
            buf_add_char(b, ',');
        write_issue(b, i);
    }
    BUF_ADD(b, "]}");
}

static void write_ingestion_invalid(struct buf *b, const struct ctx *ctx, str message)
{
    BUF_ADD(b, "{\"message\":\"Invalid request data\",\"errors\":[");
    for (const struct issue *i = ctx->issues; i; i = i->next) {
        if (i != ctx->issues)
            buf_add_char(b, ',');
        json_quote(b, i->message);
    }
    if (!ctx->issues)
        json_quote(b, message);
    BUF_ADD(b, "]}");
}

static void write_hidden(struct buf *b, enum http_dialect dialect, str request_id)
{
    if (dialect == DIALECT_MESSAGE) {
        BUF_ADD(b, "{\"message\":\"Internal Server Error\"}");
        return;
    }
    BUF_ADD(b, "{\"message\":\"Internal Server Error\",\"error\":\"The log of the server has the "
               "cause under request id ");
    buf_add(b, request_id);
    BUF_ADD(b, "\"}");
}

static bool otlp_body_fault(enum errc code)
{
    return code == ERR_INVALID || code == ERR_TOO_LARGE || code == ERR_UNSUPPORTED;
}

static void write_body(struct http_req *rq, struct buf *b, enum errc code, bool from_auth)
{
    const struct fault *fault = &faults[code];
    const struct ctx *ctx = rq->ctx;
    enum http_dialect dialect = rq->route ? rq->route->dialect : DIALECT_PUBLIC;
    str message = ctx->message.n > 0 ? ctx->message : str_c(fault->message);
    str class_name = str_c(fault->class_name);

    if (fault->hidden) {
        write_hidden(b, dialect, ctx->request_id);
    } else if (dialect == DIALECT_INGESTION && code == ERR_INVALID) {
        write_ingestion_invalid(b, ctx, message);
    } else if (dialect == DIALECT_INGESTION) {
        member(b, STR("error"), class_name);
        member(b, STR("message"), message);
        buf_add_char(b, '}');
    } else if (dialect == DIALECT_OTLP && otlp_body_fault(code) && !from_auth) {
        member(b, STR("error"), message);
        buf_add_char(b, '}');
    } else if (dialect != DIALECT_MESSAGE && code == ERR_INVALID && ctx->issues) {
        write_issues(b, ctx->issues);
    } else {
        member(b, STR("message"), message);
        if (dialect != DIALECT_MESSAGE && !from_auth && code != ERR_UNAUTHENTICATED)
            member(b, STR("error"), class_name);
        buf_add_char(b, '}');
    }
}

void res_reset(struct http_res *rs)
{
    buf_clear(&rs->body);
    if (rs->stream_done)
        rs->stream_done(rs->stream_state);
    rs->stream = NULL;
    rs->stream_done = NULL;
    rs->lent = STR_NONE;
    rs->content_type = STR_NONE;
    rs->is_static = false;
}

static void error_answer(struct http_req *rq, struct http_res *rs, enum errc code, bool from_auth)
{
    CHECK(code < ERR_COUNT_);
    res_reset(rs);
    rs->status = faults[code].status;
    if (rs->status == 503 && !res_has_header(rs, STR("retry-after")))
        res_header(rq, rs, STR("Retry-After"), STR("1"));
    write_body(rq, &rs->body, code, from_auth);
}

void res_error(struct http_req *rq, struct http_res *rs, enum errc code)
{
    error_answer(rq, rs, code, false);
}

void res_error_auth(struct http_req *rq, struct http_res *rs, enum errc code)
{
    if (code == ERR_UNAVAILABLE || code == ERR_NOMEM) {
        ctx_clear_error(rq->ctx);
        code = ERR_UNAVAILABLE;
    }
    error_answer(rq, rs, code, true);
}

void res_error_status(struct http_req *rq UNUSED, struct http_res *rs, int status,
                      const char *message)
{
    res_reset(rs);
    rs->status = status;
    member(&rs->body, STR("message"), str_c(message));
    member(&rs->body, STR("error"),
           status == 501 ? STR("NotImplementedError") : STR("InvalidRequestError"));
    buf_add_char(&rs->body, '}');
}

enum errc res_message(struct http_res *rs, int status, const char *message)
{
    rs->status = status;
    member(&rs->body, STR("message"), str_c(message));
    buf_add_char(&rs->body, '}');
    return ERR_OK;
}

void res_redirect(struct http_req *rq, struct http_res *rs, int status, str location)
{
    res_reset(rs);
    res_header(rq, rs, STR("Location"), location);
    rs->status = status;
    rs->content_type = STR("text/plain; charset=utf-8");
    buf_add(&rs->body, location);
}
