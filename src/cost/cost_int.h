// SPDX-License-Identifier: MIT
#pragma once
// Inside of the cost room: the embedded table.
#include "cost/cost.h"

// data/cloud-prices.txt (cmake/cost.cmake).
extern const unsigned char cloud_price_text[];
extern const size_t cloud_price_text_len;
