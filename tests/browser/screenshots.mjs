// SPDX-License-Identifier: MIT
//
// The pictures of README: `make screenshots` starts the built program with the demo's traces and writes
// docs/images. Small JPEGs, for they live in the repository.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { KEYS, PERSON, PROJECT, startServer } from "./lib/server.mjs";

const OUT = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const home = `/project/${PROJECT}`;

async function newest(url, list, name) {
  const query = new URLSearchParams({ limit: "1", ...(name && { name }) });
  const answer = await fetch(`${url}/api/public/${list}?${query}`, { headers: { Authorization: `Basic ${btoa(`${KEYS.public}:${KEYS.secret}`)}` } });
  return (await answer.json()).data[0].id;
}

async function signedIn(browser, url, viewport, colorScheme) {
  const page = await (await browser.newContext({ viewport, colorScheme })).newPage();
  await page.goto(`${url}/sign-in`);
  await page.fill('input[type="email"]', PERSON.email);
  await page.fill('input[type="password"]', PERSON.password);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/project\//);
  return page;
}

async function picture(page, url, name, ready) {
  await page.goto(url);
  await page.getByText(ready).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${OUT}${name}.jpg`, type: "jpeg", quality: 62 });
  console.log(`docs/images/${name}.jpg`);
}

const server = await startServer();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  mkdirSync(OUT, { recursive: true });
  execFileSync(process.env.RUSHLIGHT_BIN, ["demo", "--url", server.url, "--public-key", KEYS.public, "--secret-key", KEYS.secret], { stdio: "ignore" });
  const trace = await newest(server.url, "traces", "handbook-answer");
  const at = (path) => `${server.url}${home}${path}`;
  const light = await signedIn(browser, server.url, WIDE, "light");
  await picture(light, at("/?range=7d"), "overview", "Needs attention");
  await picture(light, at("/traces?range=7d"), "traces", "handbook-answer");
  const dark = await signedIn(browser, server.url, WIDE, "dark");
  await picture(dark, at(`/traces/${trace}`), "trace", "answer-from-handbook");
  const phone = await signedIn(browser, server.url, PHONE, "light");
  await picture(phone, at(`/traces/${trace}`), "phone", "answer-from-handbook");
} finally {
  await browser.close();
  await server.close();
}
