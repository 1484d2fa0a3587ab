// SPDX-License-Identifier: MIT
//
// The pages in Debian's Chromium against the built program (RUSHLIGHT_BIN). One worker: the figures
// that are measured here share the machine with nothing else. No host but loopback can be reached.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";

// With fonts-liberation alone the pages look the same everywhere; without it the machine's fonts have to do.
const fonts = existsSync("/usr/share/fonts/truetype/liberation") ? { FONTCONFIG_FILE: fileURLToPath(new URL("lib/fonts.conf", import.meta.url)) } : {};

export default defineConfig({
  testDir: ".",
  outputDir: process.env.RUSHLIGHT_TEST_OUTPUT ?? "../../build/browser",
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: "line",
  use: {
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "UTC",
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      env: { ...process.env, ...fonts },
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
    },
  },
});
