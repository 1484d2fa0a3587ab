// SPDX-License-Identifier: MIT
// The table of commands. A new command is one row here, its declaration in cli.h and a file with its
// function; parsing, help and the manual page follow from the row.
#include "cli/cli.h"

static const struct option json_only[] = {{"--json", NULL, "print JSON"}};
static const struct option yes_only[] = {
    {"--yes", NULL, "really delete; without it nothing happens"}};

static const struct option user_add_options[] = {
    {"--name", "TEXT", "name to show"},
    {"--org", "ORG", "organization to join, by id or name; may be left out when there is one"},
    {"--role", "ROLE", "OWNER, ADMIN, MEMBER (default), VIEWER or NONE"},
    {"--admin", NULL, "administrator of the whole instance"},
    {"--password-stdin", NULL, "read the password from standard input instead of making one"},
};
static const struct option passwd_options[] = {
    {"--password-stdin", NULL, "read the password from standard input instead of making one"},
};
static const struct option org_add_options[] = {
    {"--id", "ID", "id to give it; otherwise one is made"},
    {"--json", NULL, "print JSON"},
};
static const struct option project_add_options[] = {
    {"--org", "ORG", "organization, by id or name; may be left out when there is one"},
    {"--id", "ID", "id to give it; otherwise one is made"},
    {"--retention", "DAYS", "days to keep its events, 3 or more; 0 keeps them"},
    {"--json", NULL, "print JSON"},
};
static const struct option project_list_options[] = {
    {"--org", "ORG", "only of this organization"},
    {"--json", NULL, "print JSON"},
};
static const struct option key_add_options[] = {
    {"--note", "TEXT", "what the key is for"},
    {"--org", "ORG", "make a key of the organization (administration) instead of a project's"},
    {"--json", NULL, "print JSON"},
};
static const struct option doctor_options[] = {
    {"--json", NULL, "print JSON"},
    {"--deep", NULL, "check every event file, not only the newest"},
    {"--deployment", NULL,
     "also: all parts of a deployment are there, pages answer, workers keep up"},
};
static const struct option status_options[] = {
    {"--url", "URL", "server to ask; otherwise the one that runs on the data directory"},
    {"--tables", NULL, "also what each table takes on disk; reads every event file"},
    {"--json", NULL, "print JSON"},
};
static const struct option backup_options[] = {
    {"--keep", "N", "then remove all but the newest N backups of the directory"},
    {"--json", NULL, "print JSON"},
};
static const struct option queue_dead_options[] = {
    {"--json", NULL, "print JSON"},
    {"--yes", NULL, "really drop all; without it and without an ID nothing happens"},
};
static const struct option bench_options[] = {
    {"--url", "URL", "server to measure; default LANGFUSE_BASE_URL or http://127.0.0.1:3000"},
    {"--public-key", "KEY", "default LANGFUSE_PUBLIC_KEY"},
    {"--secret-key", "KEY", "default LANGFUSE_SECRET_KEY"},
    {"--kind", "KIND", "batch (JSON, default) or otlp (OpenTelemetry protobuf)"},
    {"--connections", "N", "connections that send at the same time, default 8"},
    {"--batch", "N", "observations in one request, default 100"},
    {"--bytes", "N", "size of one observation, default 1400"},
    {"--per-trace", "N", "observations in one trace, default 8"},
    {"--seconds", "N", "how long to send, default 10"},
    {"--observations", "N", "send so many instead of a time"},
    {"--rate", "R", "requests per second on a schedule; default: as fast as answers come"},
    {"--days", "N", "spread start times over the last N days; default: all are now"},
    {"--path", "PATH", "endpoint of a server of another make, such as /v1/traces"},
    {"--header", "LINE", "one more request header, \"Name: value\""},
    {"--json", NULL, "print JSON"},
};
static const struct option import_options[] = {
    {"--from", "URL", "server to read, with its base path"},
    {"--from-public-key", "KEY", "public key of the project there"},
    {"--from-secret-key", "KEY", "its secret key"},
    {"--since", "TIME", "first day or time; default 30 days ago"},
    {"--until", "TIME", "end, not included; default now"},
    {"--url", "URL", "server to fill; default LANGFUSE_BASE_URL or http://127.0.0.1:3000"},
    {"--public-key", "KEY", "default LANGFUSE_PUBLIC_KEY"},
    {"--secret-key", "KEY", "default LANGFUSE_SECRET_KEY"},
    {"--project", "PROJECT", "project of this machine's data, by id or name; needs no keys"},
};
static const struct option cost_options[] = {
    {"--users", "N", "project to so many users: 10, 50, 100, 500 or any other number"},
    {"--provider", "ID", "alibaba (default), azure, aws or one of your own table"},
    {"--prices", "FILE", "your own table of prices (docs/cost.md)"},
    {"--url", "URL", "server to ask; default the one on the data directory"},
    {"--json", NULL, "print JSON"},
};
static const struct option demo_options[] = {
    {"--url", "URL", "server to fill; default LANGFUSE_BASE_URL or http://127.0.0.1:3000"},
    {"--public-key", "KEY", "default LANGFUSE_PUBLIC_KEY"},
    {"--secret-key", "KEY", "default LANGFUSE_SECRET_KEY"},
    {"--project", "PROJECT", "project of this machine's data, by id or name; needs no keys"},
    {"--days", "N", "days back from now, default 30"},
    {"--traces", "N", "how many traces, about; default 2000"},
    {"--seed", "N", "another number tells other stories; default 1"},
};

static const struct option replay_options[] = {
    {"--from", "TIME", "first day or time of acceptance"},
    {"--to", "TIME", "end, not included; default now"},
    {"--project", "ID", "only events of this project"},
    {"--dry-run", NULL, "only count"},
};

#define OPTIONS(list) .options = (list), .n_options = ARRAY_LEN(list)

const struct command commands[] = {
    {.name = "serve",
     .needs = NEEDS_CONFIG,
     .server_options = true,
     .run = cli_serve,
     .summary = "run the server: API, OpenTelemetry receiver, web pages",
     .details =
         "Listens on 127.0.0.1:3000 and keeps everything in ./data unless told otherwise. The "
         "first\n"
         "start on an empty directory creates an organization, a project, an owner and a key pair\n"
         "and prints them once, with an environment block to paste; LANGFUSE_INIT_* variables\n"
         "create given ones instead.\n"
         "\n"
         "SIGTERM or SIGINT finishes running requests (at most 10 seconds) and exits with 0; a\n"
         "second signal ends at once. Either way nothing that was answered is lost.\n"},
    {.name = "worker",
     .needs = NEEDS_CONFIG,
     .role = ROLE_WORKER,
     .server_options = true,
     .run = cli_serve,
     .summary = "store what servers accepted, from the object store into ClickHouse",
     .details =
         "Takes segments of accepted requests from the queue on Redis and stores their events in\n"
         "ClickHouse. Any number of workers share the work. Answers /api/health, /api/ready and\n"
         "/metrics on port 3030 unless told otherwise. Servers without Redis do this themselves.\n"
         "\n"
         "SIGTERM finishes the segments that were begun and exits with 0; what a killed worker "
         "had\n"
         "begun another one does again, which changes nothing.\n"},
    {.name = "replay",
     .needs = NEEDS_CONFIG,
     .role = ROLE_TOOL,
     OPTIONS(replay_options),
     .run = cli_replay,
     .summary = "store the segments of a range of time again",
     .details =
         "Reads the segments that were accepted from --from until --to and stores their events\n"
         "again, with the mapping and the prices of this version. Doing so twice changes nothing,\n"
         "but traces that were deleted since come back, and names that were changed by hand do "
         "too.\n"
         "With a queue on Redis it runs beside servers and workers; else the server must be "
         "stopped.\n"
         "\n"
         "  rushlight replay --from 2026-11-20 --to 2026-11-21 --dry-run\n"},
    {.group = "user",
     .name = "add",
     .args = "EMAIL",
     .min_args = 1,
     .max_args = 1,
     .needs = NEEDS_META,
     OPTIONS(user_add_options),
     .run = cli_user_add,
     .summary = "create a user and print the password that was made"},
    {.group = "user",
     .name = "list",
     .needs = NEEDS_META,
     OPTIONS(json_only),
     .run = cli_user_list,
     .summary = "list users"},
    {.group = "user",
     .name = "passwd",
     .args = "EMAIL",
     .min_args = 1,
     .max_args = 1,
     .needs = NEEDS_META,
     OPTIONS(passwd_options),
     .run = cli_user_passwd,
     .summary = "give a user a new password"},
    {.group = "user",
     .name = "delete",
     .args = "EMAIL",
     .min_args = 1,
     .max_args = 1,
     .needs = NEEDS_META,
     OPTIONS(yes_only),
     .run = cli_user_delete,
     .summary = "delete a user"},
    {.group = "org",
     .name = "add",
     .args = "NAME",
     .min_args = 1,
     .max_args = 1,
     .needs = NEEDS_META,
     OPTIONS(org_add_options),
     .run = cli_org_add,
     .summary = "create an organization"},
    {.group = "org",
     .name = "list",
     .needs = NEEDS_META,
     OPTIONS(json_only),
     .run = cli_org_list,
     .summary = "list organizations"},
    {.group = "org",
     .name = "delete",
     .args = "ORG",
     .min_args = 1,
     .max_args = 1,
     .needs = NEEDS_META,
     OPTIONS(yes_only),
     .run = cli_org_delete,
     .summary = "delete an organization without projects"},
    {.group = "project",
     .name = "add",
     .args = "NAME",
     .min_args = 1,
     .max_args = 1,
     .needs = NEEDS_META,
     OPTIONS(project_add_options),
     .run = cli_project_add,
     .summary = "create a project",
     .details = "Make a key pair for it with `rushlight key add`.\n"},
    {.group = "project",
     .name = "list",
     .needs = NEEDS_META,
     OPTIONS(project_list_options),
     .run = cli_project_list,
     .summary = "list projects"},
    {.group = "project",
     .name = "rename",
     .args = "PROJECT NAME",
     .min_args = 2,
     .max_args = 2,
     .needs = NEEDS_META,
     .run = cli_project_rename,
     .summary = "give a project another name"},
    {.group = "project",
     .name = "retention",
     .args = "PROJECT DAYS",
     .min_args = 2,
     .max_args = 2,
     .needs = NEEDS_META,
     .run = cli_project_retention,
     .summary = "set the days that a project says its events are kept",
     .details = "The value is what the API reports for the project. Events are deleted for all\n"
                "projects together, a day at a time, by RUSHLIGHT_RETENTION_DAYS and\n"
                "RUSHLIGHT_DISK_BUDGET (see `rushlight help config`).\n"},
    {.group = "project",
     .name = "delete",
     .args = "PROJECT",
     .min_args = 1,
     .max_args = 1,
     .needs = NEEDS_META,
     OPTIONS(yes_only),
     .run = cli_project_delete,
     .summary = "delete a project with its keys and events",
     .details = "Its keys stop working at once; a running server removes its events in the\n"
                "background, otherwise the next start does.\n"},
    {.group = "key",
     .name = "add",
     .args = "[PROJECT]",
     .max_args = 1,
     .needs = NEEDS_META,
     OPTIONS(key_add_options),
     .run = cli_key_add,
     .summary = "make a key pair and print it as an environment block",
     .details = "PROJECT is an id or a name; it may be left out when there is one project. The\n"
                "secret is shown only now. A running server accepts the pair within a second.\n"},
    {.group = "key",
     .name = "list",
     .args = "[PROJECT]",
     .max_args = 1,
     .needs = NEEDS_META,
     OPTIONS(json_only),
     .run = cli_key_list,
     .summary = "list keys without their secrets"},
    {.group = "key",
     .name = "delete",
     .args = "KEY",
     .min_args = 1,
     .max_args = 1,
     .needs = NEEDS_META,
     .run = cli_key_delete,
     .summary = "delete a key, by its id or public key",
     .details = "A running server refuses it within a second.\n"},
    {.group = "queue",
     .name = "status",
     .needs = NEEDS_CONFIG,
     OPTIONS(json_only),
     .run = cli_queue_status,
     .summary = "say how much work waits, is taken, was given up",
     .details =
         "Of the queue on Redis that servers hand work to workers through (REDIS_HOST ...).\n"},
    {.group = "queue",
     .name = "dead",
     .args = "VERB [ID...]",
     .min_args = 1,
     .max_args = CLI_MAX_ARGS,
     .needs = NEEDS_CONFIG,
     OPTIONS(queue_dead_options),
     .run = cli_queue_dead,
     .summary = "look at work that was given up; give it out again, or drop it",
     .details = "VERB is list, retry or drop. Workers give work up when they failed at it several "
                "times; the reason stands beside it.\n"
                "Without an ID, retry and drop mean all of it. What is dropped stays in the object "
                "store.\n"
                "Exits with 3 when an ID is no dead work.\n"},
    {.name = "doctor",
     OPTIONS(doctor_options),
     .run = cli_doctor,
     .summary = "check every part and say cause and cure",
     .details =
         "One line per part: fine, or what is wrong and what to do. Exits with 1 when a part is\n"
         "broken. Changes nothing, but for objects of its own in a bucket, which it removes\n"
         "again; safe beside a running server.\n"},
    {.name = "status",
     .needs = NEEDS_CONFIG,
     OPTIONS(status_options),
     .run = cli_status,
     .summary = "how a running server is doing: backlog, errors, sizes, oldest day",
     .details =
         "Asks the server's /metrics and looks into the data directory. Exits with 1 when no\n"
         "server runs.\n"},
    {.name = "bootstrap",
     .needs = NEEDS_CONFIG,
     OPTIONS(json_only),
     .run = cli_bootstrap,
     .summary = "make database, rights and tables before the first start",
     .details =
         "Makes what the settings name and the credentials allow: the data directory or, with a\n"
         "PostgreSQL server, the database and its tables; tables of a ClickHouse; buckets. With\n"
         "RUSHLIGHT_ADMIN_DATABASE_URL also the role with its password and its rights. Where the\n"
         "credentials do not allow it, the exact statements for an administrator are printed and\n"
         "it exits with 1. Running it again changes nothing; the server does not need it where\n"
         "the user may create the database.\n"},
    {.name = "backup",
     .args = "DIR|-",
     .min_args = 1,
     .max_args = 1,
     .needs = NEEDS_CONFIG,
     OPTIONS(backup_options),
     .run = cli_backup,
     .summary = "save events and metadata into one archive",
     .details =
         "Writes DIR/rushlight-TIME.tar.zst, or to standard output with `-`, beside a running\n"
         "server or without one. Everything that was acknowledged before it began is in it.\n"
         "Metadata of a PostgreSQL server is in it, too. A damaged day file is named, left out,\n"
         "and makes it exit with 1; the archive holds all else. RUSHLIGHT_BACKUP_DIR makes a\n"
         "running server do this by itself.\n"
         "\n"
         "  rushlight backup /backups --keep 7\n"
         "  rushlight backup - | ssh host 'cat > rushlight.tar.zst'\n"},
    {.name = "restore",
     .args = "FILE|-",
     .min_args = 1,
     .max_args = 1,
     .needs = NEEDS_CONFIG,
     .run = cli_restore,
     .summary = "put a backup back into an empty data directory",
     .details =
         "Unpacks, compares every file with the checksums of the archive, then moves it into\n"
         "place. A directory that holds anything is refused and left as it is. Where settings\n"
         "name a PostgreSQL server, metadata goes there, into an empty database.\n"},
    {.name = "demo",
     .needs = NEEDS_CONFIG,
     OPTIONS(demo_options),
     .run = cli_demo,
     .summary = "fill a project with a month of believable traces",
     .details =
         "Chats, answers from documents and agents with tools of an invented shop: sessions, "
         "users,\n"
         "scores, costs, errors, prompts, releases. Without keys it fills the first project of "
         "the\n"
         "data directory (--data), through the server that runs on it or, when none does, one of\n"
         "its own for the time it takes. The same seed makes the same traces, so running it again\n"
         "only adds the days since.\n"
         "\n"
         "  rushlight demo\n"
         "  rushlight demo --data ./data --project playground --days 7 --traces 300\n"},
    {.name = "import",
     .needs = NEEDS_CONFIG,
     OPTIONS(import_options),
     .run = cli_import,
     .summary = "take over traces of another Langfuse-compatible server",
     .details =
         "Reads traces, observations and scores of one project through the public API of the\n"
         "server at --from and stores them here with the ids, times, usage and costs that they\n"
         "have there. Running it again changes nothing, so a run that was cut short is simply\n"
         "started again, or from the day that it had reached. Bookmarks are not part of that API.\n"
         "\n"
         "  rushlight import --from https://langfuse.example.com --from-public-key pk-lf-...\n"
         "    --from-secret-key sk-lf-... --since 2026-01-01\n"},
    {.name = "cost",
     .needs = NEEDS_CONFIG,
     OPTIONS(cost_options),
     .run = cli_cost,
     .summary = "what this deployment costs a month, from its own measured usage",
     .details =
         "Takes the usage from the metrics of a running server and the prices from a dated table,\n"
         "prints each part, what the plan had estimated, and the limit that is nearest. What "
         "cannot\n"
         "be measured is marked as assumed.\n"
         "\n"
         "  rushlight cost --users 50\n"
         "  rushlight cost --provider aws --prices my-prices.txt\n"},
    {.name = "bench",
     OPTIONS(bench_options),
     .run = cli_bench,
     .summary = "measure how many observations a running server takes",
     .details =
         "Sends made-up observations to a server and counts those that it acknowledged, which "
         "means\n"
         "that they are on disk. They stay in the project: measure with a project of its own.\n"
         "With --rate the answer time counts from the planned moment of each request, so that a\n"
         "stall shows in all requests it delayed. Exits with 1 when a request failed.\n"
         "\n"
         "  rushlight bench --seconds 30\n"
         "  rushlight bench --kind otlp --rate 200\n"
         "  rushlight bench --observations 5000000 --days 31\n"},
    {.name = "version", .run = cli_version, .summary = "print the version"},
};
const size_t n_commands = ARRAY_LEN(commands);
