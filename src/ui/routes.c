// SPDX-License-Identifier: MIT
// All route tables of the pages, and who may ask for what.
#include "ui/tables.h"
#include "ui/ui.h"

size_t ui_routes(const struct route **rows, size_t *lens)
{
    const struct {
        const struct route *rows;
        size_t n;
    } tables[UI_TABLES] = {{ui_trace_routes, ui_trace_routes_n},
                           {ui_session_routes, ui_session_routes_n},
                           {ui_summary_routes, ui_summary_routes_n},
                           {ui_overview_routes, ui_overview_routes_n},
                           {ui_group_routes, ui_group_routes_n}};

    for (size_t i = 0; i < UI_TABLES; i++) {
        rows[i] = tables[i].rows;
        lens[i] = tables[i].n;
    }
    return UI_TABLES;
}

enum errc ui_project(struct api *api, struct http_req *rq, str *out)
{
    const struct principal *p = rq->principal;

    (void)api;
    if (!p || !str_some(p->project_id) || p->level == ACCESS_SCORES ||
        !str_eq(p->project_id, rq->vars[0]))
        return fail(rq->ctx, ERR_NOT_FOUND, "There is no such project, or you may not see it");
    *out = p->project_id;
    return ERR_OK;
}
