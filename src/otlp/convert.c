// SPDX-License-Identifier: MIT
// One decoded span -> events: an observation that replaces whatever is stored under its id, and before
// it an event for the trace when the span is its root or carries trace attributes (ingestion.md 4.8).
// A plain child span says nothing of its trace: the store derives that. Spans over a limit are counted
// and left out; their neighbours are not affected.
#include "otlp/mapping.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "model/merge.h"
#include "otlp/tools_int.h"

#define SCRATCH_MAX (64u << 20) // texts of one span

void converter_init(struct converter *c, struct ctx *ctx, const struct otlp_request *in,
                    struct event_list *out, struct otlp_result *res)
{
    memset(c, 0, sizeof(*c));
    c->ctx = ctx;
    c->a = ctx->arena;
    c->in = in;
    c->out = out;
    c->res = res;
    buf_init(&c->scratch, SCRATCH_MAX);
}

void converter_fini(struct converter *c)
{
    buf_fini(&c->scratch);
}

static enum errc refuse(struct converter *c, str id, const char *why)
{
    c->res->n_refused++;
    if (!str_some(c->res->refusal))
        c->res->refusal = arena_fmt(c->a, "span %.*s: %s", STR_ARG(utf8_cut(id, 64)), why);
    return ERR_OK;
}

enum errc convert_resource(struct converter *c, enum errc decoded)
{
    c->resource_refused = decoded == ERR_LIMIT;
    if (decoded != ERR_OK && decoded != ERR_LIMIT)
        return decoded;
    c->resource_json = metadata_resource(c);
    c->resource_refused = c->resource_refused || !buf_ok(&c->scratch);
    return str_some(c->resource_json) ? ERR_OK : ERR_NOMEM;
}

enum errc convert_scope(struct converter *c, enum errc decoded)
{
    c->scope_refused = decoded == ERR_LIMIT;
    if (decoded != ERR_OK && decoded != ERR_LIMIT)
        return decoded;
    c->scope_is_sdk = str_starts(c->scope.name, STR(SCOPE_LANGFUSE));
    c->scope_json = metadata_scope(c);
    c->scope_refused = c->scope_refused || !buf_ok(&c->scratch);
    c->plain_trace_json = STR_NONE;
    return str_some(c->scope_json) ? ERR_OK : ERR_NOMEM;
}

// A missing time takes the other one; a span without any happened now. The end is never before the start.
static void complete_times(struct converter *c)
{
    struct otlp_span *s = &c->span;

    if (s->start == MILLIS_NONE)
        s->start = s->end != MILLIS_NONE ? s->end : c->in->now;
    if (s->end == MILLIS_NONE || s->end < s->start)
        s->end = s->start;
}

// What both events say of the trace.
struct trace_facts {
    str name, user, session, release, version, environment;
    struct tag_list tags;
    const struct any *is_public; // NULL = not said
    struct io io;
    str metadata;
};

static void facts_collect(struct converter *c, struct trace_facts *f)
{
    const struct attr_set *set = &c->span.attrs;

    f->name = any_text(c->a, attrs_truthy(set, KEY_LF_TRACE_NAME));
    f->user = map_user(c);
    f->session = map_session(c);
    f->release = map_release(c);
    f->version = map_version(c);
    f->environment = map_environment(c);
    f->tags = map_tags(c);
    f->is_public = attrs_get(set, KEY_LF_TRACE_PUBLIC);
    if (!f->is_public)
        f->is_public = attrs_get(set, KEY_LF_PUBLIC);
}

static void say(struct event *e, enum trace_field field, str *to, str value)
{
    if (!str_some(value))
        return;
    *to = value;
    e->present |= BIT(field);
}

static enum errc trace_event(struct converter *c, const struct trace_facts *f)
{
    struct event *e = event_add(c->a, c->out, EVENT_TRACE);

    if (!e)
        return ERR_NOMEM;
    struct trace *t = &e->trace;
    e->at = c->span.start;
    t->id = c->span.trace_id;
    t->timestamp = c->span.start;
    e->present = BIT(TRACE_TIMESTAMP);
    say(e, TRACE_NAME, &t->name, utf8_cut_units(f->name, LIMIT_TRACE_NAME_UNITS));
    say(e, TRACE_USER_ID, &t->user_id, f->user);
    say(e, TRACE_SESSION_ID, &t->session_id, f->session);
    say(e, TRACE_RELEASE, &t->release, f->release);
    say(e, TRACE_VERSION, &t->version, f->version);
    say(e, TRACE_ENVIRONMENT, &t->environment, f->environment);
    say(e, TRACE_INPUT, &t->input, f->io.input);
    say(e, TRACE_OUTPUT, &t->output, f->io.output);
    say(e, TRACE_METADATA, &t->metadata, f->metadata);
    if (f->is_public) {
        t->is_public = any_is_true(f->is_public);
        e->present |= BIT(TRACE_PUBLIC);
    }
    if (f->tags.n) {
        t->tags = tags_sorted(c->a, f->tags.items, f->tags.n);
        t->tags.n_cut += f->tags.n_cut;
        e->present |= BIT(TRACE_TAGS);
    }
    return ERR_OK;
}

static void observation_trace_part(struct observation *o, const struct trace_facts *f)
{
    o->trace_name = f->name;
    o->user_id = f->user;
    o->session_id = f->session;
    o->release = f->release;
    o->version = f->version;
    o->environment = f->environment;
    o->tags = f->tags;
    o->is_public = any_is_true(f->is_public);
}

static void observation_generation_part(const struct converter *c, struct observation *o)
{
    if (!map_is_agent(c)) {
        o->model = map_model(c);
        map_usage(c, &o->provided_usage);
        map_cost(c, &o->provided_cost);
    }
    if (o->type == OBSERVATION_GENERATION)
        map_prompt(c, &o->prompt_name, &o->prompt_version);
    o->model_parameters = map_parameters(c);
    o->completion_start_time = map_completion_start(c, c->span.start);
    o->experiment = map_experiment(c);
}

// Whether metadata may hold tool definitions: known keys, or an own key that could be "tools".
static bool mentions_tools(const struct attr_set *set)
{
    return attrs_get(set, KEY_AI_PROMPT_TOOLS) || attrs_get(set, KEY_GEN_AI_TOOL_DEFINITIONS) ||
           attrs_get(set, KEY_MODEL_REQUEST_PARAMETERS) ||
           (set->families &
            (FAMILY_LLM_TOOLS | FAMILY_OBS_METADATA | FAMILY_METADATA | FAMILY_AI_METADATA));
}

// The first span of a trace that an SDK exports, below a parent which it filters out (a web
// framework's, say): it names the trace, but input and output stay those of a span without parent.
static bool is_app_root(const struct converter *c)
{
    return any_is_true(attrs_get(&c->span.attrs, KEY_LF_INTERNAL_IS_APP_ROOT));
}

static enum errc observation_event(struct converter *c, const struct trace_facts *f,
                                   const struct io *io, str metadata)
{
    struct event *e = event_add(c->a, c->out, EVENT_OBSERVATION);

    if (!e)
        return ERR_NOMEM;
    struct observation *o = &e->observation;
    e->at = c->span.start;
    e->replace = true;
    e->present = BIT(OBSERVATION_FIELD_COUNT) - 1;
    o->id = c->span.span_id;
    o->trace_id = c->span.trace_id;
    o->parent_id = c->span.parent_id.n ? c->span.parent_id : STR_NONE;
    o->source = SOURCE_OTLP;
    o->start_time = c->span.start;
    o->end_time = c->span.end;
    o->name = map_name(c);
    o->type = map_type(c);
    o->level = map_level(c);
    o->status_message = map_status_message(c);
    o->input = io->input;
    o->output = io->output;
    o->metadata = metadata;
    o->is_app_root = is_app_root(c);
    o->sdk_name = c->in->sdk_name;
    o->sdk_version = c->in->sdk_version;
    o->api_key = c->in->api_key;
    observation_trace_part(o, f);
    if (!o->trace_name.n && (!str_some(o->parent_id) || o->is_app_root)) // a root names its trace
        o->trace_name = o->name;
    observation_generation_part(c, o);
    if (mentions_tools(&c->span.attrs))
        tools_move(c->a, o);
    tools_read(c->a, o);
    return ERR_OK;
}

static enum errc span_events(struct converter *c)
{
    bool root =
        !c->span.parent_id.n || any_is_true(attrs_get(&c->span.attrs, KEY_LF_INTERNAL_AS_ROOT));
    bool says_trace = !root && (map_says_trace(c) || is_app_root(c));
    struct trace_facts facts = {.metadata = STR_NONE};
    struct metadata_texts metadata;
    struct io io;

    complete_times(c);
    facts_collect(c, &facts);
    map_io(c, &io, &facts.io);
    TRY(map_metadata(c, root, says_trace, &metadata));
    facts.metadata = metadata.trace;
    if (root || says_trace) {
        struct trace_facts said = facts;
        if (!said.name.n && (root || is_app_root(c)))
            said.name = map_name(c);
        if (!root)
            map_trace_io(c, &said.io);
        TRY(trace_event(c, &said));
    }
    return observation_event(c, &facts, &io, metadata.observation);
}

static bool id_too_long(str id)
{
    return id.n > LIMIT_ID_UNITS && utf8_units(id) > LIMIT_ID_UNITS;
}

enum errc convert_span(struct converter *c, enum errc decoded)
{
    const struct otlp_span *s = &c->span;

    if (decoded != ERR_OK && decoded != ERR_LIMIT)
        return decoded;
    if (c->res->n_spans++ >= LIMIT_OTLP_SPANS)
        return refuse(c, s->span_id, "too many spans in one export");
    if (decoded == ERR_LIMIT)
        return refuse(c, s->span_id, "too many attributes, or values nested too deep");
    if (c->resource_refused || c->scope_refused)
        return refuse(c, s->span_id, "its resource or scope is too large or nested too deep");
    if (!s->trace_id.n || !s->span_id.n)
        return arena_failed(c->a) ? ERR_NOMEM : refuse(c, s->span_id, "its ids are not usable");
    if (id_too_long(s->trace_id) || id_too_long(s->span_id) || id_too_long(s->parent_id))
        return refuse(c, s->span_id, "an id is too long");
    enum errc rc = span_events(c);
    if (rc == ERR_LIMIT) {
        buf_clear(&c->scratch);
        return refuse(c, s->span_id, "its metadata is too large");
    }
    return rc == ERR_OK && arena_failed(c->a) ? ERR_NOMEM : rc;
}
