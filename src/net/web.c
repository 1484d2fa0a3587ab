// SPDX-License-Identifier: MIT
// Calls over libcurl. A handle is libcurl's unit: it keeps connections and serves one call at a time, so
// callers take one from a stack and put it back. The stack's top has the freshest connections; what
// does not fit into it is closed. Runs in the threads of the callers; the lock is held for the stack
// only. Sharing connections between handles was left out: libcurl does not allow it to threads.
#include "base/clock.h"
#include "base/codec.h"
#include "base/limits.h"
#include "base/thread.h"
#include "net/web_int.h"

#define CONNECT_MS  5000
#define IDLE_MS     60000
#define CALL_MS     60000
#define CONNECTIONS 16u

struct web {
    struct libcurl curl;
    struct web_options opt;
    struct lock lock;
    CURL **idle; // opt.max_connections places
    size_t n_idle;
    const char *authorities; // file of certificates, or NULL
};

enum errc web_open(struct ctx *ctx, const struct web_options *opt, struct web **out)
{
    struct web *w = calloc(1, sizeof *w);

    CHECK(w);
    w->opt = *opt;
    if (w->opt.connect_ms == 0)
        w->opt.connect_ms = CONNECT_MS;
    if (w->opt.idle_ms == 0)
        w->opt.idle_ms = IDLE_MS;
    if (w->opt.max_connections == 0)
        w->opt.max_connections = CONNECTIONS;
    w->idle = calloc(w->opt.max_connections, sizeof(CURL *));
    CHECK(w->idle);
    lock_init(&w->lock);
    w->authorities = getenv("SSL_CERT_FILE"); // libcurl itself does not look at it
    enum errc rc = libcurl_load(ctx, &w->curl);
    if (rc == ERR_OK)
        *out = w;
    else
        web_close(w);
    return rc;
}

void web_close(struct web *w)
{
    if (!w)
        return;
    while (w->n_idle > 0)
        w->curl.curl_easy_cleanup(w->idle[--w->n_idle]);
    lock_fini(&w->lock);
    free(w->idle);
    free(w);
}

static CURL *handle_take(struct web *w)
{
    CURL *handle = NULL;

    lock_acquire(&w->lock);
    if (w->n_idle > 0)
        handle = w->idle[--w->n_idle];
    lock_release(&w->lock);
    return handle ? handle : w->curl.curl_easy_init();
}

static void handle_return(struct web *w, CURL *handle)
{
    w->curl.curl_easy_reset(handle); // forgets the call, keeps its connections
    lock_acquire(&w->lock);
    bool kept = w->n_idle < w->opt.max_connections;
    if (kept)
        w->idle[w->n_idle++] = handle;
    lock_release(&w->lock);
    if (!kept)
        w->curl.curl_easy_cleanup(handle);
}

// ---- What is sent -------------------------------------------------------------------------------

static bool add_line(const struct web *w, struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = line ? w->curl.curl_slist_append(*list, line) : NULL;
    if (longer)
        *list = longer;
    return longer != NULL;
}

// libcurl's own headers go, unless the caller has them: a line without a value removes one, and a
// semicolon sends an empty one.
static bool header_lines(const struct web *w, struct arena *a, const struct web_call *call,
                         struct curl_slist **list)
{
    bool typed = false, fine = add_line(w, list, "Expect:");

    for (size_t i = 0; fine && i < call->n_headers; i++) {
        const struct web_header *h = &call->headers[i];
        const char *between = str_empty(h->value) ? ";" : ": ";
        typed = typed || str_eq_nocase(h->name, STR("Content-Type"));
        fine = add_line(w, list,
                        arena_fmt(a, "%.*s%s%.*s", STR_ARG(h->name), between, STR_ARG(h->value)).p);
    }
    return fine && (typed || add_line(w, list, "Content-Type:"));
}

// ---- What comes back ----------------------------------------------------------------------------

struct transfer {
    const struct libcurl *curl;
    CURL *handle;
    struct web_answer *out;
    struct arena *arena;
    char text[CURL_ERROR_SIZE];
};

static size_t on_body(char *data, size_t size, size_t n, void *user)
{
    const struct transfer *t = user;
    const struct web_answer *out = t->out;
    long status = 0;

    t->curl->curl_easy_getinfo(t->handle, CURLINFO_RESPONSE_CODE, &status);
    if (out->fault && status >= 300) {
        size_t room = out->fault->max - out->fault->len;
        buf_add(out->fault, str_sub(str_make(data, size * n), 0, room));
    } else if (out->body) {
        buf_add(out->body, str_make(data, size * n));
        return buf_ok(out->body) ? size * n : 0;
    }
    return size * n;
}

static size_t on_header(char *data, size_t size, size_t n, void *user)
{
    static const struct {
        str name;
        size_t offset;
    } kept[] = {
        {STR_INIT("content-type"), offsetof(struct web_answer, content_type)},
        {STR_INIT("etag"), offsetof(struct web_answer, etag)},
        {STR_INIT("date"), offsetof(struct web_answer, date)},
        {STR_INIT("x-ms-error-code"), offsetof(struct web_answer, error_code)},
        {STR_INIT("x-clickhouse-exception-code"), offsetof(struct web_answer, error_code)},
    };
    const struct transfer *t = user;
    str rest = str_make(data, size * n), name = STR_NONE;

    (void)str_next(&rest, ':', &name);
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        if (str_eq_nocase(name, kept[i].name) && rest.n <= LIMIT_WEB_HEADER_BYTES) {
            str value = arena_str(t->arena, str_trim(rest));
            memcpy((char *)t->out + kept[i].offset, &value, sizeof value);
        }
    return size * n;
}

// ---- The call -----------------------------------------------------------------------------------

static const struct {
    CURLoption option;
    long value;
} always[] = {
    {CURLOPT_NOSIGNAL, 1},
    {CURLOPT_PATH_AS_IS, 1},
    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
    {CURLOPT_TCP_KEEPALIVE, 1},
    {CURLOPT_MAXCONNECTS, 4}, // of one handle, to different servers
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
    {CURLOPT_LOW_SPEED_LIMIT, 1},
};

static void set_up(const struct web *w, CURL *handle, struct transfer *t, int64_t timeout_ms)
{
    const struct libcurl *c = &w->curl;

    for (size_t i = 0; i < ARRAY_LEN(always); i++)
        c->curl_easy_setopt(handle, always[i].option, always[i].value);
    c->curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    c->curl_easy_setopt(handle, CURLOPT_USERAGENT, "rushlight/" RUSHLIGHT_VERSION);
    if (w->authorities)
        c->curl_easy_setopt(handle, CURLOPT_CAINFO, w->authorities);
    c->curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, t->text);
    c->curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
    c->curl_easy_setopt(handle, CURLOPT_WRITEDATA, t);
    c->curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
    c->curl_easy_setopt(handle, CURLOPT_HEADERDATA, t);
    c->curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    c->curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)w->opt.connect_ms);
    c->curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, (long)((w->opt.idle_ms + 999) / 1000));
}

static void set_request(const struct web *w, CURL *handle, struct arena *a,
                        const struct web_call *call)
{
    const struct libcurl *c = &w->curl;

    c->curl_easy_setopt(handle, CURLOPT_URL, arena_cstr(a, call->url));
    if (str_some(call->body)) {
        c->curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call->body.p);
        c->curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.n);
    }
    if (strcmp(call->method, "HEAD") == 0)
        c->curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    else
        c->curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call->method);
}

// The time left: the call's own limit, shortened by the context's deadline.
static int64_t time_left(const struct ctx *ctx, const struct web_call *call)
{
    int64_t limit = call->timeout_ms > 0 ? call->timeout_ms : CALL_MS;
    int64_t left = ctx->deadline_ms ? ctx->deadline_ms - clock_mono_ms() : limit;
    return left < limit ? left : limit;
}

static enum errc finish(const struct web *w, struct ctx *ctx, const struct web_call *call,
                        CURL *handle, struct web_fault *fault, struct web_answer *out)
{
    const struct libcurl *c = &w->curl;
    long status = 0, os_error = 0, sent = 0;
    const char *address = NULL;
    curl_off_t resolved_us = 0, connected_us = 0;

    c->curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    c->curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &os_error);
    c->curl_easy_getinfo(handle, CURLINFO_LOCAL_IP, &address);
    c->curl_easy_getinfo(handle, CURLINFO_NAMELOOKUP_TIME_T, &resolved_us);
    c->curl_easy_getinfo(handle, CURLINFO_CONNECT_TIME_T, &connected_us);
    c->curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &sent);
    out->local_address = arena_str(ctx->arena, str_c(address));
    if (fault->code != CURLE_OK) {
        fault->resolved = resolved_us > 0;
        fault->connected = connected_us > 0 || sent > 0; // the first is 0 where one was kept
        fault->os_error = (int)os_error;
        return web_failed(ctx, call, fault, out);
    }
    out->status = (int)status;
    return ERR_OK;
}

static enum errc call_with(const struct web *w, struct ctx *ctx, const struct web_call *call,
                           CURL *handle, struct web_answer *out)
{
    struct transfer t = {.curl = &w->curl, .handle = handle, .out = out, .arena = ctx->arena};
    struct web_fault fault = {.timeout_ms = time_left(ctx, call), .text = t.text};
    struct curl_slist *lines = NULL;
    enum errc rc;

    if (fault.timeout_ms <= 0) {
        fault.code = CURLE_OPERATION_TIMEDOUT;
        return web_failed(ctx, call, &fault, out);
    }
    set_up(w, handle, &t, fault.timeout_ms);
    set_request(w, handle, ctx->arena, call);
    if (header_lines(w, ctx->arena, call, &lines)) {
        w->curl.curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines);
        fault.code = w->curl.curl_easy_perform(handle);
        if (!t.text[0])
            fault.text = w->curl.curl_easy_strerror(fault.code);
        rc = finish(w, ctx, call, handle, &fault, out);
    } else {
        rc = fail(ctx, ERR_NOMEM, "out of memory for a request to %.*s",
                  STR_ARG(web_origin(call->url)));
    }
    w->curl.curl_slist_free_all(lines);
    return rc;
}

enum errc web_call(struct web *w, struct ctx *ctx, const struct web_call *call,
                   struct web_answer *out)
{
    *out = (struct web_answer){.body = out->body, .fault = out->fault};
    TRY(web_check(ctx, call));
    CURL *handle = handle_take(w);
    if (!handle)
        return fail(ctx, ERR_NOMEM, "out of memory for a request to %.*s",
                    STR_ARG(web_origin(call->url)));
    enum errc rc = call_with(w, ctx, call, handle, out);
    handle_return(w, handle);
    return rc;
}

str web_escape(struct arena *a, str text, const char *keep)
{
    return percent_encode_but(a, text, keep);
}
