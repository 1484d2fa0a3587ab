// SPDX-License-Identifier: MIT
// Calls about many objects: ListObjectsV2 by pages, each beginning behind the last key of the one before
// (no token to lose), and multi-delete, a thousand keys at once, whose XML carries its MD5: OSS asks
// for it.
#include "base/codec.h"
#include "base/limits.h"
#include "base/md5.h"
#include "blob/paging.h"
#include "blob/s3/s3_int.h"
#include "blob/xml.h"

enum { PAGE = 1000 };

// ---- Listing ------------------------------------------------------------------------------------

static enum errc fetch(struct blob_paging *p, int64_t max, struct buf *page)
{
    struct arena_mark mark = arena_mark(p->ctx->arena);
    struct s3 *s = p->store;
    const struct sigv4_pair query[] = {
        {STR("list-type"), STR("2")},
        {STR("max-keys"), arena_fmt(p->ctx->arena, "%lld", (long long)max)},
        {STR("prefix"), arena_cat(p->ctx->arena, s->opt.prefix, p->range->prefix)},
        {STR("start-after"), p->cursor},
    };
    const struct s3_call call = {.method = "GET",
                                 .query = query,
                                 .n_query = ARRAY_LEN(query) - (str_some(p->cursor) ? 0 : 1),
                                 .out = page};
    enum errc rc = s3_send(s, p->ctx, &call);
    if (rc == ERR_OK)
        arena_rewind(p->ctx->arena, mark);
    return rc;
}

static enum errc malformed(const struct blob_paging *p)
{
    const struct s3 *s = p->store;
    return fail(p->ctx, ERR_UNAVAILABLE,
                "bucket %.*s at %.*s answers a list that is not one; is it an object store?"
                " (%.*s_ENDPOINT)",
                STR_ARG(s->opt.bucket), STR_ARG(s->endpoint.host), STR_ARG(s->opt.setting));
}

static enum errc read_page(struct blob_paging *p, str text)
{
    struct arena *a = p->texts;
    str item = STR_NONE, truncated = xml_text(a, text, "IsTruncated"), before = p->cursor;
    size_t from = 0;

    if (!str_some(truncated))
        return malformed(p);
    while (xml_next(text, "Contents", &from, &item)) {
        struct blob_entry e = {.key = xml_text(a, item, "Key")};
        if (!str_some(e.key) || !str_to_i64(xml_text(a, item, "Size"), &e.bytes) ||
            !time_parse_iso(xml_text(a, item, "LastModified"), &e.modified))
            return malformed(p);
        p->cursor = e.key;
        TRY(blob_paging_give(p, e));
    }
    p->more = str_eq(truncated, STR("true")) && !str_eq(p->cursor, before);
    return ERR_OK;
}

enum errc s3_list(struct blob_store *b, struct ctx *ctx, const struct blob_range *range,
                  blob_entry_fn *fn, void *user)
{
    static const struct blob_paging_ops ops = {fetch, read_page};
    struct s3 *s = (struct s3 *)b;
    struct blob_paging p = {
        .ctx = ctx, .range = range, .prefix = s->opt.prefix, .fn = fn, .user = user, .store = s};
    if (range->after.n)
        p.cursor = arena_cat(ctx->arena, s->opt.prefix, range->after);
    return blob_paging_run(&p, &ops);
}

// ---- Removing -----------------------------------------------------------------------------------

// The answer is 200 even when some stay: their errors stand in it.
static enum errc check_removed(struct s3 *s, struct ctx *ctx, const struct s3_call *call)
{
    static const struct web_answer status = {.status = 200};
    size_t from = 0;
    str error = STR_NONE;

    if (!xml_next(buf_str(call->out), "Error", &from, &error) ||
        str_eq(xml_text(ctx->arena, error, "Code"), STR("NoSuchKey")))
        return ERR_OK;
    return s3_failed(s, ctx, call, &status, error);
}

static enum errc remove_some(struct s3 *s, struct ctx *ctx, str xml)
{
    static const struct sigv4_pair query = {STR_INIT("delete"), STR_INIT("")};
    uint8_t digest[16];
    struct buf out;

    md5(xml, digest);
    const struct sigv4_pair headers[] = {
        {STR("content-md5"),
         base64_encode(ctx->arena, str_make((const char *)digest, sizeof digest))},
        {STR("content-type"), STR("application/xml")},
    };
    buf_init(&out, LIMIT_BLOB_PAGE_BYTES);
    const struct s3_call call = {.method = "POST",
                                 .query = &query,
                                 .n_query = 1,
                                 .headers = headers,
                                 .n_headers = ARRAY_LEN(headers),
                                 .body = xml,
                                 .out = &out};
    enum errc rc = s3_send(s, ctx, &call);
    if (rc == ERR_OK)
        rc = check_removed(s, ctx, &call);
    buf_fini(&out);
    return rc;
}

enum errc s3_remove(struct blob_store *b, struct ctx *ctx, const str *keys, size_t n)
{
    struct s3 *s = (struct s3 *)b;
    struct buf xml;
    enum errc rc = ERR_OK;

    for (size_t i = 0; i < n; i++)
        TRY(blob_key_check(ctx, keys[i]));
    buf_init(&xml, LIMIT_BLOB_PAGE_BYTES);
    for (size_t i = 0; i < n && rc == ERR_OK; i += PAGE) {
        struct arena_mark mark = arena_mark(ctx->arena);
        buf_clear(&xml);
        BUF_ADD(&xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Delete><Quiet>true</Quiet>");
        for (size_t k = i; k < n && k < i + PAGE; k++)
            buf_add_fmt(&xml, "<Object><Key>%.*s%.*s</Key></Object>",
                        STR_ARG(xml_escape(ctx->arena, s->opt.prefix)),
                        STR_ARG(xml_escape(ctx->arena, keys[k])));
        BUF_ADD(&xml, "</Delete>");
        rc = buf_ok(&xml) && !arena_failed(ctx->arena)
                 ? remove_some(s, ctx, buf_str(&xml))
                 : fail(ctx, ERR_NOMEM, "out of memory for the keys to remove");
        if (rc == ERR_OK)
            arena_rewind(ctx->arena, mark);
    }
    buf_fini(&xml);
    return rc;
}
