// SPDX-License-Identifier: MIT
// Parameter faults, worded and shaped like the recorded answers (zod 4 issues), e.g.
//   {"origin":"number","code":"too_small","minimum":1,"inclusive":true,"path":["limit"],
//    "message":"Too small: expected number to be >=1"}
// Used by params.c only. Texts are made in the request's arena.
#include "http/params_int.h"

#include <inttypes.h>

// zod's pattern of an ISO date and time, as it stands in the recorded answers (JSON text).
#define DATETIME_PATTERN                                                                       \
    "/^(?:(?:\\\\d\\\\d[2468][048]|\\\\d\\\\d[13579][26]|\\\\d\\\\d0[48]|[02468][048]00|"      \
    "[13579][26]00)-02-29|\\\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\\\d|3[01])|"          \
    "(?:0[469]|11)-(?:0[1-9]|[12]\\\\d|30)|(?:02)-(?:0[1-9]|1\\\\d|2[0-8])))T(?:(?:[01]\\\\d|" \
    "2[0-3]):[0-5]\\\\d(?::[0-5]\\\\d(?:\\\\.\\\\d+)?)?(?:Z|([+-](?:[01]\\\\d|2[0-3]):"        \
    "[0-5]\\\\d)))$/"

static str path_of(struct ctx *ctx, const struct param *p)
{
    return arena_fmt(ctx->arena, "[\"%s\"]", p->name);
}

void issue_not_a_number(struct ctx *ctx, const struct param *p)
{
    issue_add(ctx, STR("invalid_type"), path_of(ctx, p),
              STR("Invalid input: expected number, received NaN"),
              STR("\"expected\":\"number\",\"received\":\"NaN\""));
}

void issue_not_an_int(struct ctx *ctx, const struct param *p)
{
    issue_add(ctx, STR("invalid_type"), path_of(ctx, p),
              STR("Invalid input: expected int, received number"),
              STR("\"expected\":\"int\",\"format\":\"safeint\""));
}

void issue_too_small(struct ctx *ctx, const struct param *p)
{
    // The recorded system asks for a page "greater than 0" and for a limit "of 1 or more".
    bool strictly = p->min == 1 && strcmp(p->name, "page") == 0;
    int64_t bound = strictly ? 0 : p->min;

    issue_add(ctx, STR("too_small"), path_of(ctx, p),
              arena_fmt(ctx->arena, "Too small: expected number to be %s%" PRId64,
                        strictly ? ">" : ">=", bound),
              arena_fmt(ctx->arena,
                        "\"origin\":\"number\",\"minimum\":%" PRId64 ",\"inclusive\":%s", bound,
                        strictly ? "false" : "true"));
}

void issue_too_big(struct ctx *ctx, const struct param *p)
{
    issue_add(ctx, STR("too_big"), path_of(ctx, p),
              arena_fmt(ctx->arena, "Too big: expected number to be <=%" PRId64, p->max),
              arena_fmt(ctx->arena,
                        "\"origin\":\"number\",\"maximum\":%" PRId64 ",\"inclusive\":true",
                        p->max));
}

void issue_not_a_time(struct ctx *ctx, const struct param *p)
{
    issue_add(
        ctx, STR("invalid_format"), path_of(ctx, p), STR("Invalid ISO datetime"),
        STR("\"origin\":\"string\",\"format\":\"datetime\",\"pattern\":\"" DATETIME_PATTERN "\""));
}

void issue_missing(struct ctx *ctx, const struct param *p)
{
    bool number = p->type == PARAM_INT || p->type == PARAM_NUMBER;

    if (number) {
        issue_not_a_number(ctx, p);
        return;
    }
    issue_add(ctx, STR("invalid_type"), path_of(ctx, p),
              STR("Invalid input: expected string, received undefined"),
              STR("\"expected\":\"string\""));
}

// "a"|"b" or "a","b": the same list for the text and for the JSON.
static str quoted_list(struct ctx *ctx, const char *const *names, char separator)
{
    size_t room = 1;
    size_t n = 0;
    char *out;

    for (size_t i = 0; names[i]; i++)
        room += strlen(names[i]) + 3;
    out = arena_alloc(ctx->arena, room);
    if (!out)
        return STR_NONE;
    for (size_t i = 0; names[i]; i++) {
        size_t len = strlen(names[i]);

        if (i > 0)
            out[n++] = separator;
        out[n++] = '"';
        memcpy(out + n, names[i], len);
        n += len;
        out[n++] = '"';
    }
    return str_make(out, n);
}

void issue_not_listed(struct ctx *ctx, const struct param *p, const char *const *names, int index)
{
    str path = index < 0 ? path_of(ctx, p) : arena_fmt(ctx->arena, "[\"%s\",%d]", p->name, index);

    issue_add(ctx, STR("invalid_value"), path,
              arena_fmt(ctx->arena, "Invalid option: expected one of %.*s",
                        STR_ARG(quoted_list(ctx, names, '|'))),
              arena_fmt(ctx->arena, "\"values\":[%.*s]", STR_ARG(quoted_list(ctx, names, ','))));
}

void issue_unknown_names(struct ctx *ctx, const str *names, size_t n)
{
    AUTO(buf_fini) struct buf keys = {0};
    AUTO(buf_fini) struct buf text = {0};

    buf_init(&keys, LIMIT_TARGET_BYTES * 8);
    buf_init(&text, LIMIT_TARGET_BYTES * 8);
    buf_add_fmt(&text, "Unrecognized key%s: ", n > 1 ? "s" : "");
    for (size_t i = 0; i < n; i++) {
        if (i > 0) {
            buf_add_char(&keys, ',');
            BUF_ADD(&text, ", ");
        }
        json_quote(&keys, names[i]);
        buf_add_char(&text, '"');
        buf_add(&text, names[i]);
        buf_add_char(&text, '"');
    }
    issue_add(ctx, STR("unrecognized_keys"), STR("[]"), arena_str(ctx->arena, buf_str(&text)),
              arena_fmt(ctx->arena, "\"keys\":[%.*s]", STR_ARG(buf_str(&keys))));
}
