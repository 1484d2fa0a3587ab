// SPDX-License-Identifier: MIT
// Names of enum values through tables: index 0 means "none".
#include "model/field.h"

str enum_name(const str *names, int32_t count, int32_t value)
{
    return value > 0 && value < count ? names[value] : STR_NONE;
}

int32_t enum_parse(const str *names, int32_t count, str name)
{
    for (int32_t i = 1; i < count; i++) {
        if (str_eq(names[i], name))
            return i;
    }
    return 0;
}
