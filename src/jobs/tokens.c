// SPDX-License-Identifier: MIT
// Counts the tokens of observations that came without usage (ingestion.md 5.7): uncounted rows ->
// tokenizer -> prices -> store. A few rows a step, so that the day's reader is not held long. What
// cannot be counted (no such vocabulary) is stored as counted without usage, or it would come back
// for ever.
#include "jobs/jobs_int.h"
#include "store/sqlite/sqlite_store.h"

enum { ROWS_PER_STEP = 32 };

struct counting {
    const struct jobs_context *jc;
    struct ctx *ctx;
    int64_t n_rows;
};

void jobs_count_tokens(const struct jobs_context *jc, struct arena *a, str project,
                       struct observation *o)
{
    AUTO(pricing_unpin) struct price_pin pin = {0};
    const struct price_model *m = pricing_match(jc->pricing, project, o->model, &pin);
    int64_t input = -1;
    int64_t output = -1;
    o->needs_tokens = false;
    if (m && str_some(m->tokenizer_id)) {
        struct tokenizer *t = jc->tokenizer;
        input = tokenizer_count(t, a, m->tokenizer_id, m->tokenizer_config, o->input);
        output = tokenizer_count(t, a, m->tokenizer_id, m->tokenizer_config, o->output);
    }
    if (input < 0 && output < 0) {
        counter_add(&jc->counters->uncountable_observations, 1);
        return;
    }
    enrich_tokens(jc->pricing, a, project, o, input, output);
    counter_add(&jc->counters->counted_observations, 1);
}

static enum errc on_row(void *user, const struct observation_row *row)
{
    struct counting *c = user;
    struct arena_mark mark = arena_mark(c->ctx->arena);
    struct observation o = row->observation;
    c->n_rows++;
    jobs_count_tokens(c->jc, c->ctx->arena, row->project_id, &o);
    enum errc rc = c->jc->store->ops->set_usage(c->jc->store, c->ctx, row->project_id, &o);
    if (rc == ERR_OK)
        arena_rewind(c->ctx->arena, mark);
    return rc;
}

enum errc job_count_tokens(const struct jobs_context *jc, struct ctx *ctx, bool *more)
{
    struct counting c = {.jc = jc, .ctx = ctx};
    TRY(sqlite_store_uncounted(jc->store, ctx, ROWS_PER_STEP, on_row, &c));
    *more = c.n_rows == ROWS_PER_STEP;
    return ERR_OK;
}
