// SPDX-License-Identifier: MIT
//
// Hostile text in every field that a page shows, on every screen that shows it: it stays text.
import { expect, test } from "@playwright/test";
import { harmless, hostile, HOSTILE, hostileRows } from "./lib/hostile.mjs";
import { change, PROJECT, signIn, startServer, trace } from "./lib/server.mjs";
import { ORIGIN } from "./lib/traces.mjs";
import { quiet, watch } from "./lib/watch.mjs";

const IMAGE = HOSTILE[1];
const SCRIPT = HOSTILE[0];
const QUOTES = `Mallory" onload=window.__xss=1 x='`; // who signs up may not be called like an element
const ENDS = "</script><script>window.__xss=1</script>";
const ALL_COLUMNS = "time,name,io,model,tokens,cost,latency,scores,observations,errors,user,session,tags,env,version,release,id";
let server;

/** Names that people give: organization, project, members, keys, views, comments. */
async function giveNames(page) {
  const ask = (method, path, data) => change(page, server.url, method, path, data);
  await ask("PATCH", "orgs/org-test", { name: IMAGE });
  await ask("PATCH", `${PROJECT}/project`, { name: ENDS });
  for (const text of HOSTILE) {
    const line = text.replaceAll(/\s+/g, " ");
    await ask("POST", `${PROJECT}/keys`, { note: line });
    await ask("POST", `${PROJECT}/views`, { name: line, table: "traces", search: { q: text } });
    await ask("POST", `${PROJECT}/comments`, { trace: "hostile-1", text });
    await ask("POST", `${PROJECT}/scores`, { trace: "hostile-1", name: line, text: line, comment: text });
  }
  await ask("POST", "orgs/org-test/invites", { email: "<img/src=x/onerror=window.__xss=1>@example.com", role: "VIEWER" }).catch(() => undefined);
  const { url } = await ask("POST", "orgs/org-test/invites", { email: "mallory@example.com", role: "ADMIN" });
  const answer = await page.request.post(`${server.url}/api/ui/auth/sign-up`, { data: { email: "mallory@example.com", name: QUOTES, password: "correct-horse-9", invite: url.split("/").at(-1) } });
  expect(answer.status(), await answer.text()).toBe(200);
}

test.beforeAll(async ({ browser }) => {
  server = await startServer();
  await server.send([...hostile("hostile-1"), ...hostileRows(), trace({ id: "shown", name: ENDS, public: true, input: HOSTILE.join("\n\n"), output: HOSTILE, timestamp: new Date(ORIGIN).toISOString() })]);
  const page = await browser.newPage();
  await signIn(page, server.url);
  await giveNames(page);
  await page.close();
});
test.afterAll(() => server.close());

const at = (path) => `${server.url}/project/${PROJECT}${path}`;

/** Signs in; `see` looks at one address, `complaints` is what the browser said. */
async function begin(page) {
  const complaints = watch(page, server.url);
  const still = quiet(page);
  await signIn(page, server.url);
  const see = async (address, ready) => {
    await page.goto(address);
    await expect(page.locator("h1").first()).toBeVisible();
    if (ready) await expect(page.getByText(ready).first()).toBeAttached();
    await still();
    await harmless(page, address);
  };
  return { complaints, see, still };
}

test("every view of a trace", async ({ page }) => {
  const { complaints, see } = await begin(page);
  const views = [
    ...Array.from({ length: 10 }, (_, i) => `?obs=hostile-1-${i}`),
    "?obs=-", "?obs=-&view=transcript", "?obs=hostile-1-1&view=transcript", "?view=graph", "?view=log", "?view=json",
  ];
  for (const view of views) {
    await see(at(`/traces/hostile-1${view}`), "onerror");
    for (const summary of await page.locator("main summary").all()) await summary.evaluate((element) => (element.parentElement.open = true));
    await page.evaluate(() => {
      for (const button of document.querySelectorAll("main .msg button.quiet")) if (button.textContent.startsWith("Show all")) button.click();
    });
    await harmless(page, `${view}, unfolded`);
  }
  await page.goto(at("/traces/hostile-1?obs=-"));
  await expect(page.getByRole("region", { name: "Comments" }).getByRole("listitem")).toHaveCount(HOSTILE.length);
  await expect(page.getByRole("region", { name: "Comments" })).toContainText(SCRIPT);
  expect(complaints).toEqual([]);
});

test("lists, their facets, completions, the trace beside them and the palette", async ({ page }) => {
  const { complaints, see, still } = await begin(page);
  await see(at(`/traces?cols=${ALL_COLUMNS}`), SCRIPT);
  await see(at(`/traces?lens=obs&cols=${ALL_COLUMNS},trace`), SCRIPT);
  await see(at(`/traces?q=${encodeURIComponent(`name:${JSON.stringify(IMAGE)}`)}&peek=row-1`), IMAGE);
  await see(at("/sessions"), SCRIPT);
  await see(at("/users"), SCRIPT);
  await see(at("/"), SCRIPT);
  await see(at("/?by=user"), SCRIPT);
  await page.goto(at("/traces"));
  const filter = page.getByRole("combobox", { name: "Filter" });
  for (const typed of ["user:", "session:", "tags:", "name:", `${SCRIPT}:x`, `${IMAGE}`]) {
    await filter.fill(typed);
    await still();
    await harmless(page, `typing ${typed}`);
  }
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search everywhere" }).fill("window");
  await expect(page.getByRole("listbox", { name: "Found" })).toContainText("window.__xss");
  await harmless(page, "palette");
  expect(complaints).toEqual([]);
});

test("sessions and users with such ids, and what is not there", async ({ page }) => {
  const { complaints, see } = await begin(page);
  for (const [k, text] of HOSTILE.entries()) {
    const id = encodeURIComponent(text);
    await (k % 2 ? see(at(`/sessions/${id}`), "Turn 1") : see(at(`/users/${id}`), "Newest sessions"));
  }
  await see(at("/sessions/hostile"), "Turn 1");
  expect(complaints).toEqual([]);
});

test("addresses made of it", async ({ page }) => {
  const { complaints, see } = await begin(page);
  complaints.length = 0;
  const part = encodeURIComponent(IMAGE);
  for (const path of [`/traces?q=${part}&sort=${part}&range=${part}&lens=${part}&cols=${part}&view=${part}`, `/?range=${part}&by=${part}`, `/settings/${part}`, `/traces/hostile-1?obs=${part}&view=${part}&q=${part}`]) await see(at(path));
  for (const path of [`/${part}`, `/project/${part}/traces`]) await see(server.url + path);
  await page.goto(`${server.url}/sign-in?next=javascript:window.__xss=1`);
  await page.getByLabel("E-mail").fill("ann@example.com");
  await page.getByLabel("Password").fill("correct-horse-9");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await harmless(page, "after signing in");
  expect(complaints.filter((text) => !/^(400|console: Failed to load resource)/.test(text))).toEqual([]);
});

test("settings, menus, dialogs and toasts", async ({ page }) => {
  const { complaints, see, still } = await begin(page);
  for (const [name, ready] of [["project", "Project id"], ["keys", "Copy the public key"], ["members", "mallory@example.com"], ["projects", "this one"], ["account", "Appearance"], ["system", "Running since"]]) await see(at(`/settings/${name}`), name === "keys" ? undefined : ready);
  await page.goto(at("/settings/keys"));
  await expect(page.locator("input").filter({ visible: true })).toHaveCount(HOSTILE.length + 1);
  await page.getByRole("button", { name: "Delete the key" }).nth(1).click();
  await expect(page.getByRole("dialog", { name: "Delete the key" })).toContainText("to confirm");
  await harmless(page, "the dialog of a key");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Switch project" }).click();
  await expect(page.getByRole("menu")).toContainText(ENDS);
  await harmless(page, "the projects");
  await page.goto(at("/traces"));
  await page.getByRole("button", { name: "Views" }).click();
  await expect(page.getByRole("button", { name: SCRIPT }).first()).toBeVisible();
  await harmless(page, "the views");
  await page.getByRole("textbox", { name: "Name of the view" }).fill(`${IMAGE} again`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: "again" })).toContainText(`View “${IMAGE} again” saved`);
  await still();
  await harmless(page, "a toast");
  expect(complaints).toEqual([]);
});

test("a published trace and an invitation, signed out", async ({ page, browser }) => {
  await signIn(page, server.url);
  const { url } = await change(page, server.url, "POST", "orgs/org-test/invites", { email: "guest@example.com", role: "VIEWER" });
  const stranger = await (await browser.newContext()).newPage();
  const complaints = watch(stranger, server.url);
  const still = quiet(stranger);
  await stranger.goto(`${server.url}/public/traces/shown`);
  await expect(stranger.locator("h1")).toContainText(ENDS);
  await still();
  await harmless(stranger, "a published trace");
  await stranger.goto(url);
  await expect(stranger.locator("h1")).toContainText(`Join ${IMAGE}`);
  await harmless(stranger, "an invitation");
  await stranger.context().close();
  expect(complaints).toEqual([]);
});
