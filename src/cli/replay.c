// SPDX-License-Identifier: MIT
// `rushlight replay`: kept requests into the store again.
#include "app/app.h"
#include "cli/cli.h"
#include "cli/endpoint.h"

#include <stdio.h>
#include <unistd.h>

enum { SHOW_MS = 200 };

struct shown {
    int64_t next_ms; // monotonic
};

static void show(void *user, const struct replay_result *r)
{
    struct shown *s = user;
    char time[32];

    if (clock_mono_ms() < s->next_ms)
        return;
    s->next_ms = clock_mono_ms() + SHOW_MS;
    (void)time_format_iso(r->reached, time);
    (void)fprintf(stderr, "\runtil %.19s: %lld segments, %lld events ", time,
                  (long long)r->segments, (long long)r->events);
}

static void print_result(struct cli *c, const struct replay *o, const struct replay_result *r)
{
    if (o->dry_run) {
        printf("%lld segments, %lld bytes\n", (long long)r->segments, (long long)r->bytes);
        return;
    }
    printf("%lld segments, %lld requests, %lld events stored again; %lld segments could not be"
           " read\n",
           (long long)r->segments - r->broken, (long long)r->records, (long long)r->events,
           (long long)r->broken);
    if (str_some(c->ctx.message))
        (void)fprintf(stderr, "rushlight: go on with --from %.*s\n",
                      STR_ARG(time_iso(c->ctx.arena, r->reached)));
}

static enum errc run(struct cli *c, const struct replay *o, struct replay_result *r)
{
    struct app *app = NULL;

    TRY(app_start(&c->ctx, &c->config, &app));
    enum errc rc = app_replay(app, &c->ctx, o, r);
    app_stop(app, 0);
    return rc;
}

int cli_replay(struct cli *c)
{
    struct shown shown = {0};
    struct replay o = {.from = MILLIS_NONE,
                       .to = clock_now(),
                       .project = cli_option(c, "--project"),
                       .dry_run = cli_has(c, "--dry-run"),
                       .progress = isatty(STDERR_FILENO) ? show : NULL,
                       .user = &shown};
    struct replay_result r = {0};

    if (!cli_time(c, "--from", &o.from) || !cli_time(c, "--to", &o.to))
        return EXIT_USAGE;
    if (o.from == MILLIS_NONE)
        return cli_usage_error("--from is needed: the day or time to begin with");
    enum errc rc = run(c, &o, &r);
    if (o.progress && r.segments)
        (void)fputc('\n', stderr);
    if (rc == ERR_OK || r.segments)
        print_result(c, &o, &r);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    return r.broken ? EXIT_FAILED : EXIT_FINE;
}
