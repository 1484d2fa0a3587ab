// SPDX-License-Identifier: MIT
#pragma once
// The command line: a table of commands (commands.c), one parser, one help. Commands that administer
// work on the data directory, beside a running server or without one.
#include "app/config.h"
#include "auth/auth.h"

// Exit statuses of every command; `rushlight help` lists them.
enum exit_status { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_NOT_FOUND = 3 };

enum { CLI_MAX_ARGS = 64, CLI_MAX_OPTIONS = 16, CLI_MAX_FLAGS = 32 };

struct cli;
struct option {
    const char *name;  // "--name"
    const char *value; // what follows it in help, "TEXT"; NULL: a switch
    const char *help;
};
enum command_needs { NEEDS_CONFIG = 1, NEEDS_META = 2 /* metadata and auth, opened */ };
struct command {
    const char *group; // "user", or NULL
    const char *name;
    const char *args; // "EMAIL", for the usage line
    size_t min_args, max_args;
    unsigned needs;
    enum process_role role; // of this process while it runs
    bool server_options;    // the settings' flags are listed in its help
    const struct option *options;
    size_t n_options;
    int (*run)(struct cli *c);
    int (*run_raw)(int argc, char **argv); // instead of run: parses its own arguments
    const char *summary;                   // one line
    const char *details;                   // the rest of its help
};
extern const struct command commands[];
extern const size_t n_commands;

struct cli { // one invocation
    struct ctx ctx;
    const char *const *environment;
    const struct command *command;
    struct config config;
    struct meta *meta;
    struct auth *auth;
    str args[CLI_MAX_ARGS];
    size_t n_args;
    str options[CLI_MAX_OPTIONS]; // by position in command->options; a given switch is ""
    struct config_flag flags[CLI_MAX_FLAGS];
    size_t n_flags;
};

int cli_main(int argc, char **argv, const char *const *environment);

// Value of an option; none when it wasn't given. A given switch is the empty string.
str cli_option(const struct cli *c, const char *name);
bool cli_has(const struct cli *c, const char *name);
// Prints the context's message (or what `rc` means) to standard error; returns the exit status.
int cli_fail(const struct cli *c, enum errc rc);
int cli_usage_error(const char *fmt, ...) PRINTF_LIKE(1, 2);
// For commands that delete: false, with a message, unless --yes was given.
bool cli_confirmed(const struct cli *c, const char *what);

// Opens metadata and auth, for a command that needs them only sometimes (NEEDS_META does it for all).
enum errc cli_open_meta(struct cli *c) MUST_CHECK;

// The organization or project that a command means: by id or unique name, or the only one there is
// when `wanted` is none. ERR_NOT_FOUND / ERR_INVALID with a message that lists the choices.
enum errc cli_find_org(struct cli *c, str wanted, struct meta_org *out) MUST_CHECK;
enum errc cli_find_project(struct cli *c, str wanted, struct meta_project *out) MUST_CHECK;

// ---- Output -------------------------------------------------------------------------------------

// Rows with the same columns, printed as an aligned table or as a JSON array.
struct listing {
    struct arena *arena;
    const char *const *columns; // JSON names; a leading '#' marks numbers
    size_t n_columns;
    str *cells;
    size_t n_rows, cap;
};
void listing_init(struct listing *l, struct arena *a, const char *const *columns, size_t n);
void listing_add(struct listing *l, const str *cells); // n_columns of them; none is shown as "-"
int listing_print(const struct listing *l, bool json);

void help_print_all(void);
void help_print_group(const char *group);
void help_print_command(const struct command *cmd);
void help_write_man(struct buf *out); // docs/rushlight.1

// ---- Commands -----------------------------------------------------------------------------------

int cli_serve(struct cli *c); // and worker
int cli_replay(struct cli *c);
int cli_version(struct cli *c);
int cli_doctor(struct cli *c);
int cli_bootstrap(struct cli *c);
int cli_status(struct cli *c);
int cli_backup(struct cli *c);
int cli_restore(struct cli *c);
int cli_user_add(struct cli *c);
int cli_user_list(struct cli *c);
int cli_user_passwd(struct cli *c);
int cli_user_delete(struct cli *c);
int cli_org_add(struct cli *c);
int cli_org_list(struct cli *c);
int cli_org_delete(struct cli *c);
int cli_project_add(struct cli *c);
int cli_project_list(struct cli *c);
int cli_project_rename(struct cli *c);
int cli_project_retention(struct cli *c);
int cli_project_delete(struct cli *c);
int cli_key_add(struct cli *c);
int cli_key_list(struct cli *c);
int cli_key_delete(struct cli *c);
int cli_queue_status(struct cli *c);
int cli_queue_dead(struct cli *c);
int cli_bench(struct cli *c);
int cli_demo(struct cli *c);
int cli_import(struct cli *c);
int cli_cost(struct cli *c);
