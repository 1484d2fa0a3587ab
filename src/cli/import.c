// SPDX-License-Identifier: MIT
// `rushlight import`: takes over the traces, observations and scores of another server through its API.
#include "base/codec.h"
#include "base/limits.h"
#include "cli/stage.h"
#include "import/import.h"
#include "json/json.h"
#include "net/web.h"

#include <stdio.h>
#include <unistd.h>

enum { ATTEMPTS = 8, PAUSE_MS = 500, MONTH_DAYS = 30 };

struct takeover {
    struct stage stage; // where to
    struct web *web;
    str from, credentials;
    struct buf answer;
    bool progress, reached; // reached: the source answered once
};

// ---- The source ---------------------------------------------------------------------------------

static bool passing(int status)
{
    return status == 429 || status == 502 || status == 503 || status == 504;
}

static enum errc ask_once(struct takeover *t, struct ctx *ctx, str path, int *status)
{
    const struct web_header headers[] = {{STR("Authorization"), t->credentials},
                                         {STR("Accept"), STR("application/json")}};
    const struct web_call call = {.method = "GET",
                                  .url = arena_cat(ctx->arena, t->from, path),
                                  .headers = headers,
                                  .n_headers = ARRAY_LEN(headers)};
    struct web_answer answer = {.body = &t->answer};

    buf_clear(&t->answer);
    enum errc rc = web_call(t->web, ctx, &call, &answer);
    *status = rc == ERR_UNAVAILABLE ? 503 : answer.status;
    return rc;
}

// A source that is busy, or away after it was there, is asked again, later and later.
static enum errc get(void *user, struct ctx *ctx, str path, str *body)
{
    struct takeover *t = user;
    int status = 0;

    for (int attempt = 0;; attempt++) {
        enum errc rc = ask_once(t, ctx, path, &status);
        if (!passing(status) || !t->reached || attempt + 1 == ATTEMPTS)
            TRY(rc);
        if (!passing(status))
            break;
        if (attempt + 1 == ATTEMPTS)
            return fail(ctx, ERR_UNAVAILABLE, "the source answers %d again and again", status);
        ctx_clear_error(ctx);
        (void)usleep(PAUSE_MS * 1000u << attempt);
    }
    if (status != 200)
        return fail(ctx, status == 401 ? ERR_UNAUTHENTICATED : ERR_UNAVAILABLE,
                    "the source answers %d to %.*s: %.*s", status, STR_ARG(path),
                    STR_ARG(str_sub(buf_str(&t->answer), 0, 300)));
    t->reached = true;
    *body = buf_str(&t->answer);
    return ERR_OK;
}

// ---- The target ---------------------------------------------------------------------------------

static enum errc send_events(void *user, struct ctx *ctx, str body, int64_t *refused)
{
    struct takeover *t = user;
    const struct json *doc;
    str answer;

    TRY(stage_send(&t->stage, ctx, body, &answer));
    TRY(json_parse(ctx, answer, &doc));
    const struct json *errors = json_get(doc, STR("errors"));
    *refused = (int64_t)json_len(errors);
    for (struct json_iter it = json_iter(errors); json_next(&it);)
        (void)fprintf(stderr, "not taken: %.*s\n", STR_ARG(json_text(ctx->arena, it.value)));
    return ERR_OK;
}

static void show_progress(void *user, millis until, const struct import_result *r)
{
    const struct takeover *t = user;
    char day[32];

    if (!t->progress)
        return;
    (void)time_format_iso(until, day);
    (void)fprintf(stderr, "\runtil %.16s: %lld traces, %lld observations, %lld scores ", day,
                  (long long)r->sent[IMPORT_TRACES], (long long)r->sent[IMPORT_OBSERVATIONS],
                  (long long)r->sent[IMPORT_SCORES]);
}

// ---- The command --------------------------------------------------------------------------------

static enum errc find_source(struct takeover *t, struct cli *c)
{
    str url = cli_option(c, "--from");
    str public_key = cli_option(c, "--from-public-key");
    str secret_key = cli_option(c, "--from-secret-key");

    if (!str_some(public_key) || !str_some(secret_key))
        return fail(&c->ctx, ERR_INVALID,
                    "give the keys of the project there: --from-public-key and"
                    " --from-secret-key");
    if (!str_starts(url, STR("http://")) && !str_starts(url, STR("https://")))
        return fail(&c->ctx, ERR_INVALID, "--from is an address such as https://example.com");
    while (str_ends(url, STR("/")))
        url.n--;
    t->from = url;
    t->credentials = net_basic(c->ctx.arena, public_key, secret_key);
    return web_open(&c->ctx, &(struct web_options){0}, &t->web);
}

static enum errc take_over(struct takeover *t, struct import_options *o, struct import_result *r)
{
    struct cli *c = t->stage.c;

    TRY(find_source(t, c));
    TRY(stage_find(c, "rushlight import", &t->stage));
    return import_run(&c->ctx, o, r);
}

int cli_import(struct cli *c)
{
    struct takeover t = {.stage = {.c = c, .connection.fd = -1}, .progress = isatty(STDERR_FILENO)};
    struct import_options o = {
        .to = clock_now(), .get = get, .send = send_events, .progress = show_progress, .user = &t};
    struct import_result r = {0};

    o.from = o.to - MONTH_DAYS * MILLIS_DAY;
    if (!cli_time(c, "--since", &o.from) || !cli_time(c, "--until", &o.to))
        return EXIT_USAGE;
    buf_init(&t.answer, LIMIT_ANSWER_BYTES);
    enum errc rc = take_over(&t, &o, &r);
    enum errc left = stage_leave(&t.stage);
    web_close(t.web);
    buf_fini(&t.answer);
    printf("%s%lld traces, %lld observations, %lld scores; %lld events refused.\n",
           t.progress ? "\n" : "", (long long)r.sent[IMPORT_TRACES],
           (long long)r.sent[IMPORT_OBSERVATIONS], (long long)r.sent[IMPORT_SCORES],
           (long long)r.refused);
    if (rc != ERR_OK || left != ERR_OK)
        return cli_fail(c, rc != ERR_OK ? rc : left);
    return r.refused ? EXIT_FAILED : EXIT_FINE;
}
