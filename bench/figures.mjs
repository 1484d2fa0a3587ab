// SPDX-License-Identifier: MIT
// The figures: each function starts the servers it needs, measures and returns rows
// {figure, target, value, unit, better: "more"|"less", note}.
import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { BIN, DIR, Server, copyDir, dirBytes, freshDir, sleep } from "./server.mjs";
import { Client, quantile } from "./client.mjs";
import { sendAgentTraces } from "./agents.mjs";
import { LARGE_TRACES, largeId, sendLargeTraces } from "./large.mjs";

export const QUICK = Boolean(process.env.BENCH_QUICK && process.env.BENCH_QUICK !== "0");
export const SECONDS = Number(process.env.BENCH_SECONDS ?? (QUICK ? 5 : 10));
export const MANY = QUICK ? 500_000 : 5_000_000;
const FEW = QUICK ? 50_000 : 500_000;
const manyText = `${MANY / 1e6} M observations`;

export const say = (text) => process.stderr.write(`bench: ${text}\n`);
const row = (figure, better, target, value, unit, note = "") => ({ figure, better, target, value, unit, note });
const others = (r) => `others used ${r.othersPercent.toFixed(0)} % of the machine`;
const median = (values) => quantile(values, 0.5);

function sound(result) {
    if (result.errors > 0) throw new Error(`${result.errors} requests failed: ${result.firstError}`);
    return result;
}

// ---- Stores with many observations, built once through the server -------------------------------

async function build(observations, dir) {
    say(`building a store of ${observations} observations over 31 days`);
    const began = Date.now();
    const server = await Server.start(dir, { RUSHLIGHT_QUIET_SECONDS: "1" });
    sound(server.bench("--observations", observations - 1000 * LARGE_TRACES, "--days", 31));
    const client = new Client(server.port);
    await sendLargeTraces(client, 31);
    client.close();
    say("  waiting for the background to repack quiet traces");
    await server.packed();
    await server.stop();
    fs.writeFileSync(path.join(dir, "complete"), version());
    say(`  ${Math.round((Date.now() - began) / 1000)} s, ${(dirBytes(dir) / 1e6).toFixed(0)} MB on disk`);
}

const version = () => execFileSync(BIN, ["version"], { encoding: "utf8" });

// Kept between runs of the same version; `make clean` or deleting the directory builds it again.
export async function store(observations) {
    const dir = path.join(DIR, `store-${observations}`);
    const mark = path.join(dir, "complete");
    if (!fs.existsSync(mark) || fs.readFileSync(mark, "utf8") !== version()) {
        fs.rmSync(dir, { recursive: true, force: true });
        await build(observations, dir);
    }
    return dir;
}

async function withServer(dir, work, environment) {
    const server = await Server.start(dir, environment);
    try {
        return await work(server);
    } finally {
        await server.stop();
    }
}

// ---- Ingestion ----------------------------------------------------------------------------------

export async function rate() {
    const rows = [];
    for (const [kind, name, target] of [["batch", "batch ingestion", 40_000], ["otlp", "OTLP protobuf", 50_000]]) {
        say(`${name}: ${SECONDS} s`);
        await withServer(freshDir("scratch"), async (server) => {
            sound(server.bench("--kind", kind, "--seconds", 1));
            const r = sound(server.bench("--kind", kind, "--seconds", SECONDS));
            rows.push(row(name, "more", target, r.observationsPerSecond, "observations/s",
                `${(r.bytes / r.observations).toFixed(0)} B each, p99 ${r.p99Ms.toFixed(1)} ms, generator used ` +
                `${(100 * r.generatorCpuSeconds / r.seconds).toFixed(0)} % of a core, ${others(r)}`));
            if (kind === "batch")
                rows.push(row("RSS under full ingestion", "less", 128, server.rss(true), "MiB", "highest, batch"));
        });
    }
    return rows;
}

export async function held() {
    const few = await store(FEW);
    const many = await store(MANY);
    const rates = { few: [], many: [] };
    const busy = [];
    let highest = 0;
    for (let round = 0; round < 3; round++)
        for (const [name, from] of [["few", few], ["many", many]]) {
            say(`rate on a copy of ${path.basename(from)}, round ${round + 1}`);
            const dir = copyDir(from, "scratch");
            execFileSync("sync", ["-f", dir]);
            await withServer(dir, async (server) => {
                sound(server.bench("--seconds", 1));
                const r = sound(server.bench("--seconds", SECONDS));
                rates[name].push(r.observationsPerSecond);
                busy.push(r.othersPercent);
                if (name === "many") highest = Math.max(highest, server.rss(true));
            });
        }
    freshDir("scratch");
    const [a, b] = [median(rates.few), median(rates.many)];
    return [row(`same rate holding ${manyText}`, "more", 90, 100 * b / a, "%",
        `${b.toFixed(0)}/s against ${a.toFixed(0)}/s with ${FEW / 1e6} M; medians of 3; ${others({ othersPercent: Math.max(...busy) })}`),
        row(`RSS meanwhile, holding ${manyText}`, "less", 128, highest, "MiB", "highest")];
}

export async function latency() {
    say(`200 batches/s for ${2 * SECONDS} s`);
    return withServer(freshDir("scratch"), async (server) => {
        sound(server.bench("--rate", 200, "--seconds", 1));
        const r = sound(server.bench("--rate", 200, "--seconds", 2 * SECONDS));
        return [row("answer time p99 at 200 batches/s", "less", 20, r.p99Ms, "ms",
            `p50 ${r.p50Ms.toFixed(1)}, max ${r.maxMs.toFixed(1)}; from the planned send time; ${others(r)}`)];
    });
}

// ---- Reading ------------------------------------------------------------------------------------

// Writes one trace with one observation and reads both back with the very next request.
export async function visible() {
    const times = 1000;
    let missing = 0;
    say(`write, then read, ${times} times`);
    await withServer(freshDir("scratch"), async (server) => {
        const writer = new Client(server.port);
        const reader = new Client(server.port);
        for (let i = 0; i < times; i++) {
            const trace = crypto.randomUUID();
            const span = crypto.randomUUID();
            const timestamp = new Date().toISOString();
            const answer = await writer.json("POST", "/api/public/ingestion", { batch: [
                { id: crypto.randomUUID(), type: "trace-create", timestamp, body: { id: trace, timestamp, name: "seen" } },
                { id: crypto.randomUUID(), type: "span-create", timestamp,
                    body: { id: span, traceId: trace, startTime: timestamp, name: "seen", input: { i } } }] });
            const readBack = await reader.call("GET", `/api/public/traces/${trace}`);
            const found = readBack.status === 200 && JSON.parse(readBack.body).observations?.[0]?.id === span;
            if (answer.errors.length > 0 || !found) missing++;
        }
        writer.close();
        reader.close();
    });
    return [row("acknowledged, readable by the next request", "more", 100, 100 * (times - missing) / times, "%",
        `${times} writes, each read at once on another connection`)];
}

async function timed(client, times, path) {
    const ms = [];
    let bytes = 0;
    for (let i = 0; i < times; i++) {
        const answer = await client.call("GET", typeof path === "function" ? path(i) : path);
        if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body.subarray(0, 300)}`);
        ms.push(answer.ms);
        bytes = answer.body.length;
    }
    return { p50: quantile(ms, 0.5), p99: quantile(ms, 0.99), max: Math.max(...ms), bytes };
}

export async function reads() {
    const dir = await store(MANY);
    return withServer(dir, async (server) => {
        const client = new Client(server.port);
        say("GET /traces?limit=50");
        const first = await timed(client, 1000, "/api/public/traces?limit=50");
        const paged = await timed(client, 200, (i) => `/api/public/traces?limit=50&page=${i + 1}`);
        say("GET trace with 1,000 observations");
        const one = await timed(client, 300, (i) => `/api/public/traces/${largeId(i % LARGE_TRACES)}`);
        client.close();
        const about = (t) => `p50 ${t.p50.toFixed(1)}, max ${t.max.toFixed(1)}; ${(t.bytes / 1024).toFixed(0)} KiB`;
        return [
            row(`GET /traces?limit=50 p99 on ${manyText}`, "less", 10, first.p99, "ms", about(first)),
            row("the same, pages 1 to 200", "less", null, paged.p99, "ms", about(paged)),
            row("GET trace with 1,000 observations p99", "less", 30, one.p99, "ms", about(one)),
        ];
    });
}

// ---- Memory, start, size ------------------------------------------------------------------------

export async function memory() {
    return withServer(freshDir("scratch"), async (server) => {
        await sleep(3000);
        return [row("idle RSS", "less", 12, server.rss(), "MiB", "3 s after the start")];
    });
}

async function startTime(dir) {
    const ms = [];
    for (let i = 0; i < 11; i++) await withServer(dir, async (server) => ms.push(server.readyMs));
    return { p50: median(ms), max: Math.max(...ms) };
}

export async function start() {
    say("starts");
    const dir = freshDir("scratch");
    await withServer(dir, async () => {});
    const empty = await startTime(dir);
    const many = await startTime(await store(MANY));
    return [
        row("start to ready, empty", "less", 50, empty.p50, "ms", `median of 11, max ${empty.max.toFixed(0)}`),
        row(`start to ready with ${manyText}`, "less", 100, many.p50, "ms", `median of 11, max ${many.max.toFixed(0)}`),
    ];
}

export async function size() {
    const copy = path.join(DIR, "stripped");
    execFileSync("strip", ["--strip-all", "-o", copy, BIN]);
    return [row("binary, stripped", "less", 4, fs.statSync(copy).size / 1e6, "MB")];
}

// ---- Bodies on disk -----------------------------------------------------------------------------

// One value from an event file: with the sqlite3 shell, or Python's module of the same name.
function query(file, sql) {
    try {
        return Number(execFileSync("sqlite3", ["-readonly", file, sql], { encoding: "utf8" }));
    } catch (error) {
        if (error.code !== "ENOENT") throw error;
        return Number(execFileSync("python3", ["-c",
            "import sqlite3,sys; print(sqlite3.connect('file:'+sys.argv[1]+'?mode=ro',uri=True).execute(sys.argv[2]).fetchone()[0])",
            file, sql], { encoding: "utf8" }));
    }
}

function eventFiles(dir) {
    return fs.readdirSync(path.join(dir, "events")).filter((f) => f.endsWith(".db")).map((f) => path.join(dir, "events", f));
}

const sumOf = (dir, sql) => eventFiles(dir).reduce((sum, file) => sum + query(file, sql), 0);

export async function agents() {
    const dir = freshDir("scratch");
    return withServer(dir, async (server) => {
        const client = new Client(server.port);
        const sent = await sendAgentTraces(client, QUICK ? 40 : 200);
        say(`${sent.traces} agent traces, ${sent.observations} observations; waiting for the repack`);
        const deadline = Date.now() + 120_000;
        while (sumOf(dir, "SELECT count(*) FROM trace WHERE flags & 64 = 0") > 0) {
            if (Date.now() > deadline) throw new Error("traces were not repacked within 120 s");
            await sleep(500);
        }
        client.close();
        const stored = sumOf(dir, "SELECT coalesce(sum(length(data)), 0) FROM pack");
        return [row("bodies of agent traces on disk", "more", 10, sent.bytes / stored, "x smaller",
            `${(sent.bytes / 1e6).toFixed(1)} MB of JSON in ${(stored / 1e6).toFixed(2)} MB; made-up coding agent whose ` +
            "calls repeat the conversation and read files of this repository")];
    }, { RUSHLIGHT_QUIET_SECONDS: "1" });
}
