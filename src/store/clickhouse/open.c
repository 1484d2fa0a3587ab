// SPDX-License-Identifier: MIT
// The ClickHouse event store as the rest of the program sees it: the ops table, opening, closing.
#include "store/clickhouse/store_int.h"

#include <stdlib.h>

static void store_close(struct event_store *store)
{
    struct ch_store *s = ch_self(store);

    ch_close(s->ch);
    for (size_t i = 0; i < CH_TURNS; i++) {
        cond_fini(&s->turns[i].free);
        lock_fini(&s->turns[i].lock);
    }
    lock_fini(&s->settle_lock);
    free(s);
}

static const struct event_store_ops ops = {
    .name = "clickhouse",
    .write = ch_store_write,
    .trace_list = ch_trace_list,
    .trace_get = ch_trace_get,
    .trace_tree = ch_trace_tree,
    .trace_observation = ch_trace_observation,
    .observation_list = ch_observation_list,
    .observation_get = ch_observation_get,
    .score_list = ch_score_list,
    .score_get = ch_score_get,
    .session_list = ch_session_list,
    .session_get = ch_session_get,
    .trace_delete = ch_trace_delete,
    .trace_mark = ch_trace_mark,
    .score_delete = ch_score_delete,
    .has_recent = ch_has_recent,
    .status = ch_status,
    .set_usage = ch_set_usage,
    .close = store_close,
};

enum errc clickhouse_store_open(struct ctx *ctx, const struct clickhouse_store_options *opt,
                                struct event_store **out)
{
    struct ch_store *s = calloc(1, sizeof *s);

    CHECK(s);
    s->base.ops = &ops;
    s->base.insight = &ch_insight;
    s->base.shared = true;
    s->log.ops = &ch_event_log_ops;
    s->opt = *opt;
    lock_init(&s->settle_lock);
    for (size_t i = 0; i < CH_TURNS; i++) {
        lock_init(&s->turns[i].lock);
        cond_init(&s->turns[i].free);
    }
    enum errc rc = ch_open(ctx, &opt->server, &s->ch);
    if (rc != ERR_OK) {
        store_close(&s->base);
        return rc;
    }
    *out = &s->base;
    return ERR_OK;
}
