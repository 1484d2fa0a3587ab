// SPDX-License-Identifier: MIT
#pragma once
// The adapter of libpq. The library is loaded when the first connection is wanted: linking it would
// bring a dozen others along (LDAP, Kerberos, TLS), 2.6 MiB for everybody who keeps metadata in a file.
#include "base/library.h"
#include "sql/postgres.h"

#include <libpq-fe.h>

// Every function that is called, by its own name.
#define LIBPQ(F)            \
    F(PQclear)              \
    F(PQcmdTuples)          \
    F(PQconnectdbParams)    \
    F(PQerrorMessage)       \
    F(PQescapeIdentifier)   \
    F(PQexec)               \
    F(PQexecParams)         \
    F(PQfinish)             \
    F(PQfreemem)            \
    F(PQgetisnull)          \
    F(PQgetlength)          \
    F(PQgetvalue)           \
    F(PQntuples)            \
    F(PQresultErrorField)   \
    F(PQresultStatus)       \
    F(PQsetNoticeProcessor) \
    F(PQstatus)             \
    F(PQtransactionStatus)  \
    F(PQunescapeBytea)

struct libpq {
    LIBPQ(LIBRARY_MEMBER)
};

enum errc libpq_load(struct ctx *ctx, struct libpq *pq) MUST_CHECK; // see library_load
// Connects, creating the database where it is missing. See pg_connect for the errors.
enum errc libpq_connect(struct ctx *ctx, const struct libpq *pq, const struct pg_server *s,
                        int timeout_s, PGconn **out) MUST_CHECK;
