// SPDX-License-Identifier: MIT
// The table of settings for people: `rushlight help config` and docs/configuration.md, which a unit
// test compares with this output.
#include "app/config.h"

enum { WRAP = 76 };

static void add_names(struct buf *out, const struct setting *s, const char *quote)
{
    const char *separator = "";
    for (size_t i = 0; i < ARRAY_LEN(s->names) && s->names[i]; i++, separator = ", ")
        buf_add_fmt(out, "%s%s%s%s", separator, quote, s->names[i], quote);
    if (s->secret)
        buf_add_fmt(out, ", %s%s_FILE%s", quote, s->names[0], quote);
    if (s->flag)
        buf_add_fmt(out, ", %s%s%s", quote, s->flag, quote);
}

static void add_choices(struct buf *out, const struct setting *s)
{
    if (!s->choices)
        return;
    BUF_ADD(out, " One of");
    for (size_t i = 0; s->choices[i]; i++)
        buf_add_fmt(out, "%s %s", i ? "," : "", s->choices[i]);
    BUF_ADD(out, ".");
}

static void describe_markdown(struct buf *out, const struct setting *s)
{
    BUF_ADD(out, "| ");
    add_names(out, s, "`");
    if (s->fallback && s->fallback[0] != '\0')
        buf_add_fmt(out, " | `%s` | %s", s->fallback, s->help);
    else
        buf_add_fmt(out, " | | %s", s->help);
    add_choices(out, s);
    BUF_ADD(out, " |\n");
}

// Words of `text` in lines of at most WRAP characters, each indented.
static void add_wrapped(struct buf *out, str text, const char *indent)
{
    size_t column = WRAP;
    str word;
    for (str rest = text; str_next(&rest, ' ', &word);) {
        if (column + word.n + 1 > WRAP) {
            buf_add_fmt(out, "%s%s", out->len > 0 && out->data[out->len - 1] != '\n' ? "\n" : "",
                        indent);
            column = strlen(indent);
        } else {
            BUF_ADD(out, " ");
            column++;
        }
        buf_add(out, word);
        column += word.n;
    }
    BUF_ADD(out, "\n");
}

static void describe_text(struct buf *out, const struct setting *s)
{
    AUTO(buf_fini) struct buf help = {0};
    buf_init(&help, 4096);
    buf_add_fmt(&help, "%s", s->help);
    add_choices(&help, s);
    if (s->fallback && s->fallback[0] != '\0')
        buf_add_fmt(&help, " Default %s.", s->fallback);
    BUF_ADD(out, "  ");
    add_names(out, s, "");
    BUF_ADD(out, "\n");
    add_wrapped(out, buf_str(&help), "      ");
}

static void add_intro(struct buf *out, bool markdown)
{
    if (markdown)
        BUF_ADD(out, "<!-- Made by `rushlight help config --markdown`; not for editing. -->\n"
                     "# Configuration\n\n"
                     "Settings are environment variables; some are also options of"
                     " `rushlight serve`,\nwhich win. An empty variable counts as unset. Secrets"
                     " may stand in a file: put its\npath into the variable with `_FILE` at the"
                     " end. A bad value stops the start with a\nmessage that names it; variables"
                     " that start with `LANGFUSE_` or `RUSHLIGHT_` and mean\nnothing here are"
                     " listed once in the log.\n");
    else
        BUF_ADD(out, "Settings are environment variables; those with -- are also options of\n"
                     "`rushlight serve`, which win. An empty variable counts as unset.\n");
}

void config_describe(struct buf *out, bool markdown)
{
    const char *section = "";
    add_intro(out, markdown);
    for (size_t i = 0; i < n_settings; i++) {
        const struct setting *s = &settings[i];
        if (strcmp(section, s->section) != 0) {
            section = s->section;
            buf_add_fmt(out,
                        markdown ? "\n## %s\n\n| name | default | meaning |\n|---|---|---|\n"
                                 : "\n%s\n",
                        section);
        }
        if (markdown)
            describe_markdown(out, s);
        else
            describe_text(out, s);
    }
}
