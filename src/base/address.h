// SPDX-License-Identifier: MIT
#pragma once
// Addresses of this machine, for messages about servers that do not let it in.
#include "base/arena.h"

// The address from which this machine calls host:port, as white lists of servers must name it; none
// when the name does not resolve or no route leads there. Nothing is sent. Blocks for the name.
str address_towards(struct arena *a, str host, str port);
