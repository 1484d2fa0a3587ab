// SPDX-License-Identifier: MIT
// Observation rows (row.h).
#include "base/limits.h"
#include "base/utf8.h"
#include "json/write.h"
#include "model/usage.h"
#include "store/sqlite/row.h"
#include "store/sqlite/schema.h"

const char observation_columns[] =
    "trace, project, hash, observation_id, parent_id, type, level, source, flags, start, end, "
    "completion_start, name, environment,"
    " version, model, model_id, prompt_id, prompt_name, prompt_version, tier_id, tier_name, usage, "
    "cost, input_tokens, output_tokens,"
    " total_tokens, input_cost, output_cost, total_cost, trace_name, user_id, session_id, release, "
    "tags, status,"
    " pack, slot, created, updated";

str sql_marks(struct arena *a, int n)
{
    char *p = arena_alloc(a, (size_t)n * 2);

    for (int i = 0; p && i < n; i++) {
        p[2 * i] = '?';
        p[2 * i + 1] = ',';
    }
    return p ? str_make(p, (size_t)n * 2 - 1) : STR_NONE;
}

struct tag_list tags_from_json(struct arena *a, str text)
{
    const struct json *v = str_some(text) ? json_try(a, text) : NULL;
    struct tag_list out = {.items = ARENA_ARRAY(a, str, json_len(v) + 1)};

    for (struct json_iter it = json_iter(v); out.items && json_next(&it);)
        out.items[out.n++] = json_str(it.value);
    return out;
}

str tags_to_json(struct arena *a, const struct tag_list *tags)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    buf_init(&b, LIMIT_ANSWER_BYTES);
    if (tags->n == 0)
        return STR_NONE;
    jw_init(&w, &b);
    jw_array(&w);
    for (size_t i = 0; i < tags->n; i++)
        jw_str(&w, tags->items[i]);
    jw_array_end(&w);
    return arena_str(a, buf_str(&b));
}

static int32_t flags_of(const struct observation *o)
{
    return (o->is_public ? OBSERVATION_ROW_PUBLIC : 0) |
           (o->bookmarked ? OBSERVATION_ROW_BOOKMARKED : 0) |
           (o->is_app_root ? OBSERVATION_ROW_APP_ROOT : 0) |
           (o->needs_tokens ? OBSERVATION_ROW_NEEDS_TOKENS : 0) |
           (str_some(o->input) ? OBSERVATION_ROW_HAS_INPUT : 0) |
           (str_some(o->output) ? OBSERVATION_ROW_HAS_OUTPUT : 0);
}

static str usage_text(struct arena *a, const struct usage_map *m)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 64u << 10);
    if (m->n == 0)
        return STR_NONE;
    usage_write(&b, m);
    return arena_str(a, buf_str(&b));
}

static str cost_text(struct arena *a, const struct cost_map *m)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 64u << 10);
    if (m->n == 0)
        return STR_NONE;
    cost_write(&b, m);
    return arena_str(a, buf_str(&b));
}

static int bind_identity(struct sql_stmt *st, int i, const struct observation *o, int64_t hash)
{
    sql_bind_i64(st, i++, hash);
    sql_bind_str(st, i++, o->id);
    sql_bind_str(st, i++, o->parent_id);
    sql_bind_i64(st, i++, o->type);
    sql_bind_i64(st, i++, o->level);
    sql_bind_i64(st, i++, o->source);
    sql_bind_i64(st, i++, flags_of(o));
    sql_bind_i64(st, i++, o->start_time);
    sql_bind_time(st, i++, o->end_time);
    sql_bind_time(st, i++, o->completion_start_time);
    sql_bind_str(st, i++, o->name);
    sql_bind_str(st, i++, o->environment);
    sql_bind_str(st, i++, o->version);
    sql_bind_str(st, i++, o->model);
    sql_bind_str(st, i++, o->model_id);
    sql_bind_str(st, i++, o->prompt_id);
    sql_bind_str(st, i++, o->prompt_name);
    if (o->prompt_version == INT64_MIN)
        sql_bind_null(st, i++);
    else
        sql_bind_i64(st, i++, o->prompt_version);
    sql_bind_str(st, i++, o->tier_id);
    sql_bind_str(st, i++, o->tier_name);
    return i;
}

static int bind_amounts(struct sql_stmt *st, int i, struct arena *a, const struct observation *o)
{
    struct usage_totals u = usage_totals(&o->usage);
    struct cost_totals c = cost_totals(&o->cost);

    sql_bind_str(st, i++, usage_text(a, &o->usage));
    sql_bind_str(st, i++, cost_text(a, &o->cost));
    sql_bind_i64(st, i++, u.input);
    sql_bind_i64(st, i++, u.output);
    sql_bind_i64(st, i++, u.total);
    sql_bind_i64(st, i++, c.input);
    sql_bind_i64(st, i++, c.output);
    sql_bind_i64(st, i++, c.total);
    return i;
}

void observation_bind(struct sql_stmt *st, int first, struct arena *a, const struct observation *o,
                      const struct observation_place *place)
{
    int i = first;

    sql_bind_i64(st, i++, place->trace);
    sql_bind_i64(st, i++, place->project);
    i = bind_identity(st, i, o, place->hash);
    i = bind_amounts(st, i, a, o);
    sql_bind_str(st, i++, o->trace_name);
    sql_bind_str(st, i++, o->user_id);
    sql_bind_str(st, i++, o->session_id);
    sql_bind_str(st, i++, o->release);
    sql_bind_str(st, i++, tags_to_json(a, &o->tags));
    sql_bind_str(st, i++, utf8_cut(o->status_message, LIMIT_PREVIEW_BYTES));
    if (place->pack < 0) {
        sql_bind_null(st, i++);
        sql_bind_null(st, i++);
    } else {
        sql_bind_i64(st, i++, place->pack);
        sql_bind_i64(st, i++, place->slot);
    }
    sql_bind_i64(st, i++, o->created_at);
    sql_bind_i64(st, i++, o->updated_at);
    CHECK(i == first + OBSERVATION_COLUMNS);
}

struct cursor { // column by column
    struct sql_stmt *st;
    struct arena *a;
    int i;
};

static str next_str(struct cursor *c)
{
    return arena_str(c->a, sql_str(c->st, c->i++));
}

static int64_t next_i64(struct cursor *c)
{
    return sql_i64(c->st, c->i++);
}

static int64_t next_or(struct cursor *c, int64_t none)
{
    int i = c->i++;
    return sql_is_null(c->st, i) ? none : sql_i64(c->st, i);
}

static void load_identity(struct cursor *c, struct observation *o, struct observation_place *p)
{
    p->hash = next_i64(c);
    o->id = next_str(c);
    o->parent_id = next_str(c);
    o->type = (int32_t)next_i64(c);
    o->level = (int32_t)next_i64(c);
    o->source = (int32_t)next_i64(c);
    p->flags = (int32_t)next_i64(c);
    o->start_time = next_i64(c);
    o->end_time = next_or(c, MILLIS_NONE);
    o->completion_start_time = next_or(c, MILLIS_NONE);
    o->name = next_str(c);
    o->environment = next_str(c);
    o->version = next_str(c);
    o->model = next_str(c);
    o->model_id = next_str(c);
    o->prompt_id = next_str(c);
    o->prompt_name = next_str(c);
    o->prompt_version = next_or(c, INT64_MIN);
    o->tier_id = next_str(c);
    o->tier_name = next_str(c);
}

void observation_load(struct sql_stmt *st, int first, struct arena *a, struct observation *o,
                      struct observation_place *place)
{
    struct cursor c = {st, a, first};

    *o = (struct observation){0};
    place->trace = next_i64(&c);
    place->project = next_i64(&c);
    load_identity(&c, o, place);
    usage_parse(a, next_str(&c), &o->usage);
    cost_parse(a, next_str(&c), &o->cost);
    c.i += 6; // the sums follow from the maps
    o->trace_name = next_str(&c);
    o->user_id = next_str(&c);
    o->session_id = next_str(&c);
    o->release = next_str(&c);
    o->tags = tags_from_json(a, next_str(&c));
    c.i++; // status: its beginning only, the whole is in the body
    place->pack = next_or(&c, -1);
    place->slot = next_or(&c, 0);
    o->created_at = next_i64(&c);
    o->updated_at = next_i64(&c);
    o->is_public = place->flags & OBSERVATION_ROW_PUBLIC;
    o->bookmarked = place->flags & OBSERVATION_ROW_BOOKMARKED;
    o->is_app_root = place->flags & OBSERVATION_ROW_APP_ROOT;
    o->needs_tokens = place->flags & OBSERVATION_ROW_NEEDS_TOKENS;
}
