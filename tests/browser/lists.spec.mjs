// SPDX-License-Identifier: MIT
//
// The lists of traces, sessions and users: by mouse, by keyboard alone, narrow, and what they say when
// there is nothing.
import { expect, test } from "@playwright/test";
import { observation, PROJECT, score, signIn, startServer, trace } from "./lib/server.mjs";
import { axe, fits } from "./lib/watch.mjs";

const NOW = Date.now();
const OLD = NOW - 3 * 86_400_000;
const COUNT = 130;
let server;

const pad = (n) => String(n).padStart(3, "0");

/** The n-th trace, a minute older than the one before: every tenth failed. */
function one(n) {
  const at = NOW - (n + 1) * 60_000;
  const id = `t-${pad(n)}`;
  const failed = n % 10 === 3;
  return [
    trace({ id, name: n % 2 ? "docs-rag" : "order agent", userId: `user-${n % 3}@example.com`, sessionId: `s-${n % 20}`, environment: n % 5 ? "production" : "staging", tags: ["shop"], timestamp: new Date(at).toISOString(), input: `Question ${n} about tents`, output: `Answer ${n}.` }),
    observation(at, { id: `${id}-g`, traceId: id, name: "answer", kind: "GENERATION", duration: 500 + n * 10, model: "gpt-4o", usage: { input: 100 + n, output: 20 }, ...(failed && { level: "ERROR", statusMessage: "503 Service Unavailable" }) }),
    score({ id: `${id}-s`, traceId: id, name: "helpfulness", value: (n % 10) / 10, dataType: "NUMERIC" }),
  ];
}

test.beforeAll(async () => {
  server = await startServer();
  await server.send([
    ...Array.from({ length: COUNT }, (_, n) => one(n)).flat(),
    trace({ id: "old-1", name: "before", timestamp: new Date(OLD).toISOString(), input: "An old question" }),
  ]);
});
test.afterAll(() => server.close());
test.beforeEach(({ page }) => signIn(page, server.url));

const list = (page, search = "", part = "traces") => page.goto(`${server.url}/project/${PROJECT}/${part}${search}`);
const grid = (page) => page.getByRole("grid");
const row = (page, n) => grid(page).locator(`[role=row][aria-rowindex="${n + 2}"]`);
const query = (page) => page.getByRole("combobox", { name: "Filter" });
const parameter = (page, name) => new URL(page.url()).searchParams.get(name);
const dom = (page) => page.evaluate(() => document.querySelectorAll("*").length);

test("says what failed and what was answered, without a filter", async ({ page }) => {
  await list(page);
  await expect(row(page, 0)).toContainText("Question 0 about tents");
  await expect(row(page, 0)).toContainText("→ Answer 0.");
  await expect(row(page, 3)).toContainText("503 Service Unavailable");
  await expect(row(page, 3)).not.toContainText("Answer 3.");
  await expect(page.getByText(`${COUNT} traces`)).toBeVisible();
  expect(await dom(page)).toBeLessThan(2500);
});

test("draws the first rows from the page itself", async ({ page }) => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await list(page, "?q=level:error");
  await expect(row(page, 0)).toContainText("503 Service Unavailable");
  expect(asked.filter((path) => path.endsWith(`/${PROJECT}/traces`) && path.includes("api/ui"))).toEqual([]);
});

test("main path with the mouse: facet, chip, order, zoom, trace, back", async ({ page }) => {
  await list(page);
  const facets = page.getByRole("navigation", { name: "Facets" });
  await facets.getByRole("button", { name: /order agent/ }).first().click();
  await expect(page.getByText("65 traces")).toBeVisible();
  expect(parameter(page, "q")).toBe('name:"order agent"');
  await facets.getByRole("button", { name: /docs-rag/ }).first().click({ modifiers: ["Shift"] });
  await expect(page.getByText("130 traces")).toBeVisible();
  expect(parameter(page, "q")).toBe('name:("order agent",docs-rag)');
  await facets.getByRole("button", { name: /staging/ }).first().click({ modifiers: ["Alt"] });
  await expect(page.getByText("104 traces")).toBeVisible();
  await page.getByRole("button", { name: 'Remove name:("order agent",docs-rag)' }).click();
  await expect.poll(() => parameter(page, "q")).toBe("-env:staging");
  await page.getByRole("columnheader", { name: "Latency" }).getByRole("button").click();
  await expect(row(page, 0)).toContainText("Question 129 ");
  expect(parameter(page, "sort")).toBe("-latency");
  await row(page, 5).click();
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/\/traces\/t-\d+$/);
  await page.goBack();
  await expect(page.locator("[data-current]")).toHaveAttribute("aria-rowindex", "7");
  const bars = page.getByRole("slider", { name: /Traces over time/ });
  const box = await bars.boundingBox();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 2, box.y + 20, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => parameter(page, "range")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d\/\d{4}/);
});

test("main path with the keyboard: complete, walk, look beside, select, open", async ({ page }) => {
  await list(page);
  await expect(row(page, 0)).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("lev");
  await expect(page.getByRole("option", { name: /^level:/ })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("option", { name: /ERROR/ })).toContainText("13");
  await page.keyboard.type("err");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("listbox")).toHaveCount(0);
  await expect(page.getByText("13 traces")).toBeVisible();
  expect(parameter(page, "q")).toBe("level:ERROR");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(grid(page)).toHaveAttribute("aria-activedescendant", "row-t-013");
  await page.keyboard.press("Space");
  await expect.poll(() => parameter(page, "peek")).toBe("t-013");
  await expect(page.getByRole("complementary", { name: "The trace beside the list" })).toContainText("docs-rag");
  await page.keyboard.press("j");
  await expect.poll(() => parameter(page, "peek")).toBe("t-023");
  await page.keyboard.press("Escape");
  await expect.poll(() => parameter(page, "peek")).toBe(null);
  await page.keyboard.press("s");
  await page.keyboard.press("Shift+J");
  await expect(page.getByRole("toolbar")).toContainText("2 selected");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("toolbar")).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/\/traces\/t-033$/);
});

test("reads on while it is scrolled, with few elements", async ({ page }) => {
  await list(page);
  await expect(row(page, 0)).toBeVisible();
  await expect(async () => {
    await page.keyboard.press("End");
    await expect(row(page, COUNT - 1)).toBeVisible({ timeout: 300 });
  }).toPass();
  expect(await dom(page)).toBeLessThan(2500);
});

test("names an unknown field and what was probably meant", async ({ page }) => {
  await list(page, "?q=lvel:error");
  await expect(page.getByText("There is no field “lvel”")).toBeVisible();
  await page.getByRole("button", { name: "Use “level”" }).click();
  await expect(page.getByText("13 traces")).toBeVisible();
  expect(parameter(page, "q")).toBe("level:error");
});

test("says what an empty range lacks, and widens it", async ({ page }) => {
  await list(page, "?q=name:before&range=1h");
  await expect(page.getByText("Nothing matches in the last 1 h.")).toBeVisible();
  await page.getByRole("button", { name: /^Show / }).click();
  await expect(row(page, 0)).toContainText("An old question");
  const day = (at) => new Date(at).toISOString().slice(0, 16);
  await list(page, `?range=${day(OLD - 9 * 86_400_000)}/${day(OLD - 86_400_000)}`);
  await expect(page.getByText(/^Nothing in this range; the newest is \d+ m( \d+ s)? old\.$/)).toBeVisible();
  await page.getByRole("button", { name: /^Show / }).click();
  await expect(row(page, 0)).toContainText("Question 0 about tents");
});

test("the address keeps columns, order and lens", async ({ page }) => {
  await list(page, "?cols=time,io,user~200&sort=cost&lens=obs");
  await expect(page.getByRole("columnheader")).toHaveCount(4);
  await expect(page.getByRole("columnheader", { name: "User" })).toBeVisible();
  await expect(page.getByText("130 observations")).toBeVisible();
});

test("sessions and users lead on", async ({ page }) => {
  await list(page, "", "sessions");
  await expect(page.getByText("20 sessions")).toBeVisible();
  await expect(row(page, 0)).toContainText("s-0");
  await list(page, "", "users");
  await expect(page.getByText("3 users")).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("@example.com");
  await expect(page.getByText("Traces and errors")).toBeVisible();
  await page.getByRole("link", { name: "Every trace of this user" }).click();
  await expect.poll(() => parameter(page, "q")).toMatch(/^user:user-\d@example\.com$/);
  await expect(page.getByText(/^4[34] traces$/)).toBeVisible();
});

for (const [name, width, height] of [["wide", 1440, 900], ["narrow", 360, 740]]) {
  test(`accessible, and nothing is cut: ${name}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    for (const part of ["traces?q=level:error", "sessions", "users", "users/user-1@example.com"]) {
      await page.emulateMedia({ colorScheme: "light" });
      await list(page, "", part);
      await expect(page.getByText(/tents|@example/).first()).toBeVisible();
      await axe(page, part);
      await page.emulateMedia({ colorScheme: "dark" });
      await axe(page, `${part}, dark`, ["color-contrast"]);
      await fits(page, part);
    }
  });
}
