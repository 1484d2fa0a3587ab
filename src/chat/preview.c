// SPDX-License-Identifier: MIT
// Previews: one line for lists, made when a trace is written (ui.md B3.1). Runs on connection threads
// for every root, so texts that are no JSON cost a copy of the line and nothing else.
#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "chat/chat_int.h"

struct line { // a line being filled; spaces stand between words
    struct arena *a;
    char text[LIMIT_PREVIEW_BYTES + 4]; // the last character may stand over the cut
    size_t n;
    bool space, full;
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0;
}

static void line_add(struct line *l, str s)
{
    for (size_t i = 0; i < s.n && !l->full; i++) {
        if (is_space(s.p[i])) {
            l->space = l->n > 0;
            continue;
        }
        l->full = l->n + (l->space ? 2 : 1) > sizeof(l->text);
        if (l->full)
            return;
        if (l->space)
            l->text[l->n++] = ' ';
        l->space = false;
        l->text[l->n++] = s.p[i];
    }
}

static str line_take(struct line *l)
{
    str all = {l->text, l->n};

    return arena_str(l->a, utf8_cut(all, LIMIT_PREVIEW_BYTES));
}

static str line_of(struct arena *a, str s)
{
    struct line l = {.a = a};

    line_add(&l, s);
    return line_take(&l);
}

static str leaf_find(const struct json *v, unsigned depth)
{
    str found = json_str(v);

    if (found.n || depth >= LIMIT_CHAT_DEPTH)
        return found;
    for (struct json_iter it = json_iter(v); !found.n && json_next(&it);)
        found = leaf_find(it.value, depth + 1);
    return found;
}

// Base64 and the like say nothing.
static bool says_something(str s)
{
    return s.n && !str_starts(s, STR("data:"));
}

static bool message_line(struct line *l, const struct chat_message *m)
{
    for (size_t i = 0; i < m->n_parts; i++) {
        if (m->parts[i].type == CHAT_TEXT || m->parts[i].type == CHAT_JSON) {
            line_add(l, m->parts[i].text);
            l->space = l->n > 0;
        }
    }
    return l->n > 0;
}

static bool role_line(struct line *l, const struct chat_reader *r, int32_t role)
{
    for (size_t i = r->n; i-- > 0;) {
        if (r->messages[i].role == role && message_line(l, &r->messages[i]))
            return true;
    }
    return false;
}

// get_order(number=4711-882)
static void call_line(struct line *l, const struct chat_call *call)
{
    const struct json *args =
        call->args.n && call->args.p[0] == '{' ? json_try(l->a, call->args) : NULL;
    bool more = false;

    line_add(l, STR("\xe2\x9a\x99 "));
    line_add(l, call->name);
    line_add(l, STR("("));
    for (struct json_iter it = json_iter(args); json_next(&it) && !l->full; more = true) {
        line_add(l, more ? STR(", ") : STR(""));
        line_add(l, it.key);
        line_add(l, STR("="));
        line_add(l, json_stored(l->a, it.value));
    }
    if (!args)
        line_add(l, call->args);
    line_add(l, STR(")"));
}

static bool calls_line(struct line *l, const struct chat_reader *r)
{
    for (size_t i = r->n; i-- > 0;) {
        const struct chat_message *m = &r->messages[i];
        if (m->n_calls == 0)
            continue;
        for (size_t k = 0; k < m->n_calls && !l->full; k++) {
            call_line(l, &m->calls[k]);
            l->space = true;
        }
        return true;
    }
    return false;
}

static void data_line(struct line *l, const struct json *v, bool output)
{
    str text = keys_str(v, output ? &keys_preview_output : &keys_preview_input);

    if (!text.n && !output)
        text = leaf_find(v, 0);
    line_add(l, says_something(text) ? text : json_text(l->a, v));
}

// The words of a conversation: of the side's own role, else calls, else of anybody.
static bool talk_line(struct line *l, const struct chat_reader *r, int32_t role)
{
    static const int32_t others[] = {CHAT_OTHER, CHAT_TOOL, CHAT_ASSISTANT, CHAT_USER, CHAT_SYSTEM};

    if (role_line(l, r, role) || calls_line(l, r))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        if (role_line(l, r, others[i]))
            return true;
    }
    return false;
}

static void json_line(struct line *l, const struct json *v, bool output)
{
    struct chat_reader r = {.a = l->a};
    int32_t role = output ? CHAT_ASSISTANT : CHAT_USER;

    if (!messages_collect(&r, v, role, 0))
        data_line(l, v, output);
    else if (!talk_line(l, &r, role))
        line_add(l, json_text(l->a, v));
}

static str preview(struct arena *a, str stored, bool output)
{
    str s = str_trim(stored);
    struct line l = {.a = a};

    if (!str_some(stored) || !s.n || (s.p[0] != '{' && s.p[0] != '['))
        return str_some(stored) ? line_of(a, s) : STR_NONE;
    const struct arena_mark mark = arena_mark(a);
    const struct json *v = json_try(a, s);
    if (v)
        json_line(&l, v, output);
    else
        line_add(&l, s);
    arena_rewind(a, mark);
    return line_take(&l);
}

str chat_preview_input(struct arena *a, str stored)
{
    return preview(a, stored, false);
}

str chat_preview_output(struct arena *a, str stored)
{
    return preview(a, stored, true);
}
