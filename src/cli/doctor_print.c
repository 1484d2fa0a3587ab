// SPDX-License-Identifier: MIT
// A report for people or as JSON, and the exit status that follows from it.
#include "cli/doctor_int.h"
#include "json/write.h"

#include <stdio.h>

enum { REPORT_BYTES = 1 << 20 };

static void print_text(const struct report *r)
{
    static const char *const signs[] = {"ok  ", "note", "FAIL"};
    for (size_t i = 0; i < r->n; i++)
        printf("%s  %-15s %.*s\n", signs[r->lines[i].finding], r->lines[i].part,
               STR_ARG(r->lines[i].text));
}

static void print_json(const struct report *r, bool healthy)
{
    static const char *const names[] = {"ok", "note", "broken"};
    AUTO(buf_fini) struct buf out = {0};
    struct jw w;
    buf_init(&out, REPORT_BYTES);
    jw_init(&w, &out);
    jw_object(&w);
    jw_kbool(&w, STR("healthy"), healthy);
    jw_key(&w, STR("findings"));
    jw_array(&w);
    for (size_t i = 0; i < r->n; i++) {
        jw_object(&w);
        jw_kstr(&w, STR("part"), str_c(r->lines[i].part));
        jw_kstr(&w, STR("finding"), str_c(names[r->lines[i].finding]));
        jw_kstr(&w, STR("text"), r->lines[i].text);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    printf("%.*s\n", (int)out.len, out.data);
}

int report_print(const struct report *r, bool json)
{
    bool healthy = true;
    for (size_t i = 0; i < r->n; i++)
        healthy = healthy && r->lines[i].finding != FINDING_BROKEN;
    if (json)
        print_json(r, healthy);
    else
        print_text(r);
    return healthy ? EXIT_FINE : EXIT_FAILED;
}
