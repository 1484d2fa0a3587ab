// SPDX-License-Identifier: MIT
// List Blobs by pages. Azure cannot begin behind a key: what lies before is passed over, so callers give
// prefixes that keep lists short.
#include "base/http_date.h"
#include "blob/azure/azure_int.h"
#include "blob/paging.h"
#include "blob/xml.h"

static enum errc fetch(struct blob_paging *p, int64_t max, struct buf *page)
{
    struct arena_mark mark = arena_mark(p->ctx->arena);
    struct azure *z = p->store;
    bool all = str_some(p->range->after) || p->range->limit <= 0; // some are passed over
    const struct azure_pair query[] = {
        {STR("comp"), STR("list")},
        {STR("marker"), p->cursor},
        {STR("maxresults"), arena_fmt(p->ctx->arena, "%lld", (long long)(all ? 1000 : max))},
        {STR("prefix"), arena_cat(p->ctx->arena, z->opt.prefix, p->range->prefix)},
        {STR("restype"), STR("container")},
    };
    struct azure_pair sent[ARRAY_LEN(query)];
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(query); i++)
        if (query[i].value.n > 0)
            sent[n++] = query[i];
    const struct azure_call call = {.method = "GET", .query = sent, .n_query = n, .out = page};
    enum errc rc = azure_send(z, p->ctx, &call);
    if (rc == ERR_OK)
        arena_rewind(p->ctx->arena, mark);
    return rc;
}

static enum errc read_page(struct blob_paging *p, str text)
{
    struct arena *a = p->texts;
    const struct azure *z = p->store;
    str item = STR_NONE;
    size_t from = 0;

    while (xml_next(text, "Blob", &from, &item)) {
        struct blob_entry e = {.key = xml_text(a, item, "Name")};
        if (!str_some(e.key) || !str_to_i64(xml_text(a, item, "Content-Length"), &e.bytes) ||
            !http_date_parse(xml_text(a, item, "Last-Modified"), &e.modified))
            return fail(p->ctx, ERR_UNAVAILABLE,
                        "container %.*s at %.*s answers a list that is not one; is it Azure Blob"
                        " Storage? (%.*s_ENDPOINT)",
                        STR_ARG(z->opt.container), STR_ARG(z->endpoint.host),
                        STR_ARG(z->opt.setting));
        TRY(blob_paging_give(p, e));
    }
    p->cursor = xml_text(a, text, "NextMarker");
    p->more = p->cursor.n > 0;
    return ERR_OK;
}

enum errc azure_list(struct blob_store *b, struct ctx *ctx, const struct blob_range *range,
                     blob_entry_fn *fn, void *user)
{
    static const struct blob_paging_ops ops = {fetch, read_page};
    struct azure *z = (struct azure *)b;
    struct blob_paging p = {
        .ctx = ctx, .range = range, .prefix = z->opt.prefix, .fn = fn, .user = user, .store = z};
    return blob_paging_run(&p, &ops);
}
