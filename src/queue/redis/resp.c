// SPDX-License-Identifier: MIT
// hiredis. Its replies are copied into the arena of the call and freed at once.
#include "queue/redis/resp.h"

#include "base/library.h"

#include <hiredis/hiredis.h>

#define TEXT_OF(x)  #x
#define TEXT(macro) TEXT_OF(macro)
#define DEPTH_MAX   8

#define LIBHIREDIS(F)         \
    F(freeReplyObject)        \
    F(redisFormatCommandArgv) \
    F(redisFreeCommand)       \
    F(redisReaderCreate)      \
    F(redisReaderFeed)        \
    F(redisReaderFree)        \
    F(redisReaderGetReply)

struct libhiredis {
    LIBHIREDIS(LIBRARY_MEMBER)
};
struct resp {
    struct libhiredis lib;
    redisReader *reader;
};

// The layout of replies belongs to the version that this was built with.
static enum errc load(struct ctx *ctx, struct resp *w)
{
    static const struct library library = {"libhiredis.so." TEXT(HIREDIS_SONAME),
                                           "libhiredis" TEXT(HIREDIS_SONAME), "Redis"};
    static const struct library_function functions[] = {
#define ROW(name) {#name, offsetof(struct libhiredis, name)},
        LIBHIREDIS(ROW)
#undef ROW
    };

    return library_load(ctx, &library, functions, ARRAY_LEN(functions), &w->lib);
}

enum errc resp_create(struct ctx *ctx, struct resp **out)
{
    struct resp *w = calloc(1, sizeof *w);

    CHECK(w);
    enum errc rc = load(ctx, w);
    if (rc != ERR_OK) {
        free(w);
        return rc;
    }
    w->reader = w->lib.redisReaderCreate();
    CHECK(w->reader);
    *out = w;
    return ERR_OK;
}

void resp_destroy(struct resp *w)
{
    if (w)
        w->lib.redisReaderFree(w->reader);
    free(w);
}

enum errc resp_write(struct resp *w, struct ctx *ctx, const str *words, size_t n, struct buf *out)
{
    const char **texts = ARENA_ARRAY(ctx->arena, const char *, n);
    size_t *lengths = ARENA_ARRAY(ctx->arena, size_t, n);
    char *bytes = NULL;

    if (!texts || !lengths)
        return fail(ctx, ERR_NOMEM, "there is no memory for a command");
    for (size_t i = 0; i < n; i++) {
        texts[i] = words[i].p ? words[i].p : "";
        lengths[i] = words[i].n;
    }
    int len = (int)w->lib.redisFormatCommandArgv(&bytes, (int)n, texts, lengths);
    CHECK(len >= 0);
    buf_add(out, str_make(bytes, (size_t)len));
    w->lib.redisFreeCommand(bytes);
    return buf_ok(out) ? ERR_OK : fail(ctx, ERR_TOO_LARGE, "a command is too long");
}

static enum errc broken(struct ctx *ctx, const struct resp *w)
{
    return fail(ctx, ERR_UNAVAILABLE, "what answers there does not speak Redis' protocol (%s)",
                w->reader->errstr);
}

enum errc resp_feed(struct resp *w, struct ctx *ctx, str bytes)
{
    return w->lib.redisReaderFeed(w->reader, bytes.p, bytes.n) == REDIS_OK ? ERR_OK
                                                                           : broken(ctx, w);
}

// ---- Values -------------------------------------------------------------------------------------

static enum redis_type type_of(const redisReply *r)
{
    switch (r->type) {
    case REDIS_REPLY_INTEGER: return REDIS_NUMBER;
    case REDIS_REPLY_STRING: return REDIS_TEXT;
    case REDIS_REPLY_STATUS: return REDIS_STATUS;
    case REDIS_REPLY_ERROR: return REDIS_FAULT;
    case REDIS_REPLY_ARRAY: return REDIS_LIST;
    default: return REDIS_NOTHING;
    }
}

static struct redis_value copied(struct arena *a, const redisReply *r, int depth)
{
    struct redis_value v = {.type = type_of(r)};

    if (v.type == REDIS_NUMBER)
        v.number = r->integer;
    else if (v.type != REDIS_LIST && r->str)
        v.text = arena_str(a, str_make(r->str, r->len));
    struct redis_value *items = v.type == REDIS_LIST && depth < DEPTH_MAX
                                    ? ARENA_ARRAY(a, struct redis_value, r->elements)
                                    : NULL;
    for (; items && v.n < r->elements; v.n++)
        items[v.n] = copied(a, r->element[v.n], depth + 1);
    v.items = items;
    return v;
}

enum errc resp_next(struct resp *w, struct ctx *ctx, struct redis_value *out, bool *got)
{
    void *reply = NULL;

    *got = false;
    if (w->lib.redisReaderGetReply(w->reader, &reply) != REDIS_OK)
        return broken(ctx, w);
    if (!reply)
        return ERR_OK;
    *out = copied(ctx->arena, reply, 0);
    w->lib.freeReplyObject(reply);
    *got = true;
    return arena_failed(ctx->arena) ? fail(ctx, ERR_NOMEM, "there is no memory for the answer")
                                    : ERR_OK;
}
