// SPDX-License-Identifier: MIT
// Rushlight: self-hosted, Langfuse-compatible LLM observability in one program. Everything starts in
// cli/commands.c; `rushlight serve` continues in app/serve.c.
#include "cli/cli.h"

#include <unistd.h>

int main(int argc, char **argv)
{
    return cli_main(argc, argv, (const char *const *)environ);
}
