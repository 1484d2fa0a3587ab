// SPDX-License-Identifier: MIT
// Deletes whose time to be undone is over: the traces go, then the note of them. A crash between the two
// deletes again what is gone, which is fine.
#include "base/limits.h"
#include "json/json.h"
#include "jobs/jobs_int.h"

struct due {
    const struct jobs_context *jc;
    struct ctx *ctx;
    millis now;
};

static enum errc delete_list(const struct due *d, str project, const struct json *list)
{
    struct event_store *s = d->jc->store;
    str *ids = ARENA_ARRAY(d->ctx->arena, str, json_len(list) + 1);
    size_t n = 0;
    if (!ids)
        return fail(d->ctx, ERR_NOMEM, "a list of deleted traces is too long");
    for (struct json_iter it = json_iter(list); json_next(&it);)
        ids[n++] = json_str(it.value);
    for (size_t at = 0; at < n; at += LIMIT_DELETE_IDS)
        TRY(s->ops->trace_delete(s, d->ctx, project, ids + at,
                                 n - at < LIMIT_DELETE_IDS ? n - at : LIMIT_DELETE_IDS));
    return ERR_OK;
}

static enum errc run_one(void *user, const struct meta_pending *p)
{
    const struct due *d = user;
    if (p->due_at > d->now)
        return ERR_OK;
    TRY(delete_list(d, p->project_id, json_try(d->ctx->arena, p->trace_ids)));
    enum errc rc = meta_pending_delete(d->jc->meta, d->ctx, p->project_id, p->id);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

enum errc job_pending(const struct jobs_context *jc, struct ctx *ctx, bool *more)
{
    struct due d = {jc, ctx, clock_now()};
    (void)more;
    return meta_pending_list(jc->meta, ctx, STR_NONE, run_one, &d);
}
