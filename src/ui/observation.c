// SPDX-License-Identifier: MIT
// One observation as its pane shows it (ui.ts Observation): facts, bodies up to a size, and what they
// mean. What the model saw before is told from the model calls before this one, latest first: an
// agent's history is cumulative, so a few calls tell nearly all.
#include "base/limits.h"
#include "base/map.h"
#include "base/utf8.h"
#include "ui/message_json.h"
#include "ui/message_keys.h"
#include "ui/trace_view.h"

struct pane {
    const struct trace_view *v;
    struct jw *w;
    struct arena *scratch; // of earlier calls, each read alone
    struct chat chat;
    bool has_chat, found;
    int64_t *seen;      // per message; -1 = new
    struct map *wanted; // key of a message -> its place in `seen`
    size_t bytes;
};

// ---- Bodies -----------------------------------------------------------------------------------------

static void body_write(struct pane *p, str key, str stored)
{
    struct jw *w = p->w;

    if (!str_some(stored))
        return;
    jw_key(w, key);
    jw_object(w);
    if (stored.n <= LIMIT_BODY_SHOWN) {
        jw_key(w, STR("value"));
        jw_stored(w, p->v->ctx->arena, stored);
    } else {
        str head = utf8_cut(stored, LIMIT_BODY_SHOWN);
        jw_kstr(w, STR("text"), head);
        jw_ki64(w, STR("next"), (int64_t)head.n);
    }
    jw_ki64(w, STR("bytes"), (int64_t)stored.n);
    jw_object_end(w);
}

static void bodies_write(struct pane *p, str input, str output, str metadata)
{
    body_write(p, STR("input"), input);
    body_write(p, STR("output"), output);
    body_write(p, STR("metadata"),
               p->v->is_public ? metadata_public(p->v->ctx->arena, metadata) : metadata);
}

// ---- Facts ------------------------------------------------------------------------------------------

static void usage_write(struct jw *w, const struct observation *o)
{
    if (o->usage.n) {
        jw_key(w, STR("usage"));
        jw_object(w);
        for (size_t i = 0; i < o->usage.n; i++)
            jw_ki64(w, o->usage.items[i].key, o->usage.items[i].value);
        jw_object_end(w);
    }
    if (o->cost.n) {
        jw_key(w, STR("costs"));
        jw_object(w);
        for (size_t i = 0; i < o->cost.n; i++) {
            jw_key(w, o->cost.items[i].key);
            jw_money(w, o->cost.items[i].value);
        }
        jw_object_end(w);
    }
    jw_ki64(w, STR("tokens"), usage_totals(&o->usage).total);
    jw_key(w, STR("cost"));
    jw_money(w, cost_totals(&o->cost).total);
    jw_some(w, STR("tier"), o->tier_name);
}

static void prompt_write(struct jw *w, const struct observation *o)
{
    if (!o->prompt_name.n)
        return;
    jw_key(w, STR("prompt"));
    jw_object(w);
    jw_kstr(w, STR("name"), o->prompt_name);
    if (o->prompt_version != INT64_MIN)
        jw_ki64(w, STR("version"), o->prompt_version);
    jw_object_end(w);
}

static void facts_write(struct pane *p, const struct observation *o)
{
    struct jw *w = p->w;

    jw_kstr(w, STR("id"), o->id);
    jw_some(w, STR("parent"), o->parent_id);
    jw_some(w, STR("name"), o->name);
    jw_kstr(w, STR("kind"), observation_type_name(o->type ? o->type : OBSERVATION_SPAN));
    jw_kstr(w, STR("level"), observation_level_name(o->level ? o->level : LEVEL_DEFAULT));
    jw_some(w, STR("message"), o->status_message);
    jw_ki64(w, STR("start"), o->start_time);
    if (o->end_time != MILLIS_NONE)
        jw_ki64(w, STR("end"), o->end_time);
    if (o->completion_start_time != MILLIS_NONE)
        jw_ki64(w, STR("ttft"), o->completion_start_time - o->start_time);
    jw_some(w, STR("model"), o->model);
    jw_some_json(w, STR("parameters"), p->v->ctx->arena, o->model_parameters);
    if (!p->v->is_public) {
        jw_some(w, STR("version"), o->version);
        jw_some(w, STR("env"), o->environment);
    }
    usage_write(w, o);
    prompt_write(w, o);
}

// ---- Conversation -----------------------------------------------------------------------------------

static enum errc chat_prepare(struct pane *p, const struct observation *o)
{
    struct arena *a = p->v->ctx->arena;
    bool model = o->type == OBSERVATION_GENERATION || o->type == OBSERVATION_AGENT;

    p->has_chat = chat_read(a, arena_str(a, o->input), arena_str(a, o->output),
                            arena_str(a, o->tool_definitions), &p->chat) &&
                  (p->chat.structured || model);
    if (!p->has_chat)
        return ERR_OK;
    p->seen = ARENA_ARRAY(a, int64_t, p->chat.n);
    p->wanted = map_create(a, p->chat.n);
    struct message_key *keys = message_keys(a, &p->chat);
    for (size_t i = 0; p->seen && p->wanted && keys && i < p->chat.n; i++) {
        void **slot = map_slot(p->wanted, message_key_str(&keys[i]));
        p->seen[i] = -1;
        if (slot && i < p->chat.n - p->chat.n_answers)
            *slot = &p->seen[i];
    }
    return arena_failed(a) ? fail(p->v->ctx, ERR_NOMEM, "The observation is too large to be shown")
                           : ERR_OK;
}

static void earlier_read(struct pane *p, int64_t position, const struct observation *o)
{
    struct chat chat;

    p->bytes += o->input.n + o->output.n;
    if (!p->has_chat || p->bytes > LIMIT_SEEN_BYTES)
        return;
    arena_reset(p->scratch);
    struct message_key *keys = chat_read(p->scratch, o->input, o->output, STR_NONE, &chat)
                                   ? message_keys(p->scratch, &chat)
                                   : NULL;
    for (size_t i = 0; keys && i < chat.n; i++) {
        int64_t *seen = map_get(p->wanted, message_key_str(&keys[i]));
        if (seen)
            *seen = position;
    }
}

static size_t chat_bytes(const struct chat *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++) {
        for (size_t k = 0; k < c->messages[i].n_parts; k++)
            n += c->messages[i].parts[k].text.n + c->messages[i].parts[k].url.n;
        for (size_t k = 0; k < c->messages[i].n_calls; k++)
            n += c->messages[i].calls[k].args.n;
    }
    return n;
}

#define PART_BYTES_OF_LONG 2000u // of each part when the whole is too long
#define LAST_IN_FULL       12u   // messages that keep theirs

static void chat_write(struct pane *p)
{
    struct jw *w = p->w;
    const struct chat *c = &p->chat;
    bool lengthy = chat_bytes(c) > LIMIT_CHAT_SHOWN_BYTES;

    jw_key(w, STR("chat"));
    jw_object(w);
    jw_key(w, STR("messages"));
    jw_array(w);
    for (size_t i = 0; i < c->n; i++) {
        bool whole = !lengthy || i + LAST_IN_FULL >= c->n;
        message_write(w, &c->messages[i],
                      &(struct message_extra){.seen = p->seen[i],
                                              .text_max = whole ? LIMIT_CHAT_TEXT_BYTES
                                                                : PART_BYTES_OF_LONG});
    }
    jw_array_end(w);
    jw_ki64(w, STR("answers"), (int64_t)c->n_answers);
    if (c->n_tools) {
        jw_key(w, STR("tools"));
        tools_write(w, c);
    }
    jw_object_end(w);
}

static void documents_of(struct pane *p, const struct observation *o)
{
    struct chat_documents d;

    if (!chat_documents_read(p->v->ctx->arena, o->output, o->type != OBSERVATION_RETRIEVER, &d))
        return;
    jw_key(p->w, STR("documents"));
    documents_write(p->w, &d, LIMIT_BLOCK_TEXT_BYTES);
}

// ---- The answer -------------------------------------------------------------------------------------

static enum errc take_observation(void *user, int64_t position, const struct observation_row *row)
{
    struct pane *p = user;
    const struct observation *o = &row->observation;

    if (p->found) {
        earlier_read(p, position, o);
        return ERR_OK;
    }
    p->found = true;
    facts_write(p, o);
    bodies_write(p, o->input, o->output, o->metadata);
    documents_of(p, o);
    return chat_prepare(p, o);
}

static enum errc take_trace(void *user, const struct trace_row *row)
{
    struct pane *p = user;
    const struct trace *t = &row->trace;
    struct jw *w = p->w;

    jw_kstr(w, STR("id"), STR("-"));
    jw_some(w, STR("name"), t->name);
    jw_kstr(w, STR("kind"), STR("SPAN"));
    jw_kstr(w, STR("level"), STR("DEFAULT"));
    jw_ki64(w, STR("start"), t->timestamp);
    jw_ki64(w, STR("tokens"), row->stats.total_tokens);
    jw_key(w, STR("cost"));
    jw_money(w, row->stats.total_cost);
    bodies_write(p, t->input, t->output, t->metadata);
    return chat_prepare(p, &(struct observation){.input = t->input, .output = t->output});
}

enum errc observation_write(const struct trace_view *v, str id, struct jw *w)
{
    struct pane p = {.v = v, .w = w};
    enum errc rc;

    jw_object(w);
    if (str_eq(id, STR("-"))) {
        struct trace_ref ref = {v->project, v->trace_id, WANT_IO | WANT_METADATA | WANT_STATS};
        rc = v->store->ops->trace_get(v->store, v->ctx, &ref, take_trace, &p);
    } else {
        struct trace_part part = {v->project, v->trace_id, id};
        p.scratch = arena_create(LIMIT_ARENA_REQUEST);
        rc = v->store->ops->trace_observation(v->store, v->ctx, &part, LIMIT_SEEN_CALLS,
                                              take_observation, &p);
        arena_destroy(p.scratch);
    }
    if (rc == ERR_NOT_FOUND)
        return trace_absent(v->ctx);
    TRY(rc);
    if (p.has_chat)
        chat_write(&p);
    jw_object_end(w);
    return ERR_OK;
}
