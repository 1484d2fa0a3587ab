// SPDX-License-Identifier: MIT
#pragma once
// Failed sign-ins by name (an e-mail, an address), for the last quarter of an hour.
#include "auth/session.h"

// Milliseconds until the name may try again; 0 = now. now_ms: monotonic.
int64_t attempts_wait_ms(struct attempts *a, str name, int64_t now_ms);
void attempts_failed(struct attempts *a, str name, int64_t now_ms);
void attempts_forget(struct attempts *a, str name); // after a success
