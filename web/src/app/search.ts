// SPDX-License-Identifier: MIT
//
// The address is the state of a screen: what is after the "?" as plain texts under readable keys.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { withQuery } from "@/api/client";

const KEYS = [
  "q", "range", "sort", "lens", "cols", "view", "obs", "peek", "tab", "session", "user", "by", "at", "next",
] as const;

export type SearchKey = (typeof KEYS)[number];
export type Search = { [key in SearchKey]?: string | undefined };

/** Only what a screen knows stays in the address. */
export function readSearch(raw: Record<string, unknown>): Search {
  const known = KEYS.filter((key) => typeof raw[key] === "string" && raw[key] !== "");
  return Object.fromEntries(known.map((key) => [key, raw[key] as string]));
}

export const parseSearch = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));

export const stringifySearch = (search: Record<string, unknown>): string =>
  withQuery("", search as Record<string, string | undefined>);

interface SetOptions {
  replace?: boolean; // while typing; a choice is a step that Back takes back
}

/** What the address says, and a change to it: set({ q: "level:error" }), set({ peek: undefined }). */
export function useSearchState(): [Search, (patch: Search, options?: SetOptions) => void] {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const set = useCallback(
    (patch: Search, { replace = false }: SetOptions = {}): void => {
      void navigate({ to: ".", search: (before) => readSearch({ ...before, ...patch }), replace });
    },
    [navigate],
  );
  return [search, set];
}

