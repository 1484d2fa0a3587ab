// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { safeNext } from "./enter";

it.each([
  ["/project/p/traces?q=level:error", "/project/p/traces?q=level:error"],
  [undefined, "/"], ["", "/"], ["//evil.example", "/"], ["/\\evil.example", "/"], ["https://evil.example", "/"], ["javascript:alert(1)", "/"],
])("after signing in %j leads to %j", (next, to) => expect(safeNext(next)).toBe(to));
