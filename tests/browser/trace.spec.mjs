// SPDX-License-Identifier: MIT
//
// The trace page, the session page and a published trace: by mouse, by keyboard alone, with 20,000
// observations.
import { expect, test } from "@playwright/test";
import { startServer, PROJECT, signIn, trace } from "./lib/server.mjs";
import { agent, large, long, ORIGIN } from "./lib/traces.mjs";
import { axe, fits, watch } from "./lib/watch.mjs";

const LARGE = 20_000;
let server;

test.beforeAll(async () => {
  server = await startServer();
  await server.send([...agent("agent-1", "talk"), ...agent("agent-2", "talk"), ...long("long-1"), ...large("large-1", LARGE)]);
  await server.send([trace({ id: "public-1", name: "published", public: true, input: "What is a rushlight?", output: "A light.", timestamp: new Date(ORIGIN).toISOString() })]);
});
test.afterAll(() => server.close());

const tracePage = (id, search = "") => `${server.url}/project/${PROJECT}/traces/${id}${search}`;
const tree = (page) => page.getByRole("treegrid", { name: "Observations" });
const detail = (page) => page.getByRole("region", { name: "Selected observation" });

test("opens at the failure and shows what is clicked", async ({ page }) => {
  const complaints = watch(page, server.url);
  await signIn(page, server.url);
  await page.goto(tracePage("agent-1"));
  await expect(page.getByRole("heading", { level: 1 })).toContainText("order-agent");
  await expect(detail(page)).toContainText("503 Service Unavailable");
  await tree(page).getByRole("row").filter({ hasText: "answer" }).click();
  await expect(detail(page).locator("strong", { hasText: "on its way" })).toBeVisible();
  await expect(page).toHaveURL(/obs=agent-1-answer/);
  await detail(page).getByRole("button", { name: /messages? seen before/ }).click();
  await expect(detail(page)).toContainText("Where is order 4711-882?");
  await page.getByRole("tab", { name: "Transcript" }).click();
  await expect(page.getByRole("region", { name: "Transcript" })).toContainText("get_order");
  await page.getByRole("tab", { name: "Graph" }).click();
  await expect(page.getByRole("button", { name: /^get_order/ })).toBeVisible();
  await page.getByRole("tab", { name: "Log" }).click();
  await expect(page.getByRole("listbox", { name: "Observations by time" }).getByRole("option")).toHaveCount(5);
  await page.getByRole("tab", { name: "JSON" }).click();
  await expect(page.getByRole("tree", { name: "Trace as JSON" })).toContainText("observations");
  await page.goBack();
  await expect(page).toHaveURL(/view=log/);
  expect(complaints).toEqual([]);
});

test("works with the keyboard alone", async ({ page }) => {
  await signIn(page, server.url);
  await page.goto(tracePage("agent-1", "?obs=agent-1-root"));
  await expect(tree(page)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page).toHaveURL(/obs=agent-1-plan/);
  await page.keyboard.press("e");
  await expect(page).toHaveURL(/obs=agent-1-fail/);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await expect(tree(page).getByRole("row")).toHaveCount(2); // the header and the root
  await page.keyboard.press("ArrowRight");
  await expect(tree(page).getByRole("row")).toHaveCount(6);
  await page.keyboard.press("x");
  await expect(detail(page).getByRole("button", { name: "JSON", exact: true })).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("ArrowDown");
  await expect(detail(page).getByRole("button", { name: "JSON", exact: true })).toHaveAttribute("aria-pressed", "false");
  await page.keyboard.press("/");
  await page.keyboard.type("track");
  await expect(tree(page).getByRole("row")).toHaveCount(3);
  await expect(page).toHaveURL(/q=track/);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("3");
  await expect(page.getByRole("tab", { name: "Graph" })).toHaveAttribute("aria-selected", "true");
});

test("a link shows the same picture", async ({ page }) => {
  await signIn(page, server.url);
  await page.goto(tracePage("agent-1", "?view=log&obs=agent-1-tool&q=order"));
  await expect(page.getByRole("tab", { name: "Log" })).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("option", { selected: true })).toContainText("get_order");
  await expect(page.getByRole("searchbox", { name: "Find in trace" })).toHaveValue("order");
});

test("has no serious accessibility problem, light and dark", async ({ page }) => {
  await signIn(page, server.url);
  for (const view of ["waterfall", "transcript", "graph", "log", "json"]) {
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(tracePage("agent-1", `?view=${view}&obs=agent-1-answer`));
    await expect(page.getByRole("heading", { level: 1 })).toContainText("order-agent");
    await expect(page.getByRole("tab", { selected: true })).toContainText(new RegExp(view, "i"));
    if (view !== "json") await expect(detail(page)).toContainText("on its way");
    await axe(page, view);
    await page.emulateMedia({ colorScheme: "dark" });
    await axe(page, `${view}, dark`, ["color-contrast"]);
  }
});

test("20,000 observations open, scroll and are found", async ({ page }) => {
  await signIn(page, server.url);
  await page.goto(tracePage("agent-1")); // the code is in the browser's cache
  const began = Date.now();
  await page.goto(tracePage("large-1"));
  await expect(detail(page)).toContainText("the last one failed");
  const opened = Date.now() - began;
  await expect(tree(page)).toHaveAttribute("aria-rowcount", String(LARGE + 1));
  expect(await tree(page).getByRole("row").count()).toBeLessThanOrEqual(80);
  expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThanOrEqual(2_000);
  await tree(page).focus();
  await page.keyboard.press("Home");
  await expect(page).toHaveURL(/obs=large-1-0/);
  const gaps = await page.evaluate(async () => {
    const box = document.querySelector('[role="treegrid"]');
    const found = [];
    let last = performance.now();
    for (let frame = 0; frame < 240; frame++) {
      box.scrollTop += 120;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      found.push(now - last);
      last = now;
    }
    return found.sort((a, b) => a - b);
  });
  const clicked = await page.evaluate(async () => {
    const row = [...document.querySelectorAll('[role="row"][aria-level]')].find((each) => each.getAttribute("aria-selected") === "false");
    const from = performance.now();
    row.click();
    while (!document.querySelector('.detail code')?.textContent.endsWith(row.id.replace("obs-row-", "-"))) await new Promise(requestAnimationFrame);
    return performance.now() - from;
  });
  console.log(`20,000 observations: open ${opened} ms, scroll gap p95 ${gaps[228].toFixed(1)} max ${gaps[239].toFixed(1)} ms, click to detail ${clicked.toFixed(0)} ms`);
  await page.keyboard.press("/");
  await page.keyboard.type("the last one failed");
  await expect(tree(page).getByRole("row")).toHaveCount(4);
});

test("a long body comes in parts and becomes a tree when all of it is there", async ({ page }) => {
  await signIn(page, server.url);
  await page.goto(tracePage("long-1"));
  await expect(detail(page).getByText(/^\d+ kB of \d+ kB$/)).toBeVisible();
  await detail(page).getByRole("button", { name: "Load all" }).click();
  const output = detail(page).getByRole("tree", { name: "Output" });
  await expect(output).toContainText("rows: [ 9000 ]");
  await detail(page).getByRole("searchbox", { name: "Find in JSON" }).fill("row 8999");
  await expect(output).toContainText("row 8999 – with some text");
  expect(await output.getByRole("treeitem").count()).toBeLessThan(100);
});

test("a score is added by hand", async ({ page }) => {
  await signIn(page, server.url);
  await page.goto(tracePage("agent-2", "?obs=agent-2-answer"));
  await expect(tree(page)).toBeFocused();
  await page.keyboard.press("a");
  await page.getByRole("combobox", { name: "Name of the score" }).fill("politeness");
  await page.getByRole("spinbutton", { name: "Value" }).fill("0.9");
  await page.getByRole("button", { name: "Add score" }).click();
  await expect(detail(page).getByRole("listitem").filter({ hasText: "politeness" })).toContainText("0.9");
  await page.reload();
  await expect(detail(page).getByRole("listitem").filter({ hasText: "politeness" })).toContainText("0.9");
});

test("a published trace is read signed out, an unpublished one is not", async ({ page }) => {
  await page.goto(`${server.url}/public/traces/public-1`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("published");
  await expect(page.getByRole("region", { name: "Selected observation" })).toContainText("What is a rushlight?");
  await expect(page.getByRole("button", { name: /Share|Add score|\+ tag/ })).toHaveCount(0);
  await page.goto(`${server.url}/public/traces/agent-1`);
  await expect(page.getByRole("alert")).toContainText("no published trace");
  await page.goto(tracePage("agent-1"));
  await expect(page).toHaveURL(/sign-in/);
});

test("a session reads as a conversation and leads to its traces", async ({ page }) => {
  await signIn(page, server.url);
  await page.goto(`${server.url}/project/${PROJECT}/sessions/talk`);
  await expect(page.getByRole("navigation", { name: "Turns" }).getByRole("button")).toHaveCount(2);
  const said = page.getByRole("region", { name: "Conversation" });
  await expect(said.getByRole("article", { name: "user" }).first()).toContainText("Where is order 4711-882?");
  await expect(said).toContainText("503 Service Unavailable");
  await page.keyboard.press("j");
  await expect(page).toHaveURL(/at=2/);
  await expect(page.getByRole("complementary", { name: "Facts of the turn" })).toContainText("Turn 2");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/traces\/agent-[12]\?view=transcript/);
});

test("a narrow screen stacks the panes", async ({ page }) => {
  await signIn(page, server.url);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(tracePage("agent-1"));
  const [left, right] = [await tree(page).boundingBox(), await detail(page).boundingBox()];
  expect(right.y).toBeGreaterThanOrEqual(left.y + left.height - 1);
  await fits(page, "a trace");
});
