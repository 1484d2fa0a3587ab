// SPDX-License-Identifier: MIT
// Parts of a body that is too long to be shown at once, cut between characters.
#include "base/limits.h"
#include "ui/trace_view.h"

struct cut {
    const struct trace_view *v;
    const struct body_range *range;
    struct jw *w;
};

// The first boundary of characters at or after `at`.
static size_t boundary(str s, int64_t at)
{
    size_t i = at < 0 ? 0 : (uint64_t)at > s.n ? s.n : (size_t)at;

    while (i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80)
        i++;
    return i;
}

static enum errc cut_write(const struct cut *c, str input, str output, str metadata)
{
    const struct body_range *r = c->range;
    str body = str_eq(r->field, STR("input"))    ? input
               : str_eq(r->field, STR("output")) ? output
               : c->v->is_public                 ? STR_NONE
                                                 : metadata;
    size_t from = boundary(body, r->from), to = boundary(body, r->to);

    if (to > from + LIMIT_BODY_SHOWN)
        to = boundary(body, (int64_t)(from + LIMIT_BODY_SHOWN));
    jw_object(c->w);
    jw_kstr(c->w, STR("text"), to > from ? str_sub(body, from, to - from) : STR(""));
    if (to < body.n)
        jw_ki64(c->w, STR("next"), (int64_t)(to > from ? to : from));
    jw_object_end(c->w);
    return ERR_OK;
}

static enum errc cut_observation(void *user, int64_t position, const struct observation_row *row)
{
    (void)position;
    return cut_write(user, row->observation.input, row->observation.output,
                     row->observation.metadata);
}

static enum errc cut_trace(void *user, const struct trace_row *row)
{
    return cut_write(user, row->trace.input, row->trace.output, row->trace.metadata);
}

enum errc body_range_write(const struct trace_view *v, const struct body_range *r, struct jw *w)
{
    struct cut c = {v, r, w};
    struct trace_ref ref = {v->project, v->trace_id, WANT_IO | WANT_METADATA};
    struct trace_part part = {v->project, v->trace_id, r->id};
    enum errc rc =
        str_eq(r->id, STR("-"))
            ? v->store->ops->trace_get(v->store, v->ctx, &ref, cut_trace, &c)
            : v->store->ops->trace_observation(v->store, v->ctx, &part, 0, cut_observation, &c);

    return rc == ERR_NOT_FOUND ? trace_absent(v->ctx) : rc;
}
