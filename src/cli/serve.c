// SPDX-License-Identifier: MIT
// The commands that are the program itself: serve, worker and version.
#include "app/app.h"
#include "cli/cli.h"

#include <stdio.h>

int cli_serve(struct cli *c)
{
    return app_serve(&c->config, c->environment);
}

int cli_version(struct cli *c)
{
    (void)c;
    printf("rushlight " RUSHLIGHT_VERSION "\n");
    return EXIT_FINE;
}
