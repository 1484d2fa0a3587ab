// SPDX-License-Identifier: MIT
// Names of dimensions, messages that read alike (insight.h).
#include "store/insight.h"

static const struct {
    str name;
    const char *column;
} dimensions[BY_COUNT] = {
    [BY_LEVEL] = {STR_INIT("level"), "level"},
    [BY_ENVIRONMENT] = {STR_INIT("env"), "environment"},
    [BY_NAME] = {STR_INIT("name"), "name"},
    [BY_USER] = {STR_INIT("user"), "userId"},
    [BY_SESSION] = {STR_INIT("session"), "sessionId"},
    [BY_MODEL] = {STR_INIT("model"), "model"},
    [BY_TAG] = {STR_INIT("tags"), "tags"},
    [BY_VERSION] = {STR_INIT("version"), "version"},
    [BY_RELEASE] = {STR_INIT("release"), "release"},
    [BY_KIND] = {STR_INIT("type"), "type"},
};

str insight_dimension_name(enum insight_dimension d)
{
    return dimensions[d].name;
}

const char *insight_dimension_column(enum insight_dimension d)
{
    return dimensions[d].column;
}

// ---- Messages ---------------------------------------------------------------------------------

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

#define ID_DIGITS     8 // that many hexadecimal digits in a row are an id
#define STATUS_DIGITS 3

static bool is_word(char c)
{
    return is_hex(c) || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') || c == '_';
}

// 429, 503: the status of an HTTP answer says what went wrong, as no other number does.
static bool is_status(str s, size_t at)
{
    size_t end = at + STATUS_DIGITS;

    return s.n >= end && (s.p[at] == '4' || s.p[at] == '5') && (at == 0 || !is_word(s.p[at - 1])) &&
           (s.n == end || !is_word(s.p[end]));
}

static size_t digits_at(str s, size_t at, bool hex)
{
    size_t n = 0;

    while (at + n < s.n && (hex ? is_hex(s.p[at + n]) : s.p[at + n] >= '0' && s.p[at + n] <= '9'))
        n++;
    return n;
}

static size_t whole_characters(const char *text, size_t n)
{
    while (n && ((unsigned char)text[n - 1] & 0xc0) == 0x80)
        n--;
    return n && (unsigned char)text[n - 1] >= 0xc0 ? n - 1 : n;
}

str insight_message(str s, char out[INSIGHT_MESSAGE_BYTES])
{
    size_t n = 0;

    for (size_t i = 0; i < s.n && n < INSIGHT_MESSAGE_BYTES;) {
        size_t hex = digits_at(s, i, true), digits = digits_at(s, i, false);
        size_t run = hex >= ID_DIGITS ? hex : digits;
        bool status = digits == STATUS_DIGITS && is_status(s, i);
        if (status && n + digits <= INSIGHT_MESSAGE_BYTES) {
            memcpy(out + n, s.p + i, digits);
            n += digits;
        } else {
            out[n++] = run ? '#' : s.p[i];
        }
        i += run ? run : 1;
    }
    return str_make(out, whole_characters(out, n));
}
