// SPDX-License-Identifier: MIT
//
// Every address of the pages: at the root, and below /monitor behind an nginx that cuts the prefix off
// and one that does not. Each is drawn without a complaint, can be used by everybody, and fits.
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { startBehindNginx } from "./lib/proxy.mjs";
import { change, PERSON, PROJECT, signIn, startServer } from "./lib/server.mjs";
import { agent } from "./lib/traces.mjs";
import { axe, fits, watch } from "./lib/watch.mjs";

const PLACES = {
  "at the root": () => startServer(),
  "below /monitor, cut off by nginx": () => startBehindNginx("stripped"),
  "below /monitor, passed on by nginx": () => startBehindNginx("kept"),
};

/** Each route of web/src/app/routes.tsx: its address, what it shows, where it leads, whether signing in is needed. */
const P = `/project/${PROJECT}`;
const ROUTES = [
  { route: "/", at: "/", heading: "Overview", ready: "Needs attention", leads: `${P}/` },
  { route: "/sign-in", at: "/sign-in", heading: "Sign in", open: true },
  { route: "/sign-up", at: "/sign-up", heading: "Create an account", open: true },
  { route: "/auth/sign-in", at: "/auth/sign-in", heading: "Sign in", leads: "/sign-in", open: true },
  { route: "/auth/sign-up", at: "/auth/sign-up", heading: "Create an account", leads: "/sign-up", open: true },
  { route: "/invite/$token", at: "/invite/TOKEN", heading: "Join TestOrg", open: true },
  { route: "/welcome", at: "/welcome", heading: "Welcome, Ann", ready: "Create the project" },
  { route: "/public/traces/$tid", at: "/public/traces/shown-1", heading: "order-agent", ready: "503 Service Unavailable", open: true },
  { route: "/trace/$tid", at: "/trace/agent-1", heading: "order-agent", ready: "503 Service Unavailable", leads: `${P}/traces/agent-1` },
  { route: "/project/$pid/", at: `${P}/`, heading: "Overview", ready: "Needs attention" },
  { route: "/project/$pid/traces", at: `${P}/traces`, heading: "Traces", ready: "Where is order 4711-882?" },
  { route: "/project/$pid/observations", at: `${P}/observations`, heading: "Traces", ready: "track_parcel", leads: `${P}/traces?lens=obs` },
  { route: "/project/$pid/traces/$tid", at: `${P}/traces/agent-1`, heading: "order-agent", ready: "503 Service Unavailable" },
  { route: "/project/$pid/sessions", at: `${P}/sessions`, heading: "Sessions", ready: "Where is order 4711-882?" },
  { route: "/project/$pid/sessions/$sid", at: `${P}/sessions/talk`, heading: "talk", ready: "Turn 1" },
  { route: "/project/$pid/users", at: `${P}/users`, heading: "Users", ready: "1 user" },
  { route: "/project/$pid/users/$uid", at: `${P}/users/ann`, heading: "ann", ready: "Newest sessions" },
  { route: "/project/$pid/settings", at: `${P}/settings`, heading: "Settings", ready: "Project id", leads: `${P}/settings/project` },
  { route: "/project/$pid/settings/$page", at: `${P}/settings/keys`, heading: "Settings", ready: "Copy the public key" },
  { route: "/project/$pid/settings/$page", at: `${P}/settings/members`, heading: "Settings", ready: "An invitation is a link" },
  { route: "/project/$pid/settings/$page", at: `${P}/settings/projects`, heading: "Settings", ready: "Another organization" },
  { route: "/project/$pid/settings/$page", at: `${P}/settings/account`, heading: "Settings", ready: "Rows of lists" },
  { route: "/project/$pid/settings/$page", at: `${P}/settings/system`, heading: "Settings", ready: "Running since" },
  { route: "/project/$pid/settings/$page", at: `${P}/settings/cost`, heading: "Settings", ready: "Costs are shown to the administrator" },
  { route: "/project/$pid/settings/$page", at: `${P}/settings/nothing`, heading: "Settings", ready: "There is no such settings page." },
  { at: "/project/not-mine/traces", heading: "There is nothing at this address" },
  { at: "/nowhere/at/all", heading: "There is nothing at this address", open: true },
];

test("the table has every route", () => {
  const code = readFileSync(new URL("../../web/src/app/routes.tsx", import.meta.url), "utf8");
  const declared = [...code.matchAll(/getParentRoute: \(\) => (\w+),\s+path: "([^"]+)"/g)];
  const paths = declared.map(([, parent, path]) => (parent === "project" ? `/project/$pid${path}` : path));
  expect(paths.length).toBe(code.match(/= createRoute\(/g).length);
  const tested = new Set(ROUTES.map(({ route }) => route));
  expect(paths.filter((path) => path !== "/project/$pid" && !tested.has(path))).toEqual([]);
});

/** The screen stands: its heading, and what only its data can show. */
async function stands(page, { at, heading, ready }) {
  await expect(page.getByRole("heading", { level: 1 }).filter({ hasText: heading }).first(), at).toBeVisible();
  if (ready) await expect(page.getByText(ready).or(page.getByLabel(ready)).first(), at).toBeAttached();
}

for (const [place, start] of Object.entries(PLACES)) {
  test.describe(place, () => {
    let server;
    let token;
    test.beforeAll(async ({ browser }) => {
      server = await start();
      await server.send([...agent("agent-1", "talk"), ...agent("shown-1", "shown")]);
      const page = await browser.newPage();
      await signIn(page, server.url);
      await change(page, server.url, "POST", `${PROJECT}/traces/actions`, { ids: ["shown-1"], action: "publish" });
      const { url } = await change(page, server.url, "POST", "orgs/org-test/invites", { email: "bob@example.com", role: "VIEWER" });
      token = url.split("/").at(-1);
      expect(url).toBe(`${server.url}/invite/${token}`);
      await page.close();
    });
    test.afterAll(() => server?.close());
    const address = (at) => `${server.url}${at.replace("TOKEN", token)}`;
    const here = (page) => page.url().slice(server.url.length);

    test("every route is drawn from its address", async ({ page }) => {
      const complaints = watch(page, server.url);
      await signIn(page, server.url);
      for (const route of ROUTES) {
        await page.goto(address(route.at));
        await stands(page, route);
        expect(here(page), route.at).toBe(address(route.leads ?? route.at).slice(server.url.length));
        expect(complaints, route.at).toEqual([]);
      }
    });

    test("a walk through the rail: reload and Back show the same", async ({ page }) => {
      const complaints = watch(page, server.url);
      await signIn(page, server.url);
      await page.goto(address("/"));
      const rail = page.getByRole("navigation", { name: "Main" });
      const walked = ["/", "/traces", "/sessions", "/users", "/settings/project"].map((part) => ROUTES.find(({ at, leads }) => (leads ?? at) === P + part));
      for (const route of walked) {
        await rail.getByRole("link", { name: route.heading, exact: true }).click();
        await stands(page, route);
        await page.reload();
        await stands(page, route);
        expect(here(page)).toBe(route.leads ?? route.at);
      }
      for (const route of walked.slice(0, -1).reverse()) {
        await page.goBack();
        await stands(page, route);
      }
      expect(complaints).toEqual([]);
    });

    test("who is not signed in is asked to, comes back, and signs out", async ({ page }) => {
      const deep = `${P}/traces?q=level:error`;
      await page.goto(address(deep));
      await stands(page, { at: deep, heading: "Sign in" });
      const complaints = watch(page, server.url);
      await page.getByLabel("E-mail").fill(PERSON.email);
      await page.getByLabel("Password").fill(PERSON.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await stands(page, { at: deep, heading: "Traces", ready: "503 Service Unavailable" });
      expect(here(page)).toBe(deep);
      await page.getByRole("button", { name: "You: Ann" }).click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await stands(page, { at: "/sign-in", heading: "Sign in" });
      expect(new URL(page.url()).pathname).toBe(new URL(address("/sign-in")).pathname);
      for (const route of ROUTES.filter(({ open, route }) => !open && route)) {
        await page.goto(address(route.at));
        await stands(page, { at: route.at, heading: "Sign in" });
      }
      expect(complaints).toEqual([]);
    });
  });
}

test.describe("each route", () => {
  let server;
  test.beforeAll(async () => {
    server = await startServer();
    await server.send([...agent("agent-1", "talk"), ...agent("shown-1", "shown")]);
  });
  test.afterAll(() => server.close());
  const drawn = ROUTES.filter(({ leads, route, at }) => !leads && route !== "/invite/$token" && !at.startsWith("/public"));

  test("can be used by everybody, wide and on a phone, light and dark", async ({ page }) => {
    test.slow();
    await signIn(page, server.url);
    for (const route of drawn) {
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(server.url + route.at);
      await stands(page, route);
      await axe(page, route.at);
      await page.emulateMedia({ colorScheme: "dark" }); // what changes are colours
      await axe(page, `${route.at}, dark`, ["color-contrast"]);
      await page.setViewportSize({ width: 390, height: 844 });
      await axe(page, `${route.at}, dark, on a phone`);
    }
  });

  test("fits a narrow and a very wide window", async ({ page }) => {
    await signIn(page, server.url);
    for (const route of drawn) {
      await page.setViewportSize({ width: 360, height: 740 });
      await page.goto(server.url + route.at);
      await stands(page, route);
      await fits(page, `${route.at} at 360`);
      await page.setViewportSize({ width: 2560, height: 1300 });
      await fits(page, `${route.at} at 2560`);
    }
  });
});
