// SPDX-License-Identifier: MIT
// Calls about many objects: ListObjectsV2 by pages, each beginning behind the last key of the one before
// (no token to lose), and multi-delete, a thousand keys at once, whose XML carries its MD5: OSS asks
// for it.
#include "base/codec.h"
#include "base/limits.h"
#include "base/md5.h"
#include "blob/s3/s3_int.h"
#include "blob/xml.h"

enum { PAGE = 1000 };

// ---- Listing ------------------------------------------------------------------------------------

struct listing {
    struct s3 *s;
    struct ctx *ctx;
    const struct blob_range *range;
    blob_entry_fn *fn;
    void *user;
    struct arena *texts; // of one page; the context's arena is the callback's, too
    str last;            // key with prefix
    int64_t n;
    bool more;
};

static enum errc fetch_page(struct listing *l, struct buf *out)
{
    const struct blob_range *r = l->range;
    struct arena_mark mark = arena_mark(l->ctx->arena);
    int64_t left = r->limit > 0 ? r->limit - l->n : PAGE;
    const struct sigv4_pair query[] = {
        {STR("list-type"), STR("2")},
        {STR("max-keys"), arena_fmt(l->ctx->arena, "%lld", (long long)(left < PAGE ? left : PAGE))},
        {STR("prefix"), arena_cat(l->ctx->arena, l->s->opt.prefix, r->prefix)},
        {STR("start-after"), l->last},
    };
    const struct s3_call call = {.method = "GET",
                                 .query = query,
                                 .n_query = ARRAY_LEN(query) - (str_some(l->last) ? 0 : 1),
                                 .out = out};
    enum errc rc = s3_send(l->s, l->ctx, &call);
    if (rc == ERR_OK)
        arena_rewind(l->ctx->arena, mark);
    return rc;
}

static enum errc malformed(const struct listing *l)
{
    return fail(l->ctx, ERR_UNAVAILABLE,
                "bucket %.*s at %.*s answered a list that is not one; is it an object store?"
                " (%.*s_ENDPOINT)",
                STR_ARG(l->s->opt.bucket), STR_ARG(l->s->endpoint.host),
                STR_ARG(l->s->opt.setting));
}

// Keys that we would not have written (a console's "folder/") are passed over.
static bool ours(const struct listing *l, str key)
{
    struct ctx probe;
    ctx_init(&probe, l->texts);
    return str_starts(key, l->s->opt.prefix) &&
           blob_key_check(&probe, str_skip(key, l->s->opt.prefix.n)) == ERR_OK;
}

static enum errc give_one(struct listing *l, str item)
{
    struct arena *a = l->texts;
    struct blob_entry e = {0};
    str key = xml_text(a, item, "Key");

    if (!str_some(key) || !str_to_i64(xml_text(a, item, "Size"), &e.bytes) ||
        !time_parse_iso(xml_text(a, item, "LastModified"), &e.modified))
        return malformed(l);
    l->last = key;
    if (!ours(l, key))
        return ERR_OK;
    e.key = str_skip(key, l->s->opt.prefix.n);
    l->n++;
    return l->fn(l->user, &e);
}

static enum errc give_page(struct listing *l, str text)
{
    str item = STR_NONE, truncated = xml_text(l->texts, text, "IsTruncated"), before = l->last;
    size_t from = 0;

    if (!str_some(truncated))
        return malformed(l);
    while (xml_next(text, "Contents", &from, &item)) {
        if (l->range->limit > 0 && l->n >= l->range->limit)
            break;
        TRY(give_one(l, item));
    }
    l->more = str_eq(truncated, STR("true")) && !str_eq(l->last, before) &&
              (l->range->limit <= 0 || l->n < l->range->limit);
    return ERR_OK;
}

// A page's texts go when it is done; the key that the next one begins behind is kept in `kept`.
static enum errc list_page(struct listing *l, struct buf *page, struct buf *kept)
{
    buf_clear(page);
    TRY(fetch_page(l, page));
    TRY(give_page(l, buf_str(page)));
    if (str_some(l->last) && l->last.p != kept->data) {
        buf_clear(kept);
        buf_add(kept, l->last);
        l->last = buf_str(kept);
    }
    arena_reset(l->texts);
    return ERR_OK;
}

enum errc s3_list(struct blob_store *b, struct ctx *ctx, const struct blob_range *range,
                  blob_entry_fn *fn, void *user)
{
    struct s3 *s = (struct s3 *)b;
    struct listing l = {.s = s,
                        .ctx = ctx,
                        .range = range,
                        .fn = fn,
                        .user = user,
                        .texts = arena_create(LIMIT_BLOB_PAGE_BYTES),
                        .more = true};
    struct buf page, kept;
    enum errc rc = ERR_OK;

    if (range->after.n)
        l.last = arena_cat(ctx->arena, s->opt.prefix, range->after);
    buf_init(&page, LIMIT_BLOB_PAGE_BYTES);
    buf_init(&kept, LIMIT_BLOB_PAGE_BYTES);
    while (rc == ERR_OK && l.more)
        rc = list_page(&l, &page, &kept);
    buf_fini(&page);
    buf_fini(&kept);
    arena_destroy(l.texts);
    return rc;
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
