// SPDX-License-Identifier: MIT
// Windows of a day, in each the traces, then their observations, then the scores, page by page: pages
// stay shallow, and what was reached is a time to go on from.
#include "import/import_int.h"

#include "base/limits.h"

enum { PAGE = 50, SMALL_PAGE = 2, SEND_BYTES = 2 << 20, SEND_EVENTS = 500 };

struct run {
    struct ctx *ctx;
    const struct import_options *opt;
    struct import_result *out;
    struct buf events; // of the request that is being filled
    size_t n_events;
    int limit; // rows of a page
};

static const struct {
    const char *path, *from, *to;
} kinds[] = {
    [IMPORT_TRACES] = {"/api/public/traces", "fromTimestamp", "toTimestamp"},
    [IMPORT_OBSERVATIONS] = {"/api/public/observations", "fromStartTime", "toStartTime"},
    [IMPORT_SCORES] = {"/api/public/v2/scores", "fromTimestamp", "toTimestamp"},
};

static enum errc flush(struct run *r)
{
    int64_t refused = 0;

    if (r->n_events == 0)
        return ERR_OK;
    BUF_ADD(&r->events, "]}");
    if (!buf_ok(&r->events))
        return fail(r->ctx, ERR_LIMIT, "One event is larger than %u bytes", LIMIT_BODY_OTLP);
    TRY(r->opt->send(r->opt->user, r->ctx, buf_str(&r->events), &refused));
    r->out->refused += refused;
    buf_clear(&r->events);
    r->n_events = 0;
    return ERR_OK;
}

static enum errc add(struct run *r, enum import_kind kind, const struct json *row)
{
    struct jw w;

    if (r->events.len > SEND_BYTES || r->n_events >= SEND_EVENTS)
        TRY(flush(r));
    buf_add(&r->events, r->n_events ? STR(",") : STR("{\"batch\":["));
    jw_init(&w, &r->events);
    if (!import_event(&w, r->ctx->arena, kind, row))
        return fail(r->ctx, ERR_INVALID, "A row of %s has no id: this is not a server that we know",
                    kinds[kind].path);
    r->n_events++;
    r->out->sent[kind]++;
    return ERR_OK;
}

// One page: *rows of it, newest first, and how many pages there are.
static enum errc ask(struct run *r, enum import_kind kind, str range, int64_t number,
                     const struct json **rows, int64_t *pages)
{
    str path = arena_fmt(r->ctx->arena, "%s?limit=%d&page=%lld&%.*s", kinds[kind].path, r->limit,
                         (long long)number, STR_ARG(range));
    const struct json *answer;
    str body;

    TRY(r->opt->get(r->opt->user, r->ctx, path, &body));
    TRY(json_parse(r->ctx, body, &answer));
    *rows = json_get(answer, STR("data"));
    if (!json_is(*rows, JSON_ARRAY) ||
        !json_i64(json_get(json_get(answer, STR("meta")), STR("totalPages")), pages))
        return fail(r->ctx, ERR_INVALID, "%s answered something else than a list",
                    kinds[kind].path);
    return ERR_OK;
}

static enum errc add_reversed(struct run *r, enum import_kind kind, const struct json *rows)
{
    size_t n = 0;
    const struct json **list = ARENA_ARRAY(r->ctx->arena, const struct json *, json_len(rows) + 1);

    if (!list)
        return fail(r->ctx, ERR_NOMEM, "Out of memory for a page");
    for (struct json_iter it = json_iter(rows); json_next(&it);)
        list[n++] = it.value;
    while (n > 0)
        TRY(add(r, kind, list[--n]));
    return ERR_OK;
}

// A page is counted, and taken when it is to be or is the only one; memory is as before afterwards.
static enum errc page(struct run *r, enum import_kind kind, str range, int64_t number, bool take,
                      int64_t *pages)
{
    struct arena_mark mark = arena_mark(r->ctx->arena);
    const struct json *rows = NULL;

    TRY(ask(r, kind, range, number, &rows, pages));
    if (take || *pages <= 1)
        TRY(add_reversed(r, kind, rows));
    arena_rewind(r->ctx->arena, mark);
    return ERR_OK;
}

// From the last page to the first: oldest first, so that rows of the same millisecond arrive in the
// order in which they did there.
static enum errc pages(struct run *r, enum import_kind kind, millis from, millis to)
{
    str range = arena_fmt(r->ctx->arena, "%s=%.*s&%s=%.*s", kinds[kind].from,
                          STR_ARG(time_iso(r->ctx->arena, from)), kinds[kind].to,
                          STR_ARG(time_iso(r->ctx->arena, to)));
    int64_t n = 0, now;

    TRY(page(r, kind, range, 1, false, &n));
    for (int64_t number = n; n > 1 && number > 0; number--)
        TRY(page(r, kind, range, number, true, &now));
    return ERR_OK;
}

// A page whose bodies are too large for one answer is asked for in small ones.
static enum errc window(struct run *r, enum import_kind kind, millis from, millis to)
{
    struct import_result before = *r->out;

    r->limit = PAGE;
    enum errc rc = pages(r, kind, from, to);
    if (rc != ERR_TOO_LARGE)
        return rc;
    ctx_clear_error(r->ctx);
    *r->out = before;
    r->limit = SMALL_PAGE;
    return pages(r, kind, from, to);
}

static enum errc windows(struct run *r)
{
    millis to = r->opt->to;

    for (millis from = r->opt->from; from < to; from += MILLIS_DAY) {
        millis end = from + MILLIS_DAY < to ? from + MILLIS_DAY : to;
        for (int kind = 0; kind < IMPORT_KINDS; kind++)
            TRY(window(r, (enum import_kind)kind, from, end));
        TRY(flush(r));
        if (r->opt->progress)
            r->opt->progress(r->opt->user, end, r->out);
    }
    return ERR_OK;
}

enum errc import_run(struct ctx *ctx, const struct import_options *opt, struct import_result *out)
{
    struct run r = {.ctx = ctx, .opt = opt, .out = out};

    *out = (struct import_result){0};
    buf_init(&r.events, LIMIT_BODY_OTLP);
    enum errc rc = windows(&r);
    buf_fini(&r.events);
    return rc;
}
