import { defineConfig } from "vite";

// Relative addresses everywhere: the server writes its base path into <base href> of index.html when
// it answers, so one build works under "/", "/monitor" and behind any proxy prefix.
const server = process.env["RUSHLIGHT_URL"] ?? "http://localhost:3000";

export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // no data: addresses, the content security policy stays short
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // `npm run dev` serves the page with the API of a running Rushlight behind it.
  server: { proxy: { "/api": server } },
  plugins: [
    {
      name: "base-path",
      apply: "serve",
      transformIndexHtml: (html) => html.replaceAll("__RUSHLIGHT_BASE__", ""),
    },
  ],
});
