// SPDX-License-Identifier: MIT
// Fact chunks (fact.h): building from rows, joining, opening. Pure but for reading the statement.
#include "store/sqlite/fact.h"

#include "store/insight.h"

#include "base/limits.h"
#include "store/sqlite/row.h"
#include "store/sqlite/schema.h"

#define FACT_VERSION 1
#define HEADER_WORDS 6

enum column { // of the frame, 8 bytes wide first
    COL_TS,
    COL_TOKENS,
    COL_COST,
    COL_USE_TOKENS,
    COL_USE_COST,
    COL_ROW,
    COL_LATENCY,
    COL_SLOWEST,
    COL_OBSERVATIONS,
    COL_ERRORS,
    COL_WARNINGS,
    COL_TEXTS,
    COL_USE_FIRST = COL_TEXTS + FACT_TEXTS,
    COL_USE_MODEL,
    COL_USE_N,
    COL_COUNT
};
#define COL_BYTES 3 // level, kind, flags: one byte each, kept together as u32 until the end
_Static_assert(COL_COUNT + 1 < 24, "room in the builder");

const char fact_columns[] =
    "t.id, t.ts, t.flags, t.name, t.user_id, t.session_id, coalesce(t.environment, 'default'),"
    " t.version, t.release, t.tags, t.error, t.n_observations, t.n_error, t.n_warning,"
    " (CASE WHEN t.n_error > 0 THEN 4 WHEN t.n_warning > 0 THEN 3 WHEN t.n_default > 0 THEN 2"
    " WHEN t.n_debug > 0 THEN 1 ELSE 2 END), t.kind,"
    " max(t.last_start, t.last_end) - t.first_start, t.slowest, t.total_tokens, t.total_cost,"
    " t.models";

const char fact_observation_columns[] =
    "o.id, o.start, 8, o.name, coalesce(o.user_id, t.user_id), coalesce(o.session_id,"
    " t.session_id), coalesce(o.environment, 'default'), coalesce(o.version, t.version),"
    " coalesce(o.release, t.release), coalesce(o.tags, t.tags), o.status, 1, o.level = 4,"
    " o.level = 3, o.level, o.type, o.end - o.start, coalesce(o.end - o.start, 0),"
    " coalesce(o.total_tokens, 0), coalesce(o.total_cost, 0), o.model";

void fact_builder_init(struct fact_builder *b, struct arena *a)
{
    *b = (struct fact_builder){
        .a = a, .words = map_create(a, 256), .first = INT64_MAX, .last = INT64_MIN};
    for (size_t i = 0; i <= COL_COUNT; i++)
        buf_init(&b->columns[i], LIMIT_PACK_BYTES);
}

void fact_builder_fini(struct fact_builder *b)
{
    for (size_t i = 0; b && i <= COL_COUNT; i++)
        buf_fini(&b->columns[i]);
}

static void put_i64(struct fact_builder *b, int col, int64_t v)
{
    buf_add(&b->columns[col], str_make((const char *)&v, sizeof(v)));
}

static void put_u32(struct fact_builder *b, int col, uint32_t v)
{
    buf_add(&b->columns[col], str_make((const char *)&v, sizeof(v)));
}

static uint32_t clamp_u32(int64_t v)
{
    return v < 0 ? 0 : v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

static int32_t clamp_ms(int64_t v)
{
    return v < -1 ? -1 : v > INT32_MAX ? INT32_MAX : (int32_t)v;
}

// The word's number, counted from 1; 0 is none.
static uint32_t word(struct fact_builder *b, str s)
{
    if (!s.n || !b->words)
        return 0;
    const uint32_t *known = map_get(b->words, s);
    if (known)
        return *known;
    str own = arena_str(b->a, s);
    uint32_t *number = ARENA_NEW(b->a, uint32_t);
    void **slot = str_some(own) && number ? map_slot(b->words, own) : NULL;
    if (!slot) {
        b->columns[COL_TEXTS].failed = true;
        return 0;
    }
    *slot = number;
    *number = (uint32_t)map_len(b->words);
    return *number;
}

static void put_bytes(struct fact_builder *b, int64_t level, int64_t kind, int64_t flags)
{
    const char bytes[COL_BYTES] = {(char)level, (char)kind, (char)flags};

    buf_add(&b->columns[COL_COUNT], str_make(bytes, sizeof(bytes)));
}

static void put_use(struct fact_builder *b, const struct model_use *u)
{
    put_u32(b, COL_USE_MODEL, word(b, u->model));
    put_u32(b, COL_USE_N, clamp_u32(u->n));
    put_i64(b, COL_USE_TOKENS, u->tokens);
    put_i64(b, COL_USE_COST, u->cost);
    b->n_uses++;
}

static void put_texts(struct fact_builder *b, struct sql_stmt *st, int first)
{
    char message[INSIGHT_MESSAGE_BYTES];

    for (int k = 0; k < FACT_TEXTS; k++) {
        str s = sql_str(st, first + k);
        put_u32(b, COL_TEXTS + k, word(b, k == FACT_ERROR ? insight_message(s, message) : s));
    }
}

static void note_time(struct fact_builder *b, millis ts)
{
    b->first = ts < b->first ? ts : b->first;
    b->last = ts > b->last ? ts : b->last;
}

// Of the columns tokens, cost and models (or the model) from `first`.
static void put_uses(struct fact_builder *b, struct sql_stmt *st, int first)
{
    str text = sql_str(st, first + 2);
    struct trace_stats s = {0};

    if (b->single && text.n)
        put_use(b, &(struct model_use){text, 1, sql_i64(st, first), sql_i64(st, first + 1)});
    if (b->single || !text.n)
        return;
    model_uses_from_json(b->a, text, &s);
    for (size_t k = 0; k < s.n_models; k++)
        put_use(b, &s.models[k]);
}

void fact_add_row(struct fact_builder *b, struct sql_stmt *st)
{
    int64_t flags = sql_i64(st, 2);
    int i = 3 + FACT_TEXTS;

    put_u32(b, COL_ROW, clamp_u32(sql_i64(st, 0)));
    put_i64(b, COL_TS, sql_i64(st, 1));
    put_texts(b, st, 3);
    put_u32(b, COL_OBSERVATIONS, clamp_u32(sql_i64(st, i)));
    put_u32(b, COL_ERRORS, clamp_u32(sql_i64(st, i + 1)));
    put_u32(b, COL_WARNINGS, clamp_u32(sql_i64(st, i + 2)));
    put_bytes(b, sql_i64(st, i + 3), sql_i64(st, i + 4), flags & 0xff);
    int32_t latency = sql_is_null(st, i + 5) ? -1 : clamp_ms(sql_i64(st, i + 5));
    put_u32(b, COL_LATENCY, (uint32_t)latency);
    put_u32(b, COL_SLOWEST, (uint32_t)clamp_ms(sql_i64(st, i + 6)));
    put_i64(b, COL_TOKENS, sql_i64(st, i + 7));
    put_i64(b, COL_COST, sql_i64(st, i + 8));
    put_u32(b, COL_USE_FIRST, b->n_uses);
    put_uses(b, st, i + 7);
    note_time(b, sql_i64(st, 1));
    b->again |= (flags & TRACE_ROW_TOLD) != 0;
    b->n++;
}

void fact_add_gone(struct fact_builder *b, int64_t row)
{
    for (int col = COL_TS; col <= COL_COST; col++)
        put_i64(b, col, 0);
    put_u32(b, COL_ROW, clamp_u32(row));
    for (int col = COL_LATENCY; col < COL_USE_FIRST; col++)
        put_u32(b, col, 0);
    put_u32(b, COL_USE_FIRST, b->n_uses);
    put_bytes(b, 0, 0, 0);
    b->again = true;
    b->n++;
}

void fact_add_copy(struct fact_builder *b, const struct fact_chunk *c, uint32_t i)
{
    const int64_t wide[] = {c->ts[i], c->tokens[i], c->cost[i]};
    const uint32_t narrow[] = {
        c->row[i],    (uint32_t)c->latency[i], (uint32_t)c->slowest[i], c->observations[i],
        c->errors[i], c->warnings[i]};

    for (int k = 0; k < (int)ARRAY_LEN(wide); k++)
        put_i64(b, COL_TS + k, wide[k]);
    for (int k = 0; k < (int)ARRAY_LEN(narrow); k++)
        put_u32(b, COL_ROW + k, narrow[k]);
    for (int k = 0; k < FACT_TEXTS; k++)
        put_u32(b, COL_TEXTS + k, word(b, c->words[c->texts[k][i]]));
    put_u32(b, COL_USE_FIRST, b->n_uses);
    for (uint32_t u = c->use_first[i]; u < c->use_first[i + 1]; u++)
        put_use(b, &(struct model_use){c->words[c->use_model[u]], c->use_n[u], c->use_tokens[u],
                                       c->use_cost[u]});
    put_bytes(b, c->level[i], c->kind[i], c->flags[i]);
    if (c->flags[i] & TRACE_ROW_LISTED)
        note_time(b, c->ts[i]);
    b->n++;
}

static void put_words(const struct fact_builder *b, struct buf *out, bool bytes)
{
    uint32_t end = 0;

    for (size_t i = 0; i < map_len(b->words); i++) {
        str w = map_at(b->words, i)->key;
        end += (uint32_t)w.n;
        buf_add(out, bytes ? w : str_make((const char *)&end, sizeof(end)));
    }
}

bool fact_finish(struct fact_builder *b, struct buf *out)
{
    uint32_t header[HEADER_WORDS] = {FACT_VERSION, b->n, b->n_uses, 0, 0, 0};
    const struct buf *bytes = &b->columns[COL_COUNT];

    if (!b->words)
        return false;
    header[3] = (uint32_t)map_len(b->words);
    for (size_t i = 0; i < map_len(b->words); i++)
        header[4] += (uint32_t)map_at(b->words, i)->key.n;
    put_u32(b, COL_USE_FIRST, b->n_uses);
    buf_add(out, str_make((const char *)header, sizeof(header)));
    for (int col = 0; col < COL_COUNT; col++) {
        buf_add(out, buf_str(&b->columns[col]));
        if (b->columns[col].failed)
            return false;
    }
    put_words(b, out, false);
    for (size_t k = 0; k < COL_BYTES; k++) {
        for (size_t i = 0; i < b->n; i++)
            buf_add_char(out, bytes->data[i * COL_BYTES + k]);
    }
    put_words(b, out, true);
    return buf_ok(out) && buf_ok(bytes);
}

// ---- opening

struct cut { // what is left of the frame
    const char *p;
    size_t left;
    bool bad;
};

static const void *take(struct cut *c, size_t n, size_t width)
{
    if (n > c->left / width) {
        c->bad = true;
        return NULL;
    }
    const char *p = c->p;
    c->p += n * width;
    c->left -= n * width;
    return p;
}

static void take_wide(struct cut *c, struct fact_chunk *out)
{
    out->ts = take(c, out->n, 8);
    out->tokens = take(c, out->n, 8);
    out->cost = take(c, out->n, 8);
    out->use_tokens = take(c, out->n_uses, 8);
    out->use_cost = take(c, out->n_uses, 8);
}

static void take_narrow(struct cut *c, struct fact_chunk *out)
{
    out->row = take(c, out->n, 4);
    out->latency = take(c, out->n, 4);
    out->slowest = take(c, out->n, 4);
    out->observations = take(c, out->n, 4);
    out->errors = take(c, out->n, 4);
    out->warnings = take(c, out->n, 4);
    for (int k = 0; k < FACT_TEXTS; k++)
        out->texts[k] = take(c, out->n, 4);
    out->use_first = take(c, (size_t)out->n + 1, 4);
    out->use_model = take(c, out->n_uses, 4);
    out->use_n = take(c, out->n_uses, 4);
}

// Numbers that point somewhere stay inside: a damaged file must not lead astray.
static bool sound(const struct fact_chunk *c, const uint32_t *ends, uint32_t bytes)
{
    uint32_t last = 0;

    for (uint32_t i = 0; i < c->n_words; i++) {
        if (ends[i] < last || ends[i] > bytes)
            return false;
        last = ends[i];
    }
    for (int k = 0; k < FACT_TEXTS; k++) {
        for (uint32_t i = 0; i < c->n; i++) {
            if (c->texts[k][i] > c->n_words)
                return false;
        }
    }
    for (uint32_t i = 0; i < c->n; i++) {
        if (c->use_first[i] > c->use_first[i + 1] || c->use_first[i + 1] > c->n_uses)
            return false;
    }
    for (uint32_t i = 0; i < c->n_uses; i++) {
        if (c->use_model[i] > c->n_words)
            return false;
    }
    return true;
}

enum errc fact_open(struct ctx *ctx, str raw, struct fact_chunk *out)
{
    struct cut c = {raw.p, raw.n, false};
    const uint32_t *h = take(&c, HEADER_WORDS, 4);

    if (!h || h[0] != FACT_VERSION)
        return fail(ctx, ERR_CORRUPT, "A chunk of facts is damaged");
    *out = (struct fact_chunk){.n = h[1], .n_uses = h[2], .n_words = h[3]};
    take_wide(&c, out);
    take_narrow(&c, out);
    const uint32_t *ends = take(&c, out->n_words, 4);
    out->level = take(&c, out->n, 1);
    out->kind = take(&c, out->n, 1);
    out->flags = take(&c, out->n, 1);
    const char *bytes = take(&c, h[4], 1);
    if (c.bad || !sound(out, ends, h[4]))
        return fail(ctx, ERR_CORRUPT, "A chunk of facts is damaged");
    str *words = ARENA_ARRAY(ctx->arena, str, (size_t)out->n_words + 1);
    if (!words)
        return fail(ctx, ERR_NOMEM, "Out of memory for this request");
    words[0] = STR_NONE;
    for (uint32_t i = 0, from = 0; i < out->n_words; from = ends[i++])
        words[i + 1] = str_make(bytes + from, ends[i] - from);
    out->words = words;
    return ERR_OK;
}
