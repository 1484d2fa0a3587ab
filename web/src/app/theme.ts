// SPDX-License-Identifier: MIT
//
// Light, dark or the system's; theme.js has set it before the first paint by the same rule.
import { msg } from "@/lib/i18n";
import { load, save } from "@/lib/storage";
import { createStore } from "@/lib/store";

export const THEMES = { system: msg("System"), light: msg("Light"), dark: msg("Dark") } as const;
export type Theme = keyof typeof THEMES;
export type Density = "regular" | "compact";

const isTheme = (text: string | undefined): text is Theme => text !== undefined && text in THEMES;
const systemIsDark = (): boolean => matchMedia("(prefers-color-scheme: dark)").matches;

function initial(): Theme {
  const chosen = load("theme");
  return isTheme(chosen) ? chosen : "system";
}

export const themeStore = createStore<Theme>(initial());
export const densityStore = createStore<Density>(load("density") === "compact" ? "compact" : "regular");

export const shownTheme = (theme: Theme, dark = systemIsDark()): "light" | "dark" =>
  theme === "system" ? (dark ? "dark" : "light") : theme;

const apply = (): void => {
  document.documentElement.dataset["theme"] = shownTheme(themeStore.get());
};

export function chooseTheme(theme: Theme): void {
  save("theme", theme === "system" ? undefined : theme);
  themeStore.set(theme);
  apply();
}

export function chooseDensity(density: Density): void {
  save("density", density === "regular" ? undefined : density);
  document.documentElement.dataset["density"] = density;
  densityStore.set(density);
}

/** Follows the system while nothing else is chosen. */
export function watchSystemTheme(): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
}
