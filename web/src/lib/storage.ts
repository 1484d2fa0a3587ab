// SPDX-License-Identifier: MIT
//
// What this browser remembers: sizes, theme, language. Works where storage is forbidden, for a visit.
const PREFIX = "rushlight.";
const visit = new Map<string, string>();

export function load(key: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + key) ?? undefined;
  } catch {
    return visit.get(key);
  }
}

export function save(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    if (value === undefined) visit.delete(key);
    else visit.set(key, value);
  }
}
