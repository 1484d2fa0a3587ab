// SPDX-License-Identifier: MIT
// A month in the life of the shop: how many visits a day has, when they come, who comes and what
// story each tells. Office hours and weekdays are busy, nights and weekends are not; every other week
// the model provider has a bad afternoon.
// Events are gathered to requests of about half a megabyte. Runs in the caller's thread.
#include "demo/story.h"

enum {
    REQUEST_MAX = 4 << 20, // the server's limit is 4.5 MiB
    REQUEST_FULL = 512 << 10,
    HOUR = 3600000,
    INCIDENT_EVERY = 14,
};

struct month {
    struct ctx *ctx;
    const struct demo_options *opt;
    struct demo_result *tally;
    struct buf events;
};

// ---- Sending ------------------------------------------------------------------------------------

static enum errc flush(struct month *m)
{
    AUTO(buf_fini) struct buf body = {0};
    if (m->events.len == 0)
        return ERR_OK;
    if (!buf_ok(&m->events))
        return fail(m->ctx, ERR_INTERNAL, "a demo trace is larger than a request may be");
    buf_init(&body, REQUEST_MAX + 64);
    BUF_ADD(&body, "{\"batch\":[");
    buf_add(&body, str_sub(buf_str(&m->events), 0, m->events.len - 1));
    BUF_ADD(&body, "]}");
    buf_clear(&m->events);
    return m->opt->send(m->opt->user, m->ctx, buf_str(&body));
}

// ---- The shape of time --------------------------------------------------------------------------

static bool is_weekend(int64_t day)
{
    int64_t weekday = (day + 4) % 7; // 1970-01-01 was a Thursday; 0 is Sunday
    return weekday == 0 || weekday == 6;
}

// Traces of a day, in percent of the average: weekends are quiet, and days differ.
static int64_t day_share(int64_t day)
{
    int64_t wobble = day * 7919 % 31 - 15;
    return (is_weekend(day) ? 45 : 122) + wobble;
}

// A time of day in milliseconds that follows the curve of visits (UTC).
static millis time_of_day(struct story *s)
{
    static const uint8_t weight[24] = {2,  1,  1,  1,  1,  2,  4,  9,  16, 22, 24, 22,
                                       17, 20, 23, 22, 20, 17, 14, 12, 11, 9,  6,  3};
    int64_t total = 0;
    for (size_t h = 0; h < ARRAY_LEN(weight); h++)
        total += weight[h];
    int64_t at = story_number(s, total);
    int64_t hour = 0;
    while (at >= weight[hour])
        at -= weight[hour++];
    return hour * HOUR + story_number(s, HOUR);
}

// ---- Visits -------------------------------------------------------------------------------------

static uint64_t mix(uint64_t seed, int64_t day, int64_t n)
{
    return (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) ^
           (uint64_t)day * UINT64_C(0xd6e8feb86659fd93) ^
           (uint64_t)n * UINT64_C(0xa0761d6478bd642f);
}

static enum errc end_trace(struct month *m)
{
    return m->events.len < REQUEST_FULL ? ERR_OK : flush(m);
}

static void begin_trace(struct story *s)
{
    s->trace_id = story_id(s, 32);
    s->failed = false;
}

// A conversation: turns a minute apart, and what the person thought of it in the end.
static enum errc visit_chat(struct month *m, struct story *s)
{
    const struct topic *topic = &topics[story_number(s, N_TOPICS)];
    int64_t turns = 1 + story_number(s, TOPIC_TURNS);
    s->session_id = story_json(s, "chat-%.*s", STR_ARG(story_id(s, 12)));
    m->tally->sessions++;
    for (s->turn = 0; s->turn < turns && s->at < m->opt->now; s->turn++) {
        begin_trace(s);
        story_chat(s, topic);
        TRY(end_trace(m));
        s->at += 15000 + story_number(s, 90000);
    }
    if (turns > 2 && s->at < m->opt->now)
        story_score(s, &(struct opinion){.name = "session-solved",
                                         .type = "BOOLEAN",
                                         .source = "API",
                                         .value = story_chance(s, 85) ? "1" : "0",
                                         .on_session = true});
    return ERR_OK;
}

static enum errc visit(struct month *m, struct story *s)
{
    int64_t kind = story_number(s, 100);
    if (kind < 34)
        return visit_chat(m, s);
    begin_trace(s);
    if (kind < 70) {
        story_documents(s, &topics[story_number(s, N_TOPICS)]);
    } else {
        s->session_id = story_json(s, "order-%.*s", STR_ARG(story_id(s, 12)));
        m->tally->sessions++;
        story_orders(s);
    }
    return end_trace(m);
}

static const struct person *pick_person(struct story *s)
{
    int64_t a = story_number(s, N_PEOPLE);
    int64_t b = story_number(s, N_PEOPLE);
    return &people[a < b ? a : b]; // some come more often
}

static enum errc one_visit(struct month *m, int64_t day, int64_t n)
{
    struct arena_mark mark = arena_mark(m->ctx->arena);
    struct story s = {.ctx = m->ctx,
                      .out = &m->events,
                      .tally = m->tally,
                      .random = mix(m->opt->seed, day, n),
                      .day = day};
    s.at = day * MILLIS_DAY + time_of_day(&s);
    if (s.at >= m->opt->now - HOUR / 60)
        return ERR_OK;
    bool staging = story_chance(&s, 12);
    int64_t release = day / 5 + staging;
    s.person = pick_person(&s);
    s.environment = staging ? "staging" : "production";
    s.release = arena_cstr(m->ctx->arena,
                           story_json(&s, "%lld.%lld.%lld", (long long)release / 300,
                                      (long long)release / 10 % 30, (long long)release % 10));
    s.incident = day % INCIDENT_EVERY == 5 && s.at % MILLIS_DAY > 13 * (millis)HOUR &&
                 s.at % MILLIS_DAY < 16 * (millis)HOUR;
    enum errc rc = visit(m, &s);
    if (rc == ERR_OK)
        arena_rewind(m->ctx->arena, mark);
    return rc;
}

static enum errc one_day(struct month *m, int64_t day)
{
    int64_t wanted = m->opt->traces * day_share(day) / 100 / m->opt->days;
    int64_t before = m->tally->traces;
    // Visits in the future tell nothing, so today is counted in visits: a visit has 1.5 traces.
    for (int64_t n = 0; m->tally->traces - before < wanted && n <= wanted * 2 / 3; n++)
        TRY(one_visit(m, day, n));
    return flush(m);
}

enum errc demo_run(struct ctx *ctx, const struct demo_options *opt, struct demo_result *out)
{
    struct month m = {.ctx = ctx, .opt = opt, .tally = out};
    int64_t today = time_day(opt->now);
    enum errc rc = ERR_OK;
    *out = (struct demo_result){0};
    buf_init(&m.events, REQUEST_MAX);
    for (int64_t day = today - opt->days; day <= today && rc == ERR_OK; day++) {
        rc = one_day(&m, day);
        if (rc == ERR_OK && opt->progress)
            opt->progress(opt->user, out->traces, today - day);
    }
    buf_fini(&m.events);
    return rc;
}
