// SPDX-License-Identifier: MIT
#pragma once
// A request without a server, for the tests of the pure files of src/http.
#include "http/http_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

struct toy {
    struct arena *arena;
    struct ctx ctx;
    struct http_req rq;
    struct http_res rs;
};

static inline void toy_init(struct toy *t)
{
    *t = (struct toy){.arena = arena_create(16u << 20)};
    ctx_init(&t->ctx, t->arena);
    t->ctx.request_id = STR("req-1");
    t->rq = (struct http_req){
        .method = HTTP_GET,
        .path = STR("/api/public/things"),
        .query = STR(""),
        .base_path = STR(""),
        .ctx = &t->ctx,
    };
    buf_init(&t->rs.body, 1u << 20);
}

static inline void toy_fini(struct toy *t)
{
    buf_fini(&t->rs.body);
    arena_destroy(t->arena);
}

static inline void toy_header(struct toy *t, const char *name, const char *value)
{
    struct http_header_pair *h = ARENA_NEW(t->arena, struct http_header_pair);

    h->name = str_c(name);
    h->value = str_c(value);
    h->next = (struct http_header_pair *)(uintptr_t)t->rq.headers;
    t->rq.headers = h;
}

static inline void assert_str(str got, const char *expected)
{
    str want = str_c(expected);

    if (!str_eq(got, want))
        print_error("got:      %.*s\nexpected: %s\n", STR_ARG(got), expected);
    assert_true(str_eq(got, want));
}
