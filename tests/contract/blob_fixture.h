// SPDX-License-Identifier: MIT
#pragma once
// Opening the stores of test_blob.c: a directory, or the peer that the environment names.
#include "base/crypto.h"
#include "blob/azure/azure.h"
#include "blob/blob.h"
#include "blob/files/files.h"
#include "blob/s3/s3.h"
#include "net/web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

enum { ARENA = 64 << 20, BODY = 16 << 20 };

struct fixture;
typedef enum errc open_fn(struct fixture *f, str bucket, str secret, struct blob_store **out);
struct fixture {
    struct arena *arena;
    struct ctx ctx;
    struct blob_store *store;
    struct web *web;
    open_fn *open; // the same store with other settings; NULL: it has none
    str secret;
    struct buf body;
    char directory[64];
};

static inline struct fixture *setup_common(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->arena = arena_create(ARENA);
    ctx_init(&f->ctx, f->arena);
    buf_init(&f->body, BODY);
    *state = f;
    return f;
}

static inline void check(struct fixture *f, enum errc rc, enum errc expected)
{
    if (rc != expected)
        fail_msg("%s, expected %s: %.*s", errc_name(rc), errc_name(expected),
                 STR_ARG(f->ctx.message));
    ctx_clear_error(&f->ctx);
}

static inline int setup_files(void **state)
{
    struct fixture *f = setup_common(state);
    (void)snprintf(f->directory, sizeof f->directory, "/tmp/rushlight-blob-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    assert_int_equal(blob_files_open(&f->ctx, str_c(f->directory), &f->store), ERR_OK);
    return 0;
}

// RUSHLIGHT_TEST_S3 is an endpoint whose bucket "rushlight-events" is there and whose keys are those
// below. ..._PATH_STYLE: that setting.
static inline enum errc open_s3(struct fixture *f, str bucket, str secret, struct blob_store **out)
{
    const struct blob_s3_options opt = {.bucket = bucket,
                                        .endpoint = str_c(getenv("RUSHLIGHT_TEST_S3")),
                                        .prefix = STR("some/prefix & more-"),
                                        .access_key = STR("S3RVER"),
                                        .secret_key = secret,
                                        .path_style = getenv("RUSHLIGHT_TEST_S3_PATH_STYLE"),
                                        .setting = STR("TEST")};
    return blob_s3_open(&f->ctx, f->web, &opt, out);
}

// RUSHLIGHT_TEST_AZURE is an endpoint with the emulator's account and the container "rushlight-events".
static inline enum errc open_azure(struct fixture *f, str bucket, str secret,
                                   struct blob_store **out)
{
    const struct blob_azure_options opt = {.account = STR("devstoreaccount1"),
                                           .key = secret,
                                           .container = bucket,
                                           .prefix = STR("some/prefix & more-"),
                                           .endpoint = str_c(getenv("RUSHLIGHT_TEST_AZURE")),
                                           .setting = STR("TEST")};
    return blob_azure_open(&f->ctx, f->web, &opt, out);
}

static inline int setup_remote(void **state, open_fn *open, str secret)
{
    struct fixture *f = setup_common(state);
    f->open = open;
    f->secret = secret;
    check(f, web_open(&f->ctx, &(struct web_options){0}, &f->web), ERR_OK);
    check(f, open(f, STR("rushlight-events"), secret, &f->store), ERR_OK);
    return 0;
}

static inline int setup_s3(void **state)
{
    return setup_remote(state, open_s3, STR("S3RVER"));
}

static inline int setup_azure(void **state)
{
    return setup_remote(state, open_azure,
                        STR("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/"
                            "K1SZFPTOtr/KBHBeksoGMGw=="));
}
