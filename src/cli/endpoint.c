// SPDX-License-Identifier: MIT
// Options and variables that name a server and a key pair.
#include "cli/endpoint.h"

static str environment_value(const struct cli *c, const char *name)
{
    str wanted = str_c(name);
    for (const char *const *e = c->environment; e && *e; e++) {
        str rest = str_c(*e);
        str found = STR_NONE;
        if (str_next(&rest, '=', &found) && str_eq(found, wanted) && !str_empty(rest))
            return rest;
    }
    return STR_NONE;
}

static str first_of(str a, str b)
{
    return str_some(a) ? a : b;
}

struct endpoint_words endpoint_words(const struct cli *c)
{
    return (struct endpoint_words){
        .url = first_of(cli_option(c, "--url"), first_of(environment_value(c, "LANGFUSE_BASE_URL"),
                                                         environment_value(c, "LANGFUSE_HOST"))),
        .public_key =
            first_of(cli_option(c, "--public-key"), environment_value(c, "LANGFUSE_PUBLIC_KEY")),
        .secret_key =
            first_of(cli_option(c, "--secret-key"), environment_value(c, "LANGFUSE_SECRET_KEY")),
    };
}

enum errc endpoint_find(struct cli *c, struct net_target *out)
{
    struct endpoint_words w = endpoint_words(c);
    if (!str_some(w.public_key) || !str_some(w.secret_key))
        return fail(&c->ctx, ERR_INVALID,
                    "give --public-key and --secret-key, or set LANGFUSE_PUBLIC_KEY and"
                    " LANGFUSE_SECRET_KEY; `rushlight key add` makes a pair");
    TRY(net_target_parse(&c->ctx, first_of(w.url, STR("http://127.0.0.1:3000")), out));
    out->credentials = net_basic(c->ctx.arena, w.public_key, w.secret_key);
    return ERR_OK;
}

bool cli_number(const struct cli *c, const char *name, int64_t min, int64_t max, int64_t *out)
{
    str text = cli_option(c, name);
    int64_t value = 0;
    if (!str_some(text))
        return true;
    if (str_to_i64(text, &value) && value >= min && value <= max) {
        *out = value;
        return true;
    }
    (void)cli_usage_error("%s %.*s: a number from %lld to %lld is needed", name, STR_ARG(text),
                          (long long)min, (long long)max);
    return false;
}

bool cli_time(const struct cli *c, const char *name, millis *out)
{
    str text = cli_option(c, name);
    int64_t day;

    if (!str_some(text) || time_parse_iso(text, out))
        return true;
    if (time_parse_day(text, &day)) {
        *out = day * MILLIS_DAY;
        return true;
    }
    (void)cli_usage_error("%s %.*s: a day such as 2026-01-31, or a time such as "
                          "2026-01-31T12:00:00Z is needed",
                          name, STR_ARG(text));
    return false;
}
