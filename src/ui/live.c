// SPDX-License-Identifier: MIT
// GET live: server-sent events of a project. `row`: a trace that came or changed and matches the
// question; `status`: whether events are taken, every five seconds.
//
// The connection's own thread looks four times a second whether anything was changed at all, and only
// then asks for the newest rows; what it sent last is remembered by hash, so that a row is sent when it
// is new or reads differently. Nothing of this touches the write path, and a slow reader holds up its
// own thread only. Rejected: a fan-out fed by the writer, which every commit would pay for.
#include "base/limits.h"
#include "ui/message_json.h"
#include "ui/pending.h"
#include "ui/question.h"
#include "ui/tables.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    LOOK_MS = 250,
    SHARED_LOOK_MS = 1000, // of a store that other processes write to
    READ_MS = 1000,        // most of one look: stopping waits for it
    STATUS_MS = 5000,
    ALLOWED_MS = 10000, // between checks whether the caller may still see this
    LIFE_MS = 10 * 60000,
    ROWS = 50,
    REMEMBERED = 4 * ROWS,
    SCRATCH = 16 << 20
};

struct sent {
    uint64_t id, text;
};
struct live {
    struct api *api;
    struct http_req *rq;   // lives as long as the stream
    struct arena *scratch; // of one look
    struct ctx ctx;
    struct question question; // in the request's arena, which lives as long as the stream
    struct pending pending;
    bool rows; // wanted
    int64_t began_ms, status_ms, allowed_ms, looked_ms;
    uint64_t changes; // of the store at the last complete look
    struct sent sent[REMEMBERED];
    size_t n_sent;
    struct buf *out; // of the running step; NULL: only remember
    struct buf row;
};

// ---- Rows -----------------------------------------------------------------------------------------

// Whether the row reads as it did when it was sent last; remembers how it reads now.
static bool already_sent(struct live *l, str id, str text)
{
    struct sent now = {str_hash(id), str_hash(text)};

    for (size_t i = 0; i < REMEMBERED; i++) {
        if (l->sent[i].id != now.id)
            continue;
        bool same = l->sent[i].text == now.text;
        l->sent[i].text = now.text;
        return same;
    }
    l->sent[l->n_sent++ % REMEMBERED] = now;
    return false;
}

static enum errc take_row(void *user, const struct trace_line *line)
{
    struct live *l = user;
    struct jw w;

    buf_clear(&l->row);
    jw_init(&w, &l->row);
    jw_object(&w);
    trace_line_write(&w, line, false);
    jw_object_end(&w);
    if (pending_has(&l->pending, line->id) || !buf_ok(&l->row) ||
        already_sent(l, line->id, buf_str(&l->row)) || !l->out)
        return ERR_OK;
    BUF_ADD(l->out, "event: row\ndata: ");
    buf_add(l->out, buf_str(&l->row));
    BUF_ADD(l->out, "\n\n");
    return ERR_OK;
}

// Whether anything may have changed since the last complete look.
static bool changed(const struct live *l, uint64_t changes)
{
    bool again = l->api->store->shared && clock_mono_ms() - l->looked_ms >= SHARED_LOOK_MS;

    return again || changes != l->changes;
}

static enum errc read_rows(struct live *l, struct line_page *page)
{
    struct event_store *s = l->api->store;

    TRY(pending_read(l->api, &l->ctx, l->question.query.project, &l->pending));
    return s->insight->trace_lines(s, &l->ctx, &l->question.query, page, take_row, l);
}

// A failed or partial look is no reason to end: the next one looks again.
static void look(struct live *l, struct buf *out)
{
    struct line_page page = {.limit = ROWS};
    uint64_t changes = atomic_load_explicit(&l->api->store->changes, memory_order_acquire);

    if (!l->rows || (out && !changed(l, changes)))
        return;
    l->out = out;
    l->looked_ms = clock_mono_ms();
    if (read_rows(l, &page) == ERR_OK && !page.end.partial)
        l->changes = changes;
}

// ---- Status ---------------------------------------------------------------------------------------

static void status_write(struct live *l, struct buf *out)
{
    struct event_store *s = l->api->store;
    struct store_status status = {0};
    millis last = atomic_load_explicit(&l->api->ingest->pace.last, memory_order_relaxed);
    bool known = s->ops->status(s, &l->ctx, &status) == ERR_OK;
    struct jw w;

    BUF_ADD(out, "event: status\ndata: ");
    jw_init(&w, out);
    jw_object(&w);
    if (last)
        jw_ki64(&w, STR("last"), last);
    jw_kbool(&w, STR("writable"), known && status.writable);
    if (known && status.problem.n)
        jw_kstr(&w, STR("problem"), status.problem);
    jw_object_end(&w);
    BUF_ADD(out, "\n\n");
}

// ---- The stream -----------------------------------------------------------------------------------

static bool due(int64_t *at_ms, int64_t now, int64_t every)
{
    if (now - *at_ms < every)
        return false;
    *at_ms = now;
    return true;
}

static bool live_step(void *state, struct buf *out)
{
    struct live *l = state;
    int64_t now = clock_mono_ms();

    arena_reset(l->scratch);
    ctx_init(&l->ctx, l->scratch);
    if (l->status_ms == 0) {
        BUF_ADD(out, "retry: 2000\n\n");
        l->status_ms = now;
        status_write(l, out);
        look(l, NULL);
        return true;
    }
    (void)usleep(LOOK_MS * 1000);
    l->ctx.deadline_ms = clock_mono_ms() + READ_MS;
    look(l, out);
    if (due(&l->status_ms, now, STATUS_MS))
        status_write(l, out);
    if (due(&l->allowed_ms, now, ALLOWED_MS) && !ui_still_allowed(ui_of(l->api), l->rq, &l->ctx))
        return false;
    return now - l->began_ms < LIFE_MS && !l->api->stopping(l->api->app);
}

static void live_done(void *state)
{
    struct live *l = state;

    atomic_fetch_sub(&l->api->ui->n_live, 1);
    arena_destroy(l->scratch);
    buf_fini(&l->row);
    free(l);
}

// A stream keeps its connection: most of them stay free for requests.
static uint32_t streams_allowed(const struct api *api)
{
    uint32_t quarter = (uint32_t)(api->settings.max_connections / 4);

    return quarter < LIMIT_LIVE_STREAMS ? quarter : LIMIT_LIVE_STREAMS;
}

static enum errc live_open(struct api *api, struct http_req *rq, struct live **out)
{
    if (atomic_fetch_add(&api->ui->n_live, 1) >= streams_allowed(api)) {
        atomic_fetch_sub(&api->ui->n_live, 1);
        return fail(rq->ctx, ERR_UNAVAILABLE, "Too many pages follow this server live: at most %u",
                    streams_allowed(api));
    }
    struct live *l = calloc(1, sizeof *l);
    CHECK(l);
    l->api = api;
    l->rq = rq;
    l->scratch = arena_create(SCRATCH);
    l->began_ms = l->allowed_ms = clock_mono_ms();
    buf_init(&l->row, LIMIT_ANSWER_BYTES);
    *out = l;
    return ERR_OK;
}

struct live_params {
    str q;
    int32_t rows; // 1 + position in no_yes; 0 = not said
};
static const char *const no_yes[] = {"0", "1", NULL};
static const struct param params[] = {
    {.name = "q",
     .type = PARAM_STR,
     .offset = offsetof(struct live_params, q),
     .doc = "Conditions"},
    {.name = "rows",
     .type = PARAM_ENUM,
     .offset = offsetof(struct live_params, rows),
     .names = no_yes,
     .doc = "0: only the status"},
};

static enum errc live_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct live_params p = {0};
    struct question_params asked = {.range = STR("24h")};
    struct question question;
    struct live *l = NULL;

    TRY(req_params(rq, &p));
    asked.q = p.q;
    TRY(question_from(api, rq, &p, &asked, &question));
    question.query.to = MILLIS_NONE;
    TRY(live_open(api, rq, &l));
    CHECK(l);
    l->question = question;
    l->rows = p.rows != 1;
    rs->content_type = STR("text/event-stream; charset=utf-8");
    rs->no_compress = true;
    rs->stream = live_step;
    rs->stream_state = l;
    rs->stream_done = live_done;
    res_header(rq, rs, STR("Cache-Control"), STR("no-store"));
    res_header(rq, rs, STR("X-Accel-Buffering"), STR("no"));
    return ERR_OK;
}

const struct route ui_live_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/ui/{projectId}/live",
     .handler = live_get,
     .auth = AUTH_SESSION,
     .params = params,
     .n_params = ARRAY_LEN(params),
     .doc = "Rows and status as they come (server-sent events)"},
};
const size_t ui_live_routes_n = ARRAY_LEN(ui_live_routes);
