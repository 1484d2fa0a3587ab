// SPDX-License-Identifier: MIT
//
// How the screens look, light and dark, against tests/browser/pictures. The pictures are a quarter of the size: what
// they show is where things are and which colours they have, not how a machine draws a letter. The data and the
// browser's clock are those of one day. UPDATE_PICTURES=1 tests/browser/run.sh takes them anew.
import { expect, test } from "@playwright/test";
import { looksLike } from "./lib/picture.mjs";
import { observation, PROJECT, score, signIn, startServer, trace } from "./lib/server.mjs";
import { agent } from "./lib/traces.mjs";
import { quiet } from "./lib/watch.mjs";

const DAY = Date.parse("2025-06-10T00:00:00Z");
const NOON = DAY + 12 * 3_600_000;
const RANGE = "range=2025-06-10T00:00/2025-06-11T00:00";
const P = `/project/${PROJECT}`;
const SCREENS = {
  "sign-in": { at: "/sign-in", ready: "Password", open: true },
  overview: { at: `${P}/?${RANGE}`, ready: "Needs attention" },
  traces: { at: `${P}/traces?${RANGE}`, ready: "42 traces", share: 0.04 }, // mostly letters
  trace: { at: `${P}/traces/agent-0`, ready: "P-1", within: ".detail" },
  session: { at: `${P}/sessions/talk`, ready: "on its way", within: "strong" },
  users: { at: `${P}/users?${RANGE}`, ready: "ben@example.com" },
  account: { at: `${P}/settings/account`, ready: "Rows of lists" },
};
let server;

/** Chats of several people over the day, and two runs of an agent that fail. */
function oneDay() {
  const chats = Array.from({ length: 40 }, (_, n) => {
    const at = DAY + (n * 34 + (n % 7) * 11) * 60_000;
    const id = `chat-${n}`;
    return [
      trace({ id, name: n % 3 ? "support-chat" : "docs-rag", userId: ["ann", "ben", "cleo"][n % 3] + "@example.com", environment: n % 4 ? "production" : "staging", timestamp: new Date(at).toISOString(), input: `Question ${n} about tents`, output: "Yes, within sixty days." }),
      observation(at, { id: `${id}-g`, traceId: id, name: "answer", kind: "GENERATION", duration: 600 + (n % 9) * 150, model: n % 2 ? "gpt-4o" : "gpt-4o-mini", usage: { input: 900 + n * 20, output: 120 }, input: `Question ${n} about tents`, output: "Yes, within sixty days." }),
      score({ id: `${id}-s`, traceId: id, name: "helpfulness", value: (n % 5) / 4, dataType: "NUMERIC", timestamp: new Date(at).toISOString() }),
    ];
  });
  return [...chats.flat(), ...agent("agent-0", "talk", NOON), ...agent("agent-1", "talk", NOON + 90_000)];
}

test.beforeAll(async () => {
  server = await startServer();
  await server.send(oneDay());
});
test.afterAll(() => server.close());

for (const colorScheme of ["light", "dark"]) {
  test(`looks as it did, ${colorScheme}`, async ({ browser }) => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 0.25, colorScheme, reducedMotion: "reduce", locale: "en-GB", timezoneId: "UTC" });
    const page = await context.newPage();
    const still = quiet(page);
    await page.clock.setFixedTime(NOON + 3_600_000);
    for (const [name, { at, ready, within = "body", share, open }] of Object.entries(SCREENS)) {
      if (!open) await signIn(page, server.url);
      await page.goto(server.url + at);
      await expect(page.locator(within).filter({ hasText: ready }).first()).toBeVisible();
      await still();
      await page.evaluate(() => document.fonts.ready);
      await looksLike(page, `${name}-${colorScheme}`, [page.getByRole("link", { name: /^Last event/ })], share);
    }
    await context.close();
  });
}
