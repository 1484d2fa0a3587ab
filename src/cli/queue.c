// SPDX-License-Identifier: MIT
// rushlight queue status | dead list | dead retry [ID...] | dead drop [ID...]. Only a queue on Redis can be
// looked at from outside; the one in process ends with its process.
#include "app/app.h"
#include "cli/cli.h"
#include "json/write.h"
#include "queue/redis/redis_server.h"
#include "queue/work_queue.h"

#include <stdio.h>

#define OUTPUT_MAX (64u << 10)
#define BODY_SHOWN 200u

static enum errc open_queue(struct cli *c, struct work_queue **out)
{
    if (!config_on_redis(&c->config))
        return fail(&c->ctx, ERR_UNAVAILABLE,
                    "no Redis is set: the queue is inside the server's process, where no command"
                    " sees it; set REDIS_HOST or REDIS_CONNECTION_STRING as the server has it");
    return app_queue_open(&c->ctx, &c->config, out);
}

typedef enum errc queue_step(struct cli *c, struct work_queue *q);

static int with_queue(struct cli *c, queue_step *step)
{
    struct work_queue *q = NULL;
    enum errc rc = open_queue(c, &q);

    if (rc == ERR_OK && q) {
        rc = step(c, q);
        q->ops->close(q);
    }
    return rc == ERR_OK ? EXIT_FINE : cli_fail(c, rc);
}

// ---- Status -------------------------------------------------------------------------------------

static void print_status_json(str where, const struct work_status *st, int64_t age_s)
{
    AUTO(buf_fini) struct buf out = {0};
    struct jw w;

    buf_init(&out, OUTPUT_MAX);
    jw_init(&w, &out);
    jw_object(&w);
    jw_kstr(&w, STR("redis"), where);
    jw_ki64(&w, STR("waiting"), st->waiting);
    jw_ki64(&w, STR("taken"), st->taken);
    jw_ki64(&w, STR("dead"), st->dead);
    jw_ktime(&w, STR("oldest"), st->oldest);
    jw_ki64(&w, STR("oldestSeconds"), age_s);
    jw_object_end(&w);
    printf("%.*s\n", STR_ARG(buf_str(&out)));
}

static enum errc print_status(struct cli *c, struct work_queue *q)
{
    struct redis_server server;
    struct work_status st;

    TRY(app_redis(&c->ctx, &c->config, &server));
    TRY(q->ops->status(q, &c->ctx, &st));
    str where = redis_server_text(c->ctx.arena, &server);
    int64_t age_ms = st.oldest == MILLIS_NONE ? 0 : clock_now() - st.oldest;
    int64_t age_s = age_ms > 0 ? age_ms / 1000 : 0;
    if (cli_has(c, "--json")) {
        print_status_json(where, &st, age_s);
        return ERR_OK;
    }
    printf("redis    %.*s\nwaiting  %lld\ntaken    %lld\ndead     %lld\n", STR_ARG(where),
           (long long)st.waiting, (long long)st.taken, (long long)st.dead);
    if (st.oldest != MILLIS_NONE)
        printf("oldest   %.*s, %lld s ago\n", STR_ARG(time_iso(c->ctx.arena, st.oldest)),
               (long long)age_s);
    return ERR_OK;
}

int cli_queue_status(struct cli *c)
{
    return with_queue(c, print_status);
}

// ---- Dead work ----------------------------------------------------------------------------------

static const char *const dead_columns[] = {"id",          "pushed", "buried",
                                           "#deliveries", "reason", "body"};

struct dead_listing {
    struct listing list;
    bool whole; // bodies as they are, for scripts
};

static enum errc dead_row(void *user, const struct dead_work *d)
{
    struct dead_listing *l = user;
    struct arena *a = l->list.arena;
    const str cells[] = {arena_str(a, d->id),
                         time_iso(a, d->pushed),
                         time_iso(a, d->buried),
                         arena_fmt(a, "%lld", (long long)d->deliveries),
                         arena_str(a, d->reason),
                         arena_str(a, l->whole ? d->body : str_sub(d->body, 0, BODY_SHOWN))};

    listing_add(&l->list, cells);
    return ERR_OK;
}

static enum errc list_dead(struct cli *c, struct work_queue *q)
{
    struct dead_listing l = {.whole = cli_has(c, "--json")};

    listing_init(&l.list, c->ctx.arena, dead_columns, ARRAY_LEN(dead_columns));
    TRY(q->ops->dead_list(q, &c->ctx, 0, dead_row, &l));
    return listing_print(&l.list, l.whole) == EXIT_FINE ? ERR_OK : ERR_IO;
}

static enum errc print_count(struct cli *c, int64_t count, const char *text)
{
    int64_t asked = (int64_t)c->n_args - 1;

    if (cli_has(c, "--json"))
        printf("{\"count\":%lld}\n", (long long)count);
    else
        printf("%s %lld.\n", text, (long long)count);
    if (count >= asked)
        return ERR_OK;
    return fail(&c->ctx, ERR_NOT_FOUND,
                "%lld of the ids are no dead work; `rushlight queue dead list` shows what is",
                (long long)(asked - count));
}

static enum errc retry_dead(struct cli *c, struct work_queue *q)
{
    int64_t count = 0;

    TRY(q->ops->dead_retry(q, &c->ctx, c->args + 1, c->n_args - 1, &count));
    return print_count(c, count, "Given out again:");
}

static enum errc drop_dead(struct cli *c, struct work_queue *q)
{
    int64_t count = 0;

    TRY(q->ops->dead_drop(q, &c->ctx, c->args + 1, c->n_args - 1, &count));
    return print_count(c, count, "Dropped:");
}

int cli_queue_dead(struct cli *c)
{
    static const struct {
        str name;
        queue_step *step;
    } verbs[] = {
        {STR_INIT("list"), list_dead},
        {STR_INIT("retry"), retry_dead},
        {STR_INIT("drop"), drop_dead},
    };
    str verb = c->args[0];

    if (str_eq(verb, STR("list")) && c->n_args > 1)
        return cli_usage_error("list takes no id");
    if (str_eq(verb, STR("drop")) && c->n_args == 1 && !cli_confirmed(c, "dropping all dead work"))
        return EXIT_USAGE;
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (str_eq(verb, verbs[i].name))
            return with_queue(c, verbs[i].step);
    }
    return cli_usage_error("say list, retry or drop, not %.*s", STR_ARG(verb));
}
