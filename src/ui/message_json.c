// SPDX-License-Identifier: MIT
// JSON of what was said (message_json.h). Texts are cut here, so that no answer grows with a body.
#include "ui/message_json.h"

#include "base/utf8.h"

#include <math.h>

void jw_some(struct jw *w, str key, str v)
{
    if (v.n)
        jw_kstr(w, key, v);
}

void jw_some_json(struct jw *w, str key, struct arena *scratch, str stored)
{
    if (!str_some(stored))
        return;
    jw_key(w, key);
    jw_stored(w, scratch, stored);
}

void text_write(struct jw *w, str text, size_t max)
{
    str head = utf8_cut(text, max);
    char more[64];

    if (head.n == text.n) {
        jw_str(w, text);
        return;
    }
    int n = snprintf(more, sizeof(more), "\n… %zu more bytes", text.n - head.n);
    buf_add_char(w->b, '"');
    json_escape(w->b, head);
    json_escape(w->b, str_make(more, (size_t)n));
    buf_add_char(w->b, '"');
    w->comma = true;
}

static void part_write(struct jw *w, const struct chat_part *p, size_t max)
{
    jw_object(w);
    jw_kstr(w, STR("type"), chat_part_type_name(p->type));
    if (p->text.n) {
        jw_key(w, STR("text"));
        text_write(w, p->text, max);
    }
    jw_some(w, STR("url"), p->url);
    jw_some(w, STR("mime"), p->mime);
    jw_object_end(w);
}

static void call_write(struct jw *w, const struct chat_call *c, size_t max)
{
    jw_object(w);
    jw_some(w, STR("id"), c->id);
    jw_kstr(w, STR("name"), str_some(c->name) ? c->name : STR(""));
    jw_key(w, STR("args"));
    text_write(w, str_some(c->args) ? c->args : STR(""), max);
    jw_object_end(w);
}

void message_write(struct jw *w, const struct chat_message *m, const struct message_extra *x)
{
    jw_object(w);
    jw_kstr(w, STR("role"), chat_role_name(m->role));
    jw_some(w, STR("name"), m->name);
    jw_key(w, STR("parts"));
    jw_array(w);
    for (size_t i = 0; i < m->n_parts; i++)
        part_write(w, &m->parts[i], x->text_max);
    jw_array_end(w);
    if (m->n_calls && !x->no_calls) {
        jw_key(w, STR("calls"));
        jw_array(w);
        for (size_t i = 0; i < m->n_calls; i++)
            call_write(w, &m->calls[i], x->text_max);
        jw_array_end(w);
    }
    jw_some(w, STR("callId"), m->call_id);
    if (x->seen >= 0)
        jw_ki64(w, STR("seen"), x->seen);
    jw_object_end(w);
}

void documents_write(struct jw *w, const struct chat_documents *d, size_t text_max)
{
    jw_array(w);
    for (size_t i = 0; i < d->n; i++) {
        const struct chat_document *doc = &d->items[i];
        jw_object(w);
        jw_some(w, STR("id"), doc->id);
        jw_some(w, STR("title"), doc->title);
        jw_key(w, STR("text"));
        text_write(w, doc->text, text_max);
        if (!isnan(doc->score))
            jw_kdouble(w, STR("score"), doc->score);
        jw_object_end(w);
    }
    jw_array_end(w);
}

void tools_write(struct jw *w, const struct chat *c)
{
    jw_array(w);
    for (size_t i = 0; i < c->n_tools; i++) {
        jw_object(w);
        jw_kstr(w, STR("name"), c->tools[i].name);
        jw_some(w, STR("description"), utf8_cut(c->tools[i].description, 2000));
        jw_ki64(w, STR("called"), c->tools[i].called);
        jw_object_end(w);
    }
    jw_array_end(w);
}
