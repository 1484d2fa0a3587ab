// SPDX-License-Identifier: MIT
// Previews (preview.h): made once, when a trace or its root is written, so that lists never read bodies.
#include "store/sqlite/preview.h"

#include "chat/chat.h"

str preview_text(struct arena *a, str stored, bool is_output)
{
    return is_output ? chat_preview_output(a, stored) : chat_preview_input(a, stored);
}
