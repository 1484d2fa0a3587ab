// SPDX-License-Identifier: MIT
#pragma once
// A server that a command sends events to, as any client would: the one that keys were given for, or this
// machine's data directory. For the latter a key pair is made for the run and deleted afterwards, and when
// no server runs there one is started inside this process, on a free port of the loopback interface.
#include "app/app.h"
#include "cli/endpoint.h"

struct stage {
    struct cli *c;
    struct net_target target;
    struct net_connection connection;
    struct config config; // of the server inside this process
    struct app *app;      // NULL: another process serves
    struct meta_key key;  // made for this run; id none: keys were given
    str url;              // to look at afterwards; none: nothing listens there now
};
// With --url, --public-key and --secret-key (or their variables), else --project of --data. stage_leave
// must follow, also after an error.
enum errc stage_find(struct cli *c, const char *note, struct stage *out) MUST_CHECK;
enum errc stage_leave(struct stage *st);
// One body of POST /api/public/ingestion; *answer is borrowed until the next call.
enum errc stage_send(struct stage *st, struct ctx *ctx, str body, str *answer) MUST_CHECK;
