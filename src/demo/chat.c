// SPDX-License-Identifier: MIT
// The plain assistant: one model call per turn behind a guardrail, sessions of several turns, a
// thumb up or down now and then, an evaluator that judges some answers.
#include "demo/story.h"

static const char system_prompt[] =
    "You are the assistant of Moss & Granite, a shop for outdoor gear. Answer in at most four "
    "sentences, friendly and exact. If you do not know, say so and offer to ask a colleague.";

static void judge(struct story *s, str answer_id)
{
    static const char *const help[] = {"0.95", "0.9", "0.85", "0.8", "0.6", "0.35"};
    static const char *const tone[] = {"\"friendly\"", "\"friendly\"", "\"neutral\"", "\"terse\""};
    if (story_chance(s, 45))
        story_score(s, &(struct opinion){.name = "helpfulness",
                                         .type = "NUMERIC",
                                         .source = "EVAL",
                                         .value = s->failed ? "0.1" : *STORY_PICK(s, help),
                                         .observation = answer_id});
    if (story_chance(s, 25))
        story_score(s, &(struct opinion){.name = "tone",
                                         .type = "CATEGORICAL",
                                         .source = "EVAL",
                                         .value = *STORY_PICK(s, tone),
                                         .observation = answer_id});
    if (story_chance(s, 18)) {
        bool good = !s->failed && story_chance(s, 84);
        story_score(s, &(struct opinion){.name = "user-feedback",
                                         .type = "BOOLEAN",
                                         .source = "API",
                                         .value = good ? "1" : "0",
                                         .comment = good ? NULL : "did not answer my question"});
    }
}

// The check before the model: masks an order of digits that looks like a card.
static void guard(struct story *s, str root, str input)
{
    bool found = story_chance(s, 4);
    millis start = s->at;
    s->at += 12 + story_number(s, 30);
    (void)story_step(s, &(struct step){.type = "guardrail",
                                       .name = "personal-data",
                                       .parent = root,
                                       .start = start,
                                       .end = s->at,
                                       .level = found ? "WARNING" : NULL,
                                       .status = found ? STR("masked 1 card number") : STR_NONE,
                                       .input = input,
                                       .output = found ? STR("{\"allowed\":true,\"masked\":1}")
                                                       : STR("{\"allowed\":true,\"masked\":0}")});
}

static str answer(struct story *s, str root, str messages, const char *text)
{
    bool busy = story_chance(s, s->incident ? 35 : 2);
    millis start = s->at;
    millis first = start + 240 + story_number(s, 500);
    int64_t tokens = story_tokens(str_c(text));
    s->at = busy ? start + 60000 : first + tokens * (9 + story_number(s, 8));
    s->failed = busy;
    int64_t input = story_tokens(messages);
    int64_t cached = input > 200 && story_chance(s, 40) ? input / 2 : 0;
    return story_step(
        s, &(struct step){.type = "generation",
                          .name = "answer",
                          .parent = root,
                          .start = start,
                          .end = s->at,
                          .first_token = busy ? 0 : first,
                          .level = busy ? "ERROR" : NULL,
                          .status = busy ? STR("Request timed out after 60 s (provider status 504)")
                                         : STR_NONE,
                          .model = s->day % 30 < 20 ? "gpt-4o-mini" : "gpt-4.1-mini",
                          .parameters = "{\"temperature\":0.3,\"max_tokens\":400}",
                          .usage = {busy ? 0 : input - cached, cached, tokens},
                          .prompt = {"shop-assistant", 1 + s->day / 9 % 25},
                          .input = messages,
                          .output = busy ? STR_NONE : story_reply(s, str_c(text))});
}

void story_chat(struct story *s, const struct topic *topic)
{
    static const char *const tags[] = {"chat", "web", NULL};
    const struct exchange *turn = &topic->turns[s->turn % TOPIC_TURNS];
    millis start = s->at;
    str root = story_id(s, 16);
    str question = story_quoted(s, str_c(turn->question));
    str messages = story_messages(s, system_prompt, topic->turns, s->turn % TOPIC_TURNS,
                                  str_c(turn->question));
    guard(s, root, question);
    str answer_id = answer(s, root, messages, turn->answer);
    str output = s->failed ? STR_NONE : story_quoted(s, str_c(turn->answer));
    (void)story_step(s, &(struct step){.type = "span",
                                       .name = "chat-turn",
                                       .id = root,
                                       .start = start,
                                       .end = s->at,
                                       .input = question,
                                       .output = output});
    story_trace(
        s, &(struct trace_words){
               .name = "support-chat",
               .tags = tags,
               .input = question,
               .output = output,
               .metadata = story_json(s, "{\"topic\":\"%s\",\"turn\":%lld,\"channel\":\"web\"}",
                                      topic->subject, (long long)s->turn + 1),
               .start = start});
    judge(s, answer_id);
}
