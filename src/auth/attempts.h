// SPDX-License-Identifier: MIT
#pragma once
// How often somebody tried lately, by name (an e-mail, an address, both), for a quarter of an hour.
#include "auth/session.h"

// Counts an attempt before it is made, so that many at once cannot pass together. 0, or milliseconds
// until the name may try again when it had `max` already. now_ms: monotonic.
int64_t attempts_take(struct attempts *a, str name, uint32_t max, int64_t now_ms);
void attempts_give_back(struct attempts *a, str name); // it was no failure
void attempts_forget(struct attempts *a, str name);    // all of the name's
