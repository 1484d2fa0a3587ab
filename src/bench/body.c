// SPDX-License-Identifier: MIT
// Rendering happens once per variant; stamping happens for each request and is all that the generator
// computes while it measures: some hundred table look-ups per request of a hundred observations.
// Places have a fixed width, so the length of a body never changes.
#include "bench/body.h"
#include "bench/words.h"

enum { BODY_MAX = 64 << 20, STEP_MS = 7, TRACES_PER_SESSION = 4 };

void body_place(struct body *b, enum place_kind kind, int64_t item)
{
    if (b->n_places == b->cap_places) {
        b->cap_places = b->cap_places ? b->cap_places * 2 : 256;
        b->places = realloc(b->places, b->cap_places * sizeof *b->places);
        CHECK(b->places);
    }
    b->places[b->n_places++] =
        (struct place){(uint32_t)b->text.len, (uint16_t)kind, (uint16_t)item};
}

bool body_render(struct body *b, const struct bench_options *opt, uint64_t n)
{
    *b = (struct body){.per_batch = opt->per_batch,
                       .per_trace = opt->per_trace,
                       .binary = opt->kind == BENCH_OTLP};
    buf_init(&b->text, BODY_MAX);
    bool fine = b->binary ? body_otlp(b, opt, n) : body_json(b, opt, n);
    return fine && buf_ok(&b->text);
}

void body_fini(struct body *b)
{
    buf_fini(&b->text);
    free(b->places);
    *b = (struct body){0};
}

// ---- Stamping -----------------------------------------------------------------------------------

static void put_hex(char *out, uint64_t value, size_t digits)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < digits; i++)
        out[i] = hex[value >> (4 * (digits - 1 - i)) & 15];
}

static void put_bytes(char *out, uint64_t value)
{
    memcpy(out, &value, sizeof value); // a little-endian fixed64; ids have no order
}

// The trace of an observation: requests hold whole traces and one cut-off rest, unless a trace is
// larger than a request and spans several.
static uint64_t trace_number(const struct body *b, uint64_t request, uint16_t item)
{
    uint64_t per_request = (uint64_t)((b->per_batch + b->per_trace - 1) / b->per_trace);
    uint64_t requests_per_trace = (uint64_t)((b->per_trace + b->per_batch - 1) / b->per_batch);
    return request / requests_per_trace * per_request + item / (uint64_t)b->per_trace;
}

static uint64_t lasting_ms(uint64_t id)
{
    return 150 + (id & 2047);
}

struct stamp {
    const struct body *body;
    uint64_t seed, request;
    millis at;
};

static void stamp_time(const struct stamp *s, const struct place *p, char *out, uint64_t id)
{
    char iso[32];
    millis t = s->at + p->item * STEP_MS;
    if (p->kind == PLACE_END)
        t += (millis)lasting_ms(id);
    if (p->kind == PLACE_FIRST_TOKEN)
        t += (millis)lasting_ms(id) / 4;
    if (s->body->binary) {
        put_bytes(out, (uint64_t)t * 1000000);
        return;
    }
    (void)time_format_iso(t, iso);
    memcpy(out, iso, TIME_ISO_LEN);
}

static void stamp_place(const struct stamp *s, const struct place *p, char *out)
{
    const struct body *b = s->body;
    uint64_t id = scramble(s->seed + s->request * (uint64_t)b->per_batch + p->item);
    uint64_t trace = trace_number(b, s->request, p->item);
    switch ((enum place_kind)p->kind) {
    case PLACE_EVENT_ID:
    case PLACE_SPAN_ID: b->binary ? put_bytes(out, id) : put_hex(out, id, 16); break;
    case PLACE_TRACE_ID:
        b->binary ? put_bytes(out, scramble(s->seed ^ trace))
                  : put_hex(out, scramble(s->seed ^ trace), 16);
        b->binary ? put_bytes(out + 8, scramble(~trace)) : put_hex(out + 16, scramble(~trace), 16);
        break;
    case PLACE_SESSION: put_hex(out, scramble(trace / TRACES_PER_SESSION) >> 32, 8); break;
    case PLACE_START:
    case PLACE_END:
    case PLACE_FIRST_TOKEN: stamp_time(s, p, out, id); break;
    }
}

void body_stamp(struct body *b, uint64_t seed, uint64_t request, millis at)
{
    const struct stamp s = {b, seed, request, at};
    for (size_t i = 0; i < b->n_places; i++)
        stamp_place(&s, &b->places[i], b->text.data + b->places[i].at);
}
