// SPDX-License-Identifier: MIT
// Sends the spans of `rushlight bench --kind otlp` to each server for the same time and compares:
// spans answered with success, spans that are in its database when it has caught up (some answer
// first and store later), memory of all its processes, and disk per stored span.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { BIN, DIR, Server, dirBytes, freePort, freshDir, sleep } from "./server.mjs";
import { machine, machineLine } from "./machine.mjs";

const SECONDS = Number(process.env.BENCH_SECONDS);
const CATCH_UP_S = 600;
const say = (text) => process.stderr.write(`bench-peers: ${text}\n`);

// Resident memory of a process and all its descendants, in MiB.
function treeRss(pid) {
    let kib = Number(fs.readFileSync(`/proc/${pid}/status`, "latin1").match(/VmRSS:\s+(\d+)/)?.[1] ?? 0);
    const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
    for (const child of children ? children.split(" ") : []) kib += treeRss(child) * 1024;
    return kib / 1024;
}

function sampleRss(pid) {
    const sample = { highest: 0 };
    const timer = setInterval(() => {
        try {
            sample.highest = Math.max(sample.highest, treeRss(pid));
        } catch {
            // a child ended between two reads
        }
    }, 250);
    sample.stop = () => clearInterval(timer);
    return sample;
}

// In a process of its own: this one must go on sampling.
function generate(args) {
    return new Promise((resolve, reject) => {
        const child = spawn(BIN, ["bench", "--kind", "otlp", "--json", "--seconds", SECONDS, ...args].map(String),
            { stdio: ["ignore", "pipe", "inherit"] });
        let text = "";
        child.stdout.on("data", (chunk) => (text += chunk));
        child.on("close", () => (text ? resolve(JSON.parse(text)) : reject(new Error("the generator gave no result"))));
    });
}

class Peer {
    constructor(name, port, dir, command, environment) {
        Object.assign(this, { name, port, dir, url: `http://127.0.0.1:${port}` });
        this.log = fs.openSync(path.join(DIR, `${name}.log`), "w");
        this.process = spawn(command[0], command.slice(1), { cwd: dir, detached: true,
            stdio: ["ignore", this.log, this.log], env: { PATH: process.env.PATH, HOME: dir, ...environment } });
        this.process.once("exit", (code) => (this.exitCode = code));
    }

    async ready(pathname) {
        for (const began = Date.now(); Date.now() - began < 120_000; await sleep(300)) {
            if (this.exitCode !== undefined) throw new Error(`${this.name} ended; see ${DIR}/${this.name}.log`);
            try {
                if ((await fetch(this.url + pathname)).ok) return;
            } catch {
                // not listening yet
            }
        }
        throw new Error(`${this.name} was not ready after 120 s`);
    }

    async stop() {
        if (this.exitCode !== undefined) return;
        process.kill(-this.process.pid, "SIGTERM"); // the group that was started here: workers too
        for (let i = 0; i < 100 && this.exitCode === undefined; i++) await sleep(100);
        if (this.exitCode === undefined) process.kill(-this.process.pid, "SIGKILL");
    }
}

// Rows of the peer's span table, through its own Python.
function storedSpans(python, file) {
    const code = "import sqlite3,sys\nc=sqlite3.connect('file:'+sys.argv[1]+'?mode=ro',uri=True,timeout=60)\n" +
        "print(c.execute('select count(*) from spans').fetchone()[0])";
    return Number(execFileSync(python, ["-c", code, file], { encoding: "utf8" }));
}

async function measurePeer(peer, python, file, args) {
    const before = storedSpans(python, file);
    const idle = treeRss(peer.process.pid);
    const rss = sampleRss(peer.process.pid);
    const began = Date.now();
    const sent = await generate(["--url", peer.url, "--path", "/v1/traces", ...args]);
    let stored = 0;
    let last = began;
    for (let still = Date.now(); stored < sent.observations && Date.now() - still < 15_000; await sleep(500)) {
        const now = storedSpans(python, file) - before;
        if (now > stored) still = last = Date.now();
        stored = now;
        if (Date.now() - began > CATCH_UP_S * 1000) break;
    }
    rss.stop();
    return { sent, stored, storedSeconds: (last - began) / 1000, idle, rss: rss.highest };
}

const version = (venv, packageName) => execFileSync(path.join(DIR, venv, "bin/python"),
    ["-c", `import importlib.metadata as m; print(m.version('${packageName}'))`], { encoding: "utf8" }).trim();

async function phoenix() {
    const dir = freshDir("data-phoenix");
    const [port, grpc] = [await freePort(), await freePort()];
    const peer = new Peer("phoenix", port, dir, [path.join(DIR, "phoenix/bin/phoenix"), "serve"], {
        PHOENIX_HOST: "127.0.0.1", PHOENIX_PORT: String(port), PHOENIX_GRPC_PORT: String(grpc), PHOENIX_WORKING_DIR: dir,
        PHOENIX_TELEMETRY_ENABLED: "false" });
    try {
        await peer.ready("/healthz");
        const python = path.join(DIR, "phoenix/bin/python");
        const m = await measurePeer(peer, python, path.join(dir, "phoenix.db"), []);
        return { name: `Arize Phoenix ${version("phoenix", "arize-phoenix")}`, ...m, disk: dirBytes(dir) };
    } finally {
        await peer.stop();
    }
}

async function mlflow() {
    const dir = freshDir("data-mlflow");
    const port = await freePort();
    const peer = new Peer("mlflow", port, dir, [path.join(DIR, "mlflow/bin/mlflow"), "server", "--host", "127.0.0.1",
        "--port", String(port), "--backend-store-uri", `sqlite:///${dir}/mlflow.db`], { MLFLOW_DISABLE_TELEMETRY: "true",
        PATH: `${path.join(DIR, "mlflow/bin")}:${process.env.PATH}` });
    try {
        await peer.ready("/health");
        const python = path.join(DIR, "mlflow/bin/python");
        const m = await measurePeer(peer, python, path.join(dir, "mlflow.db"), ["--header", "x-mlflow-experiment-id: 0"]);
        return { name: `MLflow ${version("mlflow", "mlflow")}`, ...m, disk: dirBytes(dir) };
    } finally {
        await peer.stop();
    }
}

async function rushlight() {
    const dir = freshDir("data-rushlight");
    const server = await Server.start(dir);
    try {
        const idle = server.rss();
        const rss = sampleRss(server.process.pid);
        const sent = await generate(["--url", server.url, ...Server.keys()]);
        rss.stop();
        // What is answered is stored: the answer comes after the commit.
        const name = execFileSync(BIN, ["version"], { encoding: "utf8" }).trim().replace("rushlight", "Rushlight");
        return { name, sent, stored: sent.observations, storedSeconds: sent.seconds, idle, rss: rss.highest, disk: dirBytes(dir) };
    } finally {
        await server.stop();
    }
}

const RUNS = { rushlight, phoenix, mlflow };
const wanted = process.argv.slice(2).length ? process.argv.slice(2) : Object.keys(RUNS);
const results = [];
let failed = false;
for (const name of wanted) {
    if (!RUNS[name]) {
        say(`there is no ${name}; there are: ${Object.keys(RUNS).join(" ")}`);
        process.exit(2);
    }
    say(`${name}: ${SECONDS} s of OTLP protobuf`);
    try {
        const r = await RUNS[name]();
        results.push({ name: r.name, answeredPerSecond: r.sent.observationsPerSecond, errors: r.sent.errors,
            firstError: r.sent.firstError, p99Ms: r.sent.p99Ms, answered: r.sent.observations, stored: r.stored,
            storedPerSecond: r.stored / r.storedSeconds, idleMiB: r.idle, rssMiB: r.rss, bytesPerSpan: r.disk / r.stored });
    } catch (error) {
        failed = true;
        say(`${name}: ${error.message}`);
    }
}

const where = machine(DIR);
process.stdout.write(`\n${machineLine(where)}\nspans: 1.4 KB, 100 per request, 8 per trace, OTLP protobuf over HTTP, 8 connections, ${SECONDS} s\n\n`);
const columns = ["answered/s", "stored/s", "p99 ms", "idle MiB", "RSS MiB", "B/span", "errors"];
process.stdout.write("".padEnd(28) + columns.map((c) => c.padStart(11)).join("") + "\n");
for (const r of results)
    process.stdout.write(r.name.padEnd(28) + [r.answeredPerSecond, r.storedPerSecond, r.p99Ms, r.idleMiB, r.rssMiB, r.bytesPerSpan,
        r.errors].map((v) => v.toFixed(0).padStart(11)).join("") + (r.stored < r.answered ? `  ${r.answered - r.stored} answered spans were not in the database when it stood still` : "") + "\n");
const own = results.find((r) => r.name.startsWith("Rushlight"));
for (const r of own ? results.filter((x) => x !== own) : [])
    process.stdout.write(`against ${r.name}: ${(own.storedPerSecond / r.storedPerSecond).toFixed(0)} x the spans/s, ` +
        `1/${(r.rssMiB / own.rssMiB).toFixed(0)} of the memory, 1/${(r.bytesPerSpan / own.bytesPerSpan).toFixed(1)} of the disk per span\n`);
fs.writeFileSync(path.join(DIR, "result.json"), JSON.stringify({ at: new Date().toISOString(), machine: where, results }, null, 2) + "\n");
process.exit(failed ? 2 : 0);
