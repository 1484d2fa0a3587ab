// SPDX-License-Identifier: MIT
#pragma once
// Exact money: picodollars, i.e. 10^-12 USD in 64 bits (ingestion.md 5.2: |v| < 10^6 USD), and
// unit prices in 10^-18 USD. Products and sums are exact in 128 bits and rounded half-even once.
#include "base/buf.h"

typedef int64_t picos; // 10^-12 USD
#define PICOS_MAX INT64_C(999999999999999999)

// "0.0105", "2.5e-6", "1e3": false when not a JSON number. Values beyond the range are clamped.
bool picos_parse(str text, picos *out);
picos picos_from_double(double v);
double picos_to_double(picos v);
void picos_write(struct buf *b, picos v); // shortest plain decimal, "0.0105"
picos picos_add(picos a, picos b);        // clamped

__extension__ typedef __int128 attos; // 10^-18 USD per unit
bool attos_parse(str text, attos *out);
picos attos_times(attos price, int64_t units); // clamped, rounded half-even
void attos_write(struct buf *b, attos v);
void attos_write_short(struct buf *b, attos v); // below 10^-6 as JavaScript prints it: 2.5e-7
