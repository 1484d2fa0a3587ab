// SPDX-License-Identifier: MIT
// Answers from the handbook: rewrite the question, embed it, fetch passages, rerank, answer, check
// that the answer stands on them.
#include "demo/story.h"

static const char rules[] =
    "Answer from the passages only and cite their numbers. If they do not contain the answer, say "
    "that the handbook does not cover it.";

static str rewrite(struct story *s, str root, const struct exchange *turn)
{
    str question = str_c(turn->question);
    str messages = story_messages(s, "Rewrite the question as a search query of at most ten words.",
                                  NULL, 0, question);
    millis start = s->at;
    s->at += 260 + story_number(s, 240);
    return story_step(s, &(struct step){.type = "generation",
                                        .name = "rewrite-query",
                                        .parent = root,
                                        .start = start,
                                        .end = s->at,
                                        .model = "gpt-4.1-nano",
                                        .parameters = "{\"temperature\":0}",
                                        .usage = {story_tokens(messages), 0, 11},
                                        .prompt = {"rewrite-query", 4},
                                        .input = messages,
                                        .output = story_reply(s, question)});
}

static void embed(struct story *s, str parent, str query)
{
    millis start = s->at;
    s->at += 45 + story_number(s, 60);
    (void)story_step(s, &(struct step){.type = "embedding",
                                       .name = "embed-query",
                                       .parent = parent,
                                       .start = start,
                                       .end = s->at,
                                       .model = "text-embedding-3-small",
                                       .usage = {story_tokens(query), 0, 0},
                                       .input = query,
                                       .output = STR("{\"dimensions\":1536}")});
}

static str passages_json(struct story *s, const struct topic *topic, int64_t n)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;
    buf_init(&b, 1 << 20);
    jw_init(&w, &b);
    jw_array(&w);
    for (int64_t i = 0; i < n; i++) {
        jw_object(&w);
        jw_kstr(&w, STR("document"), story_json(s, "handbook/%s.md", topic->subject));
        jw_ki64(&w, STR("passage"), i + 1);
        jw_kraw(&w, STR("score"),
                story_json(s, "0.%lld", (long long)(91 - 8 * i - story_number(s, 7))));
        jw_kstr(&w, STR("text"), str_c(topic->passages[i]));
        jw_object_end(&w);
    }
    jw_array_end(&w);
    return arena_str(s->ctx->arena, buf_str(&b));
}

static str retrieve(struct story *s, str root, const struct topic *topic, str query)
{
    str id = story_id(s, 16);
    millis start = s->at;
    bool none = story_chance(s, 5);
    s->at += 4;
    embed(s, id, query);
    s->at += 20 + story_number(s, 90);
    str found = passages_json(s, topic, none ? 0 : TOPIC_PASSAGES);
    (void)story_step(
        s, &(struct step){.type = "retriever",
                          .name = "search-handbook",
                          .id = id,
                          .parent = root,
                          .start = start,
                          .end = s->at,
                          .level = none ? "WARNING" : NULL,
                          .status = none ? STR("no passage above the threshold 0.7") : STR_NONE,
                          .input = query,
                          .output = found,
                          .metadata = STR("{\"index\":\"handbook-v3\",\"top_k\":3,"
                                          "\"threshold\":0.7}")});
    return found;
}

static str compose(struct story *s, str root, const struct exchange *turn, str passages, str *reply)
{
    bool covered = passages.n > 2;
    const char *text = covered
                           ? turn->answer
                           : "The handbook does not cover this. I have asked a colleague, who will "
                             "write to you today.";
    str content = story_json(s, "%s\n\nPassages: %.*s", turn->question, STR_ARG(passages));
    str messages = story_messages(s, rules, NULL, 0, content);
    millis start = s->at;
    millis first = start + 380 + story_number(s, 500);
    int64_t tokens = story_tokens(str_c(text));
    s->at = first + tokens * (10 + story_number(s, 6));
    *reply = story_quoted(s, str_c(text));
    return story_step(s, &(struct step){.type = "generation",
                                        .name = "compose-answer",
                                        .parent = root,
                                        .start = start,
                                        .end = s->at,
                                        .first_token = first,
                                        .model = "gpt-4o",
                                        .parameters = "{\"temperature\":0.1,\"max_tokens\":600}",
                                        .usage = {story_tokens(messages), 0, tokens},
                                        .prompt = {"answer-from-passages", 1 + s->day / 11 % 20},
                                        .input = messages,
                                        .output = story_reply(s, str_c(text))});
}

static void check(struct story *s, str root, str answer_id, bool covered)
{
    static const char *const ground[] = {"1", "0.97", "0.92", "0.88", "0.7"};
    bool made_up = covered && story_chance(s, 6);
    millis start = s->at;
    s->at += 300 + story_number(s, 300);
    (void)story_step(s,
                     &(struct step){.type = "evaluator",
                                    .name = "groundedness",
                                    .parent = root,
                                    .start = start,
                                    .end = s->at,
                                    .level = made_up ? "WARNING" : NULL,
                                    .status = made_up ? STR("a sentence has no passage") : STR_NONE,
                                    .output = made_up ? STR("{\"unsupported\":1}")
                                                      : STR("{\"unsupported\":0}")});
    story_score(s, &(struct opinion){.name = "groundedness",
                                     .type = "NUMERIC",
                                     .source = "EVAL",
                                     .value = made_up ? "0.4" : *STORY_PICK(s, ground),
                                     .observation = answer_id});
    if (made_up || story_chance(s, 20))
        story_score(s,
                    &(struct opinion){
                        .name = "hallucination",
                        .type = "BOOLEAN",
                        .source = "EVAL",
                        .value = made_up ? "1" : "0",
                        .comment = made_up ? "the second sentence is not in any passage" : NULL});
}

void story_documents(struct story *s, const struct topic *topic)
{
    static const char *const tags[] = {"rag", "handbook", NULL};
    const struct exchange *turn = &topic->turns[story_number(s, TOPIC_TURNS - 1)];
    millis start = s->at;
    str reply = STR_NONE;
    str root = story_id(s, 16);
    str question = story_quoted(s, str_c(turn->question));
    s->at += 6;
    (void)rewrite(s, root, turn);
    str passages = retrieve(s, root, topic, question);
    str answer_id = compose(s, root, turn, passages, &reply);
    if (story_chance(s, 60))
        check(s, root, answer_id, passages.n > 2);
    (void)story_step(s, &(struct step){.type = "chain",
                                       .name = "answer-from-handbook",
                                       .id = root,
                                       .start = start,
                                       .end = s->at,
                                       .input = question,
                                       .output = reply});
    story_trace(s, &(struct trace_words){
                       .name = "handbook-answer",
                       .tags = tags,
                       .input = question,
                       .output = reply,
                       .metadata = story_json(s, "{\"topic\":\"%s\",\"index\":\"handbook-v3\"}",
                                              topic->subject),
                       .start = start});
}
