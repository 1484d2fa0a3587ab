// SPDX-License-Identifier: MIT
// What the first start prints, once, to standard output: the key pair as an environment block to
// paste, and the owner's sign-in. The secrets are stored only as hashes, so this is the one chance.
#include "app/app_int.h"

#include <stdio.h>

str app_local_url(struct arena *a, const struct config *cfg, uint16_t port)
{
    static const char *const any[] = {"0.0.0.0", "::", "127.0.0.1", "::1"};
    str host = cfg->host;
    for (size_t i = 0; i < ARRAY_LEN(any); i++)
        if (str_eq(cfg->host, str_c(any[i])))
            host = STR("localhost");
    bool brackets = str_find_char(host, ':') >= 0;
    return arena_fmt(a, "http://%s%.*s%s:%u%.*s", brackets ? "[" : "", STR_ARG(host),
                     brackets ? "]" : "", port, STR_ARG(cfg->base_path));
}

void banner_print(const struct first_run *first, str url)
{
    printf(
        "\n"
        "This is Rushlight's first start here: it made an organization, a project, an owner and\n"
        "a key pair. The secrets below are shown only now.\n"
        "\n"
        "  Send traces: paste this into the shell or .env of your application\n"
        "\n"
        "export LANGFUSE_PUBLIC_KEY=\"%.*s\"\n"
        "export LANGFUSE_SECRET_KEY=\"%.*s\"\n"
        "export LANGFUSE_HOST=\"%.*s\"\n"
        "export LANGFUSE_BASE_URL=\"%.*s\"\n"
        "\n"
        "  Owner: %.*s\n"
        "  Password: %.*s\n"
        "\n"
        "  Lost them? `rushlight key add` makes another pair, `rushlight user passwd` another\n"
        "  password.\n"
        "\n",
        STR_ARG(first->public_key), STR_ARG(first->secret_key), STR_ARG(url), STR_ARG(url),
        STR_ARG(first->email), STR_ARG(first->password));
    (void)fflush(stdout);
}
