// SPDX-License-Identifier: MIT
// The web pages: files embedded at build time, sent straight from the program's image, already
// compressed. A http_config.fallback, so it sees GET and HEAD outside /api only.
//
//   exact name           that file; hashed names are cached for a year, others are revalidated
//   /, or a navigation   index.html, in which base path and boot data are filled in; never cached
//   anything else        404 as JSON: a missing script must not become a page
#include "http/assets.h"

#include "base/compress.h"
#include "http/http_int.h"

#define BASE_TOKEN STR("__RUSHLIGHT_BASE__")
#define BOOT_TOKEN STR("__RUSHLIGHT_BOOT__")
#define FILE_BYTES (64u << 20) // unpacked, for a client that takes no compression
#define LINK_BYTES (8u << 10)  // of the header that names what the page loads
#define PAGE_POLICY                                                                     \
    "default-src 'self'; script-src 'self'; style-src 'self'; "                         \
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; " \
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; " \
    "form-action 'self'; frame-ancestors 'none'"

static const struct asset *find(str path)
{
    size_t low = 0;
    size_t high = assets_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(path, str_c(assets_table[middle].path));

        if (order == 0)
            return &assets_table[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static bool is_page(const struct asset *file)
{
    return str_starts(str_c(file->mime), STR("text/html"));
}

static str bytes(const unsigned char *data, uint32_t len)
{
    return str_make((const char *)data, len);
}

static void common_headers(struct http_req *rq, struct http_res *rs, const struct asset *file,
                           str etag)
{
    rs->is_static = true;
    rs->no_compress = true;
    rs->content_type = str_c(file->mime);
    bool page = is_page(file);

    if (str_some(etag))
        res_header(rq, rs, STR("ETag"), etag);
    res_header(rq, rs, STR("Vary"), page ? STR("Accept-Encoding, Cookie") : STR("Accept-Encoding"));
    res_header(rq, rs, STR("Cache-Control"),
               page              ? STR("no-store")
               : file->immutable ? STR("public, max-age=31536000, immutable")
                                 : STR("no-cache"));
    if (!page)
        return;
    res_header(rq, rs, STR("Content-Security-Policy"), STR(PAGE_POLICY));
    res_header(rq, rs, STR("X-Frame-Options"), STR("DENY"));
}

static bool not_modified(struct http_req *rq, struct http_res *rs, str etag)
{
    if (!etag_listed(http_header(rq, "if-none-match"), etag))
        return false;
    rs->status = 304;
    return true;
}

static enum errc send_file(struct http_req *rq, struct http_res *rs, const struct asset *file)
{
    str etag = arena_fmt(rq->ctx->arena, "W/%s", file->etag);

    common_headers(rq, rs, file, etag);
    if (not_modified(rq, rs, etag))
        return ERR_OK;
    if (file->brotli && accepts_encoding(rq, STR("br"))) {
        res_header(rq, rs, STR("Content-Encoding"), STR("br"));
        rs->lent = bytes(file->brotli, file->brotli_len);
    } else if (file->gzip && accepts_encoding(rq, STR("gzip"))) {
        res_header(rq, rs, STR("Content-Encoding"), STR("gzip"));
        rs->lent = bytes(file->gzip, file->gzip_len);
    } else if (file->identity) {
        rs->lent = bytes(file->identity, file->identity_len);
    } else {
        rs->body.max = FILE_BYTES;
        return gzip_decompress(rq->ctx, bytes(file->gzip, file->gzip_len), &rs->body);
    }
    return ERR_OK;
}

// The value of an attribute in a tag of our own page; none when it has no such attribute.
static str attribute(str tag, str name)
{
    ptrdiff_t at = str_find(tag, name);
    str value = at < 0 ? STR_NONE : str_skip(tag, (size_t)at + name.n);

    return str_sub(value, 0, at < 0 ? 0 : (size_t)str_find_char(value, '"'));
}

// What a tag makes the browser load before it can paint, as the `as` of a preload; NULL: nothing.
static const char *loads(str tag)
{
    static const struct {
        str has;
        const char *as;
    } rows[] = {
        {STR_INIT("<script "), "script"},
        {STR_INIT("rel=\"modulepreload\""), "script"},
        {STR_INIT("rel=\"stylesheet\""), "style"},
        {STR_INIT("as=\"font\""), "font"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (str_has(tag, rows[i].has))
            return rows[i].as;
    }
    return NULL;
}

static void add_link(struct buf *out, str base_path, str tag)
{
    const char *as = loads(tag);
    str url = attribute(tag, str_starts(tag, STR("<script ")) ? STR("src=\"") : STR("href=\""));
    bool module = str_has(tag, STR("module"));

    if (!as || !str_starts(url, STR("./")))
        return;
    buf_add(out, out->len ? STR(", <") : STR("<"));
    buf_add(out, base_path);
    buf_add(out, str_skip(url, 1));
    buf_add(out, module ? STR(">; rel=modulepreload") : STR(">; rel=preload; as="));
    if (!module)
        buf_add(out, str_c(as));
    if (str_has(tag, STR("crossorigin")))
        buf_add(out, STR("; crossorigin"));
}

// Says in a header what the page will load, so that it is asked for before the page is read.
static void preload_header(struct http_req *rq, struct http_res *rs, str page)
{
    AUTO(buf_fini) struct buf links = {0};

    buf_init(&links, LINK_BYTES);
    for (ptrdiff_t at = str_find_char(page, '<'); at >= 0; at = str_find_char(page, '<')) {
        page = str_skip(page, (size_t)at);
        ptrdiff_t end = str_find_char(page, '>');
        if (end < 0)
            break;
        add_link(&links, rq->base_path, str_sub(page, 0, (size_t)end));
        page = str_skip(page, 1);
    }
    if (links.len && buf_ok(&links))
        res_header(rq, rs, STR("Link"), arena_str(rq->ctx->arena, buf_str(&links)));
}

static void fill(struct buf *out, str page, str token, str value)
{
    for (ptrdiff_t at = str_find(page, token); at >= 0; at = str_find(page, token)) {
        buf_add(out, str_sub(page, 0, (size_t)at));
        buf_add(out, value);
        page = str_skip(page, (size_t)at + token.n);
    }
    buf_add(out, page);
}

// JSON inside a script element: nothing in it may look like its end.
static void add_script_json(struct buf *out, str json)
{
    for (size_t i = 0; i < json.n; i++) {
        char c = json.p[i];
        if (c == '<' || c == '>' || c == '&')
            buf_add(out, c == '<' ? STR("\\u003c") : c == '>' ? STR("\\u003e") : STR("\\u0026"));
        else
            buf_add_char(out, c);
    }
}

enum errc assets_page(struct http_req *rq, struct http_res *rs, str boot)
{
    const struct asset *file = find(STR("/index.html"));
    AUTO(buf_fini) struct buf based = {0}, data = {0};

    if (!file || !file->identity)
        return fail(rq->ctx, ERR_NOT_FOUND, "This build has no web pages");
    buf_init(&based, FILE_BYTES);
    buf_init(&data, FILE_BYTES);
    // prefix_sane(): nothing in a base path that HTML or a script could misread
    fill(&based, bytes(file->identity, file->identity_len), BASE_TOKEN, rq->base_path);
    add_script_json(&data, boot);
    fill(&rs->body, buf_str(&based), BOOT_TOKEN, buf_str(&data));
    common_headers(rq, rs, file, STR_NONE);
    preload_header(rq, rs, bytes(file->identity, file->identity_len));
    rs->no_compress = false;
    return buf_ok(&rs->body) ? ERR_OK : fail(rq->ctx, ERR_NOMEM, "The page is too long");
}

bool assets_is_page(const struct http_req *rq)
{
    return str_eq(rq->path, STR("/")) || str_eq(rq->path, STR("/index.html")) ||
           (!find(rq->path) && str_has(http_header(rq, "accept"), STR("text/html")));
}

enum errc assets_serve(void *app UNUSED, struct http_req *rq, struct http_res *rs)
{
    const struct asset *file = find(rq->path);

    return file && !is_page(file) ? send_file(rq, rs, file)
                                  : fail(rq->ctx, ERR_NOT_FOUND, "Not Found");
}
