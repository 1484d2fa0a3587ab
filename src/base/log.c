// SPDX-License-Identifier: MIT
// One write(2) per line, so that lines of several threads never mix. Nothing is allocated.
#include "base/log.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096

static _Atomic(int) level_now = LOG_INFO;
static _Atomic(bool) json_now;

void log_configure(enum log_level level, bool json)
{
    atomic_store(&level_now, (int)level);
    atomic_store(&json_now, json);
}

bool log_enabled(enum log_level level)
{
    return (int)level >= atomic_load_explicit(&level_now, memory_order_relaxed);
}

struct line {
    char text[LINE_MAX_BYTES];
    size_t n;
};

static void put(struct line *l, const char *s, size_t n)
{
    size_t room = sizeof(l->text) - 16 - l->n; // room for the closing bytes

    n = n < room ? n : room;
    memcpy(l->text + l->n, s, n);
    l->n += n;
}

static void put_escaped(struct line *l, const char *s, bool json)
{
    for (; *s; s++) {
        char hex[8];
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            put(l, hex, (size_t)snprintf(hex, sizeof(hex), json ? "\\u%04x" : "\\x%02x", (unsigned)(unsigned char)*s));
        else if (json && (*s == '"' || *s == '\\'))
            put(l, (char[]){'\\', *s}, 2);
        else
            put(l, s, 1);
    }
}

static void put_c(struct line *l, const char *s)
{
    put(l, s, strlen(s));
}

void log_line(enum log_level level, const char *event, const char *fmt, ...)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    char message[LINE_MAX_BYTES / 2], at[32];
    struct line l = {.n = 0};
    bool json = atomic_load(&json_now);
    va_list ap;

    if (!log_enabled(level))
        return;
    va_start(ap, fmt);
    vsnprintf(message, sizeof(message), fmt, ap);
    va_end(ap);
    at[time_format_iso(clock_now(), at)] = 0;
    put_c(&l, json ? "{\"time\":\"" : "");
    put_c(&l, at);
    put_c(&l, json ? "\",\"level\":\"" : " ");
    put_c(&l, names[level]);
    put_c(&l, json ? "\",\"event\":\"" : " ");
    put_c(&l, event);
    put_c(&l, json ? "\",\"message\":\"" : " ");
    put_escaped(&l, message, json);
    memcpy(l.text + l.n, json ? "\"}\n" : "\n", json ? 3 : 1);
    l.n += json ? 3 : 1;
    if (write(STDERR_FILENO, l.text, l.n) < 0)
        return; // nowhere left to say it
}
