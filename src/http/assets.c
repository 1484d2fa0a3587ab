// SPDX-License-Identifier: MIT
// The web pages: files embedded at build time, sent straight from the program's image, already
// compressed. A http_config.fallback, so it sees GET and HEAD outside /api only.
//
//   exact name           that file; hashed names are cached for a year, others are revalidated
//   /, or a navigation   index.html, in which the base path is filled in
//   anything else        404 as JSON: a missing script must not become a page
//
// index.html is never shared with another base path, so its entity tag is made from its final text.
#include "http/assets.h"

#include "base/compress.h"
#include "http/http_int.h"

#include <inttypes.h>

#define BASE_TOKEN STR("__RUSHLIGHT_BASE__")
#define FILE_BYTES (64u << 20) // unpacked, for a client that takes no compression
#define PAGE_POLICY                                                                     \
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "         \
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; " \
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; " \
    "form-action 'self'; frame-ancestors 'self'"

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
    res_header(rq, rs, STR("ETag"), etag);
    res_header(rq, rs, STR("Vary"), STR("Accept-Encoding"));
    res_header(rq, rs, STR("Cache-Control"),
               file->immutable ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    if (is_page(file))
        res_header(rq, rs, STR("Content-Security-Policy"), STR(PAGE_POLICY));
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

static void fill_base(struct buf *out, str page, str base_path)
{
    for (ptrdiff_t at = str_find(page, BASE_TOKEN); at >= 0; at = str_find(page, BASE_TOKEN)) {
        buf_add(out, str_sub(page, 0, (size_t)at));
        buf_add(out, base_path); // prefix_sane(): nothing that HTML or a script could misread
        page = str_skip(page, (size_t)at + BASE_TOKEN.n);
    }
    buf_add(out, page);
}

static enum errc send_index(struct http_req *rq, struct http_res *rs)
{
    const struct asset *file = find(STR("/index.html"));
    str etag;

    if (!file || !file->identity)
        return fail(rq->ctx, ERR_NOT_FOUND, "This build has no web pages");
    fill_base(&rs->body, bytes(file->identity, file->identity_len), rq->base_path);
    etag = arena_fmt(rq->ctx->arena, "W/\"%" PRIx64 "\"", str_hash(buf_str(&rs->body)));
    common_headers(rq, rs, file, etag);
    rs->no_compress = false;
    if (not_modified(rq, rs, etag))
        buf_clear(&rs->body);
    return ERR_OK;
}

enum errc assets_serve(void *app UNUSED, struct http_req *rq, struct http_res *rs)
{
    const struct asset *file = find(rq->path);
    bool navigation = str_has(http_header(rq, "accept"), STR("text/html"));

    if (str_eq(rq->path, STR("/")) || str_eq(rq->path, STR("/index.html")))
        return send_index(rq, rs);
    if (file)
        return send_file(rq, rs, file);
    if (navigation)
        return send_index(rq, rs);
    return fail(rq->ctx, ERR_NOT_FOUND, "Not Found");
}
