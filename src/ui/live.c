// SPDX-License-Identifier: MIT
// GET live: server-sent events of a project. `row`: a trace that came or changed and matches the
// question; `status`: whether events are taken, every five seconds.
//
// The connection's own thread looks four times a second whether anything was stored at all, and only
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
    STATUS_MS = 5000,
    SESSION_MS = 60000,
    LIFE_MS = 10 * 60000,
    ROWS = 20,
    REMEMBERED = 4 * ROWS,
    SCRATCH = 16 << 20
};

struct sent {
    uint64_t id, text;
};
struct live {
    struct api *api;
    struct arena *scratch; // of one look
    struct ctx ctx;
    struct question question; // in the request's arena, which lives as long as the stream
    bool rows;                // wanted
    str token;                // of the session; none: an API key asked
    int64_t began_ms, status_ms, session_ms;
    uint64_t accepted; // events stored at the last look
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
    if (!buf_ok(&l->row) || already_sent(l, line->id, buf_str(&l->row)) || !l->out)
        return ERR_OK;
    BUF_ADD(l->out, "event: row\ndata: ");
    buf_add(l->out, buf_str(&l->row));
    BUF_ADD(l->out, "\n\n");
    return ERR_OK;
}

// A failed look is no reason to end: the next one tells.
static void look(struct live *l, struct buf *out)
{
    struct event_store *s = l->api->store;
    struct line_page page = {.limit = ROWS};
    uint64_t accepted =
        atomic_load_explicit(&l->api->ingest->counters.accepted, memory_order_relaxed);

    if (!l->rows || (out && accepted == l->accepted))
        return;
    l->accepted = accepted;
    l->out = out;
    (void)s->insight->trace_lines(s, &l->ctx, &l->question.query, &page, take_row, l);
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

static bool session_lives(struct live *l)
{
    struct signed_in who;

    return !str_some(l->token) ||
           session_check(l->api->auth, &l->ctx, l->token, &who) != ERR_UNAUTHENTICATED;
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
    l->ctx.deadline_ms = clock_mono_ms() + STATUS_MS;
    look(l, out);
    if (due(&l->status_ms, now, STATUS_MS))
        status_write(l, out);
    if (due(&l->session_ms, now, SESSION_MS) && !session_lives(l))
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

static enum errc live_open(struct api *api, struct http_req *rq, struct live **out)
{
    if (atomic_fetch_add(&api->ui->n_live, 1) >= LIMIT_LIVE_STREAMS) {
        atomic_fetch_sub(&api->ui->n_live, 1);
        return fail(rq->ctx, ERR_UNAVAILABLE, "Too many pages follow this server live: at most %u",
                    LIMIT_LIVE_STREAMS);
    }
    struct live *l = calloc(1, sizeof *l);
    CHECK(l);
    l->api = api;
    l->scratch = arena_create(SCRATCH);
    l->began_ms = l->session_ms = clock_mono_ms();
    buf_init(&l->row, LIMIT_ANSWER_BYTES);
    *out = l;
    return ERR_OK;
}

struct live_params {
    str q, rows;
};
static const struct param params[] = {
    {.name = "q",
     .type = PARAM_STR,
     .offset = offsetof(struct live_params, q),
     .doc = "Conditions"},
    {.name = "rows",
     .type = PARAM_STR,
     .offset = offsetof(struct live_params, rows),
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
    l->rows = !str_eq(p.rows, STR("0"));
    l->token = ui_caller(rq)->who.token;
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
