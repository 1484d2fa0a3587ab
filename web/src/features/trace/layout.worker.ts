// SPDX-License-Identifier: MIT
//
// Arranges a large graph beside the page.

import { arrange, type Wanted } from "./layout";

addEventListener("message", (event: MessageEvent<Wanted>) => postMessage(arrange(event.data)));
