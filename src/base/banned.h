// SPDX-License-Identifier: MIT
#pragma once
// libc calls this project does not use: unbounded copies, hidden global state, silent parse errors.
// Force-included into every file; the headers that declare them come first so that only uses fail.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok
#pragma GCC poison atoi atol atoll strtol strtoul strtoll strtoull sscanf
#pragma GCC poison gmtime localtime ctime asctime system popen tmpnam
