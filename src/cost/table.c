// SPDX-License-Identifier: MIT
// The table of prices from its text (docs/cost.md): one row a line, words between spaces, the last
// word takes the rest of the line. Prices are turned into one per unit of the part's quantity here, so
// that a sum is a plain product.
#include "cost/cost_int.h"

const struct cost_part_kind cost_part_kinds[COST_PARTS] = {
    [COST_COMPUTE] = {"compute", "unit-hours", "database server"},
    [COST_DATABASE] = {"database", "GB-months", "database storage"},
    [COST_BACKUP] = {"backup", "GB-months", "database backups"},
    [COST_OBJECTS] = {"objects", "GB-months", "object store"},
    [COST_WRITES] = {"writes", "requests", "object store, PUT"},
    [COST_READS] = {"reads", "requests", "object store, GET"},
    [COST_EGRESS] = {"egress", "GB", "moved to the internet"},
};

// How many of the part's quantity one of the unit is.
static const struct {
    const char *name;
    double quantity;
} units[] = {{"unit-hour", 1}, {"hour", 1}, {"gb-hour", 1.0 / COST_HOURS},
             {"gb-month", 1},  {"gb", 1},   {"10k", 10000},
             {"1k", 1000}};

struct row {
    struct ctx *ctx;
    size_t line;
    str rest; // words that are not read yet
    bool ok;
};

static str word(struct row *r)
{
    str rest = str_trim(r->rest), out = STR_NONE;
    (void)str_next(&rest, ' ', &out);
    r->rest = rest;
    if (str_empty(out))
        r->ok = false;
    return out;
}

static double number(struct row *r)
{
    double v = 0;
    if (!str_to_double(word(r), &v) || v < 0)
        r->ok = false;
    return v;
}

static str rest_of(struct row *r)
{
    str out = str_trim(r->rest);
    if (str_empty(out))
        r->ok = false;
    return out;
}

static enum cost_part part_find(str name)
{
    enum cost_part p = 0;
    while (p < COST_PARTS && !str_eq(name, str_c(cost_part_kinds[p].name)))
        p++;
    return p;
}

static size_t provider_index(const struct cost_table *t, str id)
{
    size_t i = 0;
    while (i < t->n_providers && !str_eq(t->providers[i].id, id))
        i++;
    return i;
}

const struct cost_provider *cost_provider_find(const struct cost_table *t, str id)
{
    size_t i = provider_index(t, id);
    return i < t->n_providers ? &t->providers[i] : NULL;
}

bool cost_in_usd(const struct cost_table *t, double amount, str currency, double *usd)
{
    if (str_eq(currency, STR("USD"))) {
        *usd = amount;
        return true;
    }
    for (size_t i = 0; i < t->n_rates; i++)
        if (str_eq(t->rates[i].currency, currency)) {
            *usd = amount / t->rates[i].per_usd;
            return true;
        }
    return false;
}

// ---- Rows ---------------------------------------------------------------------------------------

static void read_rate(struct row *r, struct cost_table *t)
{
    if (t->n_rates == COST_RATES) {
        r->ok = false;
        return;
    }
    t->rates[t->n_rates].currency = word(r);
    t->rates[t->n_rates].per_usd = number(r);
    (void)word(r); // date
    (void)rest_of(r);
    r->ok = r->ok && t->rates[t->n_rates].per_usd > 0;
    t->n_rates++;
}

static void read_provider(struct row *r, struct cost_table *t)
{
    if (t->n_providers == COST_PROVIDERS) {
        r->ok = false;
        return;
    }
    struct cost_provider *p = &t->providers[t->n_providers];
    p->id = word(r);
    p->name = rest_of(r);
    r->ok = r->ok && !cost_provider_find(t, p->id);
    t->n_providers++;
}

static bool unit_quantity(str name, double *out)
{
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (str_eq(name, str_c(units[i].name))) {
            *out = units[i].quantity;
            return true;
        }
    return false;
}

static void read_price(struct row *r, struct cost_table *t)
{
    double usd = 0, quantity = 0;
    size_t provider = provider_index(t, word(r));
    enum cost_part part = part_find(word(r));
    str figure = str_trim(r->rest);
    double amount = number(r);
    str currency = word(r);
    str unit = word(r);
    str text = str_make(figure.p, (size_t)(unit.p + unit.n - figure.p));
    struct cost_price price = {
        .known = true, .whole = str_eq(unit, STR("hour")), .currency = currency, .text = text};

    price.date = word(r);
    price.source = rest_of(r);
    r->ok = r->ok && provider < t->n_providers && part < COST_PARTS &&
            unit_quantity(unit, &quantity) && cost_in_usd(t, amount, currency, &usd);
    if (!r->ok)
        return;
    price.amount = amount / quantity;
    t->providers[provider].prices[part] = price;
}

static void read_estimate(struct row *r, struct cost_table *t)
{
    if (t->n_estimates == COST_ESTIMATES) {
        r->ok = false;
        return;
    }
    struct cost_estimate *e = &t->estimates[t->n_estimates++];
    e->provider = word(r);
    e->part = word(r);
    e->low = number(r);
    e->high = number(r);
    e->currency = word(r);
    e->date = word(r);
    e->source = rest_of(r);
    r->ok = r->ok && cost_provider_find(t, e->provider) && e->low <= e->high;
}

static void read_growth(struct row *r, struct cost_table *t)
{
    if (t->n_growth == COST_GROWTH) {
        r->ok = false;
        return;
    }
    struct cost_growth *g = &t->growth[t->n_growth];
    g->users = number(r);
    g->units = number(r);
    g->database_gb = number(r);
    g->low_usd = number(r);
    g->high_usd = number(r);
    g->date = word(r);
    g->source = rest_of(r);
    r->ok = r->ok && g->users > (t->n_growth > 0 ? g[-1].users : 0);
    t->n_growth++;
}

static const struct {
    const char *name;
    void (*read)(struct row *r, struct cost_table *t);
    const char *form;
} kinds[] = {
    {"rate", read_rate, "rate CURRENCY PER_USD DATE SOURCE"},
    {"provider", read_provider, "provider ID NAME"},
    {"price", read_price, "price PROVIDER PART AMOUNT CURRENCY UNIT DATE SOURCE"},
    {"estimate", read_estimate, "estimate PROVIDER PART LOW HIGH CURRENCY DATE SOURCE"},
    {"growth", read_growth, "growth USERS UNITS DATABASE_GB LOW_USD HIGH_USD DATE SOURCE"},
};

static enum errc read_row(struct row *r, struct cost_table *t)
{
    str kind = word(r);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (!str_eq(kind, str_c(kinds[i].name)))
            continue;
        kinds[i].read(r, t);
        if (r->ok)
            return ERR_OK;
        return fail(
            r->ctx, ERR_INVALID,
            "line %zu of the table of prices: \"%s\" is needed, with a known provider, part,"
            " unit and currency, no name twice, users ascending (docs/cost.md)",
            r->line, kinds[i].form);
    }
    return fail(r->ctx, ERR_INVALID, "line %zu of the table of prices: unknown row \"%.*s\"",
                r->line, STR_ARG(kind));
}

enum errc cost_table_parse(struct ctx *ctx, str text, struct cost_table *out)
{
    struct cost_table t = {0};
    size_t n = 0;

    for (str rest = text, line; str_next(&rest, '\n', &line);) {
        n++;
        line = str_trim(line);
        if (str_empty(line) || line.p[0] == '#')
            continue;
        struct row r = {.ctx = ctx, .line = n, .rest = line, .ok = true};
        TRY(read_row(&r, &t));
    }
    if (t.n_providers == 0 || t.n_growth == 0)
        return fail(ctx, ERR_INVALID, "the table of prices needs a provider and a row of growth");
    *out = t;
    return ERR_OK;
}

str cost_table_builtin(void)
{
    return str_make((const char *)cloud_price_text, cloud_price_text_len);
}
