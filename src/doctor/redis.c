// SPDX-License-Identifier: MIT
// Checks of the Redis that holds the queue: can it be reached, is it the right database, is its memory
// enough, may it drop keys. What others keep there is counted, never read or changed.
#include "base/address.h"
#include "base/clock.h"
#include "doctor/doctor.h"
#include "queue/redis/redis_pool.h"

enum { SCAN_ROUNDS = 20, SCAN_COUNT = 500, MEMORY_PERCENT = 70, OLDEST_MAJOR = 6 };

struct probe {
    struct report *r;
    struct redis_pool *pool;
    str info;
};

static enum errc call(struct probe *p, const str *words, size_t n, struct redis_value *out)
{
    const struct redis_command cmd = {.words = words, .n = n};
    return redis_pool_call(p->pool, p->r->ctx, &cmd, out);
}

// The value of "name:" in the text of INFO; none when it is not there.
static str info_of(const struct probe *p, str name)
{
    str line;
    for (str rest = p->info; str_next(&rest, '\n', &line);)
        if (str_starts(line, name) && line.n > name.n && line.p[name.n] == ':')
            return str_trim(str_skip(line, name.n + 1));
    return STR_NONE;
}

static int64_t info_number(const struct probe *p, str name)
{
    int64_t n = 0;
    (void)str_to_i64(info_of(p, name), &n);
    return n;
}

static enum errc look_at_server(struct probe *p)
{
    struct report *r = p->r;
    struct redis_value answer = {0};
    str major = STR_NONE;
    int64_t number = 0, begun = clock_mono_ms();
    const str words[] = {STR("INFO")};
    TRY(call(p, words, 1, &answer));
    int64_t took = clock_mono_ms() - begun;
    p->info = answer.text;
    str version = info_of(p, STR("redis_version")), rest = version;
    (void)str_next(&rest, '.', &major);
    if (str_to_i64(major, &number) && number < OLDEST_MAJOR)
        report_add(r, FINDING_BROKEN, "Redis %.*s is too old: 6.0 or newer is needed",
                   STR_ARG(version));
    else if (str_eq(info_of(p, STR("role")), STR("slave")))
        report_add(r, FINDING_BROKEN,
                   "Redis at %.*s is a replica, which only reads: name the"
                   " primary",
                   STR_ARG(redis_server_text(r->arena, r->redis)));
    else
        report_add(r, FINDING_FINE, "Redis %.*s at %.*s, %.*s used, answers in %lld ms",
                   STR_ARG(version), STR_ARG(redis_server_text(r->arena, r->redis)),
                   STR_ARG(info_of(p, STR("used_memory_human"))), (long long)took);
    return ERR_OK;
}

static enum errc look_at_memory(struct probe *p)
{
    struct report *r = p->r;
    int64_t used = info_number(p, STR("used_memory")), most = info_number(p, STR("maxmemory"));
    str policy = info_of(p, STR("maxmemory_policy"));
    if (most > 0 && used > most / 100 * MEMORY_PERCENT)
        report_add(r, FINDING_NOTE,
                   "%lld %% of its memory is used (%.*s of %.*s); raise maxmemory, or give the"
                   " queue a Redis of its own",
                   (long long)(used / (most / 100 ? most / 100 : 1)),
                   STR_ARG(info_of(p, STR("used_memory_human"))),
                   STR_ARG(info_of(p, STR("maxmemory_human"))));
    if (most > 0 && policy.n > 0 && !str_eq(policy, STR("noeviction")))
        report_add(r, FINDING_NOTE,
                   "it may drop keys when its memory is full (maxmemory-policy %.*s); nothing is"
                   " lost then, but events show later: workers find them again in the object"
                   " store. noeviction is better",
                   STR_ARG(policy));
    return ERR_OK;
}

// Keys of others in the chosen database, as far as a few rounds of SCAN see.
static enum errc count_others(struct probe *p, int64_t *n)
{
    str prefix = p->r->redis->prefix, cursor = STR("0");
    *n = 0;
    for (int i = 0; i < SCAN_ROUNDS; i++) {
        struct redis_value answer = {0};
        const str words[] = {STR("SCAN"), cursor, STR("COUNT"),
                             arena_fmt(p->r->arena, "%d", SCAN_COUNT)};
        TRY(call(p, words, ARRAY_LEN(words), &answer));
        if (answer.type != REDIS_LIST || answer.n != 2)
            return ERR_OK;
        for (size_t k = 0; k < answer.items[1].n; k++)
            *n += !str_starts(answer.items[1].items[k].text, prefix);
        cursor = answer.items[0].text;
        if (str_eq(cursor, STR("0")))
            return ERR_OK;
    }
    return ERR_OK;
}

static enum errc look_at_database(struct probe *p)
{
    struct report *r = p->r;
    int64_t others = 0;
    if (count_others(p, &others) != ERR_OK) { // a right that the queue itself does not need
        ctx_clear_error(r->ctx);
        return ERR_OK;
    }
    if (others > 0)
        report_add(r, FINDING_NOTE,
                   "database %.*s also holds %lld keys of others; they are never touched. If it is"
                   " not meant to be shared, set REDIS_DB to a free number",
                   STR_ARG(str_some(r->redis->db) ? r->redis->db : STR("0")), (long long)others);
    return ERR_OK;
}

static void add_failure(struct report *r)
{
    str from = address_towards(r->arena, r->redis->host, r->redis->port);
    report_add(r, FINDING_BROKEN, "%.*s%s%.*s%s", STR_ARG(r->ctx->message),
               str_some(from) ? " (called from " : "", STR_ARG(from), str_some(from) ? ")" : "");
    ctx_clear_error(r->ctx);
}

void check_redis(struct report *r)
{
    typedef enum errc look(struct probe * p);
    static look *const looks[] = {look_at_server, look_at_memory, look_at_database};
    struct probe p = {.r = r, .pool = redis_pool_create(r->redis)};
    enum errc rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < ARRAY_LEN(looks); i++)
        rc = looks[i](&p);
    if (rc != ERR_OK)
        add_failure(r);
    redis_pool_destroy(p.pool);
}
