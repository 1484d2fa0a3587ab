// SPDX-License-Identifier: MIT
// `rushlight demo`: tells the stories of demo/ to a server over the public API (stage.h).
#include "cli/stage.h"
#include "demo/demo.h"

#include <stdio.h>
#include <unistd.h>

struct show {
    struct stage stage;
    bool progress;
};

// ---- Sending ------------------------------------------------------------------------------------

static enum errc send_events(void *user, struct ctx *ctx, str body)
{
    struct show *show = user;
    str answer;

    TRY(stage_send(&show->stage, ctx, body, &answer));
    if (!str_has(answer, STR("\"errors\":[]")))
        return fail(ctx, ERR_UNAVAILABLE, "the server refused events: %.*s",
                    STR_ARG(str_sub(answer, 0, 400)));
    return ERR_OK;
}

static void show_progress(void *user, int64_t traces, int64_t left)
{
    const struct show *show = user;
    if (!show->progress)
        return;
    (void)fprintf(stderr, "\r%lld traces, %lld days to go ", (long long)traces, (long long)left);
    if (left == 0)
        (void)fprintf(stderr, "\n");
}

// ---- The command --------------------------------------------------------------------------------

static void print_result(const struct stage *st, const struct demo_result *r)
{
    printf("%lld traces with %lld observations (%lld errors), %lld sessions, %lld scores.\n",
           (long long)r->traces, (long long)r->observations, (long long)r->errors,
           (long long)r->sessions, (long long)r->scores);
    if (!str_some(st->url)) {
        printf("Look at them: start `rushlight serve --data %.*s`, then open the address it"
               " prints.\n",
               STR_ARG(st->c->config.data_dir));
        return;
    }
    printf("Look at them: %.*s\n"
           "  or with your keys: curl -u \"$LANGFUSE_PUBLIC_KEY:$LANGFUSE_SECRET_KEY\" "
           "'%.*s/api/public/traces?limit=5'\n",
           STR_ARG(st->url), STR_ARG(st->url));
}

int cli_demo(struct cli *c)
{
    int64_t seed = 1;
    struct show show = {.progress = isatty(STDERR_FILENO)};
    struct demo_options o = {.days = 30,
                             .traces = 2000,
                             .now = clock_now(),
                             .send = send_events,
                             .progress = show_progress,
                             .user = &show};
    struct demo_result r = {0};
    if (!cli_number(c, "--days", 1, 365, &o.days) ||
        !cli_number(c, "--traces", 1, 1000000, &o.traces) ||
        !cli_number(c, "--seed", 0, INT64_MAX, &seed))
        return EXIT_USAGE;
    o.seed = (uint64_t)seed;
    enum errc rc = stage_find(c, "rushlight demo", &show.stage);
    if (rc == ERR_OK)
        rc = demo_run(&c->ctx, &o, &r);
    enum errc left = stage_leave(&show.stage);
    if (rc != ERR_OK || left != ERR_OK)
        return cli_fail(c, rc != ERR_OK ? rc : left);
    print_result(&show.stage, &r);
    return EXIT_FINE;
}
