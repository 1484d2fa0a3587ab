// SPDX-License-Identifier: MIT
// The trace page's first answer (ui.ts Skeleton): the trace's row, its observations as columns, scores.
// Columns of small numbers compress to some 20 bytes an observation; bodies come one by one.
#include "base/limits.h"
#include "base/map.h"
#include "ui/message_json.h"
#include "ui/notes.h"
#include "ui/trace_view.h"

#include <math.h>

struct node {
    str id, parent_id, message;
    int64_t start, duration, ttft, tokens;
    picos cost;
    int32_t kind, level, name, model; // positions; -1 = none
};
struct words { // texts that rows point into
    struct map *known;
    struct arena *a;
    str *items;
    size_t n, cap;
};
struct skeleton {
    const struct trace_view *v;
    struct jw *w;
    struct arena *a;
    struct trace_line line;
    struct node *nodes;
    size_t n, cap;
    struct words names, models;
};

enum errc trace_absent(struct ctx *ctx)
{
    ctx_clear_error(ctx);
    return fail(ctx, ERR_NOT_FOUND, "There is no such trace, or you may not see it");
}

// ---- Collecting -------------------------------------------------------------------------------------

static int32_t word_place(struct words *w, str word)
{
    void **slot;
    int32_t *place;

    if (!word.n)
        return -1;
    const int32_t *known = map_get(w->known, word);
    if (known)
        return *known;
    str own = arena_str(w->a, word);
    slot = map_slot(w->known, own);
    place = ARENA_NEW(w->a, int32_t);
    if (!slot || !place || !arena_grow(w->a, (void **)&w->items, w->n, &w->cap, sizeof(own)))
        return -1;
    *place = (int32_t)w->n;
    *slot = place;
    w->items[w->n++] = own;
    return *place;
}

static int64_t span(millis from, millis to)
{
    return to == MILLIS_NONE ? -1 : to > from ? to - from : 0;
}

static enum errc take_row(void *user, const struct tree_row *r)
{
    struct skeleton *s = user;

    if (!arena_grow(s->a, (void **)&s->nodes, s->n, &s->cap, sizeof(*s->nodes)))
        return fail(s->v->ctx, ERR_NOMEM, "The trace is too large to be drawn");
    s->nodes[s->n++] = (struct node){
        .id = arena_str(s->a, r->id),
        .parent_id = arena_str(s->a, r->parent_id),
        .message = arena_str(s->a, str_sub(r->status_message, 0, LIMIT_TREE_MESSAGE_BYTES)),
        .start = r->start - s->line.start,
        .duration = span(r->start, r->end),
        .ttft = span(r->start, r->completion_start),
        .tokens = r->tokens,
        .cost = r->cost,
        .kind = (r->type ? r->type : OBSERVATION_SPAN) - 1,
        .level = (r->level ? r->level : LEVEL_DEFAULT) - 1,
        .name = word_place(&s->names, r->name),
        .model = word_place(&s->models, r->model),
    };
    return arena_failed(s->a) ? fail(s->v->ctx, ERR_NOMEM, "The trace is too large to be drawn")
                              : ERR_OK;
}

static struct words words_make(struct arena *a)
{
    return (struct words){.known = map_create(a, 64), .a = a};
}

// ---- Writing ----------------------------------------------------------------------------------------

typedef int64_t column_fn(const struct node *n);
static int64_t kind_of(const struct node *n)
{
    return n->kind;
}
static int64_t level_of(const struct node *n)
{
    return n->level;
}
static int64_t start_of(const struct node *n)
{
    return n->start;
}
static int64_t duration_of(const struct node *n)
{
    return n->duration;
}
static int64_t ttft_of(const struct node *n)
{
    return n->ttft;
}
static int64_t tokens_of(const struct node *n)
{
    return n->tokens;
}
static int64_t name_of(const struct node *n)
{
    return n->name;
}
static int64_t model_of(const struct node *n)
{
    return n->model;
}

static const struct {
    str key;
    column_fn *of;
} columns[] = {
    {STR_INIT("kind"), kind_of},   {STR_INIT("level"), level_of},
    {STR_INIT("start"), start_of}, {STR_INIT("duration"), duration_of},
    {STR_INIT("ttft"), ttft_of},   {STR_INIT("tokens"), tokens_of},
    {STR_INIT("name"), name_of},   {STR_INIT("model"), model_of},
};

static void columns_write(const struct skeleton *s, struct jw *w)
{
    for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
        jw_key(w, columns[c].key);
        jw_array(w);
        for (size_t i = 0; i < s->n; i++)
            jw_i64(w, columns[c].of(&s->nodes[i]));
        jw_array_end(w);
    }
    jw_key(w, STR("cost"));
    jw_array(w);
    for (size_t i = 0; i < s->n; i++)
        jw_money(w, s->nodes[i].cost);
    jw_array_end(w);
}

static void words_write(struct jw *w, str key, const struct words *words)
{
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < words->n; i++)
        jw_str(w, words->items[i]);
    jw_array_end(w);
}

static void messages_write(const struct skeleton *s, struct jw *w)
{
    char key[24];

    jw_key(w, STR("messages"));
    jw_object(w);
    for (size_t i = 0; i < s->n; i++) {
        if (!s->nodes[i].message.n)
            continue;
        int n = snprintf(key, sizeof(key), "%zu", i);
        jw_kstr(w, str_make(key, (size_t)n), s->nodes[i].message);
    }
    jw_object_end(w);
}

// The parent's position, found by its id.
static enum errc parents_write(const struct skeleton *s, struct jw *w)
{
    struct map *places = map_create(s->a, s->n);

    for (size_t i = 0; i < s->n && places; i++) {
        void **slot = map_slot(places, s->nodes[i].id);
        if (slot)
            *slot = &s->nodes[i];
    }
    if (arena_failed(s->a))
        return fail(s->v->ctx, ERR_NOMEM, "The trace is too large to be drawn");
    jw_key(w, STR("parent"));
    jw_array(w);
    for (size_t i = 0; i < s->n; i++) {
        const struct node *parent = map_get(places, s->nodes[i].parent_id);
        jw_i64(w, parent && parent != &s->nodes[i] ? parent - s->nodes : -1);
    }
    jw_array_end(w);
    return ERR_OK;
}

static enum errc nodes_write(const struct skeleton *s, struct jw *w)
{
    words_write(w, STR("names"), &s->names);
    words_write(w, STR("models"), &s->models);
    jw_key(w, STR("id"));
    jw_array(w);
    for (size_t i = 0; i < s->n; i++)
        jw_str(w, s->nodes[i].id);
    jw_array_end(w);
    columns_write(s, w);
    messages_write(s, w);
    return parents_write(s, w);
}

// ---- Neighbours and scores --------------------------------------------------------------------------

static enum errc take_id(void *user, const struct trace_line *line)
{
    struct skeleton *s = user;

    s->line.id = arena_str(s->a, line->id);
    return ERR_OK;
}

// The trace above or below this one in a list, newest first.
static enum errc neighbour_write(const struct skeleton *s, struct jw *w, str key, bool later)
{
    const struct trace_view *v = s->v;
    const struct insight_query q = {
        .project = v->project, .lens = LENS_TRACES, .from = MILLIS_NONE, .to = MILLIS_NONE};
    struct line_page page = {
        .sort = SORT_START, .ascending = later, .limit = 1, .after = &s->line.at};
    struct skeleton found = {.a = s->a};

    TRY(v->store->insight->trace_lines(v->store, v->ctx, &q, &page, take_id, &found));
    jw_some(w, key, found.line.id);
    return ERR_OK;
}

struct scores_writing {
    struct jw *w;
    bool is_public;
};

static enum errc score_row_write(void *user, const struct score_row *row)
{
    const struct scores_writing *s = user;

    score_write(s->w, &row->score, s->is_public);
    return ERR_OK;
}

enum errc scores_write(const struct trace_view *v, struct jw *w)
{
    str id = v->trace_id;
    struct score_query q = {.project = v->project,
                            .limit = LIMIT_TREE_SCORES,
                            .trace_ids = {&id, 1},
                            .from = MILLIS_NONE,
                            .to = MILLIS_NONE,
                            .value_min = (double)NAN,
                            .value_max = (double)NAN};
    struct scores_writing s = {w, v->is_public};
    int64_t total;

    jw_array(w);
    TRY(v->store->ops->score_list(v->store, v->ctx, &q, score_row_write, &s, &total));
    jw_array_end(w);
    return ERR_OK;
}

static enum errc head_write(struct skeleton *s, struct jw *w)
{
    const struct trace_view *v = s->v;

    jw_key(w, STR("trace"));
    jw_object(w);
    trace_line_write(w, &s->line, v->is_public);
    jw_kstr(w, STR("project"), v->is_public ? STR("") : v->project);
    if (!v->is_public) {
        TRY(neighbour_write(s, w, STR("previous"), true));
        TRY(neighbour_write(s, w, STR("following"), false));
    }
    jw_object_end(w);
    return ERR_OK;
}

// Rows are borrowed, so the whole answer is made while the trace's row is at hand.
static enum errc write_line(void *user, const struct trace_line *line)
{
    struct skeleton *s = user;
    const struct trace_view *v = s->v;
    const struct tree_query q = {v->project, v->trace_id, LIMIT_TREE_ROWS};

    s->line = *line;
    TRY(v->store->ops->trace_tree(v->store, v->ctx, &q, take_row, s));
    jw_object(s->w);
    TRY(head_write(s, s->w));
    TRY(nodes_write(s, s->w));
    jw_key(s->w, STR("scores"));
    TRY(scores_write(v, s->w));
    if (v->meta) {
        jw_key(s->w, STR("comments"));
        TRY(comments_write(v->meta, v->ctx, v->project, v->trace_id, s->w));
    }
    jw_object_end(s->w);
    return ERR_OK;
}

enum errc skeleton_write(const struct trace_view *v, struct jw *w)
{
    struct arena *a = v->ctx->arena;
    struct skeleton s = {.v = v, .w = w, .a = a, .names = words_make(a), .models = words_make(a)};
    enum errc rc =
        v->store->insight->trace_line(v->store, v->ctx, v->project, v->trace_id, write_line, &s);

    return rc == ERR_NOT_FOUND ? trace_absent(v->ctx) : rc;
}
