// SPDX-License-Identifier: MIT
// What a trace's observations add up to (trace_stats.h). Pure.
#include "store/trace_stats.h"

#include "base/attr.h"
#include "base/limits.h"
#include "base/utf8.h"

_Static_assert(ARRAY_LEN(((struct trace_stats *)0)->models) == LIMIT_TRACE_MODELS, "one limit");

void stats_init(struct trace_stats *t)
{
    *t = (struct trace_stats){
        .first_start = MILLIS_NONE, .last_start = MILLIS_NONE, .last_end = MILLIS_NONE};
}

void take_min_time(millis *a, millis v)
{
    if (v != MILLIS_NONE && (*a == MILLIS_NONE || v < *a))
        *a = v;
}

void take_max_time(millis *a, millis v)
{
    if (v != MILLIS_NONE && (*a == MILLIS_NONE || v > *a))
        *a = v;
}

// Costliest first; what does not fit is left out.
void stats_use_add(struct trace_stats *t, const struct model_use *u)
{
    size_t i = 0;

    while (i < t->n_models && !str_eq(t->models[i].model, u->model))
        i++;
    if (i == LIMIT_TRACE_MODELS)
        return;
    if (i == t->n_models)
        t->models[t->n_models++] = (struct model_use){.model = u->model};
    struct model_use sum = t->models[i];
    sum.n += u->n;
    sum.tokens += u->tokens;
    sum.cost = picos_add(sum.cost, u->cost);
    for (; i > 0 && t->models[i - 1].cost < sum.cost; i--)
        t->models[i] = t->models[i - 1];
    t->models[i] = sum;
}

static void call_add(struct trace_stats *t, const struct observation *o, int64_t tokens, picos cost)
{
    if (!str_some(o->model) || !o->model.n)
        return;
    stats_use_add(t, &(struct model_use){o->model, 1, tokens, cost});
    if (o->end_time != MILLIS_NONE && o->end_time - o->start_time > t->slowest)
        t->slowest = o->end_time - o->start_time;
}

// `t` counts the observation already: it is the first of its level, or the first that says why.
static void error_note(struct trace_stats *t, const struct observation *o)
{
    bool error = o->level == LEVEL_ERROR, first = (error ? t->n_error : t->n_warning) == 1;

    if (o->level < LEVEL_WARNING || (!error && t->n_error))
        return;
    if (first || !t->error.n)
        t->error = utf8_cut(o->status_message, LIMIT_PREVIEW_BYTES);
}

void stats_add(struct trace_stats *t, const struct observation *o)
{
    struct usage_totals u = usage_totals(&o->usage);
    struct cost_totals c = cost_totals(&o->cost);

    t->n_observations++;
    t->n_error += o->level == LEVEL_ERROR;
    t->n_warning += o->level == LEVEL_WARNING;
    t->n_default += o->level == LEVEL_DEFAULT;
    t->n_debug += o->level == LEVEL_DEBUG;
    t->n_ended += o->end_time != MILLIS_NONE;
    take_min_time(&t->first_start, o->start_time);
    take_max_time(&t->last_start, o->start_time);
    take_max_time(&t->last_end, o->end_time);
    t->input_tokens += u.input;
    t->output_tokens += u.output;
    t->total_tokens += u.total;
    t->input_cost = picos_add(t->input_cost, c.input);
    t->output_cost = picos_add(t->output_cost, c.output);
    t->total_cost = picos_add(t->total_cost, c.total);
    call_add(t, o, u.total, c.total);
    error_note(t, o);
}

void root_note(struct root_words *root, const struct observation *o)
{
    if (str_some(o->parent_id) || (root->start != MILLIS_NONE && root->start <= o->start_time))
        return;
    *root = (struct root_words){o->start_time, o->type, o->preview_in, o->preview_out};
}

bool stats_sum(struct trace_stats *t, const struct trace_stats *d)
{
    int64_t *const a[] = {&t->n_observations, &t->n_error,       &t->n_warning,
                          &t->n_default,      &t->n_debug,       &t->n_ended,
                          &t->input_tokens,   &t->output_tokens, &t->total_tokens};
    const int64_t b[] = {d->n_observations, d->n_error,       d->n_warning,
                         d->n_default,      d->n_debug,       d->n_ended,
                         d->input_tokens,   d->output_tokens, d->total_tokens};

    bool unsure = (d->n_error && t->n_error) || (d->n_warning && t->n_warning && !t->n_error);

    if (d->n_error || (d->n_warning && !t->n_error))
        t->error = d->error;
    for (size_t i = 0; i < ARRAY_LEN(a); i++)
        *a[i] += b[i];
    for (size_t i = 0; i < d->n_models; i++)
        stats_use_add(t, &d->models[i]);
    t->slowest = d->slowest > t->slowest ? d->slowest : t->slowest;
    t->input_cost = picos_add(t->input_cost, d->input_cost);
    t->output_cost = picos_add(t->output_cost, d->output_cost);
    t->total_cost = picos_add(t->total_cost, d->total_cost);
    take_min_time(&t->first_start, d->first_start);
    take_max_time(&t->last_start, d->last_start);
    take_max_time(&t->last_end, d->last_end);
    return unsure; // which error was first
}
