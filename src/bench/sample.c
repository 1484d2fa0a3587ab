// SPDX-License-Identifier: MIT
// What the observations of a load test say: an agent with model calls that carry a chat, tools with
// arguments and results, a retriever with passages. Text lengths fill the wanted size.
#include "bench/body.h"
#include "bench/words.h"

enum { SAMPLE_MAX = 1 << 20 };

struct shape {
    const char *type, *name;
    void (*input)(struct buf *b, uint64_t *random, size_t bytes);
    void (*output)(struct buf *b, uint64_t *random, size_t bytes);
    unsigned input_share; // of the text, in 16ths
};

static void chat_in(struct buf *b, uint64_t *random, size_t bytes)
{
    BUF_ADD(b, "[{\"role\":\"system\",\"content\":\"You are a careful assistant of the support"
               " team. Answer from the passages only, and say so when they do not help.\"},"
               "{\"role\":\"user\",\"content\":\"");
    words_add(b, random, bytes);
    BUF_ADD(b, "\"}]");
}

static void chat_out(struct buf *b, uint64_t *random, size_t bytes)
{
    BUF_ADD(b, "{\"role\":\"assistant\",\"content\":\"");
    words_add(b, random, bytes);
    BUF_ADD(b, "\"}");
}

static void tool_in(struct buf *b, uint64_t *random, size_t bytes)
{
    buf_add_fmt(b, "{\"customer\":%u,\"limit\":%u,\"query\":\"",
                (unsigned)(random_next(random) % 90000 + 10000),
                (unsigned)(random_next(random) % 50));
    words_add(b, random, bytes);
    BUF_ADD(b, "\"}");
}

static void rows_out(struct buf *b, uint64_t *random, size_t bytes)
{
    size_t end = b->len + bytes;
    BUF_ADD(b, "[");
    do {
        if (b->data[b->len - 1] != '[')
            BUF_ADD(b, ",");
        buf_add_fmt(b, "{\"id\":%u,\"score\":0.%04u,\"text\":\"",
                    (unsigned)(random_next(random) % 1000000),
                    (unsigned)(random_next(random) % 10000));
        words_add(b, random, 120);
        BUF_ADD(b, "\"}");
    } while (b->len < end && buf_ok(b));
    BUF_ADD(b, "]");
}

// By position in the trace; the first is the root.
static const struct shape shapes[] = {
    {"agent", "support-agent", chat_in, chat_out, 6},
    {"generation", "plan", chat_in, chat_out, 10},
    {"retriever", "search-passages", tool_in, rows_out, 2},
    {"generation", "choose-tool", chat_in, chat_out, 12},
    {"tool", "lookup-orders", tool_in, rows_out, 3},
    {"span", "post-process", tool_in, chat_out, 5},
    {"generation", "answer", chat_in, chat_out, 9},
    {"tool", "send-reply", chat_in, tool_in, 12},
};
static const char *const models[] = {"gpt-4o-mini-2024-07-18", "gpt-4o-2024-08-06",
                                     "claude-3-5-sonnet-20241022", "gpt-4.1-mini"};

static void fresh(struct buf *b)
{
    if (b->max == 0)
        buf_init(b, SAMPLE_MAX);
    buf_clear(b);
}

void sample_make(struct sample *s, uint64_t seed, int64_t item, int64_t per_trace, int64_t bytes)
{
    uint64_t random = scramble(seed * 1000003 + (uint64_t)item);
    size_t position = (size_t)(item % per_trace) % ARRAY_LEN(shapes);
    const struct shape *shape = &shapes[position];
    size_t text = bytes > 64 ? (size_t)bytes : 64;
    s->type = shape->type;
    s->name = shape->name;
    s->choice = random_next(&random);
    s->model = shape->type[0] == 'g' ? models[s->choice % ARRAY_LEN(models)] : NULL;
    s->level = s->choice >> 32 & 31 ? "DEFAULT" : "WARNING";
    fresh(&s->input);
    fresh(&s->output);
    fresh(&s->plan);
    words_add(&s->plan, &random, 40);
    shape->input(&s->input, &random, text * shape->input_share / 16);
    shape->output(&s->output, &random, text * (16 - shape->input_share) / 16);
    s->input_tokens = (int64_t)s->input.len / 4;
    s->output_tokens = (int64_t)s->output.len / 4;
}

void sample_fini(struct sample *s)
{
    buf_fini(&s->input);
    buf_fini(&s->output);
    buf_fini(&s->plan);
}
