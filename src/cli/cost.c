// SPDX-License-Identifier: MIT
// `rushlight cost`: asks a server for its metrics, takes a table of prices, prints where the money goes,
// what the plan had said, and which limit comes first. Without a server it says so and counts what
// the plan reserves.
#include "app/app.h"
#include "base/limits.h"
#include "cli/endpoint.h"
#include "cost/cost.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { JSON_MAX = 1 << 20 };

// ---- Input --------------------------------------------------------------------------------------

static enum errc read_file(struct cli *c, str path, str *out)
{
    char *text = arena_alloc(c->ctx.arena, LIMIT_PRICES_BYTES);
    size_t n = 0;
    ssize_t got = 1;
    int fd = open(arena_cstr(c->ctx.arena, path), O_RDONLY | O_CLOEXEC);

    while (fd >= 0 && text && got > 0 && n < LIMIT_PRICES_BYTES) {
        got = read(fd, text + n, LIMIT_PRICES_BYTES - n);
        n += got > 0 ? (size_t)got : 0;
    }
    if (fd >= 0)
        close(fd);
    if (fd < 0 || !text || got != 0)
        return fail(&c->ctx, ERR_INVALID,
                    "--prices %.*s cannot be read; check path, rights and"
                    " size (1 MiB)",
                    STR_ARG(path));
    *out = str_make(text, n);
    return ERR_OK;
}

static enum errc read_table(struct cli *c, struct cost_table *out)
{
    str path = cli_option(c, "--prices");
    str text = cost_table_builtin();
    if (str_some(path))
        TRY(read_file(c, path, &text));
    return cost_table_parse(&c->ctx, text, out);
}

static enum errc find_server(struct cli *c, struct net_target *out)
{
    struct endpoint_words w = endpoint_words(c);
    struct running_server s = {0};
    str url = w.url;

    if (!str_some(url) && data_dir_server(c->ctx.arena, c->config.data_dir, &s) && s.port != 0) {
        str host = str_eq(s.host, STR("0.0.0.0")) ? STR("127.0.0.1")
                   : str_eq(s.host, STR("::"))    ? STR("[::1]")
                                                  : s.host;
        url = arena_fmt(c->ctx.arena, "http://%.*s:%lld%.*s", STR_ARG(host), (long long)s.port,
                        STR_ARG(s.base_path));
    }
    return net_target_parse(&c->ctx, str_some(url) ? url : STR("http://127.0.0.1:3000"), out);
}

// The metrics' text; empty, with a word to standard error, when no server answers.
static enum errc read_metrics(struct cli *c, str *out)
{
    struct net_target target = {0};
    struct net_connection connection;
    const struct net_call call = {.method = "GET", .path = STR("/metrics")};
    struct net_answer answer = {0};

    TRY(find_server(c, &target));
    net_init(&connection, &target);
    enum errc rc = net_call(&c->ctx, &connection, &call, &answer);
    if (rc == ERR_OK && answer.status == 200)
        *out = arena_cat(c->ctx.arena, answer.body, STR("\n"));
    else
        (void)fprintf(stderr,
                      "rushlight: no metrics from http://%.*s%.*s (%.*s), so nothing is measured:"
                      " start the server or name it with --url\n",
                      STR_ARG(target.authority), STR_ARG(target.base_path),
                      STR_ARG(rc == ERR_OK ? STR("an answer of another kind") : c->ctx.message));
    net_fini(&connection);
    return ERR_OK;
}

// ---- Output -------------------------------------------------------------------------------------

static void print_line(const struct cost_provider *p, const struct cost_usage *usage,
                       const struct cost_sum *sum, enum cost_part i)
{
    const struct cost_quantity *q = &usage->parts[i];
    const struct cost_price *price = &p->prices[i];

    (void)printf("  %-22s %12.6g %-10s  ", cost_part_kinds[i].doc, q->amount,
                 cost_part_kinds[i].quantity);
    if (sum->lines[i].priced)
        (void)printf("%10.2f %.*s  %8.2f USD", sum->lines[i].amount, STR_ARG(price->currency),
                     sum->lines[i].usd);
    else
        (void)printf("%26s", "no price in the table");
    (void)printf("  %s: %s\n", cost_origin_names[q->origin], q->note);
}

static void print_prices(const struct cost_provider *p)
{
    (void)printf("\nPrices\n");
    for (size_t i = 0; i < COST_PARTS; i++)
        if (p->prices[i].known)
            (void)printf("  %-22s %.*s, %.*s: %.*s\n", cost_part_kinds[i].doc,
                         STR_ARG(p->prices[i].text), STR_ARG(p->prices[i].date),
                         STR_ARG(p->prices[i].source));
}

static void print_plan(const struct cost_question *q, const struct cost_growth *plan)
{
    (void)printf("\nThe plan said\n");
    for (size_t i = 0; i < q->table->n_estimates; i++) {
        const struct cost_estimate *e = &q->table->estimates[i];
        if (str_eq(e->provider, q->provider->id))
            (void)printf("  %-22.*s %g to %g %.*s, %.*s: %.*s\n", STR_ARG(e->part), e->low, e->high,
                         STR_ARG(e->currency), STR_ARG(e->date), STR_ARG(e->source));
    }
    (void)printf("  up to %-16g %g to %g USD, %.*s: %.*s\n", plan->users, plan->low_usd,
                 plan->high_usd, STR_ARG(plan->date), STR_ARG(plan->source));
}

static void print_triggers(const struct cost_usage *usage)
{
    enum cost_trigger nearest = cost_trigger_nearest(usage);

    (void)printf("\nLimits to grow at\n");
    for (enum cost_trigger i = 0; i < COST_TRIGGERS; i++) {
        const struct cost_trigger_kind *k = &cost_trigger_kinds[i];
        double scale = k->is_share ? 100 : 1;
        const char *unit = k->is_share ? " %" : "";
        if (!usage->triggers[i].known) {
            (void)printf("  %-8s not measured; limit %g%s (%s)\n", k->name, k->limit * scale, unit,
                         k->doc);
            continue;
        }
        double share = cost_trigger_share(usage, i);
        (void)printf("  %-8s %.0f%s of %g%s (%s)%s%s%s\n", k->name,
                     usage->triggers[i].value * scale, unit, k->limit * scale, unit, k->doc,
                     i == nearest ? " <- nearest" : "", share >= 1 ? ", reached: needs " : "",
                     share >= 1 ? k->cure : "");
    }
}

static void print_report(const struct cost_question *q)
{
    struct cost_usage usage;
    struct cost_sum sum;
    const struct cost_growth *plan;

    cost_usage_read(q->table, q->metrics, &usage);
    plan = cost_growth_for(q->table, usage.users);
    if (q->users > 0)
        cost_usage_project(q->table, q->users, &usage, &plan);
    cost_sum(q->table, q->provider, &usage, &sum);
    (void)printf("%.*s, a month of %d hours, %s%g users", STR_ARG(q->provider->name), COST_HOURS,
                 q->users > 0 ? "projected to " : "", usage.users);
    if (q->metrics.n > 0)
        (void)printf("; watched for %.3g hours\n", usage.hours);
    else
        (void)printf("; no server was asked\n");
    if (usage.embedded)
        (void)printf("This server keeps everything in its data directory: nothing of this is rented"
                     " today.\nIt is what the production topology would cost for the same use.\n");
    (void)printf("\n");
    for (enum cost_part i = 0; i < COST_PARTS; i++)
        print_line(q->provider, &usage, &sum, i);
    (void)printf("  %-22s %12s %-10s  %14s  %8.2f USD%s\n", "sum", "", "", "", sum.usd,
                 sum.unpriced ? ", without what has no price" : "");
    print_prices(q->provider);
    print_plan(q, plan);
    print_triggers(&usage);
}

static int print_json(struct cli *c, const struct cost_question *q)
{
    struct buf out = {0};
    struct jw w;

    buf_init(&out, JSON_MAX);
    jw_init(&w, &out);
    jw_object(&w);
    cost_write_json(&w, q);
    jw_object_end(&w);
    bool ok = buf_ok(&out);
    if (ok)
        (void)printf("%.*s\n", STR_ARG(buf_str(&out)));
    buf_fini(&out);
    return ok ? EXIT_FINE : cli_fail(c, ERR_NOMEM);
}

int cli_cost(struct cli *c)
{
    struct cost_table table;
    struct cost_question q = {.table = &table};
    str wanted = cli_option(c, "--provider");
    int64_t users = 0;

    if (!cli_number(c, "--users", 1, LIMIT_COST_USERS, &users))
        return EXIT_USAGE;
    enum errc rc = read_table(c, &table);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    q.provider = str_some(wanted) ? cost_provider_find(&table, wanted) : &table.providers[0];
    if (!q.provider)
        return cli_usage_error("--provider %.*s is not in the table of prices", STR_ARG(wanted));
    rc = read_metrics(c, &q.metrics);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    q.users = (double)users;
    if (cli_has(c, "--json"))
        return print_json(c, &q);
    print_report(&q);
    return EXIT_FINE;
}
