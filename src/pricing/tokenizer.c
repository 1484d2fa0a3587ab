// SPDX-License-Identifier: MIT
// Picks the encoding that a model definition names (ingestion.md 5.7) and keeps its vocabulary at
// hand; the counting is count.c. Called by the background counter; any number of threads may count
// at once.
//
// Vocabularies are unpacked when an encoding is first used (under the lock: others wait the 20 ms)
// and dropped by tokenizer_trim() when nobody used them for a while.
#include "pricing/count.h"

#include "base/clock.h"
#include "base/thread.h"
#include "pricing/pricing.h"

#include <stdlib.h>

static const struct encoding encodings[] = {
    {STR_INIT("cl100k_base"), STR_INIT("cl100k_base"), 0, SPLIT_CL100K, false},
    {STR_INIT("o200k_base"), STR_INIT("o200k_base"), 0, SPLIT_O200K, false},
    {STR_INIT("p50k_base"), STR_INIT("p50k_base"), 0, SPLIT_GPT2, false},
    {STR_INIT("r50k_base"), STR_INIT("p50k_base"), 50256, SPLIT_GPT2, false},
    {STR_INIT("claude"), STR_INIT("claude"), 0, SPLIT_GPT2, true},
};
#define N_ENCODINGS ARRAY_LEN(encodings)

struct loaded {
    struct vocab *vocab;
    unsigned users;
    int64_t last_used_ms;
};

struct tokenizer {
    struct lock lock; // guards everything below
    struct char_table *chars;
    struct nfkc *nfkc;
    struct buf models; // "model encoding\n"...
    bool models_read;
    struct loaded loaded[N_ENCODINGS];
};

struct tokenizer *tokenizer_create(void)
{
    struct tokenizer *t = calloc(1, sizeof *t);
    CHECK(t != NULL);
    lock_init(&t->lock);
    return t;
}

void tokenizer_destroy(struct tokenizer *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < N_ENCODINGS; i++)
        vocab_free(t->loaded[i].vocab);
    char_table_free(t->chars);
    nfkc_free(t->nfkc);
    buf_fini(&t->models);
    lock_fini(&t->lock);
    free(t);
}

// ---- Vocabularies, loaded on demand -------------------------------------------------------------

static bool acquire(struct count *c)
{
    struct tokenizer *t = c->tokenizer;
    struct loaded *slot = &t->loaded[c->encoding - encodings];
    lock_acquire(&t->lock);
    if (t->chars == NULL)
        t->chars = char_table_load();
    if (t->chars != NULL && slot->vocab == NULL)
        slot->vocab = vocab_load(c->encoding->section, c->encoding->limit);
    if (c->encoding->normalize && t->nfkc == NULL)
        t->nfkc = nfkc_load();
    c->vocab = slot->vocab;
    c->chars = t->chars;
    c->nfkc = t->nfkc;
    bool ready = c->vocab != NULL && (!c->encoding->normalize || t->nfkc != NULL);
    if (ready)
        slot->users++;
    lock_release(&t->lock);
    return ready;
}

static void release(const struct count *c)
{
    struct loaded *slot = &c->tokenizer->loaded[c->encoding - encodings];
    lock_acquire(&c->tokenizer->lock);
    slot->users--;
    slot->last_used_ms = clock_mono_ms();
    lock_release(&c->tokenizer->lock);
}

void tokenizer_trim(struct tokenizer *t, int64_t idle_ms)
{
    int64_t now = clock_mono_ms();
    lock_acquire(&t->lock);
    for (size_t i = 0; i < N_ENCODINGS; i++) {
        struct loaded *slot = &t->loaded[i];
        if (slot->vocab != NULL && slot->users == 0 && now - slot->last_used_ms >= idle_ms) {
            vocab_free(slot->vocab);
            slot->vocab = NULL;
        }
    }
    lock_release(&t->lock);
}

static const struct encoding *encoding_named(str name)
{
    for (size_t i = 0; i < N_ENCODINGS; i++) {
        if (str_eq(encodings[i].name, name))
            return &encodings[i];
    }
    return NULL;
}

// The encoding of a model name that the vocabularies' package knows, or NULL.
static const struct encoding *encoding_of_model(struct tokenizer *t, str model)
{
    lock_acquire(&t->lock);
    if (!t->models_read)
        vocab_section(STR("models"), &t->models);
    t->models_read = true;
    str rest = buf_str(&t->models);
    lock_release(&t->lock);
    for (str line, name; !str_empty(model) && str_next(&rest, '\n', &line);) {
        if (str_next(&line, ' ', &name) && str_eq(name, model))
            return encoding_named(line);
    }
    return NULL;
}

// ---- Interface ----------------------------------------------------------------------------------

static bool count_openai(struct count *c, str config_text, str text, int64_t *total)
{
    const struct json *config = json_try(c->scratch, config_text);
    str model = json_str(json_get(config, STR("tokenizerModel")));
    c->encoding = encoding_of_model(c->tokenizer, model);
    if (c->encoding == NULL || !acquire(c))
        return false;
    const struct json *parsed = json_try(c->scratch, text);
    bool done;
    if (parsed == NULL)
        done = count_text(c, text, total);
    else if (is_chat_model(model) && is_chat(parsed))
        done = count_chat(c, config, parsed, total);
    else
        done = count_value(c, parsed, total);
    release(c);
    return done;
}

static bool count_claude(struct count *c, str text, int64_t *total)
{
    c->encoding = encoding_named(STR("claude"));
    if (!acquire(c))
        return false;
    bool done = count_text(c, text, total);
    release(c);
    return done;
}

int64_t tokenizer_count(struct tokenizer *t, struct arena *scratch, str tokenizer_id,
                        str tokenizer_config, str text)
{
    struct count c = {.tokenizer = t, .scratch = scratch};
    int64_t total = 0;
    bool done = false;
    if (!str_some(text))
        return -1;
    if (str_eq(tokenizer_id, STR("openai")))
        done = count_openai(&c, tokenizer_config, text, &total);
    else if (str_eq(tokenizer_id, STR("claude")))
        done = count_claude(&c, text, &total);
    return done ? total : -1;
}
