// SPDX-License-Identifier: MIT
// The pages in a browser, before a large store: what a person waits for and what is loaded for it.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Client, quantile } from "./client.mjs";
import { MANY, QUICK, say, store } from "./figures.mjs";
import { largeId } from "./large.mjs";
import { machine, machineLine } from "./machine.mjs";
import { sendTrace } from "./pages.mjs";
import { BIN, copyDir, DIR, PROJECT, Server } from "./server.mjs";
import { elapsed, opened, scrollGaps } from "./ui_page.mjs";

const { chromium } = createRequire(new URL("../tests/browser/package.json", import.meta.url))("@playwright/test");
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? (QUICK ? 3 : 5));
const PERSON = { email: "bench@example.com", password: "bench-of-pages-1" };
const TURNS = 5;
const PAUSE_MS = 150; // the pages wait so long for the next letter
const LARGE = largeId(0);
const HUGE = "huge-trace";

const ROW = "[role=grid] [role=row][id]";
const TREE = "[role=treegrid] [role=row][aria-level]";
const at = (rest) => `/project/${PROJECT}${rest}`;
const SCREENS = {
    traces: { path: at("/traces"), ready: ROW },
    home: { path: at("/"), ready: "section[aria-labelledby=attention]" },
    trace: { path: at("/traces/turn-1"), ready: TREE },
    session: { path: at("/sessions/five-turns"), ready: "[role=article], article" },
    large: { path: at(`/traces/${LARGE}`), ready: TREE },
    huge: { path: at(`/traces/${HUGE}`), ready: TREE },
};

// Figure, what Langfuse 4.16 took (300 traces on a 2-core machine; "-" was not measured), budget, unit.
const FIGURES = [
    ["traces, cold: everything on the wire", 3334, 200, "kB", (m) => m.traces.cold.bytes / 1024],
    ["traces, cold: and what follows when idle", null, null, "kB", (m) => m.traces.cold.later / 1024],
    ["traces, cold: JavaScript on the wire", 3189, 150, "kB", (m) => m.traces.cold.script / 1024],
    ["traces, cold: JavaScript unpacked", 10_643, 500, "kB", (m) => m.traces.cold.scriptRaw / 1024],
    ["traces, cold: requests", 236, 12, "", (m) => m.traces.cold.requests],
    ["traces, warm: requests to the network", 229, 3, "", (m) => m.traces.warm.network],
    ["traces: data requests until it stands", 22, 2, "", (m) => m.traces.warm.data],
    ["home: data requests until it stands", 30, 1, "", (m) => m.home.warm.data],
    ["trace: data requests until it stands", 17, 2, "", (m) => m.trace.warm.data],
    ["traces, cold: first contentful paint", 480, 500, "ms", (m) => m.traces.cold.paint],
    ["traces, warm: first contentful paint", 196, 250, "ms", (m) => m.traces.warm.paint],
    ["traces, cold: data shown", null, 400, "ms", (m) => m.traces.cold.shown],
    ["traces, warm: data shown", 3865, 250, "ms", (m) => m.traces.warm.shown],
    ["home, warm: data shown", 2956, 250, "ms", (m) => m.home.warm.shown],
    ["trace (30), warm: data shown", 2189, 250, "ms", (m) => m.trace.warm.shown],
    ["session (5 turns), warm: data shown", 2837, 250, "ms", (m) => m.session.warm.shown],
    ["traces to sessions inside the pages", 1700, 100, "ms", (m) => m.inApp],
    ["row to the trace beside the list", 670, 80, "ms", (m) => m.peek],
    ["filter typed to rows, without the pause of 150 ms", null, 120, "ms", (m) => m.filter],
    ["traces, warm: blocked main thread", 1793, 80, "ms", (m) => m.traces.warm.blocked],
    ["trace of 1,000: open", 2724, 350, "ms", (m) => m.large.warm.shown],
    ["trace of 1,000: bytes before the tree", 1609, 40, "kB", (m) => m.large.warm.dataBytes / 1024],
    ["trace of 20,000: open", null, 800, "ms", (m) => m.huge.warm.shown],
    ["trace of 20,000: bytes", null, 1024, "kB", (m) => m.huge.warm.dataBytes / 1024],
    ["tree of 20,000: gap between frames, p95", 37, 17, "ms", (m) => m.p95],
    ["tree of 20,000: gap between frames, longest", 72, 33, "ms", (m) => m.max],
    ["click an observation to its detail", 74, 60, "ms", (m) => m.detail],
    ["traces: elements", 5038, 2500, "", (m) => m.traces.warm.elements],
    ["trace: elements", 1695, 2000, "", (m) => m.trace.warm.elements],
    ["traces: heap", 94, 30, "MB", (m) => m.traces.cold.heap / 1e6],
    ["layout shift, all pages", null, 0, "", (m) => Math.max(...Object.keys(SCREENS).map((name) => m[name].warm.shift))],
    ["requests to other hosts, all pages", 1, 0, "", (m) => Object.keys(SCREENS).reduce((sum, name) => sum + m[name].cold.outside, 0)],
];

async function prepare(server) {
    const client = new Client(server.port);
    for (let turn = 1; turn <= TURNS; turn++) await sendTrace(client, `turn-${turn}`, 30, { sessionId: "five-turns", userId: "bench" });
    await sendTrace(client, HUGE, 20_000);
    client.close();
}

// Medians of what several rounds say, figure by figure.
function medians(rounds) {
    return Object.fromEntries(Object.keys(rounds[0]).map((key) => [key, quantile(rounds.map((round) => round[key]), 0.5)]));
}

async function signedIn(browser, url) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const answer = await context.request.post(`${url}/api/ui/auth/sign-in`, { data: PERSON });
    if (!answer.ok()) throw new Error(`signing in: ${answer.status()} ${await answer.text()}`);
    return context;
}

async function measureScreen(browser, url, screen) {
    const cold = [];
    const warm = [];
    for (let round = 0; round < ROUNDS; round++) {
        const context = await signedIn(browser, url);
        cold.push(await opened(context, url, screen));
        warm.push(await opened(context, url, screen));
        await context.close();
    }
    return { cold: medians(cold), warm: medians(warm) };
}

const exists = (selector) => document.querySelector(selector) !== null;
const rowsOf = (selector) => [...document.querySelectorAll(selector)].map(({ id }) => id).join();

// Each is timed from the key, the click or the typing to the frame that shows what was asked for.
const DEEDS = {
    async peek(page, go) {
        await go(SCREENS.traces);
        await page.keyboard.press("j");
        await page.waitForTimeout(200); // a person looks before looking closer
        return elapsed(page, "keydown", () => page.keyboard.press("Space"), exists, `.traces-peek ${TREE}`);
    },
    async inApp(page, go) {
        await go(SCREENS.traces);
        const link = page.locator('nav a[href$="/sessions"]');
        await link.hover();
        await page.waitForTimeout(100);
        return elapsed(page, "click", () => link.click(), exists, `[aria-label=Sessions]${ROW}`);
    },
    async filter(page, go) {
        await go(SCREENS.traces);
        const before = await page.evaluate(rowsOf, ROW);
        const changed = new Function("given", "const rows = [...document.querySelectorAll(given[0])].map((row) => row.id).join(); return rows !== '' && rows !== given[1];");
        return await elapsed(page, "input", () => page.locator("[data-query]").fill("level:error"), changed, [ROW, before]) - PAUSE_MS;
    },
    async detail(page, go) {
        await go(SCREENS.large);
        const row = page.locator(`${TREE}[aria-selected=false]`).nth(3);
        const suffix = (await row.getAttribute("id")).replace("obs-row-", "-");
        const stands = (end) => document.querySelector(".detail .ids code")?.textContent.endsWith(end) === true;
        return elapsed(page, "click", () => row.click(), stands, suffix);
    },
};

async function measureDeeds(browser, url) {
    const context = await signedIn(browser, url);
    const page = await context.newPage();
    const go = async ({ path: address, ready }) => {
        await page.goto(url + address);
        await page.locator(ready).first().waitFor();
        await page.waitForTimeout(300);
    };
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
        const taken = {};
        for (const [name, deed] of Object.entries(DEEDS)) taken[name] = await deed(page, go);
        await go(SCREENS.huge);
        rounds.push({ ...taken, ...(await scrollGaps(page, "[role=treegrid]")) });
    }
    await context.close();
    return medians(rounds);
}

async function measure(url) {
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"] });
    try {
        const measured = {};
        for (const [name, screen] of Object.entries(SCREENS)) {
            say(`${name}, ${ROUNDS} times cold and warm`);
            measured[name] = await measureScreen(browser, url, screen);
        }
        say(`deeds inside the pages, ${ROUNDS} times`);
        return { ...measured, ...(await measureDeeds(browser, url)) };
    } finally {
        await browser.close();
    }
}

const VERDICT = { true: "met", false: "MISSED", null: "" };
const number = (value) => (value === null ? "-" : value > 0 && value < 1 ? value.toFixed(4) : value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString("en-US") : value.toFixed(1));

function print(rows) {
    process.stdout.write(`${"figure".padEnd(52)} ${"Langfuse".padStart(9)} ${"budget".padStart(8)} ${"measured".padStart(9)}\n`);
    for (const { figure, anchor, budget, value, unit, met } of rows)
        process.stdout.write(`${figure.padEnd(52)} ${number(anchor).padStart(9)} ${(budget === null ? "" : `<= ${number(budget)}`).padStart(8)} ${number(value).padStart(9)} ${unit.padEnd(3)} ${VERDICT[met]}\n`);
}

const dir = copyDir(await store(MANY), "scratch");
const server = await Server.start(dir, { LANGFUSE_INIT_USER_EMAIL: PERSON.email, LANGFUSE_INIT_USER_PASSWORD: PERSON.password });
let measured;
try {
    await prepare(server);
    measured = await measure(server.url);
} finally {
    await server.stop();
    fs.rmSync(dir, { recursive: true, force: true });
}
const where = machine(DIR);
const version = execFileSync(BIN, ["version"], { encoding: "utf8" }).trim();
const rows = FIGURES.map(([figure, anchor, budget, unit, of]) => ({ figure, anchor, budget, unit, value: of(measured), met: budget === null ? null : of(measured) <= budget }));
process.stdout.write(`\n${version} on ${machineLine(where)}\n${MANY / 1e6} M observations; medians of ${ROUNDS}; browser, server and measurement on this machine\n` +
    "Langfuse: version 4.16 with 300 traces, on 2 shared cores\n\n");
print(rows);
fs.writeFileSync(path.join(DIR, "ui.json"), JSON.stringify({ version, at: new Date().toISOString(), machine: where, observations: MANY, rows, measured }, null, 2) + "\n");
process.exit(rows.every(({ met }) => met !== false) ? 0 : 1);
