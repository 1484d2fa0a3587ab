// SPDX-License-Identifier: MIT
#pragma once
// The wordings of parameter faults (issues.c), used by params.c.
#include "http/http_int.h"

void issue_not_a_number(struct ctx *ctx, const struct param *p);
void issue_not_an_int(struct ctx *ctx, const struct param *p);
void issue_too_small(struct ctx *ctx, const struct param *p);
void issue_too_big(struct ctx *ctx, const struct param *p);
void issue_not_a_time(struct ctx *ctx, const struct param *p);
void issue_missing(struct ctx *ctx, const struct param *p);
// index: position inside a list parameter, or -1.
void issue_not_listed(struct ctx *ctx, const struct param *p, const char *const *names, int index);
void issue_unknown_names(struct ctx *ctx, const str *names, size_t n);
