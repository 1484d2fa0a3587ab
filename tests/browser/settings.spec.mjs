// SPDX-License-Identifier: MIT
//
// From an empty server to a used one: signing up, the first run, keys, members, invitations, projects,
// the account and the system page. By mouse, and by keyboard alone.
import { expect, test } from "@playwright/test";
import { change, PERSON, PROJECT, signIn, startServer } from "./lib/server.mjs";
import { agent } from "./lib/traces.mjs";
import { answered, axe, watch } from "./lib/watch.mjs";

const PASSWORD = "another-horse-8";
let server;

test.beforeAll(async () => {
  server = await startServer();
});
test.afterAll(() => server.close());

async function open(page, path) {
  const complaints = watch(page, server.url);
  await signIn(page, server.url);
  await page.goto(`${server.url}/project/${PROJECT}${path}`);
  return complaints;
}

const heading = (page) => page.getByRole("heading", { level: 1 });
const path = (page) => new URL(page.url()).pathname;

/** A stranger's browser at an invitation that Ann gives them. */
async function invited(page, browser, email, role) {
  await signIn(page, server.url);
  const { url } = await change(page, server.url, "POST", "orgs/org-test/invites", { email, role });
  const stranger = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await stranger.goto(url);
  return stranger;
}

test("the first run turns into the list when the first trace comes", async ({ page }) => {
  const fresh = await startServer();
  try {
    const complaints = watch(page, fresh.url);
    await signIn(page, fresh.url);
    await page.goto(`${fresh.url}/project/${PROJECT}/`);
    await expect(page.getByRole("heading", { name: "Send your first trace" })).toBeVisible();
    await expect(page.getByText("Waiting for the first trace.")).toBeVisible();
    await page.getByRole("button", { name: "Make a key pair" }).click();
    const env = page.getByRole("figure").filter({ hasText: "LANGFUSE_SECRET_KEY" }).first();
    await expect(env).toContainText(/LANGFUSE_SECRET_KEY="?sk-lf-[0-9a-f-]{36}/);
    await expect(env).toContainText(fresh.url);
    await fresh.send(agent("first-1", "talk"));
    await expect(page.getByRole("grid")).toContainText("Where is order 4711-882?");
    expect(path(page)).toBe(`/project/${PROJECT}/traces`);
    expect(complaints).toEqual([]);
  } finally {
    await fresh.close();
  }
});

test("keyboard alone: sign in, a key pair, its note, its end", async ({ page }) => {
  const complaints = watch(page, server.url);
  await page.goto(`${server.url}/sign-in?next=/project/${PROJECT}/settings/keys`);
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await page.keyboard.type(PERSON.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PERSON.password);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "New key pair" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("What is it for?")).toBeFocused();
  await page.keyboard.type("laptop");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Your new key pair" });
  await expect(dialog.getByText(/sk-lf-[0-9a-f-]{36}/).first()).toBeVisible();
  await dialog.getByRole("button", { name: "I have copied it" }).focus();
  await page.keyboard.press("Enter");
  const row = page.getByRole("row").filter({ has: page.locator('input[value="laptop"]') });
  await row.getByRole("textbox", { name: "Note" }).focus();
  await page.keyboard.press("End");
  await page.keyboard.type(" of Ann");
  await answered(page, /\/keys\//, () => page.keyboard.press("Enter"));
  await page.reload();
  const renamed = page.getByRole("row").filter({ has: page.locator('input[value="laptop of Ann"]') });
  await renamed.getByRole("button", { name: "Delete the key" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Delete for good" })).toBeDisabled();
  await page.keyboard.type("laptop of Ann");
  await page.keyboard.press("Enter");
  await expect(page.getByText("The key is deleted.")).toBeVisible();
  await expect(renamed).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test("an invitation: link, sign-up, role, end of the membership", async ({ page, browser }) => {
  const complaints = await open(page, "/settings/members");
  await page.getByLabel("E-mail").fill("bob@example.com");
  await page.getByLabel("Role", { exact: true }).selectOption("VIEWER");
  await page.getByRole("button", { name: "Invite" }).click();
  const link = await page.getByRole("figure").locator("code").textContent();
  expect(link).toContain(`${server.url}/invite/`);
  const bob = await (await browser.newContext({ locale: "en-GB" })).newPage();
  const bobs = watch(bob, server.url);
  await bob.goto(link);
  await expect(heading(bob)).toHaveText("Join TestOrg");
  await bob.getByLabel("Name").fill("Bob");
  await bob.getByLabel("Password").fill(PASSWORD);
  await bob.getByRole("button", { name: "Create account" }).click();
  await expect(heading(bob)).toHaveText("Overview");
  await bob.goto(`${server.url}/project/${PROJECT}/settings/keys`);
  await expect(bob.getByText("Keys are shown to members who may write.")).toBeVisible();
  await expect(bob.getByRole("button", { name: "New key pair" })).toHaveCount(0);
  await page.reload();
  const row = page.getByRole("row").filter({ hasText: "bob@example.com" });
  await answered(page, /\/members\//, () => row.getByLabel("Role of Bob").selectOption("ADMIN"));
  await bob.reload();
  await expect(bob.getByRole("button", { name: "New key pair" })).toBeVisible();
  await row.getByRole("button", { name: "Remove" }).click();
  await row.getByRole("button", { name: "Really?" }).click();
  await expect(row).toHaveCount(0);
  await bob.goto(`${server.url}/`);
  await expect(heading(bob)).toHaveText("Welcome, Bob");
  await bob.context().close();
  expect([...complaints, ...bobs]).toEqual([]);
});

test("an invitation is withdrawn", async ({ page, browser }) => {
  const carol = await invited(page, browser, "carol@example.com", "MEMBER");
  await expect(heading(carol)).toHaveText("Join TestOrg");
  await page.goto(`${server.url}/project/${PROJECT}/settings/members`);
  const row = page.getByRole("row").filter({ hasText: "carol@example.com" });
  await row.getByRole("button", { name: "Withdraw" }).click();
  await row.getByRole("button", { name: "Really?" }).click();
  await expect(row).toHaveCount(0);
  await carol.reload();
  await expect(carol.getByRole("alert")).toBeVisible();
  await carol.context().close();
});

test("keyboard alone: an account is made, its password changed, and it is left everywhere", async ({ page, browser }) => {
  const dora = await invited(page, browser, "dora@example.com", "MEMBER");
  const complaints = watch(dora, server.url, { refused: /auth\/password$/ });
  await expect(dora.getByLabel("Name")).toBeFocused();
  await dora.keyboard.type("Dora");
  await dora.keyboard.press("Tab");
  await dora.keyboard.press("Tab");
  await dora.keyboard.type(PASSWORD);
  await dora.keyboard.press("Enter");
  await expect(heading(dora)).toHaveText("Overview");
  await dora.goto(`${server.url}/project/${PROJECT}/settings/account`);
  const current = dora.getByLabel("Current password");
  const fill = async (before, after) => {
    await current.focus();
    await dora.keyboard.press("Control+a");
    await dora.keyboard.type(before);
    await dora.keyboard.press("Tab");
    await dora.keyboard.press("Control+a");
    await dora.keyboard.type(after);
    await dora.keyboard.press("Enter");
  };
  await fill("not-her-password-1", "a-third-horse-7");
  await expect(dora.getByRole("alert")).toBeVisible();
  await fill(PASSWORD, "a-third-horse-7");
  await expect(dora.getByText("The password is changed.")).toBeVisible();
  await dora.getByRole("button", { name: "Sign out everywhere" }).focus();
  await dora.keyboard.press("Enter");
  await dora.getByRole("button", { name: "Really?" }).focus();
  await dora.keyboard.press("Enter");
  await expect(heading(dora)).toHaveText("Sign in");
  await dora.keyboard.type("dora@example.com");
  await dora.keyboard.press("Tab");
  await dora.keyboard.type("a-third-horse-7");
  await dora.keyboard.press("Enter");
  await expect(heading(dora)).toHaveText("Overview");
  await dora.context().close();
  expect(complaints).toEqual([]);
});

test("theme, language and row height are chosen and kept", async ({ page }) => {
  const complaints = await open(page, "/settings/account");
  const choose = (list, tab) => page.getByRole("tablist", { name: list }).getByRole("tab", { name: tab }).click();
  await choose("Theme", "Dark");
  await choose("Rows of lists", "One line");
  await choose("Language", "简体中文");
  await expect(heading(page)).toHaveText("设置");
  await page.reload();
  await expect(heading(page)).toHaveText("设置");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator("html")).toHaveAttribute("data-density", "compact");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await choose("语言", "English");
  await expect(heading(page)).toHaveText("Settings");
  expect(complaints).toEqual([]);
});

test("a project is made, renamed, limited and deleted", async ({ page }) => {
  const complaints = await open(page, "/settings/projects");
  await page.getByLabel("New project").fill("Second");
  await page.getByRole("button", { name: "Create" }).first().click();
  await expect(page.getByRole("heading", { name: "Send your first trace" })).toBeVisible();
  const pid = path(page).split("/")[2];
  await page.goto(`${server.url}/project/${pid}/settings/project`);
  await page.getByLabel("Name").fill("Third");
  await page.getByLabel("Keep traces for (days)").fill("30");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Name")).toHaveValue("Third");
  await expect(page.getByLabel("Keep traces for (days)")).toHaveValue("30");
  await page.getByRole("button", { name: "Switch project" }).click();
  await page.getByRole("menuitemcheckbox", { name: "TestProject" }).click();
  await expect.poll(() => path(page)).toBe(`/project/${PROJECT}/`);
  await page.goto(`${server.url}/project/${pid}/settings/project`);
  await page.getByRole("button", { name: "Delete the project…" }).click();
  await page.getByLabel("Type “Third” to confirm").fill("Third");
  await page.keyboard.press("Enter");
  await expect(page.getByText("The project Third is deleted.")).toBeVisible();
  expect(path(page)).toBe(`/project/${PROJECT}/`);
  expect(complaints).toEqual([]);
});

test("the system page says how the server is, and more to its administrator", async ({ page }) => {
  const complaints = await open(page, "/settings/system");
  await expect(page.getByText("Running since")).toBeVisible();
  await expect(page.getByText("are shown to the administrator of this server")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Store" })).toHaveCount(0);
  const admin = await server.addAdmin("eve@example.com");
  await signIn(page, server.url, admin);
  await page.reload();
  for (const name of ["This server", "Ingestion", "Checks", "Store"]) await expect(page.getByRole("heading", { name, exact: true })).toBeVisible();
  await axe(page, "system");
  await page.goto(`${server.url}/project/${PROJECT}/settings/cost`);
  await expect(page.getByRole("heading", { name: "Cost of a month" })).toBeVisible();
  await axe(page, "cost");
  expect(complaints).toEqual([]);
});
