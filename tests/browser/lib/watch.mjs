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
