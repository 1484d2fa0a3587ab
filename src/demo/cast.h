// SPDX-License-Identifier: MIT
#pragma once
// Who appears in the demo and what they talk about.
#include "base/str.h"

struct person {
    const char *id;
};
struct exchange {
    const char *question, *answer;
};
struct topic { // a conversation of up to four turns, and what the handbook says about it
    const char *subject;
    struct exchange turns[4];
    const char *passages[3];
};
struct product {
    const char *name, *sku;
    int64_t cents;
};

extern const struct person people[];
extern const struct topic topics[];
extern const struct product products[];
enum { N_PEOPLE = 24, N_TOPICS = 8, N_PRODUCTS = 12, TOPIC_TURNS = 4, TOPIC_PASSAGES = 3 };
