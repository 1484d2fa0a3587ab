// SPDX-License-Identifier: MIT
// doctor's look at the secrets as this process sees them: which are set, and from where; which are there
// but empty, as an operator leaves them that could not read its vault; which another setting asks for.
// In a Kubernetes pod this is the pod's view, whatever the vault says by now. Values are never shown.
#include "cli/doctor_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define NAMESPACE_FILE "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

enum { SECRET_BYTES = 64 << 10 };
enum secret_state { SECRET_ABSENT, SECRET_EMPTY, SECRET_UNREADABLE, SECRET_SET };

struct secret {
    enum secret_state state;
    str value, file; // file: none = from the variable itself
    int error;       // of an unreadable file
};

// Secrets of other images that one manifest sets for all: they are looked at, not used.
static const char *const other_secrets[] = {"NEXTAUTH_SECRET", "ENCRYPTION_KEY"};

// What breaks a part when its key is in the manifest but empty. Other empty variables mean "unset", as
// compose files write it.
static const struct {
    const char *secret, *unless;
} critical[] = {
    {"SALT", NULL},
    {"DATABASE_URL", "DATABASE_HOST"},
    {"DATABASE_PASSWORD", "DATABASE_URL"},
    {"CLICKHOUSE_PASSWORD", NULL},
    {"LANGFUSE_S3_EVENT_UPLOAD_ACCESS_KEY_ID", NULL},
    {"LANGFUSE_S3_EVENT_UPLOAD_SECRET_ACCESS_KEY", NULL},
    {"NEXTAUTH_SECRET", NULL},
    {"ENCRYPTION_KEY", NULL},
};

// A secret that is needed as soon as another setting is there.
static const struct need {
    const char *secret, *when, *unless;
} needs[] = {
    {"DATABASE_PASSWORD", "DATABASE_HOST", "DATABASE_URL"},
    {"CLICKHOUSE_PASSWORD", "CLICKHOUSE_URL", NULL},
    {"LANGFUSE_S3_EVENT_UPLOAD_SECRET_ACCESS_KEY", "LANGFUSE_S3_EVENT_UPLOAD_ACCESS_KEY_ID", NULL},
    {"LANGFUSE_S3_EVENT_UPLOAD_ACCESS_KEY_ID", "LANGFUSE_S3_EVENT_UPLOAD_SECRET_ACCESS_KEY", NULL},
};

static bool variable(const struct cli *c, str name, str *value)
{
    for (const char *const *e = c->environment; e && *e; e++) {
        str rest = str_c(*e);
        str found = STR_NONE;
        if (str_find_char(rest, '=') > 0 && str_next(&rest, '=', &found) && str_eq(found, name)) {
            *value = str_some(rest) ? rest : STR("");
            return true;
        }
    }
    return false;
}

static void read_file(struct arena *a, struct secret *s)
{
    char *text = arena_alloc(a, SECRET_BYTES);
    int fd = open(arena_cstr(a, s->file), O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 && text ? read(fd, text, SECRET_BYTES) : -1;
    s->error = errno;
    if (fd >= 0)
        close(fd);
    s->state = n < 0 ? SECRET_UNREADABLE : SECRET_SET;
    s->value = str_make(text, n > 0 ? (size_t)n : 0);
    while (str_ends(s->value, STR("\n")) || str_ends(s->value, STR("\r")))
        s->value.n--;
}

static struct secret secret_find(const struct report *r, const char *name)
{
    const struct cli *c = r->owner;
    struct secret s = {0};
    str file_name = arena_fmt(r->arena, "%s_FILE", name);
    if (variable(c, str_c(name), &s.value) && s.value.n > 0)
        s.state = SECRET_SET;
    else if (variable(c, file_name, &s.file) && s.file.n > 0)
        read_file(r->arena, &s);
    else if (str_some(s.value))
        s.state = SECRET_EMPTY;
    if (s.state == SECRET_SET && s.value.n == 0)
        s.state = SECRET_EMPTY;
    return s;
}

// "SALT", or "SALT (file /run/secrets/salt)".
static str shown(const struct report *r, const char *name, const struct secret *s)
{
    return str_some(s->file) ? arena_fmt(r->arena, "%s (file %.*s)", name, STR_ARG(s->file))
                             : str_c(name);
}

static bool ends_with_break(str value)
{
    return str_ends(value, STR("\n")) || str_ends(value, STR("\r")) || str_ends(value, STR(" "));
}

static bool is_set(const struct cli *c, const char *name)
{
    str value = STR_NONE;
    return name && variable(c, str_c(name), &value) && value.n > 0;
}

static bool is_critical(const struct cli *c, const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(critical); i++)
        if (strcmp(critical[i].secret, name) == 0)
            return !is_set(c, critical[i].unless);
    return false;
}

static void judge(struct report *r, const char *name, const struct secret *s, str *set)
{
    str text = shown(r, name, s);
    if (s->state == SECRET_EMPTY && (str_some(s->file) || is_critical(r->owner, name)))
        report_add(r, FINDING_BROKEN,
                   "%.*s is there but empty; fill the key in the Secret or vault and restart the"
                   " pod, or remove the variable",
                   STR_ARG(text));
    if (s->state == SECRET_UNREADABLE)
        report_add(r, FINDING_BROKEN,
                   "%.*s cannot be read: %s; check the name of the key in the Secret and where it"
                   " is mounted",
                   STR_ARG(text), strerrordesc_np(s->error));
    if (s->state == SECRET_SET && ends_with_break(s->value))
        report_add(r, FINDING_NOTE,
                   "%.*s ends with a line break or a space, which counts as part of it; was it"
                   " made from a file with `echo`? Use `printf %%s`",
                   STR_ARG(text));
    if (s->state == SECRET_SET)
        *set = arena_fmt(r->arena, "%.*s%s%.*s", STR_ARG(*set), set->n ? ", " : "", STR_ARG(text));
}

static void check_needs(struct report *r)
{
    for (size_t i = 0; i < ARRAY_LEN(needs); i++) {
        const struct need *n = &needs[i];
        bool wanted = secret_find(r, n->when).state == SECRET_SET && !is_set(r->owner, n->unless);
        if (wanted && secret_find(r, n->secret).state == SECRET_ABSENT)
            report_add(r, FINDING_NOTE,
                       "%s is set and %s is missing; set it, or %s_FILE to where it is mounted",
                       n->when, n->secret, n->secret);
    }
}

// Where these variables come from: the pod, when this runs in one.
static str seen_by(const struct report *r)
{
    char name[256] = "";
    struct secret space = {.file = STR(NAMESPACE_FILE)};
    read_file(r->arena, &space);
    if (space.state != SECRET_SET || space.value.n == 0)
        return STR("");
    (void)gethostname(name, sizeof name - 1);
    return arena_fmt(r->arena, " (as pod %s in namespace %.*s sees them)", name,
                     STR_ARG(space.value));
}

void check_secrets(struct report *r)
{
    str set = STR("");
    for (size_t i = 0; i < n_settings; i++)
        for (size_t k = 0; settings[i].secret && k < ARRAY_LEN(settings[i].names); k++)
            if (settings[i].names[k]) {
                const struct secret s = secret_find(r, settings[i].names[k]);
                judge(r, settings[i].names[k], &s, &set);
            }
    for (size_t i = 0; i < ARRAY_LEN(other_secrets); i++) {
        const struct secret s = secret_find(r, other_secrets[i]);
        judge(r, other_secrets[i], &s, &set);
    }
    check_needs(r);
    report_add(r, FINDING_FINE, "%s%.*s%.*s", set.n ? "set: " : "none is set", STR_ARG(set),
               STR_ARG(seen_by(r)));
}
