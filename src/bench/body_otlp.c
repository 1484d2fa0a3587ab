// SPDX-License-Identifier: MIT
// The body of POST /api/public/otel/v1/traces: an ExportTraceServiceRequest with one resource and one
// scope. Field numbers are those of opentelemetry/proto/trace/v1/trace.proto. Lengths come before
// their content in protobuf, so each message is made in a scratch buffer first; the places found there
// are moved when it is appended.
#include "bench/body.h"
#include "bench/words.h"

enum wire { VARINT = 0, FIXED64 = 1, BYTES = 2 };
enum { MESSAGE_MAX = 64 << 20 };

static void put_varint(struct buf *b, uint64_t v)
{
    for (; v >= 128; v >>= 7)
        buf_add_char(b, (char)(v | 128));
    buf_add_char(b, (char)v);
}

static void put_tag(struct buf *b, unsigned field, enum wire wire)
{
    put_varint(b, field << 3 | (unsigned)wire);
}

static void put_text(struct buf *b, unsigned field, str text)
{
    put_tag(b, field, BYTES);
    put_varint(b, text.n);
    buf_add(b, text);
}

static size_t varint_len(uint64_t v)
{
    size_t n = 1;
    for (; v >= 128; v >>= 7)
        n++;
    return n;
}

// KeyValue {key = 1, value = 2 {string_value = 1}} as field `field`.
static void put_attribute(struct buf *b, unsigned field, const char *key, str value)
{
    size_t k = strlen(key);
    size_t any = 1 + varint_len(value.n) + value.n;
    put_tag(b, field, BYTES);
    put_varint(b, 1 + varint_len(k) + k + 1 + varint_len(any) + any);
    put_text(b, 1, str_c(key));
    put_tag(b, 2, BYTES);
    put_varint(b, any);
    put_text(b, 1, value);
}

static void put_number(struct buf *b, const char *key, int64_t value)
{
    size_t k = strlen(key);
    size_t any = 1 + varint_len((uint64_t)value);
    put_tag(b, 9, BYTES);
    put_varint(b, 1 + varint_len(k) + k + 1 + varint_len(any) + any);
    put_text(b, 1, str_c(key));
    put_tag(b, 2, BYTES);
    put_varint(b, any);
    put_tag(b, 3, VARINT);
    put_varint(b, (uint64_t)value);
}

static void put_room(struct body *m, unsigned field, enum place_kind kind, int64_t item)
{
    static const char room[16] = {0};
    bool time = kind == PLACE_START || kind == PLACE_END;
    size_t width = kind == PLACE_TRACE_ID ? 16 : 8;
    put_tag(&m->text, field, time ? FIXED64 : BYTES);
    if (!time)
        put_varint(&m->text, width);
    body_place(m, kind, item);
    buf_add(&m->text, str_make(room, width));
}

static void put_session(struct body *m, int64_t item)
{
    static const char key[] = "session.id";
    enum { WIDTH = 8, KEY = sizeof key - 1 };
    put_tag(&m->text, 9, BYTES);
    put_varint(&m->text, 2 + KEY + 2 + 2 + WIDTH);
    put_text(&m->text, 1, str_make(key, KEY));
    put_tag(&m->text, 2, BYTES);
    put_varint(&m->text, 2 + WIDTH);
    put_tag(&m->text, 1, BYTES);
    put_varint(&m->text, WIDTH);
    body_place(m, PLACE_SESSION, item);
    buf_add(&m->text, STR("00000000"));
}

static void put_model(struct buf *b, const struct sample *s)
{
    if (!s->model)
        return;
    put_attribute(b, 9, "gen_ai.operation.name", STR("chat"));
    put_attribute(b, 9, "gen_ai.request.model", str_c(s->model));
    put_attribute(b, 9, "gen_ai.request.temperature", STR("0.2"));
    put_number(b, "gen_ai.usage.input_tokens", s->input_tokens);
    put_number(b, "gen_ai.usage.output_tokens", s->output_tokens);
}

static void put_trace_attributes(struct body *m, const struct sample *s, int64_t item)
{
    char user[32];
    int n = snprintf(user, sizeof user, "user-%04u", (unsigned)(s->choice % 2000));
    put_session(m, item);
    put_attribute(&m->text, 9, "user.id", str_make(user, (size_t)n));
    if (item % m->per_trace == 0)
        put_attribute(&m->text, 9, "langfuse.trace.name", STR("support-agent"));
}

static void put_span(struct body *m, const struct sample *s, int64_t item)
{
    int64_t root = item - item % m->per_trace;
    struct buf *b = &m->text;
    put_room(m, 1, PLACE_TRACE_ID, item);
    put_room(m, 2, PLACE_SPAN_ID, item);
    if (item != root)
        put_room(m, 4, PLACE_SPAN_ID, root);
    put_text(b, 5, str_c(s->name));
    put_tag(b, 6, VARINT);
    put_varint(b, 1); // SPAN_KIND_INTERNAL
    put_room(m, 7, PLACE_START, item);
    put_room(m, 8, PLACE_END, item);
    put_attribute(b, 9, "langfuse.observation.type", str_c(s->type));
    put_attribute(b, 9, "langfuse.observation.level", str_c(s->level));
    put_model(b, s);
    put_trace_attributes(m, s, item);
    put_attribute(b, 9, "langfuse.observation.metadata.plan", buf_str(&s->plan));
    put_attribute(b, 9, "langfuse.observation.input", buf_str(&s->input));
    put_attribute(b, 9, "langfuse.observation.output", buf_str(&s->output));
}

// Appends a message with its places as field `field` of `b`.
static void put_message(struct body *b, unsigned field, const struct body *m)
{
    put_tag(&b->text, field, BYTES);
    put_varint(&b->text, m->text.len);
    uint32_t base = (uint32_t)b->text.len;
    for (size_t i = 0; i < m->n_places; i++) {
        body_place(b, (enum place_kind)m->places[i].kind, m->places[i].item);
        b->places[b->n_places - 1].at = base + m->places[i].at;
    }
    buf_add(&b->text, buf_str(&m->text));
}

static void message_clear(struct body *m)
{
    buf_clear(&m->text);
    m->n_places = 0;
}

static void put_scope(struct body *b)
{
    AUTO(buf_fini) struct buf scope = {0};
    buf_init(&scope, 1024);
    put_text(&scope, 1, STR("rushlight-bench"));
    put_text(&scope, 2, STR(RUSHLIGHT_VERSION));
    put_text(&b->text, 1, buf_str(&scope));
}

static void put_resource(struct body *b)
{
    AUTO(buf_fini) struct buf resource = {0};
    buf_init(&resource, 1024);
    put_attribute(&resource, 1, "service.name", STR("support-agent"));
    put_attribute(&resource, 1, "service.version", STR("2.4.0"));
    put_attribute(&resource, 1, "deployment.environment.name", STR("production"));
    put_attribute(&resource, 1, "telemetry.sdk.language", STR("python"));
    put_attribute(&resource, 1, "telemetry.sdk.name", STR("opentelemetry"));
    put_text(&b->text, 1, buf_str(&resource));
}

enum { FRAME_BYTES = 609 }; // of a span without its texts

bool body_otlp(struct body *b, const struct bench_options *opt, uint64_t n)
{
    struct sample s = {0};
    struct body span = {.per_batch = b->per_batch, .per_trace = b->per_trace, .binary = true};
    struct body spans = span;
    struct body resource = span;
    buf_init(&span.text, MESSAGE_MAX);
    buf_init(&spans.text, MESSAGE_MAX);
    buf_init(&resource.text, MESSAGE_MAX);
    put_scope(&spans);
    for (int64_t i = 0; i < opt->per_batch; i++) {
        sample_make(&s, n, i, opt->per_trace, opt->bytes - FRAME_BYTES);
        message_clear(&span);
        put_span(&span, &s, i);
        put_message(&spans, 2, &span);
    }
    put_resource(&resource);
    put_message(&resource, 2, &spans);
    put_message(b, 1, &resource);
    bool fine = buf_ok(&spans.text) && buf_ok(&resource.text);
    body_fini(&span);
    body_fini(&spans);
    body_fini(&resource);
    sample_fini(&s);
    return fine;
}
