// SPDX-License-Identifier: MIT
// Help for people, from the table of commands: the overview, a group, a command, and the manual page
// (docs/rushlight.1 is made of it; a unit test compares).
#include "cli/cli.h"

#include <stdio.h>

static const char exit_statuses[] = "0  done\n"
                                    "1  failed; the message says why and what to do\n"
                                    "2  the command line or the configuration is not valid\n"
                                    "3  what was named does not exist\n";

static const struct group {
    const char *name, *summary;
} groups[] = {
    {"user", "add, list, passwd, delete: who may sign in"},
    {"org", "add, list, delete: organizations"},
    {"project", "add, list, rename, retention, delete: projects"},
    {"key", "add, list, delete: API keys"},
    {"queue", "status, dead: work between servers and workers"},
};

static void full_name(const struct command *cmd, struct buf *out)
{
    if (cmd->group)
        buf_add_fmt(out, "%s ", cmd->group);
    buf_add_fmt(out, "%s", cmd->name);
}

void help_print_all(void)
{
    printf("Rushlight " RUSHLIGHT_VERSION ": self-hosted, Langfuse-compatible LLM observability\n\n"
           "usage: rushlight COMMAND [OPTIONS]\n\n");
    for (size_t i = 0; i < n_commands; i++)
        if (!commands[i].group)
            printf("  %-9s %s\n", commands[i].name, commands[i].summary);
    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        printf("  %-9s %s\n", groups[i].name, groups[i].summary);
    printf("  %-9s explain a command (`help serve`, `help key add`), all settings\n"
           "  %-9s (`help config`); every command also takes --help\n\n"
           "Start with `rushlight serve`. Commands work on ./data unless --data DIR or\n"
           "RUSHLIGHT_DATA_DIR says otherwise, beside a running server or without one.\n\n"
           "exit status\n%s",
           "help", "", exit_statuses);
}

void help_print_group(const char *group)
{
    printf("usage: rushlight %s COMMAND [OPTIONS]\n\n", group);
    for (size_t i = 0; i < n_commands; i++)
        if (commands[i].group && strcmp(commands[i].group, group) == 0)
            printf("  %-9s %-15s %s\n", commands[i].name, commands[i].args ? commands[i].args : "",
                   commands[i].summary);
    printf("\n`rushlight %s COMMAND --help` explains one. --data DIR names the data directory.\n",
           group);
}

static void add_option(struct buf *out, const char *name, const char *value, const char *text)
{
    AUTO(buf_fini) struct buf left = {0};
    buf_init(&left, 256);
    buf_add_fmt(&left, "%s%s%s", name, value ? " " : "", value ? value : "");
    if (left.len <= 22)
        buf_add_fmt(out, "  %-22.*s %s\n", (int)left.len, left.data, text);
    else
        buf_add_fmt(out, "  %.*s\n  %22s %s\n", (int)left.len, left.data, "", text);
}

static void add_settings(struct buf *out)
{
    for (size_t i = 0; i < n_settings; i++)
        if (settings[i].flag)
            add_option(out, settings[i].flag, "VALUE", settings[i].help);
    BUF_ADD(out, "\nAll settings: `rushlight help config`.\n");
}

static void add_options(const struct command *cmd, struct buf *out)
{
    BUF_ADD(out, "\noptions\n");
    for (size_t i = 0; i < cmd->n_options; i++)
        add_option(out, cmd->options[i].name, cmd->options[i].value, cmd->options[i].help);
    if (cmd->server_options)
        add_settings(out);
    else if (cmd->needs || cmd->run == cli_doctor)
        add_option(out, "--data", "DIR", "data directory (RUSHLIGHT_DATA_DIR); ./data by default");
    add_option(out, "--help", NULL, "this text");
}

void help_print_command(const struct command *cmd)
{
    AUTO(buf_fini) struct buf out = {0};
    buf_init(&out, 1 << 20);
    BUF_ADD(&out, "usage: rushlight ");
    full_name(cmd, &out);
    buf_add_fmt(&out, "%s%s [OPTIONS]\n\n%s\n", cmd->args ? " " : "", cmd->args ? cmd->args : "",
                cmd->summary);
    if (cmd->details)
        buf_add_fmt(&out, "\n%s", cmd->details);
    add_options(cmd, &out);
    printf("%.*s", (int)out.len, out.data);
}

// ---- Manual page --------------------------------------------------------------------------------

// roff treats '-' as a hyphen, '\' as an escape and '.' or ''' at the start of a line as a request.
static void add_roff(struct buf *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        bool line_start = c == text || c[-1] == '\n';
        if (line_start && (*c == '.' || *c == '\''))
            BUF_ADD(out, "\\&");
        if (*c == '-' || *c == '\\')
            buf_add_fmt(out, "\\%c", *c == '-' ? '-' : 'e');
        else
            buf_add_char(out, *c);
    }
}

static void man_option(struct buf *out, const char *name, const char *value, const char *text)
{
    BUF_ADD(out, ".TP\n.B ");
    add_roff(out, name);
    if (value)
        buf_add_fmt(out, " \\fI%s\\fR", value);
    BUF_ADD(out, "\n");
    add_roff(out, text);
    BUF_ADD(out, "\n");
}

static void man_command(struct buf *out, const struct command *cmd)
{
    BUF_ADD(out, ".SS ");
    full_name(cmd, out);
    buf_add_fmt(out, " %s\n", cmd->args ? cmd->args : "");
    add_roff(out, cmd->summary);
    BUF_ADD(out, ".\n");
    if (cmd->details) {
        BUF_ADD(out, ".PP\n");
        add_roff(out, cmd->details);
    }
    for (size_t i = 0; i < cmd->n_options; i++)
        man_option(out, cmd->options[i].name, cmd->options[i].value, cmd->options[i].help);
    for (size_t i = 0; i < n_settings && cmd->server_options; i++)
        if (settings[i].flag)
            man_option(out, settings[i].flag, "VALUE", settings[i].help);
}

static void man_settings(struct buf *out)
{
    BUF_ADD(out,
            ".SH ENVIRONMENT\nAn empty variable counts as unset. Options win over variables.\n");
    for (size_t i = 0; i < n_settings; i++) {
        man_option(out, settings[i].names[0], NULL, settings[i].help);
        if (settings[i].secret)
            buf_add_fmt(out, "May stand in a file: %s_FILE names it.\n", settings[i].names[0]);
        if (settings[i].fallback && settings[i].fallback[0] != '\0') {
            BUF_ADD(out, "Default: ");
            add_roff(out, settings[i].fallback);
            BUF_ADD(out, ".\n");
        }
    }
}

void help_write_man(struct buf *out)
{
    BUF_ADD(out, ".\\\" Made by `rushlight help man`; not for editing.\n"
                 ".TH RUSHLIGHT 1 \"\" \"Rushlight " RUSHLIGHT_VERSION "\"\n"
                 ".SH NAME\nrushlight \\- self\\-hosted, Langfuse\\-compatible LLM observability\n"
                 ".SH SYNOPSIS\n.B rushlight\n.I command\n.RI [ options ]\n"
                 ".SH DESCRIPTION\nOne program that receives traces (batch API and OpenTelemetry),"
                 " keeps them in one\ndirectory and answers the public API. Commands work on ./data"
                 " unless told otherwise,\nbeside a running server or without one.\n"
                 ".SH COMMANDS\n");
    for (size_t i = 0; i < n_commands; i++)
        man_command(out, &commands[i]);
    man_settings(out);
    BUF_ADD(out, ".SH EXIT STATUS\n.nf\n");
    add_roff(out, exit_statuses);
    BUF_ADD(out, ".fi\n.SH FILES\n.TP\n.I DIR/meta.db\nAccounts, keys and configuration.\n"
                 ".TP\n.I DIR/events/YYYY\\-MM\\-DD.db\nEvents, one file per UTC day.\n"
                 ".TP\n.I DIR/lock\nKeeps a second server out.\n");
}
