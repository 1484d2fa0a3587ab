// SPDX-License-Identifier: MIT
// All route tables under /api/ui, and what they share.
#include "auth/attempts.h"
#include "ui/tables.h"
#include "ui/ui.h"

#include <stdlib.h>

#define ROW(name)                                 \
    {                                             \
        ui_##name##_routes, &ui_##name##_routes_n \
    }

static const struct {
    const struct route *rows;
    const size_t *n;
} tables[] = {
    ROW(sign_in), ROW(live),    ROW(action), ROW(note),    ROW(org),      ROW(member), ROW(key),
    ROW(trace),   ROW(session), ROW(status), ROW(summary), ROW(overview), ROW(group),  ROW(line),
    ROW(export),  ROW(search),  ROW(score),  ROW(call),    ROW(cost),
};

size_t ui_routes(const struct route **rows, size_t *lens, size_t max)
{
    CHECK(ARRAY_LEN(tables) <= max);
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        rows[i] = tables[i].rows;
        lens[i] = *tables[i].n;
    }
    return ARRAY_LEN(tables);
}

struct ui *ui_create(struct api *api, const struct ui_settings *settings)
{
    struct ui *ui = calloc(1, sizeof *ui);

    CHECK(ui);
    *ui = (struct ui){.api = api, .attempts = attempts_create(), .settings = *settings};
    return ui;
}

void ui_destroy(struct ui *ui)
{
    if (!ui)
        return;
    attempts_destroy(ui->attempts);
    free(ui);
}
