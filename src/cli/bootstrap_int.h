// SPDX-License-Identifier: MIT
#pragma once
// What the files of `rushlight bootstrap` share. The owner of the report is struct cli.
#include "cli/cli.h"
#include "cli/doctor_int.h"
#include "sql/postgres.h"

// Adds the context's message to the report as a broken part.
void bootstrap_failed(struct report *r);
// The ClickHouse and the buckets that settings name, if any.
doctor_check bootstrap_events, bootstrap_buckets;
// Role, database and rights; false when the tables cannot be made, which has been said.
bool bootstrap_postgres(struct report *r, const struct pg_server *server);
