// SPDX-License-Identifier: MIT
// bootstrap's part of the stores: database and tables of a ClickHouse, buckets that are missing. What may
// not be made is said with the commands that make it.
#include "app/app.h"
#include "blob/blob.h"
#include "blob/s3/s3.h"
#include "cli/bootstrap_int.h"
#include "store/clickhouse/schema.h"

// ---- ClickHouse ---------------------------------------------------------------------------------

static void print_grants(struct report *r, const struct ch_server *s)
{
    str user = str_some(s->user) ? s->user : STR("default");
    report_add(r, FINDING_NOTE,
               "an administrator of the server runs: CREATE DATABASE IF NOT EXISTS `%.*s`; GRANT"
               " SELECT, INSERT, ALTER, CREATE TABLE, DROP TABLE, TRUNCATE, OPTIMIZE ON `%.*s`.*"
               " TO `%.*s`;",
               STR_ARG(s->database), STR_ARG(s->database), STR_ARG(user));
}

void bootstrap_events(struct report *r)
{
    const struct cli *c = r->owner;
    struct ch_server server = {0};
    struct ch *ch = NULL;
    if (!config_on_clickhouse(&c->config))
        return;
    app_clickhouse(&c->config, &server);
    enum errc rc = ch_open(r->ctx, &server, &ch);
    if (rc == ERR_OK)
        rc = ch_migrate(ch, r->ctx);
    ch_close(ch);
    if (rc == ERR_OK) {
        report_add(r, FINDING_FINE, "database %.*s: all %zu migrations are applied",
                   STR_ARG(server.database), ch_n_migrations);
        return;
    }
    bootstrap_failed(r);
    print_grants(r, &server);
}

// ---- Buckets ------------------------------------------------------------------------------------

static enum errc ignore_entry(void *user, const struct blob_entry *entry)
{
    (void)user;
    (void)entry;
    return ERR_OK;
}

static bool is_missing(struct report *r)
{
    const struct blob_range first = {.limit = 1};
    bool missing =
        r->bucket->ops->list(r->bucket, r->ctx, &first, ignore_entry, NULL) == ERR_NOT_FOUND;
    ctx_clear_error(r->ctx);
    return missing;
}

// False when it is missing and stays so.
static bool make_bucket(struct report *r, str name)
{
    if (strcmp(r->bucket->ops->name, "s3") != 0 || !is_missing(r))
        return true;
    if (blob_s3_create_bucket(r->bucket, r->ctx) == ERR_OK) {
        report_add(r, FINDING_FINE, "created bucket %.*s", STR_ARG(name));
        return true;
    }
    bootstrap_failed(r);
    report_add(r, FINDING_NOTE,
               "somebody with the rights runs: aws s3 mb s3://%.*s (or: aliyun oss mb oss://%.*s),"
               " and gives this access key put, get, delete and list on it",
               STR_ARG(name), STR_ARG(name));
    return false;
}

void bootstrap_buckets(struct report *r)
{
    static const char *const names[] = {[BLOB_EVENTS] = "bucket of events",
                                        [BLOB_MEDIA] = "bucket of media",
                                        [BLOB_EXPORTS] = "bucket of exports"};
    const struct cli *c = r->owner;
    const str buckets[] = {[BLOB_EVENTS] = c->config.events.bucket,
                           [BLOB_MEDIA] = c->config.media.bucket,
                           [BLOB_EXPORTS] = c->config.exports.bucket};
    struct web *web = NULL;
    for (size_t use = 0; use < ARRAY_LEN(names); use++) {
        if (!config_on_bucket(&c->config, (enum blob_use)use))
            continue;
        r->bucket_name = str_c(names[use]);
        if (app_blob_open(r->ctx, &c->config, (enum blob_use)use, &web, &r->bucket) != ERR_OK) {
            bootstrap_failed(r);
            continue;
        }
        if (make_bucket(r, buckets[use]))
            check_bucket(r);
        r->bucket->ops->close(r->bucket);
    }
    web_close(web);
}
