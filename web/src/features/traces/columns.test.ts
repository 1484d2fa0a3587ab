// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { defaultColumns, formatColumns, moveColumn, parseColumns, resizeColumn, toggleColumn } from "./columns";

const ids = (text: string | undefined) => parseColumns(text, "traces").map(({ id }) => id);

describe("columns", () => {
  it("are the usual ones without a choice, and those are not written", () => {
    expect(parseColumns(undefined, "traces")).toEqual(defaultColumns("traces"));
    expect(formatColumns(defaultColumns("traces"), "traces")).toBeUndefined();
    const width = defaultColumns("traces").reduce((sum, column) => sum + column.width, 0);
    expect(width).toBeLessThanOrEqual(1024);
  });

  it("pass over what is unknown, of another lens, or repeated", () => {
    expect(ids("time,nonsense,time,ttft,score:help")).toEqual(["time", "score:help"]);
    expect(ids("nonsense")).toEqual(defaultColumns("traces").map(({ id }) => id));
  });

  it("come back from the address as they were", () => {
    const columns = resizeColumn(toggleColumn(parseColumns("io,time", "traces"), "score:a,b~c", "traces"), "io", 421);
    const text = formatColumns(columns, "traces");
    expect(text).toBe("io~421,time,score:a%2cb%7ec");
    expect(parseColumns(text, "traces")).toEqual(columns);
  });

  it("survive an address that was cut", () => expect(ids("time,score:%2,score:")).toEqual(["time", "score:%2"]));

  it("return to their usual place, move, and keep at least one", () => {
    const without = toggleColumn(defaultColumns("traces"), "name", "traces");
    expect(toggleColumn(without, "name", "traces")).toEqual(defaultColumns("traces"));
    expect(moveColumn(parseColumns("time,name,io", "traces"), "io", 0).map(({ id }) => id)).toEqual(["io", "time", "name"]);
    expect(toggleColumn(parseColumns("io", "traces"), "io", "traces").map(({ id }) => id)).toEqual(["io"]);
  });

  it("stay within sensible widths", () => {
    expect(resizeColumn(parseColumns("io", "traces"), "io", 3)[0]?.width).toBe(48);
  });
});
