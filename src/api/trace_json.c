// SPDX-License-Identifier: MIT
// JSON of a trace (api.md 2.1) and the helpers that observations share.
#include "api/trace_json.h"

#include <math.h>

double seconds_between(millis from, millis to)
{
    return from == MILLIS_NONE || to == MILLIS_NONE ? (double)NAN : (double)(to - from) / 1000;
}

void jw_seconds(struct jw *w, str key, double s)
{
    jw_key(w, key);
    jw_double(w, s);
}

// Top-level text values that are JSON are shown decoded (api.md 0.5).
void metadata_write(struct jw *w, struct arena *scratch, str metadata)
{
    const struct json *m;
    struct arena_mark mark = arena_mark(scratch);

    m = str_some(metadata) ? json_try(scratch, metadata) : NULL;
    jw_object(w);
    for (struct json_iter it = json_iter(m); json_next(&it);) {
        jw_key(w, it.key);
        jw_stored(w, scratch,
                  json_is(it.value, JSON_NULL) ? STR("null") : json_stored(scratch, it.value));
    }
    jw_object_end(w);
    arena_rewind(scratch, mark);
}

static void tags_write(struct jw *w, const struct tag_list *tags)
{
    jw_array(w);
    for (size_t i = 0; i < tags->n; i++)
        jw_str(w, tags->items[i]);
    jw_array_end(w);
}

void trace_core_write(struct jw *w, struct arena *scratch, str project, const struct trace *t,
                      unsigned groups)
{
    jw_kstr(w, STR("id"), t->id);
    jw_kstr(w, STR("projectId"), project);
    jw_kstr(w, STR("name"), str_some(t->name) ? t->name : STR("")); // as recorded: never null
    jw_ktime(w, STR("timestamp"), t->timestamp);
    jw_kstr(w, STR("environment"), str_some(t->environment) ? t->environment : STR("default"));
    jw_key(w, STR("tags"));
    tags_write(w, &t->tags);
    jw_kbool(w, STR("bookmarked"), t->bookmarked);
    jw_kstr(w, STR("release"), t->release);
    jw_kstr(w, STR("version"), t->version);
    jw_kstr(w, STR("userId"), t->user_id);
    jw_kstr(w, STR("sessionId"), t->session_id);
    jw_kbool(w, STR("public"), t->is_public);
    jw_key(w, STR("input"));
    jw_stored(w, scratch, groups & GROUP_IO ? t->input : STR_NONE);
    jw_key(w, STR("output"));
    jw_stored(w, scratch, groups & GROUP_IO ? t->output : STR_NONE);
    jw_key(w, STR("metadata"));
    metadata_write(w, scratch, groups & GROUP_IO ? t->metadata : STR_NONE);
    jw_ktime(w, STR("createdAt"), t->created_at);
    jw_ktime(w, STR("updatedAt"), t->updated_at);
    jw_knull(w, STR("externalId"));
}

void trace_path_write(struct jw *w, str project, str id)
{
    jw_key(w, STR("htmlPath"));
    AUTO(buf_fini) struct buf b = {0};
    buf_init(&b, project.n + id.n + 64);
    buf_add_fmt(&b, "/project/%.*s/traces/", STR_ARG(project));
    buf_add(&b, id);
    jw_str(w, buf_str(&b));
}
