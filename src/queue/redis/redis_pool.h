// SPDX-License-Identifier: MIT
#pragma once
// Commands to one Redis over kept connections, from any thread. A connection that broke is replaced; while
// the server is away or silent, calls fail at once with what the last attempt said, and one of them
// tries again after a pause that grows from 0.1 to 5 seconds.
#include "queue/redis/redis_server.h"
#include "queue/redis/resp.h"

struct redis_pool;
struct redis_command {
    const str *words;
    size_t n;
    int64_t wait_ms; // that the server may block, as a word says
};

struct redis_pool *redis_pool_create(const struct redis_server *server); // connects to nothing yet
void redis_pool_destroy(struct redis_pool *p);                           // NULL is fine
const struct redis_server *redis_pool_server(const struct redis_pool *p);
// The answer, in the context's arena. An error that the server answers is ours, with cause and cure
// (redis_error.c); ERR_NOT_FOUND without a message means: there is no such consumer group (any more).
enum errc redis_pool_call(struct redis_pool *p, struct ctx *ctx, const struct redis_command *cmd,
                          struct redis_value *out) MUST_CHECK;
