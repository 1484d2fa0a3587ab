// SPDX-License-Identifier: MIT
//
// Runs before the first paint: the theme that was chosen, else the system's.
(() => {
  const root = document.documentElement;
  let chosen = null;
  let density = null;
  try {
    chosen = localStorage.getItem("rushlight.theme");
    density = localStorage.getItem("rushlight.density");
  } catch {
    // storage is forbidden: the system decides
  }
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.density = density === "compact" ? "compact" : "regular";
})();
