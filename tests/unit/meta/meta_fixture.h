// SPDX-License-Identifier: MIT
#pragma once
// A metadata database in a temporary directory, for tests of the rooms that stand on it.
#include "base/crypto.h"
#include "sql/postgres.h"
#include "store/meta/meta.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct meta_fixture {
    char dir[64];
    char path[96];
    struct arena *arena;
    struct ctx ctx;
    struct meta *meta;
};

#define assert_ok(expr) assert_int_equal((expr), ERR_OK)
#define assert_str(actual, literal)                                            \
    do {                                                                       \
        str got_ = (actual);                                                   \
        if (!str_eq(got_, STR(literal)))                                       \
            fail_msg("got \"%.*s\", expected \"%s\"", STR_ARG(got_), literal); \
    } while (0)

// In a file, or with RUSHLIGHT_TEST_POSTGRES (host:port:user:password) in a database of its own there.
static inline struct meta *meta_fixture_open(struct meta_fixture *f)
{
    struct meta *m = NULL;
    struct pg_server server = {.name = str_skip(str_c(f->dir), STR("/tmp/").n)};
    str rest = str_c(getenv("RUSHLIGHT_TEST_POSTGRES"));
    if (!str_some(rest)) {
        assert_ok(meta_open(&f->ctx, f->path, &m));
        return m;
    }
    assert_true(str_next(&rest, ':', &server.host) && str_next(&rest, ':', &server.port) &&
                str_next(&rest, ':', &server.user));
    server.password = rest;
    return meta_open_server(&server);
}

static inline struct meta_fixture *meta_fixture_create(void)
{
    struct meta_fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/rushlight-meta-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->path, sizeof f->path, "%s/meta.db", f->dir);
    assert_ok(crypto_init());
    f->arena = arena_create(16 << 20);
    ctx_init(&f->ctx, f->arena);
    f->meta = meta_fixture_open(f);
    return f;
}

static inline void meta_fixture_destroy(struct meta_fixture *f)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    char path[128];
    meta_close(f->meta);
    arena_destroy(f->arena);
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        (void)snprintf(path, sizeof path, "%s%s", f->path, suffixes[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(f->dir), 0);
    free(f);
}

static inline int meta_fixture_setup(void **state)
{
    *state = meta_fixture_create();
    return 0;
}

static inline int meta_fixture_teardown(void **state)
{
    meta_fixture_destroy(*state);
    return 0;
}

// Forgets a failure that was expected.
static inline struct ctx *fresh(struct meta_fixture *f)
{
    ctx_init(&f->ctx, f->arena);
    return &f->ctx;
}

static inline struct meta_org fixture_org(struct meta_fixture *f, str name)
{
    struct meta_org o = {.name = name};
    assert_ok(meta_org_create(f->meta, fresh(f), &o));
    return o;
}

static inline struct meta_project fixture_project(struct meta_fixture *f, str org_id, str name)
{
    struct meta_project p = {.org_id = org_id, .name = name};
    assert_ok(meta_project_create(f->meta, fresh(f), &p));
    return p;
}
