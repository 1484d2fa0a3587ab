// SPDX-License-Identifier: MIT
// The body of POST /api/public/ingestion (ingestion.md 2): a trace-create before the first
// observation of each trace, then one create per observation, already ended.
#include "bench/body.h"
#include "bench/words.h"

static void put_place(struct body *b, enum place_kind kind, int64_t item, size_t width)
{
    static const char room[] = "00000000000000000000000000000000";
    BUF_ADD(&b->text, "\"");
    body_place(b, kind, item);
    buf_add(&b->text, str_make(room, width));
    BUF_ADD(&b->text, "\"");
}

static void put_key(struct body *b, str key, enum place_kind kind, int64_t item)
{
    static const size_t widths[] = {16, 16, 32, 8, TIME_ISO_LEN, TIME_ISO_LEN, TIME_ISO_LEN};
    buf_add(&b->text, key);
    put_place(b, kind, item, widths[kind]);
}

static void put_trace(struct body *b, int64_t item, uint64_t choice)
{
    static const char *const environments[] = {"production", "production", "staging"};
    put_key(b, STR("{\"id\":"), PLACE_TRACE_ID, item);
    put_key(b, STR(",\"timestamp\":"), PLACE_START, item);
    BUF_ADD(&b->text, ",\"type\":\"trace-create\",\"body\":{");
    put_key(b, STR("\"id\":"), PLACE_TRACE_ID, item);
    put_key(b, STR(",\"timestamp\":"), PLACE_START, item);
    put_key(b, STR(",\"sessionId\":"), PLACE_SESSION, item);
    buf_add_fmt(&b->text,
                ",\"name\":\"support-agent\",\"userId\":\"user-%04u\",\"release\":\"2.4.%u\","
                "\"environment\":\"%s\",\"tags\":[\"bench\",\"team-%u\"]}},",
                (unsigned)(choice % 2000), (unsigned)(choice >> 16 & 7),
                environments[(choice >> 20) % ARRAY_LEN(environments)],
                (unsigned)(choice >> 24 & 3));
}

static void put_model(struct body *b, const struct sample *s, int64_t item)
{
    if (!s->model)
        return;
    put_key(b, STR(",\"completionStartTime\":"), PLACE_FIRST_TOKEN, item);
    buf_add_fmt(&b->text,
                ",\"model\":\"%s\",\"modelParameters\":{\"temperature\":0.2,\"max_tokens\":1024},"
                "\"usageDetails\":{\"input\":%lld,\"output\":%lld,\"total\":%lld}",
                s->model, (long long)s->input_tokens, (long long)s->output_tokens,
                (long long)s->input_tokens + (long long)s->output_tokens);
}

static void put_observation(struct body *b, const struct sample *s, int64_t item)
{
    int64_t root = item - item % b->per_trace;
    put_key(b, STR("{\"id\":"), PLACE_EVENT_ID, item);
    put_key(b, STR(",\"timestamp\":"), PLACE_END, item);
    buf_add_fmt(&b->text, ",\"type\":\"%s-create\",\"body\":{", s->type);
    put_key(b, STR("\"id\":"), PLACE_SPAN_ID, item);
    put_key(b, STR(",\"traceId\":"), PLACE_TRACE_ID, item);
    if (item != root)
        put_key(b, STR(",\"parentObservationId\":"), PLACE_SPAN_ID, root);
    put_key(b, STR(",\"startTime\":"), PLACE_START, item);
    put_key(b, STR(",\"endTime\":"), PLACE_END, item);
    buf_add_fmt(&b->text, ",\"name\":\"%s\",\"level\":\"%s\"", s->name, s->level);
    put_model(b, s, item);
    buf_add_fmt(&b->text, ",\"metadata\":{\"step\":%lld,\"plan\":\"%.*s\"}",
                (long long)(item % b->per_trace), STR_ARG(buf_str(&s->plan)));
    BUF_ADD(&b->text, ",\"input\":");
    buf_add(&b->text, buf_str(&s->input));
    BUF_ADD(&b->text, ",\"output\":");
    buf_add(&b->text, buf_str(&s->output));
    BUF_ADD(&b->text, "}},");
}

enum { FRAME_BYTES = 704 }; // of an observation without its texts and its share of the trace

bool body_json(struct body *b, const struct bench_options *opt, uint64_t n)
{
    struct sample s = {0};
    BUF_ADD(&b->text, "{\"batch\":[");
    for (int64_t i = 0; i < opt->per_batch; i++) {
        sample_make(&s, n, i, opt->per_trace, opt->bytes - FRAME_BYTES);
        if (i % opt->per_trace == 0)
            put_trace(b, i, s.choice);
        put_observation(b, &s, i);
    }
    b->text.len--; // the last comma
    BUF_ADD(&b->text, "]}");
    sample_fini(&s);
    return true;
}
