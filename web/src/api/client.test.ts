// SPDX-License-Identifier: MIT
import { beforeEach, describe, expect, it, vi } from "vitest";
import { normalPath, readBoot, setBoot, takeFirst } from "./boot";
import { ApiError, get, send, withQuery } from "./client";
import type { Boot } from "./ui";

const BOOT: Boot = { version: "1", orgs: [], signUp: false, fields: [], csrf: "token" };
const fetched = vi.fn<typeof fetch>();
vi.stubGlobal("fetch", fetched);

const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
  fetched.mockResolvedValueOnce(new Response(status === 204 ? null : body, { status, headers }));
const call = () => fetched.mock.calls[0] as [URL, RequestInit];

beforeEach(() => {
  fetched.mockReset();
  setBoot(BOOT);
});

describe("asking", () => {
  it("goes to the base path", async () => {
    answer(200, '{"n":1}');
    expect(await get("api/ui/p/traces")).toEqual({ n: 1 });
    expect(call()[0].href).toBe("http://rushlight.test/monitor/api/ui/p/traces");
  });
  it("sends the token with what changes something, and takes an empty answer", async () => {
    answer(204, "");
    expect(await send("PATCH", "api/ui/p/project", { name: "x" })).toBeUndefined();
    expect(call()[1]).toMatchObject({ method: "PATCH", body: '{"name":"x"}', headers: { "X-CSRF-Token": "token" } });
  });
  it("says what the server said, with the request's id", async () => {
    answer(429, '{"message":"Too many tries","requestId":"r-1"}', { "retry-after": "30" });
    await expect(get("api/ui/me")).rejects.toMatchObject(
      { name: "ApiError", message: "Too many tries", status: 429, requestId: "r-1", retryAfter: 30 });
  });
  it("says something of its own when a proxy answers", async () => {
    answer(502, "<html>Bad gateway</html>");
    await expect(get("api/ui/me")).rejects.toThrow("The server's answer is not JSON (status 502).");
  });
  it("says that the server is away", async () => {
    fetched.mockRejectedValueOnce(new TypeError("fetch failed"));
    await expect(get("api/ui/me")).rejects.toEqual(new ApiError("The server cannot be reached.", 0));
  });
});

describe("a query", () => {
  it("stays readable and leaves out what is empty", () => {
    const query = { q: 'level:error "a b" & <x>', range: "24h", sort: "", after: undefined };
    expect(withQuery("api", query)).toBe("api?q=level:error+%22a+b%22+%26+%3Cx%3E&range=24h");
  });
  it("comes back as it was", () => {
    const q = "a+b c&d=e #f % 中文 \"x\" $1 @me";
    const text = withQuery("", { q });
    expect(new URLSearchParams(text).get("q")).toBe(q);
  });
});

describe("the first answer", () => {
  const path = "api/ui/p/traces?q=level%3Aerror&range=24h";
  const first = { path, status: 200, data: { rows: [] } };

  it("is given once, to its path in any spelling, without a request", async () => {
    setBoot({ ...BOOT, first });
    expect(await get("api/ui/p/traces?q=level:error&range=24h")).toEqual({ rows: [] });
    expect(takeFirst(path)).toBeUndefined();
    expect(fetched).not.toHaveBeenCalled();
  });
  it("is not given to another path", () => {
    setBoot({ ...BOOT, first });
    expect(takeFirst("api/ui/p/traces?range=24h")).toBeUndefined();
  });
  it("may be a refusal", async () => {
    setBoot({ ...BOOT, first: { path, status: 404, data: { message: "No such trace" } } });
    await expect(get(path)).rejects.toMatchObject({ message: "No such trace", status: 404 });
  });
  it("treats empty parameters as absent", () => expect(normalPath("a?q=&range=1h")).toBe(normalPath("a?range=1h")));
});

describe("boot data", () => {
  it("is read from the page", () => expect(readBoot(JSON.stringify(BOOT))).toEqual(BOOT));
  it("may be missing", () => expect(readBoot("__RUSHLIGHT_BOOT__")).toBeUndefined());
});
