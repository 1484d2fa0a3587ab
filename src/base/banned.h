// SPDX-License-Identifier: MIT
#pragma once
// libc calls this project does not use: unbounded copies, hidden global state, silent parse errors.
// Force-included into every file; the headers that declare them come first so that only uses fail.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok
#pragma GCC poison atoi atol atoll strtol strtoll strtoull sscanf
#ifndef HEADER_NAMES_STRTOUL // in a macro of its own: the adapter of libpq
#pragma GCC poison strtoul
#endif
#pragma GCC poison gmtime localtime ctime asctime system popen tmpnam
