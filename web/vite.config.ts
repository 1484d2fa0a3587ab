// SPDX-License-Identifier: MIT
import tailwindcss from "@tailwindcss/vite";
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { fonts, FONT_FOLDER } from "./build/fonts";
import { messages } from "./build/messages";
import { page } from "./build/page";

// Relative addresses everywhere: the server writes its base path into <base href> of index.html when
// it answers, so one build works under "/", "/monitor" and behind any proxy prefix.
const server = process.env["RUSHLIGHT_URL"] ?? "http://localhost:3000";

// What every screen needs, in one file that changes only when a dependency does.
const VENDOR = /node_modules\/(react|react-dom|scheduler|@tanstack\/(react-router|router-core|history|react-store|store|react-query|query-core)|@lingui|lucide-react)\//;
const FLOATING = /node_modules\/(radix-ui|@radix-ui|@floating-ui|aria-hidden|react-remove-scroll|react-style-singleton|use-callback-ref|use-sidecar|get-nonce)/;

export default defineConfig({
  base: "./",
  resolve: { alias: { "@fonts": FONT_FOLDER, "@": resolve("src") } },
  esbuild: { jsx: "automatic", legalComments: "none" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // no data: addresses, the content security policy stays short
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      onwarn: (warning, warn) => {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning); // "use client" of Radix
      },
      output: {
        experimentalMinChunkSize: 12_000, // bytes before compression: a request costs more than a few unused ones
        manualChunks: (id) => (VENDOR.test(id) ? "vendor" : FLOATING.test(id) ? "floating" : undefined),
      },
    },
  },
  // `npm run dev` serves the page with the API of a running Rushlight behind it.
  server: { proxy: { "/api": server } },
  plugins: [tailwindcss(), fonts(), messages(), page()],
});
