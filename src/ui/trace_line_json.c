// SPDX-License-Identifier: MIT
// JSON of a trace's row and of a score (message_json.h).
#include "model/observation.h"
#include "ui/message_json.h"

#include <math.h>

static void some_flag(struct jw *w, str key, bool v)
{
    if (v)
        jw_kbool(w, key, true);
}

void chips_write(struct jw *w, const struct chip_list *chips)
{
    if (chips->n == 0)
        return;
    jw_key(w, STR("scores"));
    jw_array(w);
    for (size_t i = 0; i < chips->n; i++) {
        const struct score_chip *c = &chips->items[i];
        jw_object(w);
        jw_kstr(w, STR("name"), c->name);
        if (!isnan(c->mean))
            jw_kdouble(w, STR("value"), c->mean);
        jw_some(w, STR("text"), c->text);
        jw_ki64(w, STR("n"), c->n);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void people_write(struct jw *w, const struct trace_line *l)
{
    jw_some(w, STR("user"), l->user_id);
    jw_some(w, STR("session"), l->session_id);
    if (l->tags.n) {
        jw_key(w, STR("tags"));
        jw_array(w);
        for (size_t i = 0; i < l->tags.n; i++)
            jw_str(w, l->tags.items[i]);
        jw_array_end(w);
    }
    jw_some(w, STR("env"), l->environment);
    jw_some(w, STR("version"), l->version);
    jw_some(w, STR("release"), l->release);
    some_flag(w, STR("bookmarked"), l->bookmarked);
    some_flag(w, STR("public"), l->is_public);
}

void trace_line_write(struct jw *w, const struct trace_line *l, bool is_public)
{
    jw_kstr(w, STR("id"), l->id);
    jw_ki64(w, STR("start"), l->start);
    if (l->latency >= 0)
        jw_ki64(w, STR("latency"), l->latency);
    jw_some(w, STR("name"), l->name);
    jw_kstr(w, STR("kind"), observation_type_name(l->kind ? l->kind : OBSERVATION_SPAN));
    jw_kstr(w, STR("level"), observation_level_name(l->level ? l->level : LEVEL_DEFAULT));
    jw_some(w, STR("error"), l->error);
    jw_some(w, STR("input"), l->input);
    jw_some(w, STR("output"), l->output);
    jw_some(w, STR("model"), l->model);
    jw_ki64(w, STR("models"), l->n_models);
    jw_ki64(w, STR("observations"), l->n_observations);
    jw_ki64(w, STR("errors"), l->n_error);
    jw_ki64(w, STR("warnings"), l->n_warning);
    jw_ki64(w, STR("tokens"), l->tokens);
    jw_key(w, STR("cost"));
    jw_money(w, l->cost);
    if (!is_public)
        people_write(w, l);
    chips_write(w, &l->scores);
}

void session_line_write(struct jw *w, const struct session_line *l)
{
    jw_object(w);
    jw_kstr(w, STR("id"), l->id);
    jw_ki64(w, STR("start"), l->start);
    jw_ki64(w, STR("end"), l->end);
    jw_ki64(w, STR("turns"), l->turns);
    jw_ki64(w, STR("errors"), l->errors);
    jw_key(w, STR("users"));
    jw_array(w);
    for (size_t i = 0; i < l->n_users; i++)
        jw_str(w, l->users[i]);
    jw_array_end(w);
    jw_some(w, STR("env"), l->environment);
    jw_ki64(w, STR("tokens"), l->tokens);
    jw_key(w, STR("cost"));
    jw_money(w, l->cost);
    jw_some(w, STR("first"), l->first);
    jw_some(w, STR("last"), l->last);
    chips_write(w, &l->scores);
    jw_object_end(w);
}

void score_write(struct jw *w, const struct score *s, bool is_public)
{
    bool number = s->data_type == SCORE_NUMERIC || s->data_type == SCORE_BOOLEAN;

    jw_object(w);
    jw_kstr(w, STR("id"), s->id);
    jw_kstr(w, STR("name"), s->name);
    jw_kstr(w, STR("type"), score_type_name(s->data_type));
    if (number)
        jw_kdouble(w, STR("value"), s->value);
    else
        jw_some(w, STR("text"),
                s->data_type == SCORE_CORRECTION ? s->long_string_value : s->string_value);
    jw_kstr(w, STR("source"), score_source_name(s->source));
    jw_some(w, STR("observation"), s->observation_id);
    if (!is_public) {
        jw_some(w, STR("comment"), s->comment);
        jw_some(w, STR("author"), s->author_user_id);
    }
    jw_ki64(w, STR("at"), s->timestamp);
    jw_object_end(w);
}
