// SPDX-License-Identifier: MIT
// The query language as the pages see it: its fields, and what could not be read.
#include "ui/query_fields.h"

void query_problems_write(struct jw *w, const struct query *q)
{
    if (q->n_problems == 0)
        return;
    jw_key(w, STR("problems"));
    jw_array(w);
    for (size_t i = 0; i < q->n_problems; i++) {
        const struct query_problem *p = &q->problems[i];
        jw_object(w);
        jw_ki64(w, STR("at"), (int64_t)p->at);
        jw_ki64(w, STR("length"), (int64_t)p->length);
        jw_kstr(w, STR("message"), p->message);
        if (str_some(p->suggest))
            jw_kstr(w, STR("suggest"), p->suggest);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static const char *const type_names[] = {
    [QUERY_TEXT] = "text",   [QUERY_OPTION] = "option", [QUERY_WORDS] = "text",
    [QUERY_TAGS] = "tags",   [QUERY_NUMBER] = "number", [QUERY_SECONDS] = "seconds",
    [QUERY_MONEY] = "money", [QUERY_OBJECT] = "text",   [QUERY_FLAG] = "boolean",
};

void query_fields_write(struct jw *w)
{
    jw_array(w);
    for (size_t i = 0; i < query_fields_n; i++) {
        const struct query_field *f = &query_fields[i];
        bool everywhere = f->type == QUERY_FLAG;
        jw_object(w);
        jw_kstr(w, STR("name"), str_c(f->name));
        jw_kstr(w, STR("type"), str_c(type_names[f->type]));
        jw_kbool(w, STR("facet"), f->facet);
        jw_key(w, STR("lens"));
        jw_array(w);
        if (everywhere || f->columns[LENS_TRACES])
            jw_str(w, STR("traces"));
        if (everywhere || f->columns[LENS_OBSERVATIONS])
            jw_str(w, STR("obs"));
        jw_array_end(w);
        jw_kstr(w, STR("doc"), str_c(f->doc));
        jw_object_end(w);
    }
    jw_array_end(w);
}
