// SPDX-License-Identifier: MIT
#pragma once
// Dates as HTTP writes them: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
#include "base/clock.h"

str http_date(struct arena *a, millis t);
bool http_date_parse(str text, millis *out); // this form only
