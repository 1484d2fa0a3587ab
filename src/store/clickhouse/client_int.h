// SPDX-License-Identifier: MIT
#pragma once
// For client.c: what the server's refusals mean (client_error.c).
#include "net/web.h"
#include "store/clickhouse/client.h"

// Records code and message of an answer that is not 200; `text`: its body.
enum errc ch_refused(struct ctx *ctx, const struct ch_server *server,
                     const struct web_answer *answer, str text);
