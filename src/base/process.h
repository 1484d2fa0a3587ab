// SPDX-License-Identifier: MIT
#pragma once
// What the system says of this process.
#include <stdint.h>

uint64_t process_resident_bytes(void); // 0 when unknown
