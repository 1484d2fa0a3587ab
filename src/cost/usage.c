// SPDX-License-Identifier: MIT
// Usage of a month out of the text of /metrics: what grows is stretched from the time since the start
// to a month, what stands is taken as it is, and what has no figure is assumed from the plan of growth.
// The server of the database is somebody else's, so its hours are always assumed.
#include "cost/cost.h"

#define GB 1e9
// Less than ten minutes say nothing about a month.
#define WATCHED_ENOUGH_HOURS (1.0 / 6)

const char *const cost_origin_names[] = {[COST_MEASURED] = "measured",
                                         [COST_EXTRAPOLATED] = "extrapolated",
                                         [COST_ASSUMED] = "assumed",
                                         [COST_PROJECTED] = "projected"};

const struct cost_trigger_kind cost_trigger_kinds[COST_TRIGGERS] = {
    [COST_TRIGGER_DISK] = {"disk", "share of the volume that is used", "a larger disk", 0.8, true},
    [COST_TRIGGER_BACKLOG] = {"backlog", "jobs that wait in the queue", "a Redis of its own", 1000,
                              false},
    [COST_TRIGGER_CPU] = {"cpu", "share of one core since the start", "more units", 0.7, true},
    [COST_TRIGGER_MEMORY] = {"memory", "share of the container's memory limit",
                             "larger nodes, before pods are evicted", 0.9, true},
};

static const char not_watched[] = "nobody watched it for ten minutes yet";

// ---- Reading ------------------------------------------------------------------------------------

// Sum of a family's samples; with `label`, of those that have it. False when there is none.
static bool family(str metrics, const char *name, const char *label, double *out)
{
    str wanted = str_c(name);
    bool found = false;
    double sum = 0;

    for (str rest = metrics, line; str_next(&rest, '\n', &line);) {
        if (!str_starts(line, wanted) || line.n == wanted.n)
            continue;
        char after = line.p[wanted.n];
        ptrdiff_t at = str_find(line, after == '{' ? STR("} ") : STR(" "));
        double v = 0;
        if ((after != '{' && after != ' ') || at < 0 || (label && !str_has(line, str_c(label))) ||
            !str_to_double(str_trim(str_skip(line, (size_t)at + (after == '{' ? 2 : 1))), &v))
            continue;
        sum += v;
        found = true;
    }
    if (found)
        *out = sum;
    return found;
}

static void set(struct cost_usage *u, enum cost_part part, double amount, enum cost_origin origin,
                const char *note)
{
    u->parts[part] = (struct cost_quantity){amount, origin, note};
}

// A counter since the start, as a month's.
static bool monthly(const struct cost_usage *u, str metrics, const char *name, const char *label,
                    double *out)
{
    double v = 0;
    if (u->hours < WATCHED_ENOUGH_HOURS || !family(metrics, name, label, &v))
        return false;
    *out = v / u->hours * COST_HOURS;
    return true;
}

static void read_database(const struct cost_growth *plan, str metrics, struct cost_usage *u)
{
    double bytes = 0;

    u->units = plan->units;
    set(u, COST_COMPUTE, plan->units * COST_HOURS, COST_ASSUMED, "the plan's units all the month");
    set(u, COST_DATABASE, plan->database_gb, COST_ASSUMED, "what the plan reserves");
    if (family(metrics, "rushlight_metadata_bytes", NULL, &bytes))
        set(u, COST_DATABASE, bytes / GB, COST_MEASURED, "accounts, prompts and configurations");
    set(u, COST_BACKUP, u->parts[COST_DATABASE].amount, u->parts[COST_DATABASE].origin,
        "as much as the database, kept for 7 days");
}

static void read_objects(str metrics, struct cost_usage *u)
{
    double v = 0;

    set(u, COST_OBJECTS, 0, COST_ASSUMED, not_watched);
    if (monthly(u, metrics, "rushlight_segments_bytes_total", NULL, &v))
        set(u, COST_OBJECTS, v / GB, COST_EXTRAPOLATED, "segments of a month, kept for a month");
    else if (family(metrics, "rushlight_store_bytes", NULL, &v))
        set(u, COST_OBJECTS, v / GB, COST_MEASURED, "events as they are stored now");
    set(u, COST_WRITES, 0, COST_ASSUMED, not_watched);
    if (monthly(u, metrics, "rushlight_segments_put_total", NULL, &v))
        set(u, COST_WRITES, v, COST_EXTRAPOLATED, "segments since the start");
    else if (monthly(u, metrics, "rushlight_http_requests_total", "method=\"POST\"", &v))
        set(u, COST_WRITES, v, COST_EXTRAPOLATED,
            "at most one object for each request that writes");
    set(u, COST_READS, u->parts[COST_WRITES].amount, u->parts[COST_WRITES].origin,
        "each object is read once");
    set(u, COST_EGRESS, 0, COST_ASSUMED, not_watched);
    if (monthly(u, metrics, "rushlight_http_answer_bytes_total", NULL, &v))
        set(u, COST_EGRESS, v / GB, COST_EXTRAPOLATED, "answers since the start");
}

static void trigger(struct cost_usage *u, enum cost_trigger t, bool known, double value)
{
    u->triggers[t].known = known;
    u->triggers[t].value = value;
}

static void read_triggers(str metrics, struct cost_usage *u)
{
    double a = 0, b = 0;
    bool disk = family(metrics, "rushlight_disk_bytes", NULL, &a) && a > 0 &&
                family(metrics, "rushlight_disk_free_bytes", NULL, &b);

    trigger(u, COST_TRIGGER_DISK, disk, disk ? 1 - b / a : 0);
    if (disk && family(metrics, "rushlight_store_bytes", NULL, &b))
        u->store_share = b / a;
    bool waits = family(metrics, "rushlight_queue_waiting", NULL, &a) ||
                 family(metrics, "rushlight_store_queue_length", NULL, &a);
    trigger(u, COST_TRIGGER_BACKLOG, waits, waits ? a : 0);
    bool cpu =
        u->hours >= WATCHED_ENOUGH_HOURS && family(metrics, "process_cpu_seconds_total", NULL, &a);
    trigger(u, COST_TRIGGER_CPU, cpu, cpu ? a / (u->hours * 3600) : 0);
    bool memory = family(metrics, "process_resident_memory_bytes", NULL, &a) &&
                  family(metrics, "rushlight_memory_limit_bytes", NULL, &b) && b > 0;
    trigger(u, COST_TRIGGER_MEMORY, memory, memory ? a / b : 0);
}

void cost_usage_read(const struct cost_table *t, str metrics, struct cost_usage *out)
{
    struct cost_usage u = {0};
    double v = 0;

    if (family(metrics, "rushlight_uptime_seconds", NULL, &v))
        u.hours = v / 3600;
    if (family(metrics, "rushlight_users", NULL, &v))
        u.users = v;
    u.embedded = family(metrics, "rushlight_store_files", NULL, &v);
    read_database(&t->growth[0], metrics, &u);
    read_objects(metrics, &u);
    read_triggers(metrics, &u);
    *out = u;
}
