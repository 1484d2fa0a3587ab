// SPDX-License-Identifier: MIT
// Checks of the object store: everything that the server and the workers do with it is done once, under
// a key of its own that is removed again. Each right that is missing is named by what it was needed for.
#include "base/clock.h"
#include "base/codec.h"
#include "base/crypto.h"
#include "blob/blob.h"
#include "doctor/doctor.h"

#define PREFIX "rushlight-doctor/"
#define BODY   "written by rushlight doctor; it may be deleted"
enum { OBJECTS = 3, BODY_MAX = 4096, CALL_MS = 15000 };

struct probe {
    struct report *r;
    struct blob_store *store;
    str prefix, keys[OBJECTS];
};

static enum errc put_objects(struct probe *p, struct ctx *ctx)
{
    for (size_t i = 0; i < OBJECTS; i++) {
        const struct blob_object o = {
            .key = p->keys[i], .body = STR(BODY), .content_type = STR("text/plain")};
        TRY(p->store->ops->put(p->store, ctx, &o));
    }
    return ERR_OK;
}

static enum errc get_object(struct probe *p, struct ctx *ctx)
{
    AUTO(buf_fini) struct buf body = {0};
    buf_init(&body, BODY_MAX);
    enum errc rc = p->store->ops->get(p->store, ctx, p->keys[0], &body);
    if (rc == ERR_NOT_FOUND && !str_some(ctx->message))
        return fail(ctx, ERR_CORRUPT,
                    "an object that was just written is not there; is a proxy or"
                    " a cache in between?");
    TRY(rc);
    return str_eq(buf_str(&body), STR(BODY))
               ? ERR_OK
               : fail(ctx, ERR_CORRUPT,
                      "an object comes back with other bytes than were written;"
                      " is a proxy in between that changes bodies?");
}

static enum errc count_entry(void *user, const struct blob_entry *entry)
{
    (void)entry;
    ++*(size_t *)user;
    return ERR_OK;
}

static enum errc list_expect(struct probe *p, struct ctx *ctx, size_t n)
{
    const struct blob_range range = {.prefix = p->prefix};
    size_t found = 0;
    TRY(p->store->ops->list(p->store, ctx, &range, count_entry, &found));
    return found == n
               ? ERR_OK
               : fail(ctx, ERR_CORRUPT, "%zu objects were expected and %zu are listed", n, found);
}

static enum errc list_objects(struct probe *p, struct ctx *ctx)
{
    return list_expect(p, ctx, OBJECTS);
}

// In one request, as retention does.
static enum errc delete_objects(struct probe *p, struct ctx *ctx)
{
    return p->store->ops->remove(p->store, ctx, p->keys, OBJECTS);
}

static enum errc list_nothing(struct probe *p, struct ctx *ctx)
{
    return list_expect(p, ctx, 0);
}

static const struct step {
    const char *name;
    enum errc (*run)(struct probe *p, struct ctx *ctx);
} steps[] = {
    {"put", put_objects},
    {"get", get_object},
    {"list", list_objects},
    {"multi-delete", delete_objects},
    {"list after deleting", list_nothing},
};

// False when the step failed, which is said then.
static bool run_step(struct probe *p, const struct step *s)
{
    struct ctx ctx; // each has its own message and its own time
    ctx_init(&ctx, p->r->arena);
    ctx.deadline_ms = clock_mono_ms() + CALL_MS;
    enum errc rc = s->run(p, &ctx);
    if (rc != ERR_OK)
        report_add(p->r, FINDING_BROKEN, "%s fails: %.*s", s->name,
                   STR_ARG(str_some(ctx.message) ? ctx.message : str_c(errc_name(rc))));
    return rc == ERR_OK;
}

void check_bucket(struct report *r)
{
    struct probe p = {.r = r, .store = r->bucket};
    uint8_t random[8];
    size_t fine = 0;
    int64_t begun = clock_mono_ms();
    crypto_random(random, sizeof random);
    p.prefix =
        arena_fmt(r->arena, PREFIX "%.*s/", STR_ARG(hex_encode(r->arena, random, sizeof random)));
    for (size_t i = 0; i < OBJECTS; i++)
        p.keys[i] = arena_fmt(r->arena, "%.*s%zu", STR_ARG(p.prefix), i);
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        bool went = run_step(&p, &steps[i]);
        fine += went;
        if (!went && i == 0)
            return; // nothing is there to get, list or delete
    }
    if (fine == ARRAY_LEN(steps))
        report_add(r, FINDING_FINE, "%.*s: put, get, list and multi-delete work, %lld ms in all",
                   STR_ARG(r->bucket_name), (long long)(clock_mono_ms() - begun));
}
