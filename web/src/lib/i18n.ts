// SPDX-License-Identifier: MIT
//
// The pages' language. A message is its English text, a literal in the call: t(…), and with
// arguments as ICU has them: "{n, plural, one {# trace} other {# traces}}". The Chinese stands
// in the zh-CN.json of the folder that uses it (build/messages.ts), is loaded when chosen, and choosing
// draws the page anew.
import { i18n } from "@lingui/core";
import english from "virtual:messages/en";
import { load, save } from "./storage";
import { createStore } from "./store";

export const LOCALES = { en: "English", "zh-CN": "简体中文" } as const;
export type Locale = keyof typeof LOCALES;

const isLocale = (text: unknown): text is Locale => typeof text === "string" && text in LOCALES;

/** Chosen, else the first of the reader's languages that we have, else English. */
export function preferredLocale(chosen = load("locale"), wanted: readonly string[] = navigator.languages): Locale {
  if (isLocale(chosen)) return chosen;
  for (const language of wanted) {
    if (/^zh\b/i.test(language)) return "zh-CN";
    if (/^en\b/i.test(language)) return "en";
  }
  return "en";
}

export const localeStore = createStore<Locale>("en");

export async function activateLocale(locale: Locale): Promise<void> {
  const messages = locale === "en" ? english : (await import("virtual:messages/zh-CN")).default;
  i18n.load(locale, messages);
  i18n.activate(locale);
  document.documentElement.lang = locale;
  localeStore.set(locale);
}

export function chooseLocale(locale: Locale): void {
  save("locale", locale);
  void activateLocale(locale);
}

type Values = Record<string, string | number>;

/** The message in the reader's language. The text must be a literal: catalogues are checked by it. */
export function t(english: string, values?: Values): string {
  const message = i18n.messages[english];
  if (typeof message === "string") return message;
  return message === undefined ? english : i18n._(english, values);
}

/** Marks a message of a table that is translated where it is shown, with t(). */
export const msg = (english: string): string => english;

export { i18n };
