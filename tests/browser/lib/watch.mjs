// SPDX-License-Identifier: MIT
//
// What a page must not do, and what every page must be.
import AxeBuilder from "@axe-core/playwright";
import { expect } from "@playwright/test";

/**
 * Everything that the browser complains about from now on: console errors, failed requests, dialogs,
 * requests to anybody but the server. A request that ends because the page is left is none.
 */
export function watch(page, url, { refused = /^$/ } = {}) {
  const { origin } = new URL(url);
  const complaints = [];
  page.on("console", (message) => {
    const { url: from } = message.location();
    if (message.type() === "error" && !refused.test(from)) complaints.push(`console: ${message.text()} ${from}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const to = request.url();
    if (!/^(data|blob):/.test(to) && new URL(to).origin !== origin) complaints.push(`outside: ${to}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400 && !refused.test(response.url())) complaints.push(`${response.status()}: ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== "net::ERR_ABORTED") complaints.push(`${request.failure()?.errorText}: ${request.url()}`);
  });
  return complaints;
}

/** axe's serious and critical findings; `rules` limits it to these. */
export async function axe(page, where, rules) {
  const runOnly = rules && { type: "rule", values: rules };
  const builder = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"], ...(runOnly && { runOnly }) });
  const { violations } = await builder.analyze();
  const bad = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(bad.map(({ id, nodes }) => `${where}: ${id} ${nodes[0]?.html}`)).toEqual([]);
}

/** The page is not wider than the window. */
export async function fits(page, where) {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), where).toBeLessThanOrEqual(0);
}

/** Waits until the page has asked for nothing for a moment; its event stream never ends and does not count. */
export function quiet(page) {
  const asked = new Set();
  let last = Date.now();
  page.on("request", (request) => {
    if (request.isNavigationRequest()) asked.clear(); // of a page that is left not every end is told
    if (!/\/live\b/.test(request.url())) asked.add(request);
  });
  const over = (request) => {
    asked.delete(request);
    last = Date.now();
  };
  page.on("requestfinished", over);
  page.on("requestfailed", over);
  return () => expect.poll(() => asked.size === 0 && Date.now() - last > 80, { intervals: [20, 40] }).toBe(true);
}

/** Does something on the page and waits until the server has answered it: what is shown may come before. */
export async function answered(page, address, deed) {
  const answer = page.waitForResponse((response) => response.request().method() !== "GET" && address.test(response.url()));
  await deed();
  await (await answer).finished();
}
