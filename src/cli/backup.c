// SPDX-License-Identifier: MIT
// rushlight backup DIR|- and rushlight restore FILE|-.
#include "backup/backup.h"
#include "app/app.h"
#include "base/crypto.h"
#include "cli/cli.h"
#include "cli/endpoint.h"
#include "sql/postgres.h"

#include <stdio.h>

enum { KEEP_MAX = 1000 };

static enum errc make(struct cli *c, const struct backup_site *site, struct backup_result *out)
{
    struct backup *b = NULL;
    bool more = true;
    enum errc rc = backup_begin(&c->ctx, site, c->args[0], &b);
    while (rc == ERR_OK && more)
        rc = backup_step(b, &c->ctx, &more);
    if (rc == ERR_OK)
        rc = backup_end(b, &c->ctx, out);
    backup_close(b);
    return rc;
}

static int say(const struct cli *c, const struct backup_result *r)
{
    bool to_stdout = !str_some(r->path);
    if (cli_has(c, "--json") && !to_stdout)
        printf("{\"path\":\"%.*s\",\"files\":%lld,\"bytes\":%lld,\"archiveBytes\":%lld,"
               "\"skipped\":%lld}\n",
               STR_ARG(r->path), (long long)r->files, (long long)r->bytes,
               (long long)r->archive_bytes, (long long)r->skipped);
    else
        (void)fprintf(to_stdout ? stderr : stdout, "%.*s: %lld files, %.1f MiB in %.1f MiB\n",
                      STR_ARG(to_stdout ? STR("backup") : r->path), (long long)r->files,
                      (double)r->bytes / (1 << 20), (double)r->archive_bytes / (1 << 20));
    if (config_on_clickhouse(&c->config))
        (void)fprintf(stderr, "rushlight: events are in ClickHouse and not in this archive; back"
                              " them up there (BACKUP DATABASE), or run `rushlight replay` on the"
                              " bucket of events\n");
    if (r->skipped > 0)
        (void)fprintf(stderr, "rushlight: %lld damaged files are not in it: %.*s\n",
                      (long long)r->skipped, STR_ARG(r->problem));
    return r->skipped > 0 ? EXIT_FAILED : EXIT_FINE;
}

int cli_backup(struct cli *c)
{
    struct pg_server server = {0};
    struct backup_site site = {0};
    struct backup_result done = {0};
    int64_t keep = 0, removed = 0;
    if (!cli_number(c, "--keep", 1, KEEP_MAX, &keep))
        return EXIT_USAGE;
    if (keep && str_eq(c->args[0], STR("-")))
        return cli_usage_error("--keep needs a directory");
    enum errc rc = crypto_init();
    if (rc == ERR_OK)
        rc = app_backup_site(&c->ctx, &c->config, &server, &site);
    if (rc == ERR_OK)
        rc = make(c, &site, &done);
    if (rc == ERR_OK && keep)
        rc = backup_prune(&c->ctx, c->args[0], keep, &removed);
    return rc == ERR_OK ? say(c, &done) : cli_fail(c, rc);
}

int cli_restore(struct cli *c)
{
    struct pg_server server = {0};
    struct backup_site site = {0};
    struct backup_result done = {0};
    enum errc rc = crypto_init();
    if (rc == ERR_OK)
        rc = app_backup_site(&c->ctx, &c->config, &server, &site);
    if (rc == ERR_OK)
        rc = backup_restore(&c->ctx, &site, c->args[0], &done);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    printf("%.*s: %lld files, %.1f MiB restored; start `rushlight serve` on it\n",
           STR_ARG(c->config.data_dir), (long long)done.files, (double)done.bytes / (1 << 20));
    return EXIT_FINE;
}
