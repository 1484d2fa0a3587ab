// SPDX-License-Identifier: MIT
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { messages } from "./build/messages";

export default defineConfig({
  resolve: { alias: { "@": resolve("src") } },
  esbuild: { jsx: "automatic" },
  plugins: [messages()],
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["src/test.setup.ts"] },
});
