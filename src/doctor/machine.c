// SPDX-License-Identifier: MIT
// Checks of the machine: is the clock sane, are there enough file descriptors.
#include "base/clock.h"
#include "doctor/doctor.h"

#include <sys/resource.h>
#include <sys/stat.h>

enum { FILES_NEEDED_BESIDE = 160 };

void check_clock(struct report *r)
{
    struct stat st;
    char now_text[32];
    millis now = clock_now();
    str meta = arena_cat(r->arena, r->data_dir, STR("/meta.db"));
    (void)time_format_iso(now, now_text);
    bool has_file = stat(arena_cstr(r->arena, meta), &st) == 0;
    int64_t file_ms = has_file ? (int64_t)st.st_mtim.tv_sec * 1000 : 0;
    if (now < INT64_C(1735689600000)) // 2025
        report_add(r, FINDING_BROKEN,
                   "it is %s here, which cannot be; set the clock, or events land in wrong days",
                   now_text);
    else if (file_ms > now + 300000)
        report_add(r, FINDING_BROKEN,
                   "meta.db was written %lld s in the future of this clock (%s); set the clock",
                   (long long)(file_ms - now) / 1000, now_text);
    else
        report_add(r, FINDING_FINE, "%s", now_text);
}

void check_limits(struct report *r)
{
    struct rlimit files;
    long long needed = (long long)r->max_connections + FILES_NEEDED_BESIDE;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        report_add(r, FINDING_NOTE, "the limit of open files is unknown");
    else if (files.rlim_cur != RLIM_INFINITY && (long long)files.rlim_cur < needed)
        report_add(r, FINDING_BROKEN,
                   "%lld open files are allowed, %lld may be needed; raise it (ulimit -n %lld), or"
                   " lower RUSHLIGHT_MAX_CONNECTIONS",
                   (long long)files.rlim_cur, needed, needed);
    else
        report_add(r, FINDING_FINE, "%lld open files allowed, %lld needed at most",
                   (long long)files.rlim_cur, needed);
}
