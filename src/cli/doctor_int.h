// SPDX-License-Identifier: MIT
#pragma once
// What the files of `rushlight doctor` share: the report that checks write into, and the checks.
#include "cli/cli.h"

enum finding { FINDING_FINE, FINDING_NOTE, FINDING_BROKEN };

struct report_line {
    const char *part; // "event files"
    enum finding finding;
    str text; // what is so; for a broken part cause and cure
};
enum { REPORT_MAX = 64 };
struct report {
    struct cli *c;
    struct arena *arena;
    struct report_line lines[REPORT_MAX];
    size_t n;
    const char *part; // of the check that runs
};
void report_add(struct report *r, enum finding finding, const char *fmt, ...) PRINTF_LIKE(3, 4);

// A check adds one line or more. Checks don't depend on each other's outcome.
typedef void doctor_check(struct report *r);
doctor_check check_configuration;  // doctor.c
doctor_check check_data_directory; // doctor_files.c
doctor_check check_metadata;
doctor_check check_event_files;
doctor_check check_server; // doctor_machine.c
doctor_check check_clock;
doctor_check check_limits;

// A short HTTP/1.1 GET of `path`. 0 with the answer (headers and body, cut to the buffer), or the
// errno of the failure.
int http_probe(const char *host, uint16_t port, const char *path, struct buf *answer);
