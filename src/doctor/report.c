// SPDX-License-Identifier: MIT
// The report that checks write into (doctor.h).
#include "doctor/doctor.h"

#include <stdarg.h>

void report_add(struct report *r, enum finding finding, const char *fmt, ...)
{
    va_list ap;
    if (r->n == REPORT_MAX) // so much is wrong that the rest waits
        return;
    va_start(ap, fmt);
    str text = arena_vfmt(r->arena, fmt, ap);
    va_end(ap);
    r->lines[r->n++] = (struct report_line){r->part, finding, text};
}

void report_run(struct report *r, const struct doctor_part *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        r->part = parts[i].part;
        parts[i].run(r);
    }
}
