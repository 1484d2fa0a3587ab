// SPDX-License-Identifier: MIT
// From parameters to the store's query (observation_query.h).
#include "api/observation_query.h"

const char *const observation_type_names[] = {"GENERATION", "SPAN",      "EVENT",     "AGENT",
                                              "TOOL",       "CHAIN",     "RETRIEVER", "EVALUATOR",
                                              "EMBEDDING",  "GUARDRAIL", NULL};
const char *const observation_level_names[] = {"DEBUG", "DEFAULT", "WARNING", "ERROR", NULL};

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
    return filter_parse(rq->ctx, view, p->filter, &out->filter);
}
