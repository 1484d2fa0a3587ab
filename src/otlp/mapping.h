// SPDX-License-Identifier: MIT
#pragma once
// The parts of the mapping, each a pure function of the span at hand (converter.h). All results are in
// the arena or slices of the request.
#include "otlp/convert.h"

// Well-known instrumentation scopes with rules of their own (ingestion.md 4.12).
#define SCOPE_AI       "ai" // Vercel AI SDK up to 6
#define SCOPE_GENKIT   "genkit-tracer"
#define SCOPE_PYDANTIC "pydantic-ai"
#define SCOPE_FLUE     "@flue/opentelemetry"
#define SCOPE_ADK      "gcp.vertex.agent" // Google ADK
#define SCOPE_LIVEKIT  "livekit-agents"
#define SCOPE_LANGFUSE "langfuse-sdk"

// ---- fields.c, labels.c: single values (4.4)
str map_name(const struct converter *c);
str map_environment(const struct converter *c);
str map_version(const struct converter *c);
str map_release(const struct converter *c);
str map_user(const struct converter *c);
str map_session(const struct converter *c);
str map_model(const struct converter *c);
struct tag_list map_tags(const struct converter *c); // unique, in the client's order
int32_t map_level(const struct converter *c);
str map_status_message(const struct converter *c);
millis map_completion_start(const struct converter *c, millis start);
void map_prompt(const struct converter *c, str *name, int64_t *version);
str map_experiment(const struct converter *c);  // JSON object text or none
bool map_is_agent(const struct converter *c);   // model, usage and cost belong to its children
bool map_says_trace(const struct converter *c); // carries trace attributes (4.8)

// ---- type.c (4.5)
int32_t map_type(const struct converter *c);

// ---- io.c (4.6)
struct io {
    str input, output; // stored text; none = null
};
// Domain observation, and what a trace shows of a root span.
void map_io(const struct converter *c, struct io *observation, struct io *trace);
void map_trace_io(const struct converter *c,
                  struct io *trace); // langfuse.trace.input, .output only
// The attributes below `prefix` (P, P.a.b, P.0.c) as one value; none when there are none. (nested.c)
str nested_text(struct arena *a, const struct attr *items, size_t n, unsigned family);
// Messages with gen_ai.system_instructions in front (messages.c).
str messages_with_system(struct arena *a, const struct attr_set *set, enum key messages);

// ---- metadata.c (4.7)
enum metadata_domain { METADATA_OBSERVATION, METADATA_TRACE_ROOT, METADATA_TRACE_UPDATE };
struct metadata_texts {
    str observation, trace; // JSON object texts; trace is none unless asked for
};
// ERR_LIMIT: the text would be larger than any span may be.
enum errc map_metadata(struct converter *c, bool root, bool says_trace,
                       struct metadata_texts *out) MUST_CHECK;
str metadata_resource(struct converter *c); // {"service.name":"x"}, raw values
str metadata_scope(struct converter *c);
// Key in stored metadata that holds what a span says of its trace's metadata: v2 reads overlay it, v1
// reads leave it out.
#define METADATA_TRACE_KEY "langfuse.trace.metadata"

// ---- params.c, usage.c, usage_ai.c (4.10, 4.11)
str map_parameters(const struct converter *c); // JSON object text or none
void map_usage(const struct converter *c, struct usage_map *usage);
void map_cost(const struct converter *c, struct cost_map *cost);
void usage_ai_sdk(struct arena *a, const struct attr_set *set, struct usage_map *usage);
static inline bool scope_is(const struct converter *c, str name)
{
    return str_eq(c->scope.name, name);
}
