// SPDX-License-Identifier: MIT
#pragma once
// What a page knows when it starts, and invitations that are followed on the way in.
#include "ui/ui.h"

// Members of Boot but `first`; who: NULL when nobody is signed in.
enum errc boot_write(struct ui *ui, struct ctx *ctx, const struct signed_in *who,
                     struct jw *w) MUST_CHECK;

// The living invitation of a link's token. ERR_NOT_FOUND says that it has expired or was used.
enum errc invite_find(struct ui *ui, struct ctx *ctx, str token,
                      struct meta_invite *out) MUST_CHECK;
// Makes the user a member and forgets the invitation. ERR_FORBIDDEN when it is for somebody else.
enum errc invite_use(struct ui *ui, struct ctx *ctx, const struct meta_invite *i,
                     const struct meta_user *user) MUST_CHECK;
