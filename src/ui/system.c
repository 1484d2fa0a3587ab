// SPDX-License-Identifier: MIT
// The system page (ui.ts System): does it take events, is something wrong, what was refused or cut. Who
// may only see a project learns whether events are taken; figures and paths are for the instance's
// admin. Only cheap checks run here: `rushlight doctor` reads the files themselves.
#include "base/limits.h"
#include "base/process.h"
#include "doctor/doctor.h"
#include "ui/tables.h"
#include "ui/ui.h"

#include <sys/statvfs.h>

struct state {
    struct api *api;
    struct http_req *rq;
    struct store_status status;
    bool status_known;
    struct jw w;
};

static void ingestion_write(struct state *s)
{
    const struct ingest_pace *pace = &s->api->ingest->pace;
    millis last = atomic_load_explicit(&pace->last, memory_order_relaxed);
    struct jw *w = &s->w;

    jw_key(w, STR("ingestion"));
    jw_object(w);
    if (last)
        jw_ki64(w, STR("last"), last);
    jw_kbool(w, STR("writable"), s->status_known && s->status.writable);
    if (s->status.problem.n)
        jw_kstr(w, STR("problem"), s->status.problem);
    if (ui_caller(s->rq)->who.user.admin)
        jw_ki64(w, STR("perMinute"), (int64_t)pace_per_minute(pace, s->rq->received_at));
    jw_object_end(w);
}

static void some_i64(struct jw *w, str key, bool there, int64_t v)
{
    if (there)
        jw_ki64(w, key, v);
}

static void store_write(struct state *s)
{
    const struct store_status *st = &s->status;
    const struct api_settings *set = &s->api->settings;
    struct statvfs fs;
    bool fs_known = statvfs(arena_cstr(s->rq->ctx->arena, set->data_dir), &fs) == 0;
    struct jw *w = &s->w;

    jw_key(w, STR("store"));
    jw_object(w);
    jw_ki64(w, STR("bytes"), st->bytes);
    jw_ki64(w, STR("files"), st->n_files);
    jw_ki64(w, STR("traces"), st->counts.traces);
    jw_ki64(w, STR("observations"), st->counts.observations);
    jw_ki64(w, STR("scores"), st->counts.scores);
    some_i64(w, STR("oldest"), st->n_files > 0, st->oldest_day * MILLIS_DAY);
    some_i64(w, STR("newest"), st->n_files > 0, st->newest_day * MILLIS_DAY);
    some_i64(w, STR("diskFree"), fs_known, fs_known ? (int64_t)(fs.f_bavail * fs.f_frsize) : 0);
    some_i64(w, STR("diskTotal"), fs_known, fs_known ? (int64_t)(fs.f_blocks * fs.f_frsize) : 0);
    some_i64(w, STR("budget"), set->disk_budget > 0, set->disk_budget);
    some_i64(w, STR("retentionDays"), set->retention_days > 0, set->retention_days);
    jw_object_end(w);
}

static void counts_write(struct state *s)
{
    const struct ingest_counters *c = &s->api->ingest->counters;
    const struct {
        str name, doc;
        uint64_t n;
    } rows[] = {
        {STR("accepted"), STR("Events stored"), atomic_load(&c->accepted)},
        {STR("invalid"), STR("Events answered with an error"), atomic_load(&c->rejected)},
        {STR("score_config"), STR("Scores that break their configuration"),
         atomic_load(&c->scores_refused)},
        {STR("span_limit"), STR("Spans over a limit"), atomic_load(&c->spans_refused)},
        {STR("sdk_log"), STR("Log lines of SDKs, which the protocol drops"),
         atomic_load(&c->sdk_logs)},
        {STR("tag"), STR("Tags beyond the limit, cut off their trace"), atomic_load(&c->tags_cut)},
        {STR("usage_key"), STR("Usage and cost keys beyond the limit"),
         atomic_load(&c->usage_keys_cut)},
        {STR("days_by_age"), STR("Days deleted for their age"),
         (uint64_t)s->status.deleted_days_age},
        {STR("days_by_budget"), STR("Days deleted for the disk budget"),
         (uint64_t)s->status.deleted_days_budget},
    };

    jw_key(&s->w, STR("counts"));
    jw_array(&s->w);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        jw_object(&s->w);
        jw_kstr(&s->w, STR("name"), rows[i].name);
        jw_ki64(&s->w, STR("n"), (int64_t)rows[i].n);
        jw_kstr(&s->w, STR("doc"), rows[i].doc);
        jw_object_end(&s->w);
    }
    jw_array_end(&s->w);
}

static void check_events(struct report *r)
{
    const struct state *s = r->owner;

    if (s->status_known && s->status.writable)
        report_add(r, FINDING_FINE, "events are stored; %lld of %lld requests may wait",
                   (long long)s->status.queue_len, (long long)s->status.queue_cap);
    else
        report_add(r, FINDING_BROKEN, "%.*s",
                   STR_ARG(s->status.problem.n ? s->status.problem
                                               : STR("the event store does not answer")));
}

static void check_accounts(struct report *r)
{
    const struct state *s = r->owner;
    struct ctx ctx;

    ctx_init(&ctx, r->arena);
    ctx.deadline_ms = s->rq->ctx->deadline_ms;
    if (meta_ping(s->api->meta, &ctx) == ERR_OK)
        report_add(r, FINDING_FINE, "accounts and keys can be read");
    else
        report_add(r, FINDING_BROKEN, "%.*s", STR_ARG(ctx.message));
}

static void checks_write(struct state *s)
{
    static const struct doctor_part parts[] = {{"events", check_events},
                                               {"metadata", check_accounts},
                                               {"data directory", check_data_directory},
                                               {"clock", check_clock},
                                               {"limits", check_limits}};
    static const str levels[] = {STR_INIT("ok"), STR_INIT("warning"), STR_INIT("error")};
    struct report r = {.ctx = s->rq->ctx,
                       .arena = s->rq->ctx->arena,
                       .data_dir = s->api->settings.data_dir,
                       .max_connections = s->api->settings.max_connections,
                       .owner = s};

    report_run(&r, parts, ARRAY_LEN(parts));
    s->api->checks(s->api->app, &r);
    jw_key(&s->w, STR("checks"));
    jw_array(&s->w);
    for (size_t i = 0; i < r.n; i++) {
        jw_object(&s->w);
        jw_kbool(&s->w, STR("ok"), r.lines[i].finding != FINDING_BROKEN);
        jw_kstr(&s->w, STR("level"), levels[r.lines[i].finding]);
        jw_kstr(&s->w, STR("name"), str_c(r.lines[i].part));
        jw_kstr(&s->w, STR("message"), r.lines[i].text);
        jw_object_end(&s->w);
    }
    jw_array_end(&s->w);
}

static enum errc system_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct state s = {.api = api, .rq = rq};
    struct ctx own; // a store that does not answer is a finding, not a failure

    ctx_init(&own, rq->ctx->arena);
    own.deadline_ms = rq->ctx->deadline_ms;
    s.status_known = api->store->ops->status(api->store, &own, &s.status) == ERR_OK;
    reply_object(rs, &s.w);
    jw_kstr(&s.w, STR("version"), api->settings.version);
    jw_ki64(&s.w, STR("started"), api->settings.started);
    jw_kstr(&s.w, STR("mode"), api->settings.mode);
    ingestion_write(&s);
    if (ui_caller(rq)->who.user.admin) {
        jw_kstr(&s.w, STR("dataDir"), api->settings.data_dir);
        if (s.status_known)
            store_write(&s);
        jw_ki64(&s.w, STR("memory"), (int64_t)process_resident_bytes());
        counts_write(&s);
        checks_write(&s);
    }
    jw_object_end(&s.w);
    return reply_check(rq->ctx, rs);
}

const struct route ui_status_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/ui/system",
     .handler = system_get,
     .auth = AUTH_SESSION,
     .doc = "State of the server"},
};
const size_t ui_status_routes_n = ARRAY_LEN(ui_status_routes);
