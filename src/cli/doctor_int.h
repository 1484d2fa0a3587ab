// SPDX-License-Identifier: MIT
#pragma once
// What the files of `rushlight doctor` share. The owner of the report is struct cli.
#include "cli/cli.h"
#include "doctor/doctor.h"

doctor_check check_server;  // doctor_server.c
doctor_check check_secrets; // doctor_secrets.c
// Of a deployment that is meant to be complete: doctor_deployment.c
doctor_check check_topology, check_deployed_server, check_workers;

// Prints it; EXIT_FAILED when a part is broken.
int report_print(const struct report *r, bool json);

// A short HTTP/1.1 GET of `path`. 0 with the answer (headers and body, cut to the buffer), or the
// errno of the failure.
int http_probe(const char *host, uint16_t port, const char *path, struct buf *answer);
