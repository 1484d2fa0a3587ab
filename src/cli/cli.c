// SPDX-License-Identifier: MIT
// From argv to one command: finds its row, reads options and arguments, loads the configuration,
// opens what the command needs, runs it, closes. Options may stand anywhere after the command, as
// `--name value` or `--name=value`; `--` ends them. The settings' flags (--data ...) are accepted by
// every command that reads the configuration.
#include "cli/cli.h"
#include "app/app.h"
#include "base/crypto.h"
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { CLI_ARENA = 64 << 20 };

int cli_usage_error(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)fputs("rushlight: ", stderr);
    (void)vfprintf(stderr, fmt, ap);
    va_end(ap);
    (void)fputs("\n", stderr);
    return EXIT_USAGE;
}

int cli_fail(const struct cli *c, enum errc rc)
{
    str message = str_some(c->ctx.message) ? c->ctx.message : str_c(errc_name(rc));
    (void)fprintf(stderr, "rushlight: %.*s\n", STR_ARG(message));
    for (const struct issue *i = c->ctx.issues; i; i = i->next)
        (void)fprintf(stderr, "  %.*s\n", STR_ARG(i->message));
    if (rc == ERR_NOT_FOUND)
        return EXIT_NOT_FOUND;
    return rc == ERR_INVALID ? EXIT_USAGE : EXIT_FAILED;
}

str cli_option(const struct cli *c, const char *name)
{
    for (size_t i = 0; i < c->command->n_options; i++)
        if (strcmp(c->command->options[i].name, name) == 0)
            return c->options[i];
    return STR_NONE;
}

bool cli_has(const struct cli *c, const char *name)
{
    return str_some(cli_option(c, name));
}

bool cli_confirmed(const struct cli *c, const char *what)
{
    if (cli_has(c, "--yes"))
        return true;
    (void)fprintf(stderr, "rushlight: %s cannot be undone; say --yes to do it\n", what);
    return false;
}

// ---- Arguments ----------------------------------------------------------------------------------

struct parser {
    struct cli *c;
    int argc, at;
    char **argv;
};

// Takes the value of an option: the rest after '=' or the next argument. NULL when there is none.
static const char *option_value(struct parser *p, const char *after_equals)
{
    if (after_equals)
        return after_equals;
    return p->at < p->argc ? p->argv[p->at++] : NULL;
}

static int parse_setting(struct parser *p, const struct setting *s, const char *after_equals)
{
    const char *value = option_value(p, after_equals);
    if (!value)
        return cli_usage_error("%s needs a value", s->flag);
    if (p->c->n_flags == CLI_MAX_FLAGS)
        return cli_usage_error("too many options");
    p->c->flags[p->c->n_flags++] = (struct config_flag){s->flag, value};
    return EXIT_FINE;
}

static int parse_option(struct parser *p, str name, const char *after_equals)
{
    struct cli *c = p->c;
    for (size_t i = 0; i < c->command->n_options; i++) {
        const struct option *o = &c->command->options[i];
        if (!str_eq(name, str_c(o->name)))
            continue;
        const char *value = o->value ? option_value(p, after_equals) : "";
        if (!value)
            return cli_usage_error("%s needs a value (%s)", o->name, o->value);
        c->options[i] = str_c(value);
        return EXIT_FINE;
    }
    const struct setting *s = config_setting_by_flag(name);
    if (s)
        return parse_setting(p, s, after_equals);
    return cli_usage_error("unknown option %.*s; `rushlight %s%s%s --help` lists the known ones",
                           STR_ARG(name), c->command->group ? c->command->group : "",
                           c->command->group ? " " : "", c->command->name);
}

static int parse_one(struct parser *p, bool options_ended)
{
    char *arg = p->argv[p->at++];
    if (!options_ended && arg[0] == '-' && arg[1] != '\0') {
        str rest = str_c(arg);
        str name = STR_NONE;
        (void)str_next(&rest, '=', &name);
        return parse_option(p, name, str_some(rest) ? rest.p : NULL);
    }
    if (p->c->n_args >= p->c->command->max_args)
        return cli_usage_error("unexpected argument %s; see `rushlight help %s`", arg,
                               p->c->command->group ? p->c->command->group : p->c->command->name);
    p->c->args[p->c->n_args++] = str_c(arg);
    return EXIT_FINE;
}

static int parse_arguments(struct parser *p)
{
    bool options_ended = false;
    int status = EXIT_FINE;
    while (p->at < p->argc && status == EXIT_FINE) {
        if (!options_ended && strcmp(p->argv[p->at], "--") == 0) {
            options_ended = true;
            p->at++;
            continue;
        }
        status = parse_one(p, options_ended);
    }
    const struct command *cmd = p->c->command;
    if (status == EXIT_FINE && p->c->n_args < cmd->min_args)
        return cli_usage_error("missing %s; usage: rushlight %s%s%s %s", cmd->args,
                               cmd->group ? cmd->group : "", cmd->group ? " " : "", cmd->name,
                               cmd->args);
    return status;
}

// ---- Running ------------------------------------------------------------------------------------

enum errc cli_open_meta(struct cli *c)
{
    struct stat st;
    str salt = STR_NONE;
    if (!config_on_server(&c->config) &&
        stat(data_dir_meta(c->ctx.arena, c->config.data_dir), &st) != 0)
        return fail(&c->ctx, ERR_NOT_FOUND,
                    "there is no data in %.*s; start `rushlight serve` once, or name the directory"
                    " with --data",
                    STR_ARG(c->config.data_dir));
    TRY(crypto_init());
    TRY(app_meta_open(&c->ctx, &c->config, &c->meta));
    TRY(auth_salt(c->meta, &c->ctx, c->config.salt, false, &salt));
    const struct auth_options opt = {.meta = c->meta, .salt = salt};
    c->auth = auth_create(&opt);
    return ERR_OK;
}

static int run(struct cli *c)
{
    const struct config_input in = {c->environment, c->flags, c->n_flags, c->command->role};
    enum errc rc = ERR_OK;
    if (c->command->needs != 0)
        rc = config_load(&c->ctx, &in, &c->config);
    if (rc == ERR_OK && (c->command->needs & NEEDS_META))
        rc = cli_open_meta(c);
    int status = rc == ERR_OK ? c->command->run(c) : cli_fail(c, rc);
    auth_destroy(c->auth);
    meta_close(c->meta);
    return status;
}

static int run_command(const struct command *cmd, struct parser *p, const char *const *environment)
{
    struct cli c = {.environment = environment, .command = cmd};
    for (int i = p->at; i < p->argc && !cmd->run_raw; i++)
        if (strcmp(p->argv[i], "--help") == 0 || strcmp(p->argv[i], "-h") == 0) {
            help_print_command(cmd);
            return EXIT_FINE;
        }
    if (cmd->run_raw)
        return cmd->run_raw(p->argc - p->at + 1, p->argv + p->at - 1);
    struct arena *arena = arena_create(CLI_ARENA);
    ctx_init(&c.ctx, arena);
    p->c = &c;
    int status = parse_arguments(p);
    if (status == EXIT_FINE)
        status = run(&c);
    p->c = NULL;
    arena_destroy(arena);
    return status;
}

// ---- Finding the command ------------------------------------------------------------------------

static bool is_group(const char *word)
{
    for (size_t i = 0; i < n_commands; i++)
        if (commands[i].group && strcmp(commands[i].group, word) == 0)
            return true;
    return false;
}

static const struct command *find_command(const char *group, const char *name)
{
    for (size_t i = 0; i < n_commands; i++) {
        const char *of = commands[i].group;
        bool same_group = of && group ? strcmp(of, group) == 0 : of == group;
        if (same_group && strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static int print_made(void (*make)(struct buf *out))
{
    AUTO(buf_fini) struct buf out = {0};
    buf_init(&out, 1 << 20);
    make(&out);
    (void)fwrite(out.data, 1, out.len, stdout);
    return EXIT_FINE;
}

static void config_text(struct buf *out)
{
    config_describe(out, false);
}

static void config_markdown(struct buf *out)
{
    config_describe(out, true);
}

static int help_overview(void)
{
    help_print_all();
    return EXIT_FINE;
}

static int help_group(const char *group)
{
    help_print_group(group);
    return EXIT_FINE;
}

// help | help GROUP | help COMMAND | help GROUP COMMAND | help config [--markdown] | help man
static int help(int argc, char **argv)
{
    const char *first = argc > 0 ? argv[0] : NULL;
    const struct command *cmd = NULL;
    if (!first)
        return help_overview();
    if (strcmp(first, "config") == 0)
        return print_made(argc > 1 && strcmp(argv[1], "--markdown") == 0 ? config_markdown
                                                                         : config_text);
    if (strcmp(first, "man") == 0)
        return print_made(help_write_man);
    if (is_group(first)) {
        cmd = argc > 1 ? find_command(first, argv[1]) : NULL;
        if (!cmd)
            return help_group(first);
    } else {
        cmd = find_command(NULL, first);
    }
    if (!cmd)
        return cli_usage_error("there is no command %s; `rushlight help` lists them", first);
    help_print_command(cmd);
    return EXIT_FINE;
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int dispatch_group(struct parser *p, const char *const *environment)
{
    const char *group = p->argv[1];
    if (p->argc < 3 || asks_for_help(p->argv[2])) {
        help_print_group(group);
        return p->argc < 3 ? EXIT_USAGE : EXIT_FINE;
    }
    const struct command *cmd = find_command(group, p->argv[2]);
    if (!cmd)
        return cli_usage_error("there is no command `%s %s`; `rushlight help %s` lists them", group,
                               p->argv[2], group);
    p->at = 3;
    return run_command(cmd, p, environment);
}

int cli_main(int argc, char **argv, const char *const *environment)
{
    struct parser p = {.argc = argc, .argv = argv};
    (void)umask(0077);              // what is made here holds keys and people's prompts
    log_configure(LOG_WARN, false); // commands speak for themselves; serve sets its own
    if (argc < 2) {
        help_print_all();
        return EXIT_USAGE;
    }
    if (asks_for_help(argv[1]))
        return help(argc - 2, argv + 2);
    if (is_group(argv[1]))
        return dispatch_group(&p, environment);
    const char *name = strcmp(argv[1], "--version") == 0 ? "version" : argv[1];
    const struct command *cmd = find_command(NULL, name);
    if (!cmd)
        return cli_usage_error("there is no command %s; `rushlight help` lists them", argv[1]);
    p.at = 2;
    return run_command(cmd, &p, environment);
}
