// SPDX-License-Identifier: MIT
// The overview (Overview of web/src/api/ui.ts).
#include "api/reply.h"
#include "ui/message_json.h"
#include "ui/question.h"
#include "ui/tables.h"

#include <math.h>
#include <stdio.h>

// ---- figures

struct figure {
    const char *key;
    str name; // of the score; else none
    double value, before;
    double (*at)(const struct overview *o, size_t bucket);
};

static double share(const struct amounts *a)
{
    return a->n ? (double)a->errors / (double)a->n : (double)NAN;
}

static double traces_at(const struct overview *o, size_t b)
{
    return (double)o->buckets[b].n;
}

static double errors_at(const struct overview *o, size_t b)
{
    return share(&o->buckets[b]);
}

static double cost_at(const struct overview *o, size_t b)
{
    return picos_to_double(o->buckets[b].cost);
}

static double p95_at(const struct overview *o, size_t b)
{
    return o->latency[b].p95;
}

static double tokens_at(const struct overview *o, size_t b)
{
    return (double)o->buckets[b].tokens;
}

static double quality_at(const struct overview *o, size_t b)
{
    return o->n_scores ? o->scores[0].values[b] : (double)NAN;
}

static void figure_write(struct jw *w, const struct overview *o, const struct figure *f)
{
    jw_object(w);
    jw_kstr(w, STR("key"), str_c(f->key));
    jw_some(w, STR("name"), f->name);
    number_some(w, STR("value"), f->value);
    number_some(w, STR("before"), f->before);
    jw_key(w, STR("spark"));
    jw_array(w);
    for (size_t b = 0; b < o->n_buckets; b++)
        jw_double(w, f->at(o, b));
    jw_array_end(w);
    jw_object_end(w);
}

static void figures_write(struct jw *w, const struct overview *o)
{
    const struct score_figures *quality = o->n_scores ? &o->scores[0] : NULL;
    const struct figure figures[] = {
        {"traces", STR_NONE, (double)o->total.n, (double)o->before.n, traces_at},
        {"errors", STR_NONE, share(&o->total), share(&o->before), errors_at},
        {"cost", STR_NONE, picos_to_double(o->total.cost), picos_to_double(o->before.cost),
         cost_at},
        {"p95", STR_NONE, o->total_latency.p95, o->before_latency.p95, p95_at},
        {"tokens", STR_NONE, (double)o->total.tokens, (double)o->before.tokens, tokens_at},
        {"quality", quality ? quality->name : STR_NONE, quality ? quality->mean : (double)NAN,
         quality ? quality->mean_before : (double)NAN, quality_at},
    };

    jw_key(w, STR("figures"));
    jw_array(w);
    for (size_t i = 0; i < ARRAY_LEN(figures); i++)
        figure_write(w, o, &figures[i]);
    jw_array_end(w);
}

// ---- attention

// A value of the query language, quoted where it must be.
static str quoted(struct arena *a, str value)
{
    bool plain = value.n > 0;

    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        plain &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '-' || c == '_' || c == '.' || c == '/';
    }
    if (plain)
        return value;
    AUTO(buf_fini) struct buf b = {0};
    buf_init(&b, 1u << 16);
    json_escape(&b, value);
    return arena_fmt(a, "\"%.*s\"", STR_ARG(buf_str(&b)));
}

// The longest run of the message that has no replaced number in it.
static str telling(str message)
{
    str best = STR_NONE, part;

    for (str rest = message; str_next(&rest, '#', &part);) {
        part = str_trim(part);
        if (part.n > best.n)
            best = part;
    }
    return best;
}

static str trouble_query(struct arena *a, const struct trouble *t)
{
    str name = t->name.n ? arena_fmt(a, "name:%.*s ", STR_ARG(quoted(a, t->name))) : STR("");
    str words = telling(t->message);

    if (t->kind == TROUBLE_COST || t->kind == TROUBLE_LATENCY)
        return str_trim(name);
    return arena_fmt(a, "%.*slevel:%s%s%.*s", STR_ARG(name),
                     t->kind == TROUBLE_ERROR ? "error" : "warning", words.n ? " " : "",
                     STR_ARG(words.n ? quoted(a, words) : STR("")));
}

static str trouble_detail(struct arena *a, const struct trouble *t)
{
    if (t->kind == TROUBLE_COST)
        return arena_fmt(a, "$%.4g per trace, before $%.4g (+%.0f %%)", t->now, t->before,
                         100 * (t->now / t->before - 1));
    if (t->kind == TROUBLE_LATENCY)
        return arena_fmt(a, "p95 %.2f s, before %.2f s (+%.0f %%)", t->now / 1000, t->before / 1000,
                         100 * (t->now / t->before - 1));
    return t->message.n ? t->message : STR("without a message");
}

static void troubles_write(struct jw *w, struct arena *a, const struct overview *o)
{
    static const str kinds[] = {STR_INIT("error"), STR_INIT("warning"), STR_INIT("cost"),
                                STR_INIT("latency")};

    jw_key(w, STR("attention"));
    jw_array(w);
    for (size_t i = 0; i < o->n_troubles; i++) {
        const struct trouble *t = &o->troubles[i];
        jw_object(w);
        jw_kstr(w, STR("kind"), kinds[t->kind]);
        jw_kstr(w, STR("title"), t->name.n ? t->name : STR("(no name)"));
        jw_kstr(w, STR("detail"), trouble_detail(a, t));
        jw_ki64(w, STR("n"), t->n);
        if (t->since != MILLIS_NONE)
            jw_ki64(w, STR("since"), t->since);
        jw_kstr(w, STR("q"), trouble_query(a, t));
        jw_object_end(w);
    }
    jw_array_end(w);
}

// ---- over time

static void names_p95_write(struct jw *w, const struct overview *o)
{
    jw_key(w, STR("latencyByName"));
    jw_array(w);
    for (size_t i = 0; i < o->n_names_p95; i++) {
        jw_object(w);
        jw_kstr(w, STR("key"), o->names_p95[i].name);
        numbers_write(w, STR("p95"), o->names_p95[i].p95, o->n_buckets);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void cost_write_by(struct jw *w, const struct overview *o)
{
    static const str keys[] = {STR_INIT("model"), STR_INIT("user"), STR_INIT("name")};

    jw_key(w, STR("cost"));
    jw_object(w);
    for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
        jw_key(w, keys[k]);
        jw_array(w);
        for (size_t i = 0; i < o->n_cost[k]; i++) {
            const struct series *s = &o->cost[k][i];
            jw_object(w);
            jw_kstr(w, STR("key"), s->key);
            money_member(w, STR("sum"), s->sum);
            picos_array_write(w, STR("values"), s->values, o->n_buckets);
            jw_object_end(w);
        }
        jw_array_end(w);
    }
    jw_object_end(w);
}

// ---- scores and top lists

static void strip_write(struct jw *w, struct arena *a, const struct score_figures *f)
{
    size_t bars = ARRAY_LEN(f->strip);
    double step = f->max > f->min ? (f->max - f->min) / (double)bars : 0;

    jw_key(w, STR("strip"));
    jw_array(w);
    for (size_t i = 0; i < (step > 0 ? bars : 1); i++) {
        double low = f->min + (double)i * step;
        jw_object(w);
        jw_kstr(w, STR("label"),
                step > 0 ? arena_fmt(a, "%.3g\xe2\x80\x93%.3g", low, low + step)
                         : arena_fmt(a, "%.3g", low));
        jw_ki64(w, STR("n"), f->strip[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void scores_figures_write(struct jw *w, struct arena *a, const struct overview *o)
{
    jw_key(w, STR("scores"));
    jw_array(w);
    for (size_t i = 0; i < o->n_scores; i++) {
        const struct score_figures *f = &o->scores[i];
        jw_object(w);
        jw_kstr(w, STR("name"), f->name);
        jw_ki64(w, STR("n"), f->n);
        number_some(w, STR("mean"), f->mean);
        number_some(w, STR("before"), f->mean_before);
        strip_write(w, a, f);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void named_write(struct jw *w, str key, const struct named *items, size_t n)
{
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kstr(w, STR("key"), items[i].key);
        jw_ki64(w, STR("n"), items[i].amounts.n);
        jw_ki64(w, STR("errors"), items[i].amounts.errors);
        number_some(w, STR("p95"), items[i].p95);
        money_member(w, STR("cost"), items[i].amounts.cost);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void slowest_write(struct jw *w, const struct overview *o)
{
    jw_key(w, STR("slowest"));
    jw_array(w);
    for (size_t i = 0; i < o->n_slowest; i++) {
        const struct slow_call *c = &o->slowest[i];
        jw_object(w);
        jw_kstr(w, STR("trace"), c->trace_id);
        jw_kstr(w, STR("observation"), c->observation_id);
        jw_some(w, STR("name"), c->name);
        jw_some(w, STR("model"), c->model);
        jw_ki64(w, STR("latency"), c->latency);
        money_member(w, STR("cost"), c->cost);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static enum errc overview(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct arena *a = rq->ctx->arena;
    struct overview *o = ARENA_NEW(a, struct overview);
    struct question question;
    struct jw w;

    TRY(question_read(api, rq, &question));
    if (!o)
        return fail(rq->ctx, ERR_NOMEM, "Out of memory for this request");
    TRY(api->store->insight->overview(api->store, rq->ctx, &question.query, o));
    reply_object(rs, &w);
    range_write(&w, &question.query, true);
    jw_kbool(&w, STR("empty"), o->empty);
    if (o->newest != MILLIS_NONE)
        jw_ki64(&w, STR("newest"), o->newest);
    figures_write(&w, o);
    troubles_write(&w, a, o);
    amounts_write(&w, STR("n"), o->buckets, o->n_buckets, AMOUNT_N);
    amounts_write(&w, STR("errors"), o->buckets, o->n_buckets, AMOUNT_ERRORS);
    amounts_write(&w, STR("warnings"), o->buckets, o->n_buckets, AMOUNT_WARNINGS);
    latencies_write(&w, o->latency, o->n_buckets);
    names_p95_write(&w, o);
    cost_write_by(&w, o);
    scores_figures_write(&w, a, o);
    named_write(&w, STR("names"), o->names, o->n_names);
    named_write(&w, STR("users"), o->users, o->n_users);
    slowest_write(&w, o);
    if (o->partial)
        jw_kbool(&w, STR("partial"), true);
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

static const struct param overview_params[] = {QUESTION_Q, QUESTION_RANGE};

const struct route ui_overview_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/ui/{projectId}/overview",
     .handler = overview,
     .auth = AUTH_SESSION,
     .params = overview_params,
     .n_params = ARRAY_LEN(overview_params),
     .doc = "Figures of a range beside the one before it"},
};
const size_t ui_overview_routes_n = ARRAY_LEN(ui_overview_routes);
