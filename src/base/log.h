// SPDX-License-Identifier: MIT
#pragma once
// One line per event to stderr, as text or JSON; the level is the only mutable global of the
// program. Library rooms (base ... store) log at debug only; api, jobs and app log, once.
#include "base/attr.h"
#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_configure(enum log_level level, bool json);
bool log_enabled(enum log_level level);
// Up to 4 KiB; control characters are escaped. `event` is a short stable name ("server.start").
void log_line(enum log_level level, const char *event, const char *fmt, ...) PRINTF_LIKE(3, 4);

#define log_debug(event, ...)                        \
    do {                                             \
        if (log_enabled(LOG_DEBUG))                  \
            log_line(LOG_DEBUG, event, __VA_ARGS__); \
    } while (0)
#define log_info(event, ...)  log_line(LOG_INFO, event, __VA_ARGS__)
#define log_warn(event, ...)  log_line(LOG_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_line(LOG_ERROR, event, __VA_ARGS__)
