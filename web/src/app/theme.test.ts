// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { chooseTheme, shownTheme } from "./theme";

const root = document.documentElement;
const script = readFileSync("src/theme.js", "utf8");

beforeEach(() => chooseTheme("system"));

describe("the theme", () => {
  it("follows the system unless chosen", () => {
    expect(shownTheme("system", true)).toBe("dark");
    expect(shownTheme("system", false)).toBe("light");
    expect(shownTheme("light", true)).toBe("light");
  });
  it("is remembered, and forgotten for the system's", () => {
    chooseTheme("dark");
    expect([root.dataset["theme"], localStorage.getItem("rushlight.theme")]).toEqual(["dark", "dark"]);
    chooseTheme("system");
    expect([root.dataset["theme"], localStorage.getItem("rushlight.theme")]).toEqual(["light", null]);
  });
  it.each([[null, false, "light"], [null, true, "dark"], ["light", true, "light"], ["dark", false, "dark"]])(
    "chosen %s, system dark %s: the first paint is %s",
    (chosen, dark, shown) => {
      vi.stubGlobal("matchMedia", () => ({ matches: dark }));
      if (chosen) localStorage.setItem("rushlight.theme", chosen);
      new Function(script)(); // eslint-disable-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- our own file
      expect(root.dataset["theme"]).toBe(shown);
    },
  );
});
