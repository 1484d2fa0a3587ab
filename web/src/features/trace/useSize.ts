// SPDX-License-Identifier: MIT
//
// Sizes that a person chose (panes, columns), remembered in this browser.

import { useState } from "react";
import { load, save } from "@/lib/storage";

export function useSize(name: string, otherwise: number, least: number, most: number): [number, (to: number) => void] {
  const key = `size.${name}`;
  const [size, setSize] = useState(() => {
    const kept = Number(load(key) ?? NaN);
    return kept >= least && kept <= most ? kept : otherwise;
  });
  const change = (to: number) => {
    const next = Math.round(Math.min(most, Math.max(least, to)) * 10) / 10;
    setSize(next);
    save(key, String(next));
  };
  return [size, change];
}
