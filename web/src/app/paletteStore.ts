// SPDX-License-Identifier: MIT
import { createStore } from "@/lib/store";

/** Whether the palette is open; apart from it, so that it is loaded when it is first wanted. */
export const paletteStore = createStore(false);
