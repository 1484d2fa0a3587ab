// SPDX-License-Identifier: MIT
#pragma once
// Configuration: one table of settings (settings.c) read from the environment and the command line.
// The same table prints `rushlight help config` and docs/configuration.md.
#include "base/buf.h"
#include "base/err.h"

struct config_bucket {
    str bucket, prefix, endpoint, external, region, access_key, secret_key, sse, sse_key;
    bool path_style;
};

struct config { // strs live in the arena that config_load was given
    str host;
    int64_t port;  // 0 = any free one
    str base_path; // "" or "/monitor"
    str data_dir;
    int64_t max_connections;
    int64_t retention_days; // 0 = keep for ever
    int64_t disk_budget;    // bytes; 0 = none
    int64_t quiet_seconds;  // before a trace is repacked
    int64_t commit_delay_ms;
    struct {
        str dir; // none = no backups of its own accord
        int64_t every_hours, keep;
    } backup;
    struct {
        str url, host, port, user, password, name, args, admin_url;
    } database; // PostgreSQL for metadata; neither url nor host = embedded
    struct {
        str url, user, password, database, cluster;
        bool clustered, no_migration;
    } clickhouse; // for events; no url = embedded
    struct {
        str url, host, port, user, password, db, prefix;
        str ca_file, cert_file, key_file, key_password, server_name;
        str cluster_nodes, sentinel_nodes, sentinel_primary, sentinel_user, sentinel_password;
        bool tls, tls_verify, cluster, sentinel;
        int64_t timeout_ms;
    } redis; // queue of several processes; neither url nor host = in process
    struct config_bucket events, media, exports; // no bucket: files in the data directory
    bool azure;                                  // the buckets are containers of Azure Blob Storage
    str salt, admin_api_key;
    int64_t key_ttl_seconds;
    bool sign_up_disabled, password_disabled;
    struct {
        int32_t when; // enum segments_when
        int64_t age_ms, bytes, spool_bytes, retention_days, look_back_hours;
        str spool_dir; // none: without
    } segments;
    int64_t worker_threads;
    int32_t role;       // enum process_role, by the command
    int32_t log_level;  // enum log_level
    int32_t log_format; // 0 text, 1 json
    bool traces_need_range;
    int64_t traces_default_days;
    str traces_default_fields, trace_default_fields;
    int64_t trace_bytes;
    struct {
        str org_id, org_name, project_id, project_name, retention, public_key, secret_key, email,
            password, user_name;
    } init; // LANGFUSE_INIT_*
};

enum segments_when { SEGMENTS_AUTO, SEGMENTS_ALWAYS };
// serve; worker: stores segments and listens for probes alone; tool: neither listens nor works by itself.
enum process_role { ROLE_SERVER, ROLE_WORKER, ROLE_TOOL };
enum setting_type {
    SETTING_STR,
    SETTING_INT,
    SETTING_BYTES,     // 500M, 20G
    SETTING_BOOL,      // true, false, 1, 0
    SETTING_CHOICE,    // int32_t: position in `choices`
    SETTING_HOST,      // ignored when it is this machine's own name
    SETTING_LISTEN,    // HOST:PORT, sets host and port
    SETTING_BASE_PATH, // normalised: "" or "/x"
    SETTING_URL_PATH,  // the base path inside a URL
};
struct setting {
    const char *names[3]; // environment variables; the first that is set counts
    const char *flag;     // "--data", or NULL
    enum setting_type type;
    size_t offset; // in struct config
    int64_t min, max;
    const char *fallback;        // default as text; NULL = unset
    const char *worker_fallback; // of `rushlight worker`, where it differs
    const char *const *choices;
    bool secret; // also NAME_FILE; never printed
    const char *section, *help;
};
extern const struct setting settings[];
extern const size_t n_settings;

// Variables of Langfuse deployments that are no settings of ours; `*` at the end of a pattern.
struct foreign_variable {
    const char *pattern;
    const char *warning; // what happens instead; NULL = accepted without a word
};
extern const struct foreign_variable foreign_variables[];
extern const size_t n_foreign_variables;

struct config_flag { // from the command line: beats the environment
    const char *flag, *value;
};
struct config_input {
    const char *const *environment; // "NAME=value", NULL-terminated
    const struct config_flag *flags;
    size_t n_flags;
    enum process_role role;
};
// ERR_INVALID: ctx->issues has every bad value, path = the variable or flag.
enum errc config_load(struct ctx *ctx, const struct config_input *in,
                      struct config *out) MUST_CHECK;
// The same for diagnosis: a bad value leaves the setting as it was, and an issue.
void config_load_valid(struct ctx *ctx, const struct config_input *in, struct config *out);
const struct setting *config_setting_by_flag(str flag); // "--data"; NULL when there is none

// Calls `fn` for each thing to tell about the environment: variables that are unknown (once, as a
// list) or have no effect here.
typedef void config_warning_fn(void *user, str text);
void config_warnings(struct ctx *ctx, const char *const *environment, config_warning_fn *fn,
                     void *user);

// Whether metadata is on a server, and where it is otherwise.
bool config_on_server(const struct config *cfg);
bool config_on_clickhouse(const struct config *cfg); // whether events are
bool config_on_redis(const struct config *cfg);      // whether the queue is
// LANGFUSE_INIT_* by name, for accounts_headless (an env_lookup); none when unset.
str config_init_value(void *config, const char *name);

// 500, 64k, 500M, 20G, 1T; also with B or iB at the end. Factors of 1024.
bool config_parse_bytes(str value, int64_t *out);

// The table for people: `text` for a terminal, else Markdown.
void config_describe(struct buf *out, bool markdown);
