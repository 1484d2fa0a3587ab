// SPDX-License-Identifier: MIT
// Words for the load generator. A measured store must neither see one constant text, which compresses
// to nothing, nor random letters, which don't compress at all. Word frequencies fall off roughly as
// in language: the position is the product of two uniform numbers.
#include "bench/words.h"

static const str words[] = {
#define W(w) STR_INIT(w)
    W("the"),         W("of"),
    W("and"),         W("to"),
    W("in"),          W("is"),
    W("for"),         W("that"),
    W("on"),          W("with"),
    W("as"),          W("be"),
    W("by"),          W("this"),
    W("are"),         W("from"),
    W("or"),          W("an"),
    W("it"),          W("at"),
    W("order"),       W("customer"),
    W("invoice"),     W("account"),
    W("policy"),      W("request"),
    W("answer"),      W("question"),
    W("document"),    W("search"),
    W("result"),      W("please"),
    W("check"),       W("before"),
    W("after"),       W("when"),
    W("which"),       W("would"),
    W("could"),       W("should"),
    W("because"),     W("first"),
    W("second"),      W("between"),
    W("during"),      W("without"),
    W("within"),      W("about"),
    W("under"),       W("service"),
    W("delivery"),    W("address"),
    W("payment"),     W("refund"),
    W("contract"),    W("clause"),
    W("section"),     W("paragraph"),
    W("table"),       W("figure"),
    W("summary"),     W("context"),
    W("source"),      W("database"),
    W("query"),       W("index"),
    W("record"),      W("column"),
    W("value"),       W("number"),
    W("percent"),     W("quarter"),
    W("revenue"),     W("growth"),
    W("market"),      W("product"),
    W("feature"),     W("release"),
    W("version"),     W("update"),
    W("install"),     W("configure"),
    W("restart"),     W("server"),
    W("client"),      W("network"),
    W("timeout"),     W("connection"),
    W("certificate"), W("password"),
    W("token"),       W("session"),
    W("browser"),     W("window"),
    W("button"),      W("message"),
    W("email"),       W("phone"),
    W("meeting"),     W("calendar"),
    W("schedule"),    W("tomorrow"),
    W("yesterday"),   W("monday"),
    W("friday"),      W("weekend"),
    W("flight"),      W("hotel"),
    W("ticket"),      W("airport"),
    W("train"),       W("station"),
    W("weather"),     W("temperature"),
    W("pressure"),    W("energy"),
    W("water"),       W("patient"),
    W("treatment"),   W("diagnosis"),
    W("medicine"),    W("dosage"),
    W("symptom"),     W("insurance"),
    W("coverage"),    W("premium"),
    W("deductible"),  W("claim"),
    W("evidence"),    W("regulation"),
    W("compliance"),  W("audit"),
    W("approval"),    W("deadline"),
    W("extension"),   W("translate"),
    W("summarize"),   W("compare"),
    W("explain"),     W("describe"),
    W("classify"),    W("extract"),
    W("generate"),    W("rewrite"),
    W("correct"),     W("improve"),
    W("recommend"),   W("function"),
    W("variable"),    W("parameter"),
    W("argument"),    W("return"),
    W("exception"),   W("stack"),
    W("memory"),      W("thread"),
    W("process"),     W("compile"),
    W("library"),     W("package"),
    W("repository"),  W("branch"),
    W("commit"),      W("review"),
    W("deploy"),      W("container"),
    W("cluster"),     W("latency"),
    W("throughput"),  W("budget"),
    W("forecast"),    W("supplier"),
    W("warehouse"),   W("shipment"),
    W("tracking"),    W("warranty"),
    W("replacement"), W("battery"),
    W("screen"),      W("camera"),
    W("adapter"),     W("manual"),
    W("chapter"),     W("example"),
    W("exercise"),    W("student"),
    W("teacher"),     W("lecture"),
    W("semester"),    W("research"),
    W("hypothesis"),  W("experiment"),
    W("measurement"), W("uncertainty"),
    W("conclusion"),  W("assumption"),
    W("alternative"), W("however"),
    W("therefore"),   W("although"),
    W("usually"),     W("probably"),
    W("recently"),    W("immediately"),
    W("carefully"),   W("approximately"),
    W("available"),   W("required"),
    W("optional"),    W("different"),
    W("similar"),     W("important"),
    W("possible"),    W("necessary"),
    W("additional"),  W("previous"),
    W("following"),   W("complete"),
    W("several"),     W("Berlin"),
    W("Lisbon"),      W("Toronto"),
    W("Osaka"),       W("Nairobi"),
    W("Santiago"),    W("Helsinki"),
    W("Maria"),       W("Ahmed"),
    W("Chen"),        W("Olga"),
    W("Samuel"),      W("Priya"),
    W("Lucas"),       W("Ingrid"),
#undef W
};

uint64_t scramble(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

uint64_t random_next(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return scramble(*state);
}

static str word_pick(uint64_t random)
{
    uint64_t a = random & 0xffffff;
    uint64_t b = (random >> 24) & 0xffffff;
    return words[(a * b >> 24) * ARRAY_LEN(words) >> 24];
}

void words_add(struct buf *b, uint64_t *state, size_t bytes)
{
    size_t end = b->len + bytes;
    unsigned left = 0;
    while (b->len < end && buf_ok(b)) {
        uint64_t random = random_next(state);
        if (left == 0)
            left = 5 + (unsigned)(random >> 60);
        if ((random >> 48 & 31) == 0)
            buf_add_i64(b, (int64_t)(random >> 50));
        else
            buf_add(b, word_pick(random));
        left--;
        buf_add(b, left == 0 ? STR(". ") : STR(" "));
    }
}
