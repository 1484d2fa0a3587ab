// SPDX-License-Identifier: MIT
// Strict framing: refuses every request head about which two HTTP programs could disagree, before
// anything else looks at it. Runs first, on the connection's thread; pure.
//
// The server library accepts Content-Length beside chunked, two lengths, two hosts, header names
// with spaces, folded lines and NULs: each of them lets a request be smuggled past a proxy that
// reads it differently. A request refused here always closes its connection. Header names may have
// underscores (SDKs send them), except where the name with hyphens would decide the framing.
#include "http/http_int.h"

static const char *const method_names[HTTP_METHOD_COUNT] = {
    [HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
    [HTTP_OPTIONS] = "OPTIONS",
};

const char *method_name(enum http_method m)
{
    CHECK(m < HTTP_METHOD_COUNT);
    return method_names[m];
}

bool method_parse(str name, enum http_method *out)
{
    for (int m = 0; m < HTTP_METHOD_COUNT; m++) {
        if (str_eq(name, str_c(method_names[m]))) {
            *out = (enum http_method)m;
            return true;
        }
    }
    return false;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool all_in(str s, const char *punctuation)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_alnum(s.p[i]) && (s.p[i] == '\0' || !strchr(punctuation, s.p[i])))
            return false;
    }
    return true;
}

static bool is_token(str s)
{
    return s.n > 0 && all_in(s, "!#$%&'*+-.^_`|~");
}

// Visible bytes, space and tab, and everything from 0x80 on.
static bool is_field_value(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool is_target(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c <= 0x20 || c == 0x7f)
            return false;
    }
    return s.n > 0;
}

static bool parse_length(str s, uint64_t *out)
{
    uint64_t v = 0;

    if (s.n == 0 || s.n > 18)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(s.p[i] - '0');
    }
    *out = v;
    return true;
}

struct counts {
    unsigned host, length, transfer;
    str host_value, length_value, transfer_value;
};

static const char *count_header(const struct http_header_pair *h, struct counts *n)
{
    if (!is_token(h->name))
        return "A header name has characters that are not allowed";
    if (!is_field_value(h->value))
        return "A header value has control characters";
    if (str_eq_nocase(h->name, STR("content_length")) ||
        str_eq_nocase(h->name, STR("transfer_encoding")))
        return "Content-Length and Transfer-Encoding are written with a hyphen";
    if (str_eq_nocase(h->name, STR("host"))) {
        n->host++;
        n->host_value = str_trim(h->value);
    } else if (str_eq_nocase(h->name, STR("content-length"))) {
        n->length++;
        n->length_value = str_trim(h->value);
    } else if (str_eq_nocase(h->name, STR("transfer-encoding"))) {
        n->transfer++;
        n->transfer_value = str_trim(h->value);
    }
    return NULL;
}

static const char *check_framing(const struct counts *n, bool http11, struct framing *out)
{
    if (n->host > 1 || (http11 && n->host == 0))
        return "Exactly one Host header is needed";
    if (!all_in(n->host_value, "-.:[]_~%"))
        return "The Host header is malformed";
    if (n->length + n->transfer > 1)
        return "The length of the body is given more than once";
    if (n->transfer) {
        if (!http11 || !str_eq_nocase(n->transfer_value, STR("chunked")))
            return "Transfer-Encoding must be chunked, and only in HTTP/1.1";
        out->chunked = true;
    }
    if (n->length) {
        if (!parse_length(n->length_value, &out->length))
            return "Content-Length is not a number";
        out->has_length = true;
    }
    return NULL;
}

static struct verdict refuse(int status, const char *message)
{
    return (struct verdict){.status = status, .message = message};
}

static struct verdict check_line(const struct request_head *head)
{
    enum http_method m = HTTP_GET;

    if (head->broken)
        return refuse(400, "The request head has a NUL byte, a folded line or a bare line feed");
    if (head->target.n > LIMIT_TARGET_BYTES)
        return refuse(414, "The request target is too long");
    if (head->bytes > LIMIT_HEADER_BYTES)
        return refuse(431, "The request headers are too large");
    if (!str_eq(head->version, STR("HTTP/1.1")) && !str_eq(head->version, STR("HTTP/1.0")))
        return refuse(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here");
    if (!is_token(head->method))
        return refuse(400, "The request method is malformed");
    if (!method_parse(head->method, &m))
        return refuse(501, "This method is not implemented");
    if (!is_target(head->target))
        return refuse(400, "The request target is empty or has spaces or control characters");
    return refuse(0, NULL);
}

struct verdict guard_check(const struct request_head *head, struct framing *out)
{
    bool http11 = str_eq(head->version, STR("HTTP/1.1"));
    struct counts n = {0};
    struct framing framing = {0};
    struct verdict v = check_line(head);
    const char *fault = NULL;

    if (v.status)
        return v;
    for (const struct http_header_pair *h = head->headers; h && !fault; h = h->next)
        fault = count_header(h, &n);
    if (!fault)
        fault = check_framing(&n, http11, &framing);
    if (fault)
        return refuse(400, fault);
    *out = framing;
    return v;
}
