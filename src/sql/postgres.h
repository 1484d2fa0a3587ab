// SPDX-License-Identifier: MIT
#pragma once
// A PostgreSQL server as settings name it, and connections to it behind sql.h.
//
// From a URL (postgresql://user:password@host:5432/name?sslmode=require) or from parts, which beat it.
// A password in a URL may be percent-encoded or raw, whatever signs it has: the host begins after the
// last `@` that a host can follow.
#include "sql/sql.h"

struct pg_server {
    str host, port, user, password, name; // name: of the database
    str schema;                           // search_path; none = the server's default
    str params;                           // the URL's query: a=b&c=d; unknown names are left out
    // Tables of another program may be in the schema: a schema that has `foreign_table` and none of our
    // migrations is left alone, and `own_schema` is used beside it. None: no such look.
    str foreign_table, own_schema;
    bool look_only; // creates nothing: for diagnosis
};
// Fills what the URL says; what *out has already stays. ERR_INVALID says what is wrong, never the password.
enum errc pg_url_parse(struct ctx *ctx, str url, struct pg_server *out) MUST_CHECK;
// "host", "host:port", "[::1]:port"; what *out has already stays.
void pg_host_parse(str text, struct pg_server *out);
// The texts are copied into the arena.
void pg_server_copy(struct arena *a, const struct pg_server *from, struct pg_server *to);
// "host:port/name", for messages.
str pg_server_text(struct arena *a, const struct pg_server *s);

// Connects; creates the database and schema when they are missing and this user may. Every failure is told with
// cause and cure: ERR_UNAVAILABLE (unreachable, refused, time-out, starting up), ERR_FORBIDDEN
// (password, rights, TLS), ERR_NOT_FOUND (database missing, with the statement to run). Blocks at most
// `timeout_s`. Statements are cut off by the server after 30 s.
enum errc pg_connect(struct ctx *ctx, const struct pg_server *server, int timeout_s,
                     struct sql **out) MUST_CHECK;
