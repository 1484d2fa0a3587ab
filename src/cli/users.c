// SPDX-License-Identifier: MIT
// rushlight user add | list | passwd | delete. Passwords are never arguments (they would show in the
// process list and the shell's history): made here and printed once, or read from standard input.
#include "base/crypto.h"
#include "cli/cli.h"

#include <stdio.h>
#include <unistd.h>

enum { MIN_PASSWORD = 8, PASSWORD_MAX = 1024 };

static enum errc choose_password(struct cli *c, str *out)
{
    if (!cli_has(c, "--password-stdin")) {
        *out = password_generate(c->ctx.arena);
        return ERR_OK;
    }
    char text[PASSWORD_MAX];
    size_t n = fread(text, 1, sizeof text, stdin);
    str typed = str_make(text, n);
    while (str_ends(typed, STR("\n")) || str_ends(typed, STR("\r")))
        typed.n--;
    *out = arena_str(c->ctx.arena, typed);
    explicit_bzero(text, sizeof text);
    if (typed.n < MIN_PASSWORD || n == sizeof text)
        return fail(&c->ctx, ERR_INVALID, "a password has %d to %d characters", MIN_PASSWORD,
                    PASSWORD_MAX - 1);
    return ERR_OK;
}

static bool role_valid(str role)
{
    static const char *const roles[] = {"OWNER", "ADMIN", "MEMBER", "VIEWER", "NONE"};
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (str_eq(role, str_c(roles[i])))
            return true;
    return false;
}

static enum errc user_of(struct cli *c, str email, struct meta_user *out)
{
    enum errc rc = meta_user_by_email(c->meta, &c->ctx, email, out);
    if (rc == ERR_NOT_FOUND)
        return fail(&c->ctx, rc, "there is no user %.*s; `rushlight user list` shows them",
                    STR_ARG(email));
    return rc;
}

static void print_password(const struct cli *c, str email, str password)
{
    if (cli_has(c, "--password-stdin"))
        printf("%.*s can sign in with the password that was given.\n", STR_ARG(email));
    else
        printf("Email: %.*s\nPassword: %.*s\nThe password is shown only now.\n", STR_ARG(email),
               STR_ARG(password));
}

static enum errc add_user(struct cli *c, str *password)
{
    struct meta_org org = {0};
    str hash = STR_NONE;
    str role = cli_has(c, "--role") ? cli_option(c, "--role") : STR("MEMBER");
    if (str_find_char(c->args[0], '@') <= 0)
        return fail(&c->ctx, ERR_INVALID, "%.*s is no e-mail address", STR_ARG(c->args[0]));
    if (!role_valid(role))
        return fail(&c->ctx, ERR_INVALID,
                    "%.*s is no role; give OWNER, ADMIN, MEMBER, VIEWER or NONE", STR_ARG(role));
    TRY(cli_find_org(c, cli_option(c, "--org"), &org));
    TRY(choose_password(c, password));
    TRY(password_hash(&c->ctx, *password, &hash));
    struct meta_user u = {.email = c->args[0],
                          .name = cli_option(c, "--name"),
                          .password_hash = hash,
                          .admin = cli_has(c, "--admin")};
    TRY(meta_user_create(c->meta, &c->ctx, &u));
    return meta_member_set(c->meta, &c->ctx, org.id, u.id, role);
}

int cli_user_add(struct cli *c)
{
    str password = STR_NONE;
    enum errc rc = add_user(c, &password);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    print_password(c, c->args[0], password);
    return EXIT_FINE;
}

static const char *const user_columns[] = {"email", "name", "id", "admin", "createdAt"};

static enum errc list_row(void *user, const struct meta_user *row)
{
    struct listing *l = user;
    const str cells[] = {row->email, row->name, row->id, row->admin ? STR("yes") : STR("no"),
                         time_iso(l->arena, row->created_at)};
    listing_add(l, cells);
    return ERR_OK;
}

int cli_user_list(struct cli *c)
{
    struct listing l;
    listing_init(&l, c->ctx.arena, user_columns, ARRAY_LEN(user_columns));
    enum errc rc = meta_user_list(c->meta, &c->ctx, list_row, &l);
    return rc == ERR_OK ? listing_print(&l, cli_has(c, "--json")) : cli_fail(c, rc);
}

static enum errc change_password(struct cli *c, str *password)
{
    struct meta_user u = {0};
    str hash = STR_NONE;
    TRY(user_of(c, c->args[0], &u));
    TRY(choose_password(c, password));
    TRY(password_hash(&c->ctx, *password, &hash));
    return meta_user_set_password(c->meta, &c->ctx, u.id, hash);
}

int cli_user_passwd(struct cli *c)
{
    str password = STR_NONE;
    enum errc rc = change_password(c, &password);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    print_password(c, c->args[0], password);
    return EXIT_FINE;
}

int cli_user_delete(struct cli *c)
{
    struct meta_user u = {0};
    enum errc rc = user_of(c, c->args[0], &u);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    if (!cli_confirmed(c, "deleting a user"))
        return EXIT_USAGE;
    rc = meta_user_delete(c->meta, &c->ctx, u.id);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    printf("Deleted user %.*s.\n", STR_ARG(u.email));
    return EXIT_FINE;
}
