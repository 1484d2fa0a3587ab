// SPDX-License-Identifier: MIT
// Loading libcurl.
#include "net/libcurl.h"

enum errc libcurl_load(struct ctx *ctx, struct libcurl *out)
{
    static const struct library library = {"libcurl.so.4", "libcurl4", "HTTPS to other servers"};
    static const struct library_function functions[] = {
#define ROW(name) {#name, offsetof(struct libcurl, name)},
        LIBCURL(ROW)
#undef ROW
    };

    TRY(library_load(ctx, &library, functions, ARRAY_LEN(functions), out));
    if (out->curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return fail(ctx, ERR_UNAVAILABLE, "%s cannot be initialized", library.file);
    return ERR_OK;
}
