// SPDX-License-Identifier: MIT
// Invitations: following a link, and becoming a member by it.
#include "base/crypto.h"
#include "base/log.h"
#include "ui/boot.h"

enum errc invite_find(struct ui *ui, struct ctx *ctx, str token, struct meta_invite *out)
{
    enum errc rc = meta_invite_by_token(ui->api->meta, ctx, sha256_hex(ctx->arena, token), out);

    if (rc == ERR_OK && out->expires_at <= clock_now())
        rc = ERR_NOT_FOUND;
    return rc == ERR_NOT_FOUND ? fail(ctx, ERR_NOT_FOUND,
                                      "This invitation has expired or was used; ask for another")
                               : rc;
}

enum errc invite_use(struct ui *ui, struct ctx *ctx, const struct meta_invite *i,
                     const struct meta_user *user)
{
    str role = STR_NONE;

    if (!str_eq(i->email, user->email))
        return fail(ctx, ERR_FORBIDDEN, "This invitation is for another e-mail address");
    TRY(meta_invite_delete(ui->api->meta, ctx, i->org_id, i->id));
    TRY(meta_member_role(ui->api->meta, ctx, i->org_id, user->id, &role));
    log_info("invite.used", "user %.*s joins %.*s", STR_ARG(user->id), STR_ARG(i->org_id));
    return role_of(role) >= role_of(i->role)
               ? ERR_OK
               : meta_member_set(ui->api->meta, ctx, i->org_id, user->id, i->role);
}
