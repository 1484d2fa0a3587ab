// SPDX-License-Identifier: MIT
#pragma once
// What a deployment costs a month: measured usage times a dated table of prices. Pure: no clock, no
// I/O. Usage comes from the text of /metrics, so a server, a command on the same machine and one far
// away all see the same. What cannot be measured is planned for and says so.
#include "base/err.h"
#include "json/write.h"

enum { COST_HOURS = 720 }; // of a month: 30 days, as the clouds' own examples count

enum cost_part {
    COST_COMPUTE,
    COST_DATABASE,
    COST_BACKUP,
    COST_OBJECTS,
    COST_WRITES,
    COST_READS,
    COST_EGRESS,
    COST_PARTS
};
struct cost_part_kind {
    const char *name;     // in the table of prices: "compute"
    const char *quantity; // what is counted: "unit-hours"
    const char *doc;
};
extern const struct cost_part_kind cost_part_kinds[COST_PARTS];

// ---- Prices -------------------------------------------------------------------------------------

enum { COST_PROVIDERS = 8, COST_RATES = 16, COST_GROWTH = 16, COST_ESTIMATES = 32 };

struct cost_price {
    bool known;
    bool whole;    // per hour of a server that is not sold in parts of a unit
    double amount; // of `currency` for one of the part's quantity
    str text;      // "0.0006 CNY gb-hour", as the table has it
    str currency, date, source;
};
struct cost_provider {
    str id, name;
    struct cost_price prices[COST_PARTS];
};
struct cost_estimate { // what somebody else's plan said
    str provider, part;
    double low, high;
    str currency, date, source;
};
struct cost_growth {
    double users, units, database_gb, low_usd, high_usd;
    str date, source;
};
struct cost_table {
    struct cost_provider providers[COST_PROVIDERS];
    struct cost_estimate estimates[COST_ESTIMATES];
    struct cost_growth growth[COST_GROWTH]; // by users, ascending
    struct {
        str currency;
        double per_usd;
    } rates[COST_RATES];
    size_t n_providers, n_estimates, n_growth, n_rates;
};
// Everything borrows `text`. ERR_INVALID names the line and what is wrong with it.
enum errc cost_table_parse(struct ctx *ctx, str text, struct cost_table *out) MUST_CHECK;
// data/cloud-prices.txt, embedded by the build.
str cost_table_builtin(void);
const struct cost_provider *cost_provider_find(const struct cost_table *t, str id); // NULL: none
// USD for an amount of a currency; false when the table has no rate.
bool cost_in_usd(const struct cost_table *t, double amount, str currency, double *usd);

// ---- Usage --------------------------------------------------------------------------------------

enum cost_origin { COST_MEASURED, COST_EXTRAPOLATED, COST_ASSUMED, COST_PROJECTED };
extern const char *const cost_origin_names[];

struct cost_quantity { // of a month
    double amount;
    enum cost_origin origin;
    const char *note; // where it is from
};
enum cost_trigger {
    COST_TRIGGER_DISK,
    COST_TRIGGER_BACKLOG,
    COST_TRIGGER_CPU,
    COST_TRIGGER_MEMORY,
    COST_TRIGGERS
};
struct cost_trigger_kind {
    const char *name, *doc, *cure;
    double limit; // a share of 1, or a number
    bool is_share;
};
extern const struct cost_trigger_kind cost_trigger_kinds[COST_TRIGGERS];

struct cost_usage {
    struct cost_quantity parts[COST_PARTS];
    double users;       // people with an account
    double hours;       // that were watched; 0: no server answered
    double units;       // of the database, assumed
    double store_share; // of the volume that our events take
    bool embedded;      // all is in one data directory: none of the parts is rented
    struct {
        bool known;
        double value;
    } triggers[COST_TRIGGERS];
};
// What the text of /metrics says (an empty text: nothing is known), the rest as the first row of
// growth plans it.
void cost_usage_read(const struct cost_table *t, str metrics, struct cost_usage *out);
// The same usage by as many users. `plan` is the row of growth that covers them, NULL for none.
void cost_usage_project(const struct cost_table *t, double users, struct cost_usage *usage,
                        const struct cost_growth **plan);
const struct cost_growth *cost_growth_for(const struct cost_table *t, double users);
// The trigger that is nearest to its limit or furthest beyond it; COST_TRIGGERS: none is known.
enum cost_trigger cost_trigger_nearest(const struct cost_usage *usage);
// Value over limit: 1 and more is reached.
double cost_trigger_share(const struct cost_usage *usage, enum cost_trigger trigger);

// ---- Sum ----------------------------------------------------------------------------------------

struct cost_line {
    bool priced;
    double amount; // of the price's currency
    double usd;
};
struct cost_sum {
    struct cost_line lines[COST_PARTS];
    double usd;
    size_t unpriced; // parts in use that the table has no price for
};
void cost_sum(const struct cost_table *t, const struct cost_provider *p,
              const struct cost_usage *usage, struct cost_sum *out);

// The report of ui.ts Cost: all of the above for one provider. `users` 0: as it is now.
struct cost_question {
    const struct cost_table *table;
    const struct cost_provider *provider;
    str metrics;
    double users;
};
void cost_write_json(struct jw *w, const struct cost_question *q);
