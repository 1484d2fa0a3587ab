// SPDX-License-Identifier: MIT
#pragma once
// The part of /metrics about what the server stands on.
#include "app/app_int.h"

void app_metrics_machine(struct app *app, struct buf *out);
