// SPDX-License-Identifier: MIT
#pragma once
// The interface of the server's own pages, /api/ui (web/src/api/ui.ts is its contract). One file per
// screen; handlers work on struct api, as those of the public API.
#include "api/api.h"

// Fills the list of route tables from rows[0]; returns how many (UI_TABLES).
#define UI_TABLES 5
size_t ui_routes(const struct route **rows, size_t *lens);

// The project of /api/ui/{projectId}/... when the caller may read it; otherwise ERR_NOT_FOUND, the same
// as for a project that does not exist.
enum errc ui_project(struct api *api, struct http_req *rq, str *out) MUST_CHECK;
