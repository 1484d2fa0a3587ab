// SPDX-License-Identifier: MIT
#pragma once
// Tools of an observation (ingestion.md 4.7): tools.c moves definitions out of metadata into the input,
// tool_calls.c reads definitions and calls out of input and output.
#include "json/write.h"
#include "model/observation.h"

// A list of tools or calls, unique by `id`; the JSON is shown as it came.
struct tool_item {
    str id; // what makes it unique
    str name;
    const struct json *value;
};
struct tool_list {
    struct arena *a;
    struct tool_item *items;
    size_t n, cap;
};
void tool_list_add(struct tool_list *l, str id, str name,
                   const struct json *value); // keeps the first
str tool_name(const struct json *tool);       // name, or function.name; none when it has no name
// Text that is JSON of an object or array; cheap for anything else.
const struct json *tool_json(struct arena *a, str text);
void tools_move(struct arena *a, struct observation *o);
void tools_read(struct arena *a, struct observation *o);
