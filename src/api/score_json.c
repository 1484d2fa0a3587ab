// SPDX-License-Identifier: MIT
// JSON of a score, v1 and v2 (api.md 5.4). A CATEGORICAL value is its config's number, TEXT has none.
#include "api/score_json.h"

#include "api/trace_json.h"

static void subject_write(struct jw *w, const struct score *s, bool v1)
{
    jw_kstr(w, STR("traceId"), s->trace_id);
    jw_kstr(w, STR("observationId"), s->observation_id);
    if (v1)
        return;
    jw_kstr(w, STR("sessionId"), s->session_id);
    jw_kstr(w, STR("datasetRunId"), s->dataset_run_id);
}

static void trace_write(struct score_writer *sw, const struct score_row *row)
{
    struct jw *w = sw->w;

    jw_key(w, STR("trace"));
    if (sw->trace_null || !row->has_trace) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kstr(w, STR("userId"), row->trace_user_id);
    jw_key(w, STR("tags"));
    jw_array(w);
    for (size_t i = 0; i < row->trace_tags.n; i++)
        jw_str(w, row->trace_tags.items[i]);
    jw_array_end(w);
    jw_kstr(w, STR("environment"), row->trace_environment);
    if (!sw->v1)
        jw_kstr(w, STR("sessionId"), row->trace_session_id);
    jw_object_end(w);
}

enum errc score_write_row(void *user, const struct score_row *row)
{
    struct score_writer *sw = user;
    const struct score *s = &row->score;
    struct jw *w = sw->w;

    jw_object(w);
    jw_kstr(w, STR("id"), s->id);
    jw_kstr(w, STR("projectId"), sw->project);
    jw_kstr(w, STR("environment"), str_some(s->environment) ? s->environment : STR("default"));
    jw_kstr(w, STR("name"), s->name);
    if (s->data_type != SCORE_TEXT)
        jw_kdouble(w, STR("value"), s->value);
    jw_kstr(w, STR("source"), score_source_name(s->source));
    jw_kstr(w, STR("authorUserId"), s->author_user_id);
    jw_kstr(w, STR("comment"), s->comment);
    jw_key(w, STR("metadata"));
    metadata_write(w, sw->rq->ctx->arena, s->metadata);
    jw_kstr(w, STR("configId"), s->config_id);
    jw_kstr(w, STR("queueId"), s->queue_id);
    jw_kstr(w, STR("executionTraceId"), s->execution_trace_id);
    jw_ktime(w, STR("createdAt"), s->created_at);
    jw_ktime(w, STR("updatedAt"), s->updated_at);
    jw_ktime(w, STR("timestamp"), s->timestamp);
    subject_write(w, s, sw->v1);
    jw_kstr(w, STR("stringValue"),
            s->data_type == SCORE_CORRECTION ? s->long_string_value : s->string_value);
    jw_kstr(w, STR("dataType"), score_type_name(s->data_type));
    if (sw->with_trace)
        trace_write(sw, row);
    jw_object_end(w);
    return ERR_OK;
}
