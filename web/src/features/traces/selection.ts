// SPDX-License-Identifier: MIT
//
// Which rows are selected: some by id, or all that the query matches, also those not loaded.

export type Selection = { all: true } | { all: false; ids: ReadonlySet<string>; anchor?: string };

export const NONE: Selection = { all: false, ids: new Set() };
export const ALL: Selection = { all: true };

export const isSelected = (selection: Selection, id: string): boolean => selection.all || selection.ids.has(id);
export const isEmpty = (selection: Selection): boolean => !selection.all && selection.ids.size === 0;

/** One row in or out. Out of "all" leaves the loaded rows but that one. */
export function toggle(selection: Selection, id: string, loaded: readonly string[]): Selection {
  const ids = new Set(selection.all ? loaded : selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { all: false, ids, anchor: id };
}

/** All rows between the last one toggled and this one. */
export function extend(selection: Selection, id: string, loaded: readonly string[]): Selection {
  const from = selection.all ? -1 : loaded.indexOf(selection.anchor ?? "");
  const to = loaded.indexOf(id);
  if (from < 0 || to < 0) return toggle(selection, id, loaded);
  const ids = new Set(selection.all ? [] : selection.ids);
  for (const each of loaded.slice(Math.min(from, to), Math.max(from, to) + 1)) ids.add(each);
  return { all: false, ids, anchor: id };
}

/** The box in the header: all loaded rows, or none. */
export function toggleLoaded(selection: Selection, loaded: readonly string[]): Selection {
  const complete = selection.all || (loaded.length > 0 && loaded.every((id) => selection.ids.has(id)));
  return complete ? NONE : { all: false, ids: new Set(loaded) };
}

export const count = (selection: Selection, total: number): number => (selection.all ? total : selection.ids.size);
