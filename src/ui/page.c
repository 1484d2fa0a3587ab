// SPDX-License-Identifier: MIT
// The pages: files as they are, and index.html with what the page has to know at its start: who is
// signed in, and the answer to the first question it would ask, so that it paints with data.
//
// That first question is a route of ours: it is found in a table of addresses and answered by its own
// handler, inside this request, with the same checks.
#include "base/limits.h"
#include "http/assets.h"
#include "ui/boot.h"

// A page's address -> the route whose answer it shows first, and the parameters it takes over.
struct first_row {
    const char *page, *route; // {pid} and {id} are segments
    const char *params;       // comma list, in the order in which the page writes them
};
static const struct first_row first_rows[] = {
    {"/project/{pid}", "api/ui/{pid}/overview", "range,q"},
    {"/project/{pid}/traces", "api/ui/{pid}/traces", "q,range,sort,lens"},
    {"/project/{pid}/traces/{id}", "api/ui/{pid}/traces/{id}/skeleton", ""},
    {"/project/{pid}/sessions", "api/ui/{pid}/sessions", "q,range,sort"},
    {"/project/{pid}/sessions/{id}", "api/ui/{pid}/sessions/{id}", ""},
    {"/project/{pid}/users", "api/ui/{pid}/users", "q,range,sort"},
    {"/public/traces/{id}", "api/ui/public/{id}/skeleton", ""},
};

struct segments {
    str pid, id;
};

// Whether the raw path is the row's; fills the variables as they are written there.
static bool page_fits(str path, const char *page, struct segments *out)
{
    str want_rest = str_skip(str_c(page), 1), rest = str_skip(path, 1), want, part;

    if (str_ends(rest, STR("/")))
        rest.n--;
    while (str_next(&want_rest, '/', &want)) {
        if (!str_next(&rest, '/', &part) || part.n == 0)
            return false;
        if (str_eq(want, STR("{pid}")))
            out->pid = part;
        else if (str_eq(want, STR("{id}")))
            out->id = part;
        else if (!str_eq(want, part))
            return false;
    }
    return !str_some(rest);
}

static void add_route(struct buf *out, const char *route, const struct segments *s)
{
    str part;
    bool more = false;

    for (str rest = str_c(route); str_next(&rest, '/', &part); more = true) {
        if (more)
            buf_add_char(out, '/');
        buf_add(out, str_eq(part, STR("{pid}"))  ? s->pid
                     : str_eq(part, STR("{id}")) ? s->id
                                                 : part);
    }
}

// The parameters that the route knows, spelled as in the page's address, in the table's order.
static void add_params(struct buf *out, const char *params, str query)
{
    str name, pair;
    char separator = '?';

    for (str names = str_c(params); str_next(&names, ',', &name);) {
        for (str rest = query; str_next(&rest, '&', &pair);) {
            if (!str_starts(pair, name) || pair.n <= name.n || pair.p[name.n] != '=')
                continue;
            buf_add_char(out, separator);
            buf_add(out, pair);
            separator = '&';
            break;
        }
    }
}

static str first_path(const struct http_req *rq)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, LIMIT_TARGET_BYTES);
    for (size_t i = 0; i < ARRAY_LEN(first_rows); i++) {
        struct segments s = {0};
        if (!page_fits(rq->path, first_rows[i].page, &s))
            continue;
        add_route(&b, first_rows[i].route, &s);
        add_params(&b, first_rows[i].params, rq->query);
        return buf_ok(&b) ? arena_str(rq->ctx->arena, buf_str(&b)) : STR_NONE;
    }
    return STR_NONE;
}

static void write_first(const struct http_req *rq, struct jw *w)
{
    struct http_inner inner = {0};
    str path = first_path(rq);

    if (!str_some(path) || !http_ask(rq, path, &inner))
        return;
    jw_key(w, STR("first"));
    jw_object(w);
    jw_kstr(w, STR("path"), path);
    jw_ki64(w, STR("status"), inner.status);
    jw_kraw(w, STR("data"), inner.body);
    jw_object_end(w);
}

// Who is signed in, NULL when nobody; a session that has ended is nobody.
static struct signed_in *who_is_it(struct ui *ui, struct http_req *rq, struct signed_in *out)
{
    str token = session_cookie(rq);

    if (str_empty(token))
        return NULL;
    if (session_check(ui->api->auth, rq->ctx, token, out) == ERR_OK)
        return out;
    ctx_clear_error(rq->ctx);
    return NULL;
}

static enum errc write_boot(struct ui *ui, struct http_req *rq, const struct signed_in *who,
                            struct buf *out)
{
    struct jw w;

    jw_init(&w, out);
    jw_object(&w);
    TRY(boot_write(ui, rq->ctx, who, &w));
    if (who || str_starts(rq->path, STR("/public/")))
        write_first(rq, &w);
    jw_object_end(&w);
    return buf_ok(out) ? ERR_OK : fail(rq->ctx, ERR_LIMIT, "The page's data is too long");
}

enum errc ui_page(void *app, struct http_req *rq, struct http_res *rs)
{
    AUTO(buf_fini) struct buf boot = {0};
    struct signed_in in;

    if (!assets_is_page(rq))
        return assets_serve(app, rq, rs);
    struct signed_in *who = who_is_it(ui_of(app), rq, &in);
    buf_init(&boot, 2 * LIMIT_INNER_BYTES);
    TRY(write_boot(ui_of(app), rq, who, &boot));
    if (who)
        TRY(session_cookie_turn(ui_of(app), rq, rs, who));
    return assets_page(rq, rs, buf_str(&boot));
}
