// SPDX-License-Identifier: MIT
#pragma once
// Embedded UI files: a table made at build time (tools/embed.mjs), served pre-compressed, with
// immutable names cached for a year, index.html with the base path substituted, SPA fallback for
// navigations (Accept: text/html), JSON 404 for everything else.
#include "http/http.h"

struct asset {
    const char *path; // "/assets/index-abc123.js", "/index.html"
    const char *mime;
    const unsigned char *identity, *gzip,
        *brotli; // NULL when absent; gzip is always there but for index.html
    uint32_t identity_len, gzip_len, brotli_len;
    const char *etag; // quoted
    bool immutable;
};
// Generated; sorted by path.
extern const struct asset assets_table[];
extern const unsigned assets_count;

// Files but index.html; 404 for what there is not. A http_handler.
enum errc assets_serve(void *app, struct http_req *rq, struct http_res *rs);
// Whether the request is for a page: /, or a navigation of a browser to no file.
bool assets_is_page(const struct http_req *rq);
// index.html, where the token __RUSHLIGHT_BASE__ becomes the base path and __RUSHLIGHT_BOOT__ the JSON
// `boot`, escaped for a script element.
enum errc assets_page(struct http_req *rq, struct http_res *rs, str boot);
