// SPDX-License-Identifier: MIT
// The agent that works on orders: it plans with a model, calls tools of the shop, hands shipping
// questions to an agent of its own, and sometimes meets a tool that is down. Its model calls repeat
// the conversation so far, as agents do.
#include "demo/story.h"

static const char system_prompt[] =
    "You are the order agent of Moss & Granite. Use the tools to look up orders, stock and "
    "parcels. "
    "Never promise a refund above 200 EUR without handing over to a person.";
static const char model[] = "claude-sonnet-4-5-20250929";

struct order {
    int64_t number, quantity;
    const struct product *product;
    str talk; // messages so far, without the closing bracket
};

static void say(struct story *s, struct order *o, str message)
{
    o->talk = story_json(s, "%.*s,%.*s", STR_ARG(o->talk), STR_ARG(message));
}

// One model call that decides for a tool or answers; its message joins the talk.
static str think(struct story *s, struct order *o, str parent, const char *name, str message)
{
    str input = story_json(s, "%.*s]", STR_ARG(o->talk));
    int64_t tokens = story_tokens(message);
    int64_t all = story_tokens(input);
    int64_t cached = all > 250 ? all * 2 / 3 : 0;
    millis start = s->at;
    millis first = start + 520 + story_number(s, 900);
    s->at = first + tokens * (11 + story_number(s, 9));
    say(s, o, message);
    return story_step(s, &(struct step){.type = "generation",
                                        .name = name,
                                        .parent = parent,
                                        .start = start,
                                        .end = s->at,
                                        .first_token = first,
                                        .model = model,
                                        .parameters = "{\"temperature\":0,\"max_tokens\":1024}",
                                        .usage = {all - cached, cached, tokens},
                                        .prompt = {"order-agent", 1 + s->day / 13 % 15},
                                        .input = input,
                                        .output = message});
}

static str tool_call(struct story *s, const char *tool, str arguments)
{
    str text = story_quoted(s, arguments);
    str id = story_id(s, 12);
    return story_json(
        s,
        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_%.*s\","
        "\"type\":\"function\",\"function\":{\"name\":\"%s\",\"arguments\":%.*s}}]}",
        STR_ARG(id), tool, STR_ARG(text));
}

// Decide, call, hear. `result` none: the tool failed.
static void use_tool(struct story *s, struct order *o, str parent, const char *tool, str arguments,
                     str result)
{
    str decision = tool_call(s, tool, arguments);
    (void)think(s, o, parent, "decide", decision);
    bool failed = !str_some(result);
    millis start = s->at;
    s->at += failed ? 3000 + story_number(s, 2000) : 40 + story_number(s, 400);
    (void)story_step(
        s,
        &(struct step){.type = "tool",
                       .name = tool,
                       .parent = parent,
                       .start = start,
                       .end = s->at,
                       .level = failed ? "ERROR" : NULL,
                       .status = failed ? STR("orders API answered 503 after 3 tries") : STR_NONE,
                       .input = arguments,
                       .output = result});
    str heard = story_quoted(s, failed ? STR("error: the service is not available") : result);
    say(s, o, story_json(s, "{\"role\":\"tool\",\"content\":%.*s}", STR_ARG(heard)));
}

static void look_up(struct story *s, struct order *o, str root)
{
    str arguments = story_json(s, "{\"order\":%lld}", (long long)o->number);
    str found =
        story_json(s,
                   "{\"order\":%lld,\"state\":\"shipped\",\"items\":[{\"sku\":\"%s\",\"name\":"
                   "\"%s\",\"quantity\":%lld,\"price\":%lld.%02lld}],\"carrier\":\"DHL\"}",
                   (long long)o->number, o->product->sku, o->product->name, (long long)o->quantity,
                   (long long)o->product->cents / 100, (long long)o->product->cents % 100);
    if (story_chance(s, s->incident ? 40 : 7))
        use_tool(s, o, root, "get_order", arguments, STR_NONE);
    if (s->incident && story_chance(s, 40)) {
        s->failed = true;
        return;
    }
    use_tool(s, o, root, "get_order", arguments, found);
}

// A second agent with its own tools, one level deeper.
static void ask_shipping(struct story *s, struct order *o, str root)
{
    str id = story_id(s, 16);
    millis start = s->at;
    str task =
        story_json(s, "{\"task\":\"Where is the parcel of order %lld?\"}", (long long)o->number);
    s->at += 8;
    use_tool(s, o, id, "track_parcel", story_json(s, "{\"order\":%lld}", (long long)o->number),
             STR("{\"state\":\"in transit\",\"place\":\"Leipzig\",\"expected\":\"tomorrow\"}"));
    if (story_chance(s, 50))
        use_tool(s, o, id, "carrier_calendar", STR("{\"carrier\":\"DHL\"}"),
                 STR("{\"next_run\":\"06:00\",\"holidays\":[]}"));
    (void)story_step(
        s, &(struct step){.type = "agent",
                          .name = "shipping-agent",
                          .id = id,
                          .parent = root,
                          .start = start,
                          .end = s->at,
                          .input = task,
                          .output = STR("{\"answer\":\"It is in Leipzig and should arrive "
                                        "tomorrow before noon.\"}")});
}

static void refund(struct story *s, struct order *o, str root)
{
    bool large = o->product->cents > 20000;
    millis start = s->at;
    use_tool(
        s, o, root, "start_refund",
        story_json(s, "{\"order\":%lld,\"sku\":\"%s\"}", (long long)o->number, o->product->sku),
        large ? STR("{\"refund\":\"needs approval\"}") : STR("{\"refund\":\"started\"}"));
    if (large)
        (void)story_step(s, &(struct step){.type = "event",
                                           .name = "handed-to-person",
                                           .parent = root,
                                           .start = start + 100,
                                           .level = "WARNING",
                                           .status = STR("refund above 200 EUR"),
                                           .input = STR("{\"queue\":\"refunds\"}")});
}

static void rate_order(struct story *s)
{
    static const char *const outcomes[] = {"\"solved\"", "\"solved\"", "\"solved\"",
                                           "\"handed over\""};
    if (story_chance(s, 50))
        story_score(
            s, &(struct opinion){.name = "outcome",
                                 .type = "CATEGORICAL",
                                 .source = "API",
                                 .value = s->failed ? "\"failed\"" : *STORY_PICK(s, outcomes)});
    if (story_chance(s, 30))
        story_score(s, &(struct opinion){.name = "followed-policy",
                                         .type = "BOOLEAN",
                                         .source = "EVAL",
                                         .value = story_chance(s, 95) ? "1" : "0"});
}

static str closing(struct story *s, const struct order *o, bool refunded)
{
    if (s->failed)
        return STR("I cannot reach our order system at the moment. I have noted your question; a "
                   "colleague will write to you today.");
    if (refunded)
        return story_json(s, "I have started the return of your %s. The label is in your mail.",
                          o->product->name);
    return story_json(s, "Your %s is in Leipzig and should arrive tomorrow before noon.",
                      o->product->name);
}

static void conclude(struct story *s, str root, millis start, str question, str answer)
{
    static const char *const tags[] = {"agent", "orders", NULL};
    str input = story_quoted(s, question);
    str output = story_quoted(s, answer);
    (void)story_step(
        s, &(struct step){.type = "agent",
                          .name = "order-agent",
                          .id = root,
                          .start = start,
                          .end = s->at,
                          .level = s->failed ? "ERROR" : NULL,
                          .status = s->failed ? STR("gave up: get_order failed twice") : STR_NONE,
                          .input = input,
                          .output = output});
    story_trace(s,
                &(struct trace_words){.name = "order-agent",
                                      .tags = tags,
                                      .input = input,
                                      .output = output,
                                      .metadata = STR("{\"graph\":\"orders-v5\",\"max_steps\":12}"),
                                      .start = start});
}

void story_orders(struct story *s)
{
    struct order o = {.number = 100000 + story_number(s, 90000),
                      .quantity = 1 + story_number(s, 2),
                      .product = &products[story_number(s, N_PRODUCTS)]};
    bool wants_refund = story_chance(s, 40);
    millis start = s->at;
    str root = story_id(s, 16);
    str question = story_json(s,
                              wants_refund ? "I want to send back the %s from order %lld."
                                           : "Where is my %s? The order is %lld.",
                              o.product->name, (long long)o.number);
    str talk = story_messages(s, system_prompt, NULL, 0, question);
    o.talk = str_sub(talk, 0, talk.n - 1);
    s->at += 5;
    look_up(s, &o, root);
    if (!s->failed && wants_refund)
        refund(s, &o, root);
    else if (!s->failed)
        ask_shipping(s, &o, root);
    str answer = closing(s, &o, wants_refund);
    (void)think(s, &o, root, "answer", story_reply(s, answer));
    conclude(s, root, start, question, answer);
    rate_order(s);
}
