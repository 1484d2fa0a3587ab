// SPDX-License-Identifier: MIT
// Writing into the store beside the API was rejected: a second way in would be a second truth.
#include "cli/stage.h"

enum { KEY_WAIT_MS = 5000, KEY_POLL_MS = 50, STOP_GRACE_MS = 2000 };

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

static enum errc use_local_data(struct stage *st, const char *note)
{
    struct cli *c = st->c;
    struct meta_project project = {0};
    str secret = STR_NONE;
    TRY(cli_open_meta(c));
    TRY(find_project(c, &project));
    TRY(find_server(st));
    st->key = (struct meta_key){.project_id = project.id, .note = str_c(note)};
    TRY(key_generate(c->auth, &c->ctx, &st->key, &secret));
    st->target.credentials = net_basic(c->ctx.arena, st->key.public_key, secret);
    return ERR_OK;
}

static enum errc find_stage(struct stage *st, const char *note)
{
    struct cli *c = st->c;
    struct endpoint_words given = endpoint_words(c);
    bool keys = str_some(given.public_key) && str_some(given.secret_key);
    if (cli_has(c, "--project") || (!keys && !cli_has(c, "--url")))
        return use_local_data(st, note);
    TRY(endpoint_find(c, &st->target));
    st->url = arena_fmt(c->ctx.arena, "http://%.*s%.*s", STR_ARG(st->target.authority),
                        STR_ARG(st->target.base_path));
    return ERR_OK;
}

enum errc stage_leave(struct stage *st)
{
    enum errc rc = ERR_OK;
    net_fini(&st->connection);
    if (str_some(st->key.id))
        rc = meta_key_delete(st->c->meta, &st->c->ctx, st->key.id);
    app_stop(st->app, STOP_GRACE_MS);
    return rc;
}

enum errc stage_find(struct cli *c, const char *note, struct stage *out)
{
    *out = (struct stage){.c = c, .connection.fd = -1};
    TRY(find_stage(out, note));
    net_init(&out->connection, &out->target);
    return check_keys(out);
}

enum errc stage_send(struct stage *st, struct ctx *ctx, str body, str *answer)
{
    const struct net_call call = {"POST", STR("/api/public/ingestion"), STR("application/json"),
                                  body};
    struct net_answer got = {0};

    TRY(net_call(ctx, &st->connection, &call, &got));
    if (got.status != 207)
        return fail(ctx, ERR_UNAVAILABLE, "the server answered %d: %.*s", got.status,
                    STR_ARG(str_sub(got.body, 0, 400)));
    *answer = got.body;
    return ERR_OK;
}
