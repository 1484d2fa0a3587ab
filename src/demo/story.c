// SPDX-License-Identifier: MIT
// Events of one trace as batch JSON (ingestion.md 2). All text goes through the JSON writer; numbers,
// ids and times follow from the trace's own random sequence, so that the same seed and day give the
// same bytes.
#include "demo/story.h"

#include <stdarg.h>

// ---- Chance -------------------------------------------------------------------------------------

static uint64_t next_random(struct story *s)
{
    s->random += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t x = s->random;
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

int64_t story_number(struct story *s, int64_t n)
{
    return (int64_t)(next_random(s) % (uint64_t)n);
}

bool story_chance(struct story *s, int64_t percent)
{
    return story_number(s, 100) < percent;
}

str story_id(struct story *s, size_t digits)
{
    uint64_t high = next_random(s);
    uint64_t low = next_random(s);
    str all = arena_fmt(s->ctx->arena, "%016llx%016llx", (unsigned long long)high,
                        (unsigned long long)low);
    return str_sub(all, 0, digits);
}

// ---- JSON ---------------------------------------------------------------------------------------

str story_quoted(struct story *s, str text)
{
    AUTO(buf_fini) struct buf b = {0};
    buf_init(&b, 1 << 20);
    struct jw w;
    jw_init(&w, &b);
    jw_str(&w, text);
    return arena_str(s->ctx->arena, buf_str(&b));
}

str story_json(struct story *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    str text = arena_vfmt(s->ctx->arena, fmt, ap);
    va_end(ap);
    return text;
}

static void write_message(struct jw *w, const char *role, str content)
{
    jw_object(w);
    jw_kstr(w, STR("role"), str_c(role));
    jw_kstr(w, STR("content"), content);
    jw_object_end(w);
}

str story_messages(struct story *s, const char *rules, const struct exchange *earlier,
                   int64_t n_earlier, str question)
{
    AUTO(buf_fini) struct buf b = {0};
    buf_init(&b, 1 << 20);
    struct jw w;
    jw_init(&w, &b);
    jw_array(&w);
    write_message(&w, "system", str_c(rules));
    for (int64_t i = 0; i < n_earlier; i++) {
        write_message(&w, "user", str_c(earlier[i].question));
        write_message(&w, "assistant", str_c(earlier[i].answer));
    }
    write_message(&w, "user", question);
    jw_array_end(&w);
    return arena_str(s->ctx->arena, buf_str(&b));
}

str story_reply(struct story *s, str text)
{
    str quoted = story_quoted(s, text);
    return story_json(s, "{\"role\":\"assistant\",\"content\":%.*s}", STR_ARG(quoted));
}

int64_t story_tokens(str text)
{
    return (int64_t)text.n / 4 + 3;
}

// ---- Events -------------------------------------------------------------------------------------

static void envelope(struct story *s, struct jw *w, const char *type, millis at)
{
    jw_init(w, s->out);
    jw_object(w);
    jw_kstr(w, STR("id"), story_id(s, 32));
    jw_ktime(w, STR("timestamp"), at);
    jw_kstr(w, STR("type"), story_json(s, "%s-create", type));
    jw_key(w, STR("body"));
    jw_object(w);
}

static void envelope_end(struct story *s, struct jw *w)
{
    jw_object_end(w);
    jw_object_end(w);
    buf_add_char(s->out, ',');
}

static void text_if(struct jw *w, str key, const char *value)
{
    if (value)
        jw_kstr(w, key, str_c(value));
}

static void json_if(struct jw *w, str key, str json)
{
    if (str_some(json))
        jw_kraw(w, key, json);
}

static void write_model(struct story *s, struct jw *w, const struct step *t)
{
    jw_kstr(w, STR("model"), str_c(t->model));
    if (t->parameters)
        jw_kraw(w, STR("modelParameters"), str_c(t->parameters));
    if (t->first_token)
        jw_ktime(w, STR("completionStartTime"), t->first_token);
    if (t->prompt.version) {
        jw_kstr(w, STR("promptName"), str_c(t->prompt.name));
        jw_ki64(w, STR("promptVersion"), t->prompt.version);
    }
    str cached = story_json(s, ",\"input_cached_tokens\":%lld", (long long)t->usage.cached);
    if (t->usage.input)
        jw_kraw(w, STR("usageDetails"),
                story_json(s, "{\"input\":%lld,\"output\":%lld%.*s}", (long long)t->usage.input,
                           (long long)t->usage.output, t->usage.cached ? (int)cached.n : 0,
                           cached.p));
}

str story_step(struct story *s, const struct step *t)
{
    struct jw w;
    str id = str_some(t->id) ? t->id : story_id(s, 16);
    envelope(s, &w, t->type, t->start);
    jw_kstr(&w, STR("id"), id);
    jw_kstr(&w, STR("traceId"), s->trace_id);
    if (str_some(t->parent))
        jw_kstr(&w, STR("parentObservationId"), t->parent);
    jw_kstr(&w, STR("name"), str_c(t->name));
    jw_ktime(&w, STR("startTime"), t->start);
    if (strcmp(t->type, "event") != 0)
        jw_ktime(&w, STR("endTime"), t->end);
    text_if(&w, STR("level"), t->level);
    if (str_some(t->status))
        jw_kstr(&w, STR("statusMessage"), t->status);
    jw_kstr(&w, STR("version"), str_c(s->release));
    jw_kstr(&w, STR("environment"), str_c(s->environment));
    if (t->model)
        write_model(s, &w, t);
    json_if(&w, STR("input"), t->input);
    json_if(&w, STR("output"), t->output);
    json_if(&w, STR("metadata"), t->metadata);
    envelope_end(s, &w);
    s->tally->observations++;
    s->tally->errors += t->level && strcmp(t->level, "ERROR") == 0;
    return id;
}

void story_trace(struct story *s, const struct trace_words *t)
{
    struct jw w;
    envelope(s, &w, "trace", t->start);
    jw_kstr(&w, STR("id"), s->trace_id);
    jw_ktime(&w, STR("timestamp"), t->start);
    jw_kstr(&w, STR("name"), str_c(t->name));
    jw_kstr(&w, STR("userId"), str_c(s->person->id));
    if (str_some(s->session_id))
        jw_kstr(&w, STR("sessionId"), s->session_id);
    jw_kstr(&w, STR("release"), str_c(s->release));
    jw_kstr(&w, STR("version"), str_c(s->release));
    jw_kstr(&w, STR("environment"), str_c(s->environment));
    jw_key(&w, STR("tags"));
    jw_array(&w);
    for (const char *const *tag = t->tags; *tag; tag++)
        jw_str(&w, str_c(*tag));
    jw_array_end(&w);
    json_if(&w, STR("input"), t->input);
    json_if(&w, STR("output"), t->output);
    json_if(&w, STR("metadata"), t->metadata);
    envelope_end(s, &w);
    s->tally->traces++;
}

void story_score(struct story *s, const struct opinion *o)
{
    struct jw w;
    envelope(s, &w, "score", s->at);
    jw_kstr(&w, STR("id"), story_id(s, 24));
    if (o->on_session)
        jw_kstr(&w, STR("sessionId"), s->session_id);
    else
        jw_kstr(&w, STR("traceId"), s->trace_id);
    if (str_some(o->observation))
        jw_kstr(&w, STR("observationId"), o->observation);
    jw_kstr(&w, STR("name"), str_c(o->name));
    jw_kstr(&w, STR("dataType"), str_c(o->type));
    jw_kstr(&w, STR("source"), str_c(o->source));
    jw_kraw(&w, STR("value"), str_c(o->value));
    text_if(&w, STR("comment"), o->comment);
    jw_kstr(&w, STR("environment"), str_c(s->environment));
    envelope_end(s, &w);
    s->tally->scores++;
}
