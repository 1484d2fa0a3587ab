// SPDX-License-Identifier: MIT
// Blocks of a transcript (transcript.h), collected in order of the observations' starts: of a model
// call its messages that are new and its answers; tools and documents where they ran; errors in place.
// Without any conversation the trace's own input and output stand for it.
#include "base/limits.h"
#include "base/utf8.h"
#include "ui/transcript_int.h"

#include <stdlib.h>

struct transcript *transcript_create(struct arena *a)
{
    struct transcript *t = ARENA_NEW(a, struct transcript);

    if (t)
        *t = (struct transcript){
            .a = a, .scratch = arena_create(LIMIT_ARENA_REQUEST), .seen = map_create(a, 256)};
    return t;
}

void transcript_destroy(struct transcript *t)
{
    if (t)
        arena_destroy(t->scratch);
}

struct block *block_add(struct transcript *t, enum block_kind kind, const struct observation *o)
{
    if (t->cut || !arena_grow(t->a, (void **)&t->blocks, t->n, &t->cap, sizeof(*t->blocks)))
        return NULL;
    struct block *b = &t->blocks[t->n++];
    *b = (struct block){.kind = kind,
                        .obs = arena_str(t->a, o->id),
                        .at = o->start_time,
                        .latency = -1,
                        .tool = {.latency = -1}};
    return b;
}

str text_keep(struct transcript *t, str s, size_t max)
{
    str head = utf8_cut(s, max);

    t->bytes += head.n;
    t->cut = t->cut || t->bytes > LIMIT_TRANSCRIPT_BYTES;
    return head.n == s.n ? arena_str(t->a, s) : arena_cat(t->a, head, STR("…"));
}

static struct chat_message message_keep(struct transcript *t, const struct chat_message *m)
{
    struct chat_message own = {.role = m->role, .name = arena_str(t->a, m->name), .hash = m->hash};

    own.parts = ARENA_ARRAY(t->a, struct chat_part, m->n_parts);
    for (size_t i = 0; own.parts && i < m->n_parts; i++) {
        const struct chat_part *p = &m->parts[i];
        own.parts[own.n_parts++] = (struct chat_part){
            .type = p->type,
            .text = text_keep(t, p->text, LIMIT_BLOCK_TEXT_BYTES),
            .mime = arena_str(t->a, p->mime),
            .url = p->url.n <= LIMIT_BLOCK_TEXT_BYTES ? text_keep(t, p->url, LIMIT_BLOCK_TEXT_BYTES)
                                                      : STR_NONE};
    }
    return own;
}

// True the first time.
static bool is_new(struct transcript *t, const struct message_key *key)
{
    if (map_get(t->seen, message_key_str(key)))
        return false;
    void **slot = map_slot(t->seen, arena_str(t->a, message_key_str(key)));
    if (slot)
        *slot = t;
    return true;
}

static void facts_add(struct block *b, const struct observation *o, struct arena *a)
{
    b->model = arena_str(a, o->model);
    b->latency = o->end_time == MILLIS_NONE ? -1 : o->end_time - o->start_time;
    b->cost = cost_totals(&o->cost).total;
    b->has_cost = true;
}

enum said {
    SAID_BEFORE,
    SAID_FIRST,
    SAID_NOW
}; // history; the first answer of a call; a further one

// A message and the calls in it. The first block of an answer carries what the model call cost.
static void message_add(struct transcript *t, const struct chat_message *m,
                        const struct observation *o, enum said said)
{
    bool answer = said != SAID_BEFORE;
    size_t first = t->n;

    t->has_user = t->has_user || m->role == CHAT_USER;
    t->has_answer = t->has_answer || m->role == CHAT_ASSISTANT;
    if (m->role == CHAT_TOOL && tool_result_add(t, m))
        return;
    if (m->n_parts) {
        struct block *b = block_add(t, BLOCK_MESSAGE, o);
        if (b && answer && o->end_time != MILLIS_NONE)
            b->at = o->end_time;
        if (b)
            b->message = message_keep(t, m);
    }
    for (size_t i = 0; i < m->n_calls; i++)
        tool_call_add(t, &m->calls[i], o, answer);
    if (said == SAID_FIRST && t->n > first && !t->blocks[first].has_cost)
        facts_add(&t->blocks[first], o, t->a);
}

static size_t last_user(const struct chat *c)
{
    for (size_t i = c->n - c->n_answers; i-- > 0;) {
        if (c->messages[i].role == CHAT_USER)
            return i;
    }
    return SIZE_MAX;
}

// Of a trace's first model call the question is shown even when a turn before asked the same.
static void conversation_add(struct transcript *t, const struct chat *c,
                             const struct observation *o)
{
    struct message_key *keys = message_keys(t->scratch, c);
    size_t asked = c->n - c->n_answers, question = t->opened ? SIZE_MAX : last_user(c);

    t->opened = true;
    for (size_t i = 0; keys && i < c->n; i++) {
        bool answer = i >= asked, fresh = is_new(t, &keys[i]);
        if (!fresh && !answer && i != question)
            continue;
        message_add(t, &c->messages[i], o,
                    !answer      ? SAID_BEFORE
                    : i == asked ? SAID_FIRST
                                 : SAID_NOW);
    }
}

static bool chat_of(struct transcript *t, const struct observation *o, struct chat *c)
{
    arena_reset(t->scratch);
    return chat_read(t->scratch, o->input, o->output, STR_NONE, c);
}

// Wrappers of a client and the client itself both report one model call: the outer one is enough.
static bool inner_call(struct transcript *t, const struct observation *o)
{
    bool inner = o->parent_id.n && map_get(t->calls, o->parent_id);
    void **slot = map_slot(t->calls, arena_str(t->a, o->id));

    if (slot)
        *slot = t;
    return inner;
}

static void generation_add(struct transcript *t, const struct observation *o)
{
    struct chat c;

    if (!inner_call(t, o) && chat_of(t, o, &c))
        conversation_add(t, &c, o);
}

static void documents_add(struct transcript *t, const struct observation *o)
{
    struct chat_documents d;

    arena_reset(t->scratch);
    if (!chat_documents_read(t->scratch, o->output, false, &d))
        return;
    struct block *b = block_add(t, BLOCK_DOCUMENTS, o);
    struct chat_document *own = ARENA_ARRAY(t->a, struct chat_document, d.n);
    if (!b || !own)
        return;
    b->latency = o->end_time == MILLIS_NONE ? -1 : o->end_time - o->start_time;
    for (size_t i = 0; i < d.n && !t->cut; i++)
        own[b->documents.n++] =
            (struct chat_document){.id = arena_str(t->a, d.items[i].id),
                                   .title = arena_str(t->a, d.items[i].title),
                                   .text = text_keep(t, d.items[i].text, LIMIT_BLOCK_TEXT_BYTES),
                                   .score = d.items[i].score};
    b->documents.items = own;
}

static void fault_add(struct transcript *t, const struct observation *o)
{
    struct block *b = o->level >= LEVEL_WARNING && o->type != OBSERVATION_TOOL
                          ? block_add(t, BLOCK_ERROR, o)
                          : NULL;

    if (!b)
        return;
    str text = o->status_message.n ? o->status_message : o->name;
    b->at = o->end_time == MILLIS_NONE ? o->start_time : o->end_time;
    b->level = o->level;
    b->text = text_keep(t, text, LIMIT_BLOCK_TEXT_BYTES);
}

static enum errc take_observation(void *user, const struct observation_row *row)
{
    struct transcript *t = user;
    const struct observation *o = &row->observation;

    t->bodies += o->input.n + o->output.n;
    t->cut = t->cut || t->bodies > LIMIT_TRANSCRIPT_BODIES;
    if (t->cut)
        return ERR_OK;
    if (!o->parent_id.n && o->type != OBSERVATION_GENERATION && !t->root_input.p &&
        o->input.n + o->output.n <= LIMIT_BODY_SHOWN) {
        t->root_input = arena_str(t->a, o->input);
        t->root_output = arena_str(t->a, o->output);
    }
    switch (o->type) {
    case OBSERVATION_GENERATION: generation_add(t, o); break;
    case OBSERVATION_TOOL: tool_observation_add(t, o); break;
    case OBSERVATION_RETRIEVER: documents_add(t, o); break;
    default: break;
    }
    fault_add(t, o);
    return ERR_OK;
}

// ---- Order ------------------------------------------------------------------------------------------

static int by_time(const void *a, const void *b)
{
    const struct block *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static bool said_before(const struct transcript *t, size_t n, const struct block *b)
{
    for (size_t i = n; i-- > 0;) {
        if (t->blocks[i].level && str_eq(t->blocks[i].text, b->text))
            return true;
    }
    return false;
}

// By time; of an error that its callers report again only the innermost, which ended first, is kept.
static void blocks_settle(struct transcript *t)
{
    size_t kept = 0;

    for (size_t i = 0; i < t->n; i++)
        t->blocks[i].order = i;
    if (t->n)
        qsort(t->blocks, t->n, sizeof(*t->blocks), by_time);
    for (size_t i = 0; i < t->n; i++) {
        const struct block *b = &t->blocks[i];
        if (b->kind != BLOCK_ERROR || !said_before(t, kept, b))
            t->blocks[kept++] = *b;
    }
    t->n = kept;
}

// ---- The trace's own words --------------------------------------------------------------------------

static void block_first(struct transcript *t, size_t n_moved)
{
    for (size_t k = 0; k < n_moved; k++) { // the last blocks come to the front, in order
        struct block b = t->blocks[t->n - 1];
        memmove(t->blocks + 1, t->blocks, (t->n - 1) * sizeof(b));
        t->blocks[0] = b;
    }
}

static enum errc take_trace(void *user, const struct trace_row *row)
{
    struct transcript *t = user;
    str input = str_some(row->trace.input) ? row->trace.input : t->root_input;
    str output = str_some(row->trace.output) ? row->trace.output : t->root_output;
    const struct observation o = {.id = STR("-"),
                                  .start_time = row->trace.timestamp,
                                  .end_time = row->stats.last_end,
                                  .input = t->has_user ? STR_NONE : input,
                                  .output = t->has_answer ? STR_NONE : output};
    size_t n = t->n;
    struct chat c;

    if (!chat_of(t, &o, &c))
        return ERR_OK;
    for (size_t i = 0; i < c.n - c.n_answers; i++)
        message_add(t, &c.messages[i], &o, SAID_BEFORE);
    block_first(t, t->n - n);
    for (size_t i = c.n - c.n_answers; i < c.n; i++)
        message_add(t, &c.messages[i], &o, SAID_NOW);
    return ERR_OK;
}

static void notice_add(struct transcript *t)
{
    const struct observation o = {.id = STR("-"), .start_time = t->n ? t->blocks[t->n - 1].at : 0};
    bool was = t->cut;

    t->cut = false; // the notice itself has room
    struct block *b = block_add(t, BLOCK_TEXT, &o);
    t->cut = was;
    if (!b)
        return;
    b->level = LEVEL_WARNING;
    b->text =
        STR("The trace is longer than a transcript shows: its further observations are in the "
            "waterfall.");
}

enum errc transcript_add(struct transcript *t, const struct trace_view *v)
{
    const struct observation_query q = {.project = v->project,
                                        .limit = LIMIT_TRANSCRIPT_ROWS,
                                        .trace_id = v->trace_id,
                                        .from = MILLIS_NONE,
                                        .to = MILLIS_NONE,
                                        .view = VIEW_OBSERVATIONS,
                                        .ascending = true,
                                        .want = WANT_IO};
    struct trace_ref ref = {v->project, v->trace_id, WANT_IO | WANT_STATS};
    int64_t total;

    t->blocks = NULL;
    t->root_input = t->root_output = STR_NONE;
    t->n = t->cap = t->open = t->bytes = t->bodies = 0;
    t->cut = t->has_user = t->has_answer = t->opened = false;
    t->calls = map_create(t->a, 64);
    TRY(v->store->ops->observation_list(v->store, v->ctx, &q, take_observation, t, &total));
    blocks_settle(t);
    enum errc rc = v->store->ops->trace_get(v->store, v->ctx, &ref, take_trace, t);
    if (rc == ERR_NOT_FOUND)
        return trace_absent(v->ctx);
    TRY(rc);
    if (t->cut)
        notice_add(t);
    return arena_failed(t->a) ? fail(v->ctx, ERR_NOMEM, "The trace is too large to be read")
                              : ERR_OK;
}

// ---- Writing ----------------------------------------------------------------------------------------

static const str kind_names[] = {STR_INIT("message"), STR_INIT("tool"), STR_INIT("documents"),
                                 STR_INIT("error"), STR_INIT("text")};

static void tool_write(struct jw *w, const struct block *b)
{
    jw_key(w, STR("tool"));
    jw_object(w);
    jw_kstr(w, STR("name"), str_some(b->tool.name) ? b->tool.name : STR(""));
    jw_some(w, STR("args"), b->tool.args);
    jw_some(w, STR("result"), b->tool.result);
    if (b->tool.latency >= 0)
        jw_ki64(w, STR("latency"), b->tool.latency);
    jw_object_end(w);
}

static void block_write(struct jw *w, const struct block *b)
{
    jw_object(w);
    jw_kstr(w, STR("kind"), kind_names[b->kind]);
    jw_kstr(w, STR("obs"), b->obs);
    jw_ki64(w, STR("at"), b->at);
    if (b->kind == BLOCK_MESSAGE) {
        jw_key(w, STR("message"));
        message_write(w, &b->message,
                      &(struct message_extra){.seen = -1, .text_max = SIZE_MAX, .no_calls = true});
    }
    if (b->kind == BLOCK_TOOL)
        tool_write(w, b);
    if (b->kind == BLOCK_DOCUMENTS) {
        jw_key(w, STR("documents"));
        documents_write(w, &b->documents, SIZE_MAX);
    }
    jw_some(w, STR("text"), b->text);
    if (b->level)
        jw_kstr(w, STR("level"), observation_level_name(b->level));
    jw_some(w, STR("model"), b->model);
    if (b->latency >= 0)
        jw_ki64(w, STR("latency"), b->latency);
    if (b->has_cost) {
        jw_key(w, STR("cost"));
        jw_money(w, b->cost);
    }
    jw_object_end(w);
}

void transcript_write(const struct transcript *t, struct jw *w)
{
    jw_array(w);
    for (size_t i = 0; i < t->n; i++)
        block_write(w, &t->blocks[i]);
    jw_array_end(w);
}
