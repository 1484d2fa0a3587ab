// SPDX-License-Identifier: MIT
#pragma once
// The adapter of libcurl, loaded when the first connection to an object store or ClickHouse is wanted:
// with TLS, Kerberos and HTTP/2 it would be 6 MiB for everybody who keeps events in files.
#include "base/library.h"

#define CURL_DISABLE_TYPECHECK // its macros take the names of the members below
#include <curl/curl.h>

// Every function that is called, by its own name.
#define LIBCURL(F)        \
    F(curl_easy_cleanup)  \
    F(curl_easy_getinfo)  \
    F(curl_easy_init)     \
    F(curl_easy_perform)  \
    F(curl_easy_reset)    \
    F(curl_easy_setopt)   \
    F(curl_easy_strerror) \
    F(curl_global_init)   \
    F(curl_slist_append)  \
    F(curl_slist_free_all)

struct libcurl {
    LIBCURL(LIBRARY_MEMBER)
};

enum errc libcurl_load(struct ctx *ctx, struct libcurl *out) MUST_CHECK;
