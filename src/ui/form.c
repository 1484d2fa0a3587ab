// SPDX-License-Identifier: MIT
// Forms (form.h).
#include "ui/form.h"

#include "base/utf8.h"

enum { NAME_CHARS = 100 };

enum errc form_read(struct http_req *rq, const struct json **out)
{
    TRY(json_parse(rq->ctx, rq->body, out));
    return json_is(*out, JSON_OBJECT)
               ? ERR_OK
               : fail(rq->ctx, ERR_INVALID, "The body must be a JSON object");
}

str form_text(const struct json *form, const char *name)
{
    return str_trim(json_str(json_get(form, str_c(name))));
}

enum errc form_name(struct ctx *ctx, const struct json *form, str *out)
{
    str name = form_text(form, "name");

    for (size_t i = 0; i < name.n; i++) {
        if ((unsigned char)name.p[i] < 0x20)
            return fail(ctx, ERR_INVALID, "A name is one line of text");
    }
    if (name.n == 0 || utf8_units(name) > NAME_CHARS)
        return fail(ctx, ERR_INVALID, "A name of 1 to %d characters is needed", NAME_CHARS);
    *out = name;
    return ERR_OK;
}

enum errc answer_nothing(struct http_res *rs)
{
    rs->status = 204;
    return ERR_OK;
}

enum errc answer_id(struct http_res *rs, str id)
{
    struct jw w;

    reply_object(rs, &w);
    jw_kstr(&w, STR("id"), id);
    jw_object_end(&w);
    return ERR_OK;
}
