// SPDX-License-Identifier: MIT
// One server under measurement: started on a free port with its own data directory and known keys,
// stopped by its process id. Everything on loopback.
import { spawn, execFileSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";

export const BIN = process.env.RUSHLIGHT_BIN;
export const DIR = process.env.BENCH_DIR;
export const PROJECT = "bench";
const PUBLIC_KEY = "pk-lf-00000000-bench";
const SECRET_KEY = "sk-lf-00000000-bench";
export const AUTHORIZATION = "Basic " + Buffer.from(`${PUBLIC_KEY}:${SECRET_KEY}`).toString("base64");

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export async function freePort() {
    const probe = net.createServer().listen(0, "127.0.0.1");
    await new Promise((done) => probe.once("listening", done));
    const { port } = probe.address();
    await new Promise((done) => probe.close(done));
    return port;
}

// Resolves to true when GET /api/public/ready answers 200 on a new connection.
function askReady(port) {
    return new Promise((done) => {
        const socket = net.connect(port, "127.0.0.1");
        socket.on("connect", () =>
            socket.write("GET /api/public/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        socket.on("data", (chunk) => {
            done(chunk.toString("latin1").startsWith("HTTP/1.1 200"));
            socket.destroy();
        });
        socket.on("error", () => done(false));
        socket.on("close", () => done(false));
    });
}

function machineTime() {
    const t = fs.readFileSync("/proc/stat", "latin1").split("\n")[0].trim().split(/\s+/).slice(1, 9).map(Number);
    const all = t.reduce((sum, v) => sum + v, 0);
    return { all, busy: all - t[3] - t[4] };
}

export class Server {
    // environment: settings beside the keys. The server is ready when this returns; `readyMs` is the
    // time from starting the process to the first good answer.
    static async start(dataDir, environment = {}) {
        const server = new Server();
        fs.mkdirSync(dataDir, { recursive: true });
        server.port = await freePort();
        server.url = `http://127.0.0.1:${server.port}`;
        server.log = fs.openSync(path.join(DIR, "server.log"), "a");
        const began = process.hrtime.bigint();
        server.process = spawn(BIN, ["serve", "--listen", `127.0.0.1:${server.port}`, "--data", dataDir], {
            stdio: ["ignore", server.log, server.log],
            env: {
                PATH: process.env.PATH,
                LANGFUSE_INIT_ORG_ID: "bench",
                LANGFUSE_INIT_PROJECT_ID: PROJECT,
                LANGFUSE_INIT_PROJECT_PUBLIC_KEY: PUBLIC_KEY,
                LANGFUSE_INIT_PROJECT_SECRET_KEY: SECRET_KEY,
                ...environment,
            },
        });
        server.exited = new Promise((done) => server.process.once("exit", (code) => done(code)));
        server.exited.then((code) => (server.exitCode = code));
        for (;;) {
            if (await askReady(server.port)) break;
            if (server.exitCode !== undefined)
                throw new Error(`the server ended with ${server.exitCode}; see ${DIR}/server.log`);
            if (process.hrtime.bigint() - began > 30_000_000_000n) {
                server.process.kill("SIGKILL");
                throw new Error("the server was not ready after 30 s");
            }
        }
        server.readyMs = Number(process.hrtime.bigint() - began) / 1e6;
        return server;
    }

    static keys() {
        return ["--public-key", PUBLIC_KEY, "--secret-key", SECRET_KEY];
    }

    async stop() {
        this.process.kill("SIGTERM");
        const code = await this.exited;
        fs.closeSync(this.log);
        if (code !== 0) throw new Error(`the server ended with ${code} after SIGTERM`);
    }

    // Resident memory in MiB, now or the highest since the start.
    rss(highest = false) {
        const text = fs.readFileSync(`/proc/${this.process.pid}/status`, "latin1");
        return Number(text.match(highest ? /VmHWM:\s+(\d+)/ : /VmRSS:\s+(\d+)/)[1]) / 1024;
    }

    // Processor time that the server has used, in hundredths of a second.
    cpu() {
        const fields = fs.readFileSync(`/proc/${this.process.pid}/stat`, "latin1").split(") ")[1].split(" ");
        return Number(fields[11]) + Number(fields[12]);
    }

    // rushlight bench against this server: the parsed result, and `othersPercent`, the share of the
    // machine that neither the server nor the generator used. A busy machine measures itself.
    bench(...args) {
        const before = { ...machineTime(), own: this.cpu() };
        const result = this.runBench(args);
        const after = machineTime();
        const own = this.cpu() - before.own + 100 * result.generatorCpuSeconds;
        const busy = after.busy - before.busy;
        result.othersPercent = Math.max(0, (100 * (busy - own)) / (after.all - before.all));
        return result;
    }

    // Waits until the background has repacked every quiet trace: its counter stands still.
    async packed() {
        let last = -1;
        for (let since = Date.now(); Date.now() - since < 12_000; await sleep(1000)) {
            const text = await (await fetch(`${this.url}/metrics`)).text();
            const now = Number(text.match(/^rushlight_traces_packed_total (\d+)/m)[1]);
            if (now !== last) since = Date.now();
            last = now;
        }
        return last;
    }

    runBench(args) {
        const out = execFileSync(BIN, ["bench", "--url", this.url, ...Server.keys(), "--json", ...args.map(String)],
            { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
        return JSON.parse(out);
    }
}

export function freshDir(name) {
    const dir = path.join(DIR, name);
    fs.rmSync(dir, { recursive: true, force: true });
    fs.mkdirSync(dir, { recursive: true });
    return dir;
}

export function copyDir(from, name) {
    const to = path.join(DIR, name);
    fs.rmSync(to, { recursive: true, force: true });
    execFileSync("cp", ["-a", "--reflink=auto", from, to]);
    return to;
}

export function dirBytes(dir) {
    let sum = 0;
    for (const entry of fs.readdirSync(dir, { recursive: true, withFileTypes: true }))
        if (entry.isFile()) sum += fs.statSync(path.join(entry.parentPath ?? entry.path, entry.name)).size;
    return sum;
}
