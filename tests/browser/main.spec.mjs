// SPDX-License-Identifier: MIT
//
// The overview, the palette, and what is done to traces by hand: many at once with Undo, views, exports,
// comments and the public link. By mouse, and by keyboard alone.
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { PROJECT, signIn, startServer } from "./lib/server.mjs";
import { agent } from "./lib/traces.mjs";
import { answered, watch } from "./lib/watch.mjs";

const FIRST = 12;
let server;
let next = 0;

test.beforeAll(async () => {
  server = await startServer();
  await server.send(Array.from({ length: FIRST }, (_, n) => agent(`seen-${n}`, `talk-${n % 3}`)).flat());
});
test.afterAll(() => server.close());

/** A page whose person is signed in, at an address of the project. */
async function open(page, path) {
  const complaints = watch(page, server.url);
  await signIn(page, server.url);
  await page.goto(`${server.url}/project/${PROJECT}${path}`);
  return complaints;
}

/** Traces of one test alone: a session's name, and the query that finds them. */
async function own(count) {
  const session = `own-${++next}`;
  await server.send(Array.from({ length: count }, (_, n) => agent(`${session}-${n}`, session)).flat());
  return { session, list: `/traces?q=session:${session}` };
}

const heading = (page) => page.getByRole("heading", { level: 1 });
const parameter = (page, name) => new URL(page.url()).searchParams.get(name);
const rows = (page) => page.getByRole("grid").locator("[role=row][id]");
const bulk = (page) => page.getByRole("toolbar", { name: "Actions for the selected traces" });
const tick = (page, n) => rows(page).nth(n).getByRole("checkbox").click();

async function type(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

test("overview: figures, what needs attention and the lists lead to the traces behind", async ({ page }) => {
  const complaints = await open(page, "/");
  await expect(page.getByRole("region", { name: "Needs attention" }).getByRole("link").first()).toContainText("503 Service Unavailable");
  await page.getByRole("link", { name: /^Errors/ }).click();
  await expect(rows(page).first()).toContainText("503 Service Unavailable");
  expect(parameter(page, "q")).toBe("level:error");
  await page.goBack();
  await page.getByRole("region", { name: "Needs attention" }).getByRole("link").first().click();
  await expect(rows(page).first()).toContainText("503 Service Unavailable");
  await page.goBack();
  await page.getByRole("tablist", { name: "Cost by" }).getByRole("tab", { name: "User" }).click();
  await expect.poll(() => parameter(page, "by")).toBe("user");
  await page.getByRole("table", { name: "Slowest generations" }).getByRole("link").first().click();
  await expect(heading(page)).toContainText("order-agent");
  await expect.poll(() => parameter(page, "obs")).toMatch(/-answer$/);
  await page.goBack();
  await page.getByRole("button", { name: /^Time range/ }).click();
  await page.getByRole("button", { name: /7 days/ }).click();
  await expect.poll(() => parameter(page, "range")).toBe("7d");
  await expect(page.getByRole("table", { name: "Trace names" })).toContainText("order-agent");
  expect(complaints).toEqual([]);
});

test("keyboard alone: places, the help sheet, the range", async ({ page }) => {
  const complaints = await open(page, "/");
  await expect(page.getByRole("region", { name: "Needs attention" })).toBeVisible();
  for (const [key, name] of [["t", "Traces"], ["s", "Sessions"], ["u", "Users"], [",", "Settings"], ["h", "Overview"]]) {
    await expect(async () => {
      await type(page, "g", key); // two keys of one shortcut must come soon after each other
      await expect(heading(page)).toHaveText(name, { timeout: 1_000 });
    }).toPass();
  }
  await type(page, "?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help.getByText("Copy link")).toBeVisible();
  await expect(help.getByRole("heading", { name: "Go to" })).toBeVisible();
  await type(page, "Escape");
  await expect(help).toHaveCount(0);
  await type(page, "[");
  await expect(page.getByRole("button", { name: "Unfold the rail" })).toBeVisible();
  await type(page, "[");
  await page.getByRole("button", { name: /^Time range/ }).focus();
  await type(page, "Enter");
  await page.getByRole("button", { name: /7 days/ }).focus();
  await type(page, "Enter");
  await expect.poll(() => parameter(page, "range")).toBe("7d");
  expect(complaints).toEqual([]);
});

test("keyboard alone: the palette finds places, traces, sessions and users", async ({ page }) => {
  const complaints = await open(page, "/");
  await expect(heading(page)).toHaveText("Overview");
  const found = page.getByRole("listbox", { name: "Found" }).getByRole("option");
  const go = async (text, option) => {
    await type(page, "Control+k");
    await expect(page.getByRole("combobox", { name: "Search everywhere" })).toBeFocused();
    await page.keyboard.type(text);
    await expect(found.filter({ hasText: option }).first()).toBeVisible();
    for (let n = await found.count(); n > 0; n--) {
      if (await found.filter({ hasText: option }).first().getAttribute("aria-selected") === "true") break;
      await type(page, "ArrowDown");
    }
    await type(page, "Enter");
  };
  await go("sess", "Sessions");
  await expect(heading(page)).toHaveText("Sessions");
  await go("order-agent", /^order-agent/);
  await expect(heading(page)).toContainText("order-agent");
  await go("talk-2", /talk-2/);
  await expect(page.getByRole("region", { name: "Conversation" })).toBeVisible();
  await go("ann", /^ann/);
  await expect(heading(page)).toContainText("ann");
  await type(page, "Control+k");
  await page.keyboard.type("no such thing anywhere");
  await expect(page.getByText("Nothing found for “no such thing anywhere”.")).toBeVisible();
  await type(page, "Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test("keyboard alone: a session and a user from their lists", async ({ page }) => {
  const complaints = await open(page, "/sessions");
  await expect(rows(page).first()).toBeVisible();
  await type(page, "j", "Enter");
  await expect(page.getByRole("region", { name: "Conversation" })).toContainText("Where is order 4711-882?");
  await page.goto(`${server.url}/project/${PROJECT}/users`);
  await expect(rows(page).first()).toContainText("ann");
  await type(page, "j", "Enter");
  await expect(page.getByRole("heading", { name: "Newest sessions" })).toBeVisible();
  expect(complaints).toEqual([]);
});

test("many at once with the mouse: tag, bookmark, delete, undo", async ({ page }) => {
  const { list } = await own(3);
  const complaints = await open(page, list);
  await expect(rows(page)).toHaveCount(3);
  await tick(page, 0);
  await tick(page, 1);
  await expect(bulk(page)).toContainText("2 selected");
  await bulk(page).getByRole("button", { name: "Tag" }).click();
  await bulk(page).getByRole("textbox", { name: "Tag" }).fill("checked");
  await bulk(page).getByRole("button", { name: "Add" }).click();
  await expect(page.getByText("2 traces tagged")).toBeVisible();
  await bulk(page).getByRole("button", { name: "Bookmark" }).click();
  await expect(page.getByText("2 traces bookmarked")).toBeVisible();
  await page.getByRole("combobox", { name: "Filter" }).fill(`${parameter(page, "q")} tags:checked`);
  await page.keyboard.press("Enter");
  await expect(rows(page)).toHaveCount(2);
  await tick(page, 0);
  await bulk(page).getByRole("button", { name: "Delete" }).click();
  const deleted = page.getByRole("status").filter({ hasText: /traces? deleted/ });
  await expect(deleted).toBeVisible();
  await expect(rows(page)).toHaveCount(1);
  await deleted.getByRole("button", { name: "Undo" }).click();
  await expect(rows(page)).toHaveCount(2);
  expect(complaints).toEqual([]);
});

test("many at once with the keyboard: select, all that match, tag, delete, undo", async ({ page }) => {
  const { list } = await own(3);
  const complaints = await open(page, list);
  await expect(rows(page)).toHaveCount(3);
  await type(page, "j", "s", "Shift+J");
  await expect(bulk(page)).toContainText("2 selected");
  await type(page, "t");
  await expect(bulk(page).getByRole("textbox", { name: "Tag" })).toBeFocused();
  await page.keyboard.type("by-key");
  await type(page, "Enter");
  await expect(page.getByText("2 traces tagged")).toBeVisible();
  await bulk(page).getByRole("button", { name: "select all 3 that match" }).focus();
  await type(page, "Enter");
  await expect(bulk(page)).toContainText("3 selected");
  await bulk(page).getByRole("button", { name: "Delete" }).focus();
  await type(page, "Enter");
  await expect(rows(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).focus();
  await type(page, "Enter");
  await expect(rows(page)).toHaveCount(3);
  expect(complaints).toEqual([]);
});

test("a view is saved, opened and deleted", async ({ page }) => {
  const complaints = await open(page, "/traces?q=level:error&sort=-latency");
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("textbox", { name: "Name of the view" }).fill("Slow failures");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Slow failures" })).toBeVisible();
  await page.goto(`${server.url}/project/${PROJECT}/traces`);
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("button", { name: /^Slow failures/ }).click();
  await expect.poll(() => [parameter(page, "q"), parameter(page, "sort")]).toEqual(["level:error", "-latency"]);
  await page.getByRole("button", { name: "Slow failures" }).click();
  await page.getByRole("button", { name: "Delete the view “Slow failures”" }).click();
  await expect(page.getByText("No saved views yet.")).toBeVisible();
  expect(complaints).toEqual([]);
});

test("what is exported is what was asked for", async ({ page }) => {
  const { session, list } = await own(2);
  const complaints = await open(page, list);
  await expect(rows(page)).toHaveCount(2);
  await tick(page, 0);
  const saved = async (name) => {
    const download = page.waitForEvent("download");
    await bulk(page).getByRole("link", { name }).click();
    return readFileSync(await (await download).path(), "utf8").trim().split("\n");
  };
  const table = await saved("CSV");
  expect(table).toHaveLength(3);
  expect(table[1]).toContain("Where is order 4711-882?");
  const lines = (await saved("JSONL")).map((line) => JSON.parse(line));
  expect(lines.map(({ id }) => id).sort()).toEqual([`${session}-0`, `${session}-1`]);
  expect(complaints).toEqual([]);
});

test("a comment is written and deleted, with the keyboard", async ({ page }) => {
  const { session } = await own(1);
  const complaints = await open(page, `/traces/${session}-0?obs=${session}-0-answer`);
  const comments = page.getByRole("region", { name: "Comments" });
  await comments.getByRole("textbox", { name: "Comment" }).focus();
  await page.keyboard.type("Who told it so?");
  await type(page, "Control+Enter");
  await expect(comments.getByRole("listitem")).toContainText("Who told it so?");
  await page.reload();
  await expect(comments.getByRole("listitem")).toContainText("Ann");
  await comments.getByRole("button", { name: "Delete the comment" }).focus();
  await type(page, "Enter");
  await expect(comments.getByRole("listitem")).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test("the public link works while it is on", async ({ page, browser }) => {
  const { session } = await own(1);
  const complaints = await open(page, `/traces/${session}-0`);
  await page.getByRole("button", { name: "Share" }).click();
  const onOff = page.getByRole("checkbox", { name: "Anybody with the link can read this trace" });
  await answered(page, /\/actions$/, () => onOff.click());
  await expect(onOff).toBeChecked();
  const link = await page.getByRole("textbox", { name: "Public link" }).inputValue();
  expect(link).toBe(`${server.url}/public/traces/${session}-0`);
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(link);
  await expect(heading(stranger)).toContainText("order-agent");
  await answered(page, /\/actions$/, () => onOff.click());
  await expect(page.getByRole("textbox", { name: "Public link" })).toHaveCount(0);
  await stranger.reload();
  await expect(stranger.getByRole("alert")).toContainText("no published trace");
  await stranger.context().close();
  expect(complaints).toEqual([]);
});

test("a trace is tagged, bookmarked and deleted from its page, and comes back", async ({ page }) => {
  const { session, list } = await own(1);
  const complaints = await open(page, `/traces/${session}-0`);
  await expect(heading(page)).toContainText("order-agent");
  await page.keyboard.press("t");
  await expect(page.getByRole("textbox", { name: "New tag" })).toBeFocused();
  await page.keyboard.type("kept");
  await type(page, "Enter");
  await expect(page.getByRole("button", { name: "Remove kept" })).toBeVisible();
  await page.getByRole("button", { name: "Bookmark" }).click();
  await expect(page.getByRole("button", { name: "Remove the bookmark" })).toBeVisible();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Delete trace" }).click();
  await expect(heading(page)).toHaveText("Traces");
  await answered(page, /\/undo\//, () => page.getByRole("button", { name: "Undo" }).click());
  await page.goto(`${server.url}/project/${PROJECT}${list} tags:kept`);
  await expect(rows(page)).toHaveCount(1);
  expect(complaints).toEqual([]);
});
