// SPDX-License-Identifier: MIT
// `rushlight demo`: finds a server to tell the stories of demo/ to, and tells them over the public API
// as any client would. With keys it talks to the server that they belong to. Without, it uses the data
// directory of this machine: a key pair is made for the run and deleted afterwards, and when no
// server runs there one is started inside this process, on a free port of the loopback interface.
// Writing into the store beside the API was rejected: a second way in would be a second truth.
#include "app/app.h"
#include "cli/endpoint.h"
#include "demo/demo.h"

#include <stdio.h>
#include <unistd.h>

enum { KEY_WAIT_MS = 5000, KEY_POLL_MS = 50, STOP_GRACE_MS = 2000 };

struct stage { // where the stories go
    struct cli *c;
    struct net_target target;
    struct net_connection connection;
    struct config config; // of the server inside this process
    struct app *app;      // NULL: another process serves
    struct meta_key key;  // made for this run; id none: keys were given
    str url;              // to look at afterwards; none: nothing listens there now
    bool progress;
};

// ---- Sending ------------------------------------------------------------------------------------

static enum errc send_events(void *user, struct ctx *ctx, str body)
{
    struct stage *st = user;
    const struct net_call call = {"POST", STR("/api/public/ingestion"), STR("application/json"),
                                  body};
    struct net_answer answer = {0};
    TRY(net_call(ctx, &st->connection, &call, &answer));
    if (answer.status != 207 || !str_has(answer.body, STR("\"errors\":[]")))
        return fail(ctx, ERR_UNAVAILABLE, "the server answered %d: %.*s", answer.status,
                    STR_ARG(str_sub(answer.body, 0, 400)));
    return ERR_OK;
}

static void show_progress(void *user, int64_t traces, int64_t left)
{
    const struct stage *st = user;
    if (!st->progress)
        return;
    (void)fprintf(stderr, "\r%lld traces, %lld days to go ", (long long)traces, (long long)left);
    if (left == 0)
        (void)fprintf(stderr, "\n");
}

// A running server hears of a new key within a second, so a refusal is asked again for a while.
static enum errc check_keys(struct stage *st)
{
    const struct timespec pause = {.tv_nsec = KEY_POLL_MS * 1000000};
    const struct net_call call = {"GET", STR("/api/public/projects"), STR_NONE, STR_NONE};
    struct ctx *ctx = &st->c->ctx;
    int64_t deadline = clock_mono_ms() + KEY_WAIT_MS;
    struct net_answer answer = {0};
    do {
        TRY(net_call(ctx, &st->connection, &call, &answer));
        if (answer.status == 200)
            return ERR_OK;
        (void)nanosleep(&pause, NULL);
    } while (str_some(st->key.id) && clock_mono_ms() < deadline);
    return fail(ctx, ERR_UNAUTHENTICATED, "the server answers %d to these keys: %.*s",
                answer.status, STR_ARG(str_sub(answer.body, 0, 400)));
}

// ---- Without keys: this machine's data ----------------------------------------------------------

static enum errc first_project(void *user, const struct meta_project *row)
{
    struct meta_project *out = user;
    if (!str_some(out->id))
        *out = *row;
    return ERR_OK;
}

static enum errc find_project(struct cli *c, struct meta_project *out)
{
    if (cli_has(c, "--project"))
        return cli_find_project(c, cli_option(c, "--project"), out);
    TRY(meta_project_list(c->meta, &c->ctx, STR_NONE, first_project, out));
    if (!str_some(out->id))
        return fail(&c->ctx, ERR_NOT_FOUND,
                    "there is no project yet; `rushlight project add` makes one");
    return ERR_OK;
}

static enum errc find_server(struct stage *st)
{
    struct cli *c = st->c;
    struct running_server server = {0};
    if (data_dir_server(c->ctx.arena, c->config.data_dir, &server)) {
        st->url = server.url;
        return net_target_parse(&c->ctx, server.url, &st->target);
    }
    st->config = c->config;
    st->config.host = STR("127.0.0.1");
    st->config.port = 0;
    TRY(app_start(&c->ctx, &st->config, &st->app));
    return net_target_parse(&c->ctx, app_local_url(c->ctx.arena, &st->config, app_port(st->app)),
                            &st->target);
}

static enum errc use_local_data(struct stage *st)
{
    struct cli *c = st->c;
    struct meta_project project = {0};
    str secret = STR_NONE;
    TRY(cli_open_meta(c));
    TRY(find_project(c, &project));
    TRY(find_server(st));
    st->key = (struct meta_key){.project_id = project.id, .note = STR("rushlight demo")};
    TRY(key_generate(c->auth, &c->ctx, &st->key, &secret));
    st->target.credentials = net_basic(c->ctx.arena, st->key.public_key, secret);
    return ERR_OK;
}

static enum errc find_stage(struct stage *st)
{
    struct cli *c = st->c;
    struct endpoint_words given = endpoint_words(c);
    bool keys = str_some(given.public_key) && str_some(given.secret_key);
    if (cli_has(c, "--project") || (!keys && !cli_has(c, "--url")))
        return use_local_data(st);
    TRY(endpoint_find(c, &st->target));
    st->url = arena_fmt(c->ctx.arena, "http://%.*s%.*s", STR_ARG(st->target.authority),
                        STR_ARG(st->target.base_path));
    return ERR_OK;
}

static enum errc leave_stage(struct stage *st)
{
    enum errc rc = ERR_OK;
    net_fini(&st->connection);
    if (str_some(st->key.id))
        rc = meta_key_delete(st->c->meta, &st->c->ctx, st->key.id);
    app_stop(st->app, STOP_GRACE_MS);
    return rc;
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

static enum errc play(struct stage *st, struct demo_options *o, struct demo_result *r)
{
    enum errc rc = find_stage(st);
    if (rc == ERR_OK) {
        net_init(&st->connection, &st->target);
        rc = check_keys(st);
    }
    if (rc == ERR_OK)
        rc = demo_run(&st->c->ctx, o, r);
    enum errc left = leave_stage(st);
    return rc == ERR_OK ? left : rc;
}

int cli_demo(struct cli *c)
{
    int64_t seed = 1;
    struct stage st = {.c = c, .connection.fd = -1, .progress = isatty(STDERR_FILENO)};
    struct demo_options o = {.days = 30,
                             .traces = 2000,
                             .now = clock_now(),
                             .send = send_events,
                             .progress = show_progress,
                             .user = &st};
    struct demo_result r = {0};
    if (!cli_number(c, "--days", 1, 365, &o.days) ||
        !cli_number(c, "--traces", 1, 1000000, &o.traces) ||
        !cli_number(c, "--seed", 0, INT64_MAX, &seed))
        return EXIT_USAGE;
    o.seed = (uint64_t)seed;
    enum errc rc = play(&st, &o, &r);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    print_result(&st, &r);
    return EXIT_FINE;
}
