// SPDX-License-Identifier: MIT
// Which segments have been stored (store/event_log.h), as the table event_log beside the events.
#include "store/clickhouse/store_int.h"

#include "base/limits.h"

static struct ch_store *store_of(struct event_log *log)
{
    return (struct ch_store *)(void *)((char *)log - offsetof(struct ch_store, log));
}

static enum errc note(struct event_log *log, struct ctx *ctx, const struct segment_note *n)
{
    AUTO(buf_fini) struct buf rows = {0};
    struct ch_store *s = store_of(log);

    TRY(ch_ready(s, ctx));
    buf_init(&rows, 64u << 10);
    ch_put_str(&rows, n->key);
    ch_put_u64(&rows, (uint64_t)n->stored);
    ch_put_u8(&rows, 0);
    ch_put_i64(&rows, n->records);
    ch_put_i64(&rows, n->events);
    ch_put_i64(&rows, n->stored);
    return ch_insert(s->ch, ctx, "event_log",
                     STR("segment, row_version, is_deleted, records, events, stored"),
                     buf_str(&rows), STR_NONE);
}

static enum errc part_known(struct ch_store *s, struct ctx *ctx, struct str_set keys, bool *known)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, ctx->arena);
    sql_text_add(&t, "SELECT DISTINCT segment FROM event_log WHERE 1");
    ch_text_in(&t, "segment", &keys);
    TRY(ch_select(s->ch, ctx, &t, &answer));
    while (ch_more(&answer.rows)) {
        str key = ch_get_str(&answer.rows);
        for (size_t i = 0; i < keys.n; i++)
            known[i] |= str_eq(keys.items[i], key);
    }
    return answer.rows.bad ? ch_cut_short(ctx) : ERR_OK;
}

static enum errc known(struct event_log *log, struct ctx *ctx, const str *keys, size_t n, bool *out)
{
    const size_t most = LIMIT_STORE_IDS / 4;
    struct ch_store *s = store_of(log);

    TRY(ch_ready(s, ctx));
    memset(out, 0, n * sizeof *out);
    for (size_t from = 0; from < n; from += most) {
        size_t left = n - from;
        const struct str_set part = {keys + from, left < most ? left : most};
        TRY(part_known(s, ctx, part, out + from));
    }
    return ERR_OK;
}

const struct event_log_ops ch_event_log_ops = {.note = note, .known = known};

struct event_log *clickhouse_store_event_log(struct event_store *s)
{
    return &ch_self(s)->log;
}
