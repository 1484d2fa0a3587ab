// SPDX-License-Identifier: MIT
// One write(2) per line, so that lines of several threads never mix. Nothing is allocated.
#include "base/log.h"

#include "base/clock.h"
#include "base/utf8.h"

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

#define CLOSING_BYTES 16

// All of it or nothing: half an escape would spoil the line. False when it does not fit.
static bool put(struct line *l, const char *s, size_t n)
{
    if (n > sizeof(l->text) - CLOSING_BYTES - l->n)
        return false;
    memcpy(l->text + l->n, s, n);
    l->n += n;
    return true;
}

// One byte of the message. Bytes of a text that is no UTF-8 would make the line unreadable as JSON.
static bool put_byte(struct line *l, char c, bool json, bool ascii)
{
    unsigned char u = (unsigned char)c;
    char hex[8];

    if (u < 0x20 || u == 0x7f) {
        int n = snprintf(hex, sizeof(hex), json ? "\\u%04x" : "\\x%02x", u);
        return put(l, hex, (size_t)n);
    }
    if (json && (c == '"' || c == '\\'))
        return put(l, (char[]){'\\', c}, 2);
    return put(l, ascii && u >= 0x80 ? "?" : &c, 1);
}

static void put_escaped(struct line *l, str s, bool json)
{
    bool ascii = !utf8_valid(s), room = true;

    for (size_t i = 0; room && i < s.n; i++)
        room = put_byte(l, s.p[i], json, ascii);
}

static void put_c(struct line *l, const char *s)
{
    put(l, s, strlen(s));
}

// A message that does not fit ends at a character, not inside one.
static str PRINTF_LIKE(3, 0) message_make(char *to, size_t size, const char *fmt, va_list ap)
{
    int n = vsnprintf(to, size, fmt, ap);

    if (n < 0)
        return STR("");
    if ((size_t)n < size)
        return str_make(to, (size_t)n);
    return utf8_cut(str_make(to, size - 1), size - 2);
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
    str text = message_make(message, sizeof(message), fmt, ap);
    va_end(ap);
    at[time_format_iso(clock_now(), at)] = 0;
    put_c(&l, json ? "{\"time\":\"" : "");
    put_c(&l, at);
    put_c(&l, json ? "\",\"level\":\"" : " ");
    put_c(&l, names[level]);
    put_c(&l, json ? "\",\"event\":\"" : " ");
    put_c(&l, event);
    put_c(&l, json ? "\",\"message\":\"" : " ");
    put_escaped(&l, text, json);
    memcpy(l.text + l.n, json ? "\"}\n" : "\n", json ? 3 : 1);
    l.n += json ? 3 : 1;
    if (write(STDERR_FILENO, l.text, l.n) < 0)
        return; // nowhere left to say it
}
