// SPDX-License-Identifier: MIT
//
// What index.html needs beside Vite's own work: theme.js as a classic script that runs before the
// first paint (a file of its own, so that the content security policy allows no inline script), a
// preload of the font, and in `npm run dev` the two tokens that otherwise the server fills.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { transformWithEsbuild, type Plugin } from "vite";

const THEME = resolve("src/theme.js");
const MARK = "<!-- theme and font -->";

const scriptTag = (address: string): string => `<script src="${address}"></script>`;
const fontTag = (address: string): string =>
  `<link rel="preload" as="font" type="font/woff2" href="${address}" crossorigin />`;

export function page(): Plugin {
  let building = false;
  let theme = "";
  return {
    name: "rushlight-page",
    configResolved(config) {
      building = config.command === "build";
    },
    async buildStart() {
      if (!building) return;
      const { code } = await transformWithEsbuild(readFileSync(THEME, "utf8"), THEME, { minify: true });
      theme = this.emitFile({ type: "asset", name: "theme.js", source: code });
    },
    transformIndexHtml: {
      order: "post",
      handler(html, context) {
        if (!building) {
          return html
            .replaceAll("__RUSHLIGHT_BASE__", "")
            .replace("__RUSHLIGHT_BOOT__", "")
            .replace(MARK, scriptTag("src/theme.js"));
        }
        const font = Object.keys(context.bundle ?? {}).find((name) => name.endsWith(".woff2"));
        const tags = [scriptTag(`./${themeFile(context.bundle)}`), font ? fontTag(`./${font}`) : ""];
        return html.replace(MARK, tags.join("\n    "));
      },
    },
  };

  function themeFile(bundle: object | undefined): string {
    const file = Object.keys(bundle ?? {}).find((name) => /\btheme-[\w-]+\.js$/.test(name));
    if (!file) throw new Error(`theme.js was not emitted (${theme})`);
    return file;
  }
}
