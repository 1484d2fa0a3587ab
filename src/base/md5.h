// SPDX-License-Identifier: MIT
#pragma once
// MD5 (RFC 1321), for the Content-MD5 that object stores ask for. Never for anything that is to be secret.
#include "base/str.h"

void md5(str data, uint8_t out[16]);
