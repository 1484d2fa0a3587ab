// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { arrive, combine, fresh, QUIET, show } from "./live";
import type { Row } from "./rows";
import { ALL, count, extend, isSelected, NONE, toggle, toggleLoaded } from "./selection";

describe("selection", () => {
  const loaded = ["a", "b", "c", "d"];
  const picked = (selection: typeof NONE) => loaded.filter((id) => isSelected(selection, id));

  it("toggles, extends from the last one, and takes all loaded or none", () => {
    const one = toggle(NONE, "b", loaded);
    expect(picked(one)).toEqual(["b"]);
    expect(picked(extend(one, "d", loaded))).toEqual(["b", "c", "d"]);
    expect(picked(extend(NONE, "c", loaded))).toEqual(["c"]);
    expect(picked(toggleLoaded(one, loaded))).toEqual(loaded);
    expect(toggleLoaded(toggleLoaded(one, loaded), loaded)).toEqual(NONE);
  });

  it("counts all that match, and leaves that when one is taken out", () => {
    expect(count(ALL, 1374)).toBe(1374);
    expect(picked(toggle(ALL, "a", loaded))).toEqual(["b", "c", "d"]);
  });
});

describe("live rows", () => {
  const row = (id: string, start: number): Row => ({
    id, trace: id, start, kind: "SPAN", level: "DEFAULT", moreModels: 0, errors: 0, warnings: 0,
    tokens: 0, cost: 0, tags: [], scores: [], bookmarked: false, public: false,
  });
  const listed = [row("b", 2), row("a", 1)];

  it("wait until shown, then stand above and are tinted", () => {
    const waiting = arrive(arrive(QUIET, row("c", 3)), row("d", 4));
    expect(combine(listed, waiting)).toEqual(listed);
    expect(fresh(listed, waiting)).toBe(2);
    const shown = show(waiting);
    expect(combine(listed, shown).map(({ id }) => id)).toEqual(["d", "c", "b", "a"]);
    expect([...shown.tinted]).toEqual(["d", "c"]);
    expect(show(shown)).toBe(shown);
  });

  it("renew a listed row in its place and do not count it as new", () => {
    const waiting = arrive(QUIET, { ...row("a", 1), cost: 5 });
    expect(fresh(listed, waiting)).toBe(0);
    expect(combine(listed, show(waiting)).map(({ id, cost }) => [id, cost])).toEqual([["b", 0], ["a", 5]]);
  });
});
