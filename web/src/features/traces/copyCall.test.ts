// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { curlOf } from "./copyCall";

it("is a line for a shell, without secrets", () => {
  expect(curlOf("https://example.com/monitor", "api/public/traces?limit=50&filter=%5B%5D")).toBe(
    `curl -u "$LANGFUSE_PUBLIC_KEY:$LANGFUSE_SECRET_KEY" \\\n  'https://example.com/monitor/api/public/traces?limit=50&filter=%5B%5D'`,
  );
});
