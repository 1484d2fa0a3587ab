// SPDX-License-Identifier: MIT
// Observations, v2: cursor list with field groups (api.md 3.2). Absent strings are "" here, as recorded;
// I/O is the stored text, metadata values are cut to 200 characters unless asked for.
#include "api/cursor.h"
#include "api/observation_query.h"
#include "api/tables.h"
#include "api/trace_json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "model/usage.h"
#include "otlp/otlp.h"

#include <math.h>

enum group {
    V2_CORE = 1,
    V2_BASIC = 2,
    V2_TIME = 4,
    V2_IO = 8,
    V2_METADATA = 16,
    V2_MODEL = 32,
    V2_USAGE = 64,
    V2_PROMPT = 128,
    V2_METRICS = 256,
    V2_TRACE = 512
};
static const char *const group_names[] = {"core",     "basic",         "time",  "io",
                                          "metadata", "model",         "usage", "prompt",
                                          "metrics",  "trace_context", NULL};
#define METADATA_CUT 200

struct writer {
    struct jw w;
    struct api *api;
    struct http_req *rq;
    str project, expand;
    unsigned groups;
    int64_t limit, n;
    struct observation_cursor last; // of the last row written
};

static str text_or_empty(str s)
{
    return str_some(s) ? s : STR("");
}

static void core_write(struct writer *ow, const struct observation *o)
{
    struct jw *w = &ow->w;

    jw_kstr(w, STR("id"), o->id);
    jw_kstr(w, STR("traceId"), o->trace_id);
    jw_ktime(w, STR("startTime"), o->start_time);
    jw_ktime(w, STR("endTime"), o->end_time);
    jw_kstr(w, STR("projectId"), ow->project);
    jw_kstr(w, STR("parentObservationId"), o->parent_id);
    jw_kstr(w, STR("type"), observation_type_name(o->type));
}

// A batch row shows its trace's fields, a span its own (ingestion.md 3.6).
static str own_or_trace(const struct observation_row *row, str own, str of_trace)
{
    if (row->observation.source == SOURCE_OTLP && !row->synthetic)
        return text_or_empty(own);
    return text_or_empty(str_some(own) ? own : of_trace);
}

static void basic_write(struct writer *ow, const struct observation_row *row)
{
    const struct observation *o = &row->observation;
    struct jw *w = &ow->w;

    jw_kstr(w, STR("name"), text_or_empty(o->name));
    jw_kstr(w, STR("level"), observation_level_name(o->level));
    jw_kstr(w, STR("statusMessage"), text_or_empty(o->status_message));
    jw_kstr(w, STR("version"), own_or_trace(row, o->version, row->trace_version));
    jw_kstr(w, STR("environment"), str_some(o->environment) ? o->environment : STR("default"));
    jw_kbool(w, STR("bookmarked"), o->bookmarked);
    jw_kbool(w, STR("public"), o->is_public);
    jw_kstr(w, STR("userId"), own_or_trace(row, o->user_id, row->trace_user_id));
    jw_kstr(w, STR("sessionId"), own_or_trace(row, o->session_id, row->trace_session_id));
    jw_kbool(w, STR("isRootObservation"), !str_some(o->parent_id) || o->is_app_root);
}

static bool expanded(const struct writer *ow, str key)
{
    str part;

    if (ow->groups & V2_IO)
        return true;
    for (str rest = ow->expand; str_next(&rest, ',', &part);) {
        if (str_eq(str_trim(part), key))
            return true;
    }
    return false;
}

static void metadata_v2_write(struct writer *ow, const struct observation *o)
{
    struct arena *a = ow->rq->ctx->arena;
    AUTO(buf_fini) struct buf flat = {0};
    struct jw *w = &ow->w;

    buf_init(&flat, LIMIT_PACK_BYTES);
    if (o->source == SOURCE_OTLP && str_some(o->metadata))
        otlp_metadata_flatten(&flat, a, o->metadata);
    str text = flat.len ? buf_str(&flat) : o->metadata;
    const struct json *m = str_some(text) ? json_try(a, text) : NULL;
    jw_object(w);
    for (struct json_iter it = json_iter(m); json_next(&it);) {
        str v = json_is(it.value, JSON_NULL) ? STR("null") : json_stored(a, it.value);
        jw_key(w, it.key);
        if (v.n > METADATA_CUT && !expanded(ow, it.key) && utf8_units(v) > METADATA_CUT)
            jw_str(w, utf8_cut_units(v, METADATA_CUT));
        else
            jw_stored(w, a, v);
    }
    jw_object_end(w);
}

static void model_write(struct writer *ow, const struct observation *o)
{
    struct jw *w = &ow->w;

    jw_kstr(w, STR("model"), text_or_empty(o->model));
    jw_kstr(w, STR("internalModelId"), text_or_empty(o->model_id));
    jw_kraw(w, STR("modelParameters"),
            str_some(o->model_parameters) ? o->model_parameters : STR("{}"));
}

static bool cost_contains(const struct cost_map *c, const char *word)
{
    for (size_t i = 0; i < c->n; i++) {
        if (str_has(c->items[i].key, str_c(word)))
            return true;
    }
    return false;
}

static void cost_or_null(struct jw *w, str key, bool some, picos v)
{
    jw_key(w, key);
    if (some)
        jw_money(w, v);
    else
        jw_null(w);
}

static void usage_v2_write(struct writer *ow, const struct observation *o)
{
    struct usage_totals u = usage_totals(&o->usage);
    struct cost_totals c = cost_totals(&o->cost);
    AUTO(buf_fini) struct buf b = {0};
    struct jw *w = &ow->w;

    buf_init(&b, 64u << 10);
    usage_write(&b, &o->usage);
    jw_kraw(w, STR("usageDetails"), buf_str(&b));
    jw_ki64(w, STR("inputUsage"), u.input);
    jw_ki64(w, STR("outputUsage"), u.output);
    jw_ki64(w, STR("totalUsage"), u.total);
    buf_clear(&b);
    cost_write(&b, &o->cost);
    jw_kraw(w, STR("costDetails"), buf_str(&b));
    cost_or_null(w, STR("inputCost"), cost_contains(&o->cost, "input"), c.input);
    cost_or_null(w, STR("outputCost"), cost_contains(&o->cost, "output"), c.output);
    cost_or_null(w, STR("totalCost"), true, c.total);
    jw_kstr(w, STR("usagePricingTierId"), o->tier_id);
    jw_kstr(w, STR("usagePricingTierName"), o->tier_name);
}

static void prompt_write(struct writer *ow, const struct observation *o)
{
    struct jw *w = &ow->w;

    jw_kstr(w, STR("promptId"), text_or_empty(o->prompt_id));
    jw_kstr(w, STR("promptName"), text_or_empty(o->prompt_name));
    jw_key(w, STR("promptVersion"));
    if (o->prompt_version == INT64_MIN)
        jw_null(w);
    else
        jw_i64(w, o->prompt_version);
}

static void trace_context_write(struct writer *ow, const struct observation_row *row)
{
    const struct observation *o = &row->observation;
    const struct tag_list *tags =
        o->source == SOURCE_OTLP || o->tags.n ? &o->tags : &row->trace_tags;
    struct jw *w = &ow->w;

    str name = own_or_trace(row, o->trace_name, row->trace_name);
    jw_kstr(w, STR("traceName"), name.n ? name : STR_NONE);
    jw_kstr(w, STR("release"), own_or_trace(row, o->release, row->trace_release));
    jw_key(w, STR("tags"));
    jw_array(w);
    for (size_t i = 0; i < tags->n; i++)
        jw_str(w, tags->items[i]);
    jw_array_end(w);
}

static void price_text(struct jw *w, str key, const struct price_amount *p)
{
    AUTO(buf_fini) struct buf b = {0};

    jw_key(w, key);
    buf_init(&b, 128);
    if (p->some)
        attos_write_short(&b, p->v);
    jw_str(w, p->some ? buf_str(&b) : STR_NONE);
}

// As recorded, a duration of zero counts as unknown here.
static double some_seconds(millis from, millis to)
{
    return from == to ? (double)NAN : seconds_between(from, to);
}

// These stand in every answer; prices are decimal texts, filled only with the model group.
static void always_write(struct writer *ow, const struct observation *o)
{
    struct price_view prices = {0};
    struct jw *w = &ow->w;

    if (ow->groups & V2_MODEL)
        prices = price_view_of(ow->api->pricing, ow->project, o);
    jw_seconds(w, STR("latency"), some_seconds(o->start_time, o->end_time));
    jw_seconds(w, STR("timeToFirstToken"), some_seconds(o->start_time, o->completion_start_time));
    jw_kstr(w, STR("modelId"), ow->groups & V2_MODEL ? o->model_id : STR_NONE);
    price_text(w, STR("inputPrice"), &prices.input);
    price_text(w, STR("outputPrice"), &prices.output);
    price_text(w, STR("totalPrice"), &prices.total);
}

static void groups_write(struct writer *ow, const struct observation_row *row)
{
    const struct observation *o = &row->observation;
    struct jw *w = &ow->w;

    core_write(ow, o);
    if (ow->groups & V2_BASIC)
        basic_write(ow, row);
    if (ow->groups & V2_TIME) {
        jw_ktime(w, STR("completionStartTime"), o->completion_start_time);
        jw_ktime(w, STR("createdAt"), o->created_at);
        jw_ktime(w, STR("updatedAt"), o->updated_at);
    }
    if (ow->groups & V2_IO) {
        jw_kstr(w, STR("input"), o->input);
        jw_kstr(w, STR("output"), o->output);
    }
    if (ow->groups & V2_METADATA) {
        jw_key(w, STR("metadata"));
        metadata_v2_write(ow, o);
    }
    if (ow->groups & V2_MODEL)
        model_write(ow, o);
    if (ow->groups & V2_USAGE)
        usage_v2_write(ow, o);
    if (ow->groups & V2_PROMPT)
        prompt_write(ow, o);
    if (ow->groups & V2_TRACE)
        trace_context_write(ow, row);
    always_write(ow, o);
}

static enum errc write_row(void *user, const struct observation_row *row)
{
    struct writer *ow = user;
    struct arena *a = ow->rq->ctx->arena;

    if (ow->n++ >= ow->limit) // the one beyond tells that another page exists
        return ERR_OK;
    ow->last = (struct observation_cursor){row->observation.start_time,
                                           arena_str(a, row->observation.trace_id),
                                           arena_str(a, row->observation.id)};
    jw_object(&ow->w);
    groups_write(ow, row);
    jw_object_end(&ow->w);
    return ERR_OK;
}

static unsigned want_of(unsigned groups)
{
    unsigned want = groups & V2_IO ? WANT_IO : 0;

    if (groups &
        (V2_METADATA | V2_BASIC | V2_MODEL)) // bodies hold status message and parameters too
        want |= WANT_METADATA;
    return want;
}

static enum errc page_write(struct writer *ow, const struct observation_query *q,
                            struct http_res *rs)
{
    int64_t total;

    reply_object(rs, &ow->w);
    jw_key(&ow->w, STR("data"));
    jw_array(&ow->w);
    TRY(ow->api->store->ops->observation_list(ow->api->store, ow->rq->ctx, q, write_row, ow,
                                              &total));
    jw_array_end(&ow->w);
    jw_key(&ow->w, STR("meta"));
    jw_object(&ow->w);
    if (ow->n > ow->limit && ow->limit > 0)
        jw_kstr(&ow->w, STR("cursor"), observation_cursor_text(ow->rq->ctx->arena, &ow->last));
    jw_object_end(&ow->w);
    jw_object_end(&ow->w);
    return reply_check(ow->rq->ctx, rs);
}

static enum errc list_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct observation_params p = {0};
    struct observation_cursor after;
    struct observation_query q;

    TRY(req_params(rq, &p));
    if (str_eq(p.parse_io, STR("true")))
        return fail(rq->ctx, ERR_INVALID,
                    "parseIoAsJson is not supported: input and output are always text");
    TRY(observation_query_of(rq, &p, VIEW_OBSERVATIONS_V2, &q));
    if (p.cursor.n) {
        TRY(observation_cursor_parse(rq->ctx, p.cursor, &after));
        q.after = &after;
    }
    unsigned groups =
        str_some(p.fields) ? groups_parse(p.fields, group_names) | V2_CORE : V2_CORE | V2_BASIC;
    struct writer ow = {.api = app,
                        .rq = rq,
                        .project = q.project,
                        .expand = p.expand_metadata,
                        .limit = p.limit,
                        .groups = groups};
    q.limit = p.limit + 1;
    q.want = want_of(groups);
    return page_write(&ow, &q, rs);
}

#define P(member) OBSERVATION_OFFSET(member)
static const struct param list_params[] = {
    {.name = "limit",
     .type = PARAM_INT,
     P(limit),
     .min = 0,
     .max = LIMIT_PAGE_V2,
     .def = 50,
     .doc = "Rows per page"},
    {.name = "cursor", .type = PARAM_STR, P(cursor), .doc = "meta.cursor of the page before"},
    {.name = "fields",
     .type = PARAM_STR,
     P(fields),
     .doc = "core,basic,time,io,metadata,model,usage,prompt,metrics,trace_context"},
    {.name = "expandMetadata",
     .type = PARAM_STR,
     P(expand_metadata),
     .doc = "Metadata keys returned uncut"},
    {.name = "parseIoAsJson", .type = PARAM_STR, P(parse_io), .doc = "Refused when true"},
    {.name = "sessionId", .type = PARAM_STR, P(session_id), .doc = "Exact session id"},
    {.name = "isRootObservation",
     .type = PARAM_BOOL,
     P(is_root),
     .doc = "Only roots, or only others"},
    OBSERVATION_COMMON_PARAMS,
};

const struct route observation_v2_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/public/v2/observations",
     .handler = list_get,
     .auth = AUTH_PROJECT,
     .params = list_params,
     .n_params = ARRAY_LEN(list_params),
     .doc = "List observations by cursor"},
};
const size_t observation_v2_routes_n = ARRAY_LEN(observation_v2_routes);
