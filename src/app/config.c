// SPDX-License-Identifier: MIT
// Reads the table of settings from the environment and the command line. Every bad value is
// reported in one go, with what would be right. An empty variable counts as unset. A secret may
// stand in a file (NAME_FILE), as container platforms mount them. Runs once, before any thread.
#include "app/config.h"
#include "base/limits.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { SECRET_FILE_MAX = 65536 };

struct loader {
    struct ctx *ctx;
    const char *const *environment;
    struct config *out;
    const char *name; // variable or flag being read, for messages
};

static void complain(struct loader *l, str value, const char *wanted)
{
    struct arena *a = l->ctx->arena;
    issue_add(l->ctx, STR("invalid_value"), arena_str(a, str_c(l->name)),
              arena_fmt(a, "%s=%.*s: %s", l->name, STR_ARG(value), wanted), STR_NONE);
}

static str environment_value(const char *const *environment, str name)
{
    for (const char *const *e = environment; e && *e; e++) {
        str line = str_c(*e);
        if (line.n > name.n + 1 && line.p[name.n] == '=' && str_starts(line, name))
            return str_skip(line, name.n + 1);
    }
    return STR_NONE;
}

// ---- Values -------------------------------------------------------------------------------------

static void *member_of(const struct loader *l, const struct setting *s)
{
    return (char *)l->out + s->offset;
}

static void range_complaint(struct loader *l, const struct setting *s, str value)
{
    str wanted = s->max == INT64_MAX
                     ? arena_fmt(l->ctx->arena, "give a size from %lld, such as 500M or 20G",
                                 (long long)s->min)
                     : arena_fmt(l->ctx->arena, "give a whole number from %lld to %lld",
                                 (long long)s->min, (long long)s->max);
    complain(l, value, arena_cstr(l->ctx->arena, wanted));
}

static void set_int(struct loader *l, const struct setting *s, str value)
{
    int64_t n = 0;
    if (!str_to_i64(value, &n) || n < s->min || n > s->max)
        range_complaint(l, s, value);
    else
        *(int64_t *)member_of(l, s) = n;
}

bool config_parse_bytes(str value, int64_t *out)
{
    static const char units[] = "kMGT";
    int64_t n = 0;
    int64_t factor = 1;
    str digits = value;
    if (str_ends(digits, STR("iB")))
        digits.n -= 2;
    else if (str_ends(digits, STR("B")))
        digits.n -= 1;
    char last = digits.n > 0 ? digits.p[digits.n - 1] : '\0';
    const char *unit = last == 'K' ? units : last != '\0' ? strchr(units, last) : NULL;
    if (unit) {
        digits.n--;
        for (const char *u = units; u <= unit; u++)
            factor *= 1024;
    }
    return str_to_i64(digits, &n) && n >= 0 && !__builtin_mul_overflow(n, factor, out);
}

static void set_bytes(struct loader *l, const struct setting *s, str value)
{
    int64_t n = 0;
    if (!config_parse_bytes(value, &n) || n < s->min)
        range_complaint(l, s, value);
    else
        *(int64_t *)member_of(l, s) = n;
}

static void set_bool(struct loader *l, const struct setting *s, str value)
{
    bool yes = str_eq_nocase(value, STR("true")) || str_eq(value, STR("1"));
    bool no = str_eq_nocase(value, STR("false")) || str_eq(value, STR("0"));
    if (!yes && !no)
        complain(l, value, "give true or false");
    else
        *(bool *)member_of(l, s) = yes;
}

static void set_choice(struct loader *l, const struct setting *s, str value)
{
    str wanted = STR("give one of");
    for (int32_t i = 0; s->choices[i]; i++) {
        if (str_eq_nocase(value, str_c(s->choices[i]))) {
            *(int32_t *)member_of(l, s) = i;
            return;
        }
        wanted =
            arena_fmt(l->ctx->arena, "%.*s%s %s", STR_ARG(wanted), i ? "," : "", s->choices[i]);
    }
    complain(l, value, arena_cstr(l->ctx->arena, wanted));
}

static void set_host(struct loader *l, const struct setting *s, str value)
{
    char own[256] = "";
    (void)gethostname(own, sizeof own - 1);
    if (!str_eq(value, str_c(own)))
        *(str *)member_of(l, s) = value;
}

static void set_listen(struct loader *l, str value)
{
    ptrdiff_t colon = -1;
    int64_t port = 0;
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] == ':')
            colon = (ptrdiff_t)i;
    str host = colon < 0 ? STR_NONE : str_sub(value, 0, (size_t)colon);
    str digits = colon < 0 ? value : str_skip(value, (size_t)colon + 1);
    if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
        host = str_sub(host, 1, host.n - 2);
    bool host_only = str_empty(digits) && !str_empty(host);
    if (host_only)
        port = l->out->port;
    else if (!str_to_i64(digits, &port) || port < 0 || port > 65535) {
        complain(l, value, "give HOST:PORT, such as 127.0.0.1:3000, 0.0.0.0:8080 or [::]:3000");
        return;
    }
    if (!str_empty(host))
        l->out->host = host;
    l->out->port = port;
}

static bool base_path_valid(str path)
{
    for (size_t i = 0; i < path.n; i++) {
        char c = path.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && !strchr("/-_.~", c))
            return false;
    }
    return !str_has(path, STR("//")) && !str_has(path, STR("/."));
}

static void set_base_path(struct loader *l, const struct setting *s, str value)
{
    str path = value;
    while (str_ends(path, STR("/")))
        path.n--;
    bool rooted = str_empty(path) || path.p[0] == '/';
    if (!rooted || !base_path_valid(path) || path.n > 200) {
        complain(l, value, "give a path such as /monitor, of letters, digits and - _ . ~");
        return;
    }
    *(str *)member_of(l, s) = path;
}

static void set_url_path(struct loader *l, const struct setting *s, str value)
{
    ptrdiff_t scheme = str_find(value, STR("://"));
    str rest = scheme < 0 ? value : str_skip(value, (size_t)scheme + 3);
    ptrdiff_t slash = str_find_char(rest, '/');
    str path = slash < 0 ? STR("") : str_skip(rest, (size_t)slash);
    if (scheme < 0) {
        complain(l, value, "give a URL such as https://example.com or https://example.com/monitor");
        return;
    }
    if (str_ends(path, STR("/api/auth"))) // how base paths are written for NextAuth
        path.n -= 9;
    set_base_path(l, s, path);
}

static void set_value(struct loader *l, const struct setting *s, str value)
{
    switch (s->type) {
    case SETTING_STR: *(str *)member_of(l, s) = arena_str(l->ctx->arena, value); break;
    case SETTING_INT: set_int(l, s, value); break;
    case SETTING_BYTES: set_bytes(l, s, value); break;
    case SETTING_BOOL: set_bool(l, s, value); break;
    case SETTING_CHOICE: set_choice(l, s, value); break;
    case SETTING_HOST: set_host(l, s, value); break;
    case SETTING_LISTEN: set_listen(l, value); break;
    case SETTING_BASE_PATH: set_base_path(l, s, value); break;
    case SETTING_URL_PATH: set_url_path(l, s, value); break;
    }
}

// ---- Sources ------------------------------------------------------------------------------------

// Trailing line breaks are the editor's, not the secret's.
static bool read_secret_file(struct loader *l, str path, str *out)
{
    char *text = arena_alloc(l->ctx->arena, SECRET_FILE_MAX);
    int fd = open(arena_cstr(l->ctx->arena, path), O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 && text ? read(fd, text, SECRET_FILE_MAX) : -1;
    if (fd >= 0)
        close(fd);
    if (n < 0 || n == SECRET_FILE_MAX) {
        complain(l, path, "the file cannot be read; check path, rights and size (64 KiB)");
        return false;
    }
    *out = str_make(text, (size_t)n);
    while (str_ends(*out, STR("\n")) || str_ends(*out, STR("\r")))
        out->n--;
    return out->n > 0;
}

static bool find_secret(struct loader *l, const char *name, str *out)
{
    str file_name = arena_fmt(l->ctx->arena, "%s_FILE", name);
    str direct = environment_value(l->environment, str_c(name));
    str path = environment_value(l->environment, file_name);
    if (str_some(direct) && str_some(path))
        issue_add(l->ctx, STR("invalid_value"), file_name,
                  arena_fmt(l->ctx->arena, "%s and %.*s are both set: unset one", name,
                            STR_ARG(file_name)),
                  STR_NONE);
    *out = direct;
    if (str_some(direct) || !str_some(path))
        return str_some(direct);
    l->name = arena_cstr(l->ctx->arena, file_name);
    return read_secret_file(l, path, out);
}

static void load_from_environment(struct loader *l, const struct setting *s)
{
    for (size_t i = 0; i < ARRAY_LEN(s->names) && s->names[i]; i++) {
        str value = STR_NONE;
        l->name = s->names[i];
        bool found = s->secret
                         ? find_secret(l, s->names[i], &value)
                         : str_some(value = environment_value(l->environment, str_c(s->names[i])));
        if (found) {
            set_value(l, s, value);
            return;
        }
    }
}

const struct setting *config_setting_by_flag(str flag)
{
    for (size_t i = 0; i < n_settings; i++)
        if (settings[i].flag && str_eq(flag, str_c(settings[i].flag)))
            return &settings[i];
    return NULL;
}

static const char *fallback_of(const struct setting *s, enum process_role role)
{
    return role == ROLE_WORKER && s->worker_fallback ? s->worker_fallback : s->fallback;
}

void config_load_valid(struct ctx *ctx, const struct config_input *in, struct config *out)
{
    *out = (struct config){.role = (int32_t)in->role};
    struct loader l = {.ctx = ctx, .environment = in->environment, .out = out};
    for (size_t i = 0; i < n_settings; i++) {
        l.name = settings[i].names[0];
        const char *fallback = fallback_of(&settings[i], in->role);
        if (fallback && (settings[i].type != SETTING_BASE_PATH || !out->base_path.p))
            set_value(&l, &settings[i], str_c(fallback));
        load_from_environment(&l, &settings[i]);
    }
    for (size_t i = 0; i < in->n_flags; i++) {
        const struct setting *s = config_setting_by_flag(str_c(in->flags[i].flag));
        l.name = in->flags[i].flag;
        if (s)
            set_value(&l, s, str_c(in->flags[i].value));
    }
}

enum errc config_load(struct ctx *ctx, const struct config_input *in, struct config *out)
{
    struct config cfg;
    config_load_valid(ctx, in, &cfg);
    if (ctx->n_issues > 0)
        return fail(ctx, ERR_INVALID, "the configuration is not valid");
    *out = cfg;
    return ERR_OK;
}

// ---- What else is in the environment ------------------------------------------------------------

static bool pattern_matches(str pattern, str name)
{
    ptrdiff_t star = str_find_char(pattern, '*');
    if (star < 0)
        return str_eq(pattern, name);
    str head = str_sub(pattern, 0, (size_t)star);
    str tail = str_skip(pattern, (size_t)star + 1);
    return name.n >= head.n + tail.n && str_starts(name, head) && str_ends(name, tail);
}

static bool is_setting(str name)
{
    str bare = str_ends(name, STR("_FILE")) ? str_sub(name, 0, name.n - 5) : name;
    for (size_t i = 0; i < n_settings; i++)
        for (size_t k = 0; k < ARRAY_LEN(settings[i].names) && settings[i].names[k]; k++)
            if (str_eq(str_c(settings[i].names[k]), settings[i].secret ? bare : name))
                return true;
    return false;
}

static const struct foreign_variable *find_foreign(str name)
{
    for (size_t i = 0; i < n_foreign_variables; i++)
        if (pattern_matches(str_c(foreign_variables[i].pattern), name))
            return &foreign_variables[i];
    return NULL;
}

void config_warnings(struct ctx *ctx, const char *const *environment, config_warning_fn *fn,
                     void *user)
{
    str unknown = STR_NONE;
    for (const char *const *e = environment; e && *e; e++) {
        str value = str_c(*e);
        str name = STR_NONE;
        if (!str_next(&value, '=', &name) || str_empty(value))
            continue;
        const struct foreign_variable *v = find_foreign(name);
        if (v && v->warning && !str_eq(value, STR("false"))) // "false" asks for nothing
            fn(user, arena_fmt(ctx->arena, "%.*s is set: %s", STR_ARG(name), v->warning));
        bool ours = str_starts(name, STR("LANGFUSE_")) || str_starts(name, STR("RUSHLIGHT_"));
        if (!v && ours && !is_setting(name))
            unknown = arena_fmt(ctx->arena, "%.*s %.*s", STR_ARG(unknown), STR_ARG(name));
    }
    if (str_some(unknown))
        fn(user, arena_fmt(ctx->arena,
                           "unknown variables, ignored:%.*s (`rushlight help config`"
                           " lists the known ones)",
                           STR_ARG(unknown)));
}

str config_init_value(void *config, const char *name)
{
    for (size_t i = 0; i < n_settings; i++)
        if (settings[i].type == SETTING_STR && str_eq(str_c(settings[i].names[0]), str_c(name))) {
            str value = *(str *)(void *)((char *)config + settings[i].offset);
            return str_empty(value) ? STR_NONE : value;
        }
    return STR_NONE;
}
