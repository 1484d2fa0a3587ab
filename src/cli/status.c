// SPDX-License-Identifier: MIT
// `rushlight status`: how a running server is doing, in one screen - from its own numbers (/metrics), so that
// it works from another machine, too - and what lies in the data directory when that is at hand.
#include "app/app.h"
#include "base/clock.h"
#include "cli/cli.h"
#include "cli/endpoint.h"
#include "cli/status_int.h"
#include "net/http_client.h"

#include <stdio.h>

enum form { FORM_COUNT, FORM_BYTES, FORM_SECONDS };

// Sums over all samples of a name, or over those that have a label. Absent ones are not shown.
static const struct number {
    const char *label, *name, *with;
    enum form form;
} numbers[] = {
    {"up for", "rushlight_uptime_seconds", NULL, FORM_SECONDS},
    {"memory", "process_resident_memory_bytes", NULL, FORM_BYTES},
    {"connections", "rushlight_http_connections", NULL, FORM_COUNT},
    {"events accepted", "rushlight_events_accepted_total", NULL, FORM_COUNT},
    {"events refused", "rushlight_events_refused_total", NULL, FORM_COUNT},
    {"parts cut off", "rushlight_event_parts_cut_total", NULL, FORM_COUNT},
    {"answers 5xx", "rushlight_http_requests_total", "status=\"5xx\"", FORM_COUNT},
    {"answers 4xx", "rushlight_http_requests_total", "status=\"4xx\"", FORM_COUNT},
    {"job failures", "rushlight_job_failures_total", NULL, FORM_COUNT},
    {"waiting for the writer", "rushlight_store_queue_length", NULL, FORM_COUNT},
    {"queue: waiting", "rushlight_queue_waiting", NULL, FORM_COUNT},
    {"queue: taken", "rushlight_queue_taken", NULL, FORM_COUNT},
    {"queue: given up", "rushlight_queue_dead", NULL, FORM_COUNT},
    {"queue: oldest waits", "rushlight_queue_oldest_seconds", NULL, FORM_SECONDS},
    {"traces", "rushlight_store_traces", NULL, FORM_COUNT},
    {"observations", "rushlight_store_observations", NULL, FORM_COUNT},
    {"scores", "rushlight_store_scores", NULL, FORM_COUNT},
    {"stored bytes", "rushlight_store_bytes", NULL, FORM_BYTES},
};

static const char *const columns[] = {"what", "value"};

void status_add(struct listing *l, const char *what, str value)
{
    const str cells[] = {str_c(what), value};
    listing_add(l, cells);
}

str status_bytes(struct arena *a, int64_t n)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double v = (double)n;
    size_t u = 0;
    while (v >= 1024 && u + 1 < ARRAY_LEN(units)) {
        v /= 1024;
        u++;
    }
    return arena_fmt(a, u ? "%.1f %s" : "%.0f %s", v, units[u]);
}

// ---- The server's numbers -----------------------------------------------------------------------

static bool sample_of(str line, const struct number *n, double *value)
{
    str name = str_c(n->name);
    str rest = str_skip(line, name.n);
    if (!str_starts(line, name) || rest.n == 0 || (rest.p[0] != ' ' && rest.p[0] != '{'))
        return false;
    ptrdiff_t close = str_find_char(rest, '}');
    str labels = str_sub(rest, 0, close < 0 ? 0 : (size_t)close);
    rest = str_trim(str_skip(rest, close < 0 ? 0 : (size_t)close + 1));
    return (!n->with || str_has(labels, str_c(n->with))) && str_to_double(rest, value);
}

static bool sum_of(str page, const struct number *n, double *sum)
{
    bool found = false;
    double value = 0;
    str line;
    *sum = 0;
    for (str rest = page; str_next(&rest, '\n', &line);)
        if (sample_of(line, n, &value)) {
            *sum += value;
            found = true;
        } else if (n->with && str_starts(line, str_c(n->name))) {
            found = true; // there are samples, none with the label: zero
        }
    return found;
}

static str shown(struct arena *a, double v, enum form form)
{
    if (form == FORM_BYTES)
        return status_bytes(a, (int64_t)v);
    if (form == FORM_COUNT)
        return arena_fmt(a, "%.0f", v);
    int64_t s = (int64_t)v;
    return s >= 86400 ? arena_fmt(a, "%lld d %lld h", (long long)(s / 86400),
                                  (long long)(s % 86400 / 3600))
                      : arena_fmt(a, "%lld:%02lld:%02lld", (long long)(s / 3600),
                                  (long long)(s % 3600 / 60), (long long)(s % 60));
}

static void add_numbers(struct cli *c, struct listing *l, str page)
{
    double sum = 0;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (sum_of(page, &numbers[i], &sum))
            status_add(l, numbers[i].label, shown(c->ctx.arena, sum, numbers[i].form));
}

// ---- Asking -------------------------------------------------------------------------------------

static enum errc get(struct cli *c, struct net_connection *n, str path, int *status, str *body)
{
    const struct net_call call = {.method = "GET", .path = path};
    struct net_answer answer = {0};
    TRY(net_call(&c->ctx, n, &call, &answer));
    *status = answer.status;
    *body = arena_str(c->ctx.arena, answer.body);
    return ERR_OK;
}

static enum errc ask(struct cli *c, struct listing *l, const struct net_target *target)
{
    struct net_connection n;
    int status = 0;
    str ready = STR_NONE, page = STR_NONE;
    net_init(&n, target);
    enum errc rc = get(c, &n, STR("/api/public/ready"), &status, &ready);
    if (rc == ERR_OK) {
        status_add(l, "server", target->authority);
        status_add(l, "ready", status == 200 ? STR("yes") : ready);
        rc = get(c, &n, STR("/metrics"), &status, &page);
    }
    net_fini(&n);
    TRY(rc);
    add_numbers(c, l, page);
    return ERR_OK;
}

// --url, else the server that holds the data directory. ERR_NOT_FOUND: none runs.
static enum errc find_server(struct cli *c, struct net_target *out)
{
    struct running_server s = {0};
    str url = cli_option(c, "--url");
    if (!str_some(url)) {
        if (!data_dir_server(c->ctx.arena, c->config.data_dir, &s))
            return ERR_NOT_FOUND;
        url = s.url;
    }
    return net_target_parse(&c->ctx, url, out);
}

int cli_status(struct cli *c)
{
    struct listing l;
    struct net_target target = {0};
    listing_init(&l, c->ctx.arena, columns, ARRAY_LEN(columns));
    enum errc rc = find_server(c, &target);
    bool running = rc == ERR_OK;
    if (running)
        rc = ask(c, &l, &target);
    else if (rc == ERR_NOT_FOUND)
        status_add(&l, "server", STR("none runs on this data directory"));
    if (rc != ERR_OK && rc != ERR_NOT_FOUND)
        return cli_fail(c, rc);
    if (!cli_has(c, "--url"))
        status_files(c, &l);
    int printed = listing_print(&l, cli_has(c, "--json"));
    return running ? printed : EXIT_FAILED;
}
