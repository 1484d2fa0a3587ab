// SPDX-License-Identifier: MIT
// From parameters to the store's query (observation_query.h).
#include "api/observation_query.h"

const char *const observation_type_names[] = {"GENERATION", "SPAN",      "EVENT",     "AGENT",
                                              "TOOL",       "CHAIN",     "RETRIEVER", "EVALUATOR",
                                              "EMBEDDING",  "GUARDRAIL", NULL};
const char *const observation_level_names[] = {"DEBUG", "DEFAULT", "WARNING", "ERROR", NULL};

// A plain parameter gives way to a filter on the same column (api.md 0.6).
static void plain_drop(struct observation_query *q)
{
    const struct {
        const char *key;
        str *plain;
    } texts[] = {
        {"name", &q->name},       {"userId", &q->user_id},   {"sessionId", &q->session_id},
        {"version", &q->version}, {"traceId", &q->trace_id}, {"parentObservationId", &q->parent_id},
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (filter_has_column(&q->filter, texts[i].key))
            *texts[i].plain = STR_NONE;
    }
    if (filter_has_column(&q->filter, "startTime"))
        q->from = q->to = MILLIS_NONE;
    if (filter_has_column(&q->filter, "environment"))
        q->environments.n = 0;
    if (filter_has_column(&q->filter, "type"))
        q->type = 0;
    if (filter_has_column(&q->filter, "level"))
        q->level = 0;
}

enum errc observation_query_of(struct http_req *rq, const struct observation_params *p,
                               enum filter_view view, struct observation_query *out)
{
    bool v2 = view == VIEW_OBSERVATIONS_V2;

    *out = (struct observation_query){
        .project = caller(rq)->project_id,
        .name = p->name,
        .user_id = p->user_id,
        .session_id = p->session_id,
        .trace_id = p->trace_id,
        .parent_id = p->parent_id.n ? p->parent_id : STR_NONE,
        .parent_empty = v2 && str_some(p->parent_id) && p->parent_id.n == 0,
        .version = p->version,
        .type = p->type ? observation_type_parse(str_c(observation_type_names[p->type - 1])) : 0,
        .level =
            p->level ? observation_level_parse(str_c(observation_level_names[p->level - 1])) : 0,
        .is_root = p->is_root.set ? (p->is_root.value ? 1 : 2) : 0,
        .environments = str_set_of(&p->environments),
        .from = p->from,
        .to = p->to,
        .view = view,
    };
    TRY(filter_parse(rq->ctx, view, p->filter, &out->filter));
    plain_drop(out);
    return ERR_OK;
}
