// SPDX-License-Identifier: MIT
// Joining of tool calls: what the model asked for, the observation of the tool, and the result that the
// model was told. Observations seldom carry the id of the call, so names, arguments and order decide.
#include "base/limits.h"
#include "ui/transcript_int.h"

#include <ctype.h>

// Equal but for white space.
static bool same_arguments(str x, str y)
{
    size_t i = 0, k = 0;

    for (;;) {
        while (i < x.n && isspace((unsigned char)x.p[i]))
            i++;
        while (k < y.n && isspace((unsigned char)y.p[k]))
            k++;
        if (i == x.n || k == y.n)
            return i == x.n && k == y.n;
        if (x.p[i++] != y.p[k++])
            return false;
    }
}

// "get_order", "execute_tool get_order", "tools.get_order"
static bool names_tool(str observation, str tool)
{
    if (!tool.n || !str_ends(observation, tool))
        return false;
    if (observation.n == tool.n)
        return true;
    char before = observation.p[observation.n - tool.n - 1];
    return !isalnum((unsigned char)before) && before != '_';
}

void tool_call_add(struct transcript *t, const struct chat_call *call, const struct observation *o,
                   bool answer)
{
    struct block *b = block_add(t, BLOCK_TOOL, o);

    if (!b)
        return;
    if (answer && o->end_time != MILLIS_NONE)
        b->at = o->end_time;
    b->tool.id = text_keep(t, call->id, LIMIT_BLOCK_TEXT_BYTES);
    b->tool.name = text_keep(t, call->name, LIMIT_BLOCK_TEXT_BYTES);
    b->tool.args = text_keep(t, call->args, LIMIT_BLOCK_TEXT_BYTES);
    b->tool.latency = -1;
}

static str result_text(struct transcript *t, const struct chat_message *m)
{
    str text = chat_text(t->scratch, m);

    for (size_t i = 0; i < m->n_parts && !text.n; i++)
        text = m->parts[i].text.n ? m->parts[i].text : m->parts[i].url;
    return text_keep(t, text, LIMIT_BLOCK_TEXT_BYTES);
}

// By id; without one by name, and without that by order.
static bool answers(const struct block *b, const struct chat_message *m)
{
    if (b->kind != BLOCK_TOOL || b->tool.told)
        return false;
    if (m->call_id.n && b->tool.id.n)
        return str_eq(b->tool.id, m->call_id);
    return !m->name.n || str_eq(m->name, b->tool.name);
}

bool tool_result_add(struct transcript *t, const struct chat_message *m)
{
    for (size_t i = 0; i < t->n; i++) {
        struct block *b = &t->blocks[i];
        if (!answers(b, m))
            continue;
        b->tool.told = true;
        if (!b->tool.result.n)
            b->tool.result = result_text(t, m);
        return true;
    }
    return false;
}

static struct block *call_of(struct transcript *t, const struct observation *o, bool arguments)
{
    for (size_t i = t->open; i < t->n; i++) {
        struct block *b = &t->blocks[i];
        if (b->kind == BLOCK_TOOL && !b->tool.joined && names_tool(o->name, b->tool.name) &&
            (!arguments || same_arguments(b->tool.args, o->input)))
            return b;
    }
    return NULL;
}

static void open_advance(struct transcript *t)
{
    while (t->open < t->n &&
           (t->blocks[t->open].kind != BLOCK_TOOL || t->blocks[t->open].tool.joined))
        t->open++;
}

void tool_observation_add(struct transcript *t, const struct observation *o)
{
    struct block *b = call_of(t, o, true);

    if (!b)
        b = call_of(t, o, false);
    if (!b) {
        b = block_add(t, BLOCK_TOOL, o);
        if (!b)
            return;
        b->tool.name = text_keep(t, o->name, LIMIT_BLOCK_TEXT_BYTES);
        b->tool.args = text_keep(t, o->input, LIMIT_BLOCK_TEXT_BYTES);
    }
    b->obs = arena_str(t->a, o->id);
    b->at = o->start_time > b->at ? o->start_time : b->at;
    b->tool.joined = true;
    b->tool.latency = o->end_time == MILLIS_NONE ? -1 : o->end_time - o->start_time;
    if (o->output.n)
        b->tool.result = text_keep(t, o->output, LIMIT_BLOCK_TEXT_BYTES);
    if (o->level >= LEVEL_WARNING) {
        b->level = o->level;
        b->text = text_keep(t, o->status_message, LIMIT_BLOCK_TEXT_BYTES);
    }
    open_advance(t);
}
