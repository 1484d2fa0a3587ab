// SPDX-License-Identifier: MIT
#pragma once
// What the files of `rushlight status` share.
#include "cli/cli.h"

void status_add(struct listing *l, const char *what, str value);
str status_bytes(struct arena *a, int64_t n); // "12.3 MiB"
// What the data directory holds: days, sizes, free space; with --tables bytes per table.
void status_files(struct cli *c, struct listing *l);
