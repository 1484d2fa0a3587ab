// SPDX-License-Identifier: MIT
// The trace page: how long its answers take, for an agent's trace of 1,000 observations whose model
// calls repeat the conversation, and for one of 20,000.
import { Client, quantile } from "./client.mjs";
import { AUTHORIZATION, PROJECT, Server, freshDir } from "./server.mjs";

const KINDS = ["span", "generation", "tool", "generation"];
const words = (n, from) => Array.from({ length: n }, (_, i) => `word${(from * 31 + i * 7) % 997}`).join(" ");
const idOf = (trace, n) => (BigInt(n + 1) * 0x9e3779b97f4a7c15n % (1n << 64n)).toString(16).padStart(16, "0") + trace;

function conversation(n, history) {
    history.push({ role: "user", content: words(40, n) });
    const output = { role: "assistant", content: words(60, n), tool_calls: [{ id: `call-${n}`, type: "function",
        function: { name: `step-${(n + 1) % 23}`, arguments: JSON.stringify({ n }) } }] };
    const input = [{ role: "system", content: words(50, 1) }, ...history.slice(-6)];
    history.push(output);
    return { model: "gpt-4o", input, output, usageDetails: { input: 900 + n % 700, output: 80 } };
}

function observation(trace, n, at, history) {
    const kind = KINDS[n % KINDS.length];
    const start = at + n * 37;
    return { id: `event-${trace}-${n}`, type: `${kind}-create`, timestamp: new Date(start).toISOString(), body: {
        id: idOf(trace, n), traceId: trace, parentObservationId: n ? idOf(trace, Math.max(0, n - 1 - n % 29)) : null, name: `step-${n % 23}`,
        startTime: new Date(start).toISOString(), endTime: new Date(start + 20 + n * 7919 % 3000).toISOString(),
        ...(n % 50 === 7 ? { level: "ERROR", statusMessage: "503 Service Unavailable" } : {}),
        ...(kind === "generation" ? conversation(n, history) : { input: { n }, output: words(20, n) }) } };
}

export async function sendTrace(client, trace, count, fields = {}) {
    const at = Date.now() - 3_600_000;
    const history = [];
    await client.json("POST", "/api/public/ingestion", { batch: [{ id: `event-${trace}`, type: "trace-create", timestamp: new Date(at).toISOString(),
        body: { id: trace, name: `pages-of-${count}`, timestamp: new Date(at).toISOString(), ...fields } }] });
    for (let n = 0; n < count; n += 1000) {
        const batch = Array.from({ length: Math.min(1000, count - n) }, (_, i) => observation(trace, n + i, at, history));
        const answer = await client.json("POST", "/api/public/ingestion", { batch });
        if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors[0]));
    }
}

async function median(client, times, pathOf) {
    const ms = [];
    for (let i = 0; i < times; i++) {
        const answer = await client.call("GET", pathOf(i));
        if (answer.status !== 200) throw new Error(`${pathOf(i)}: ${answer.status}`);
        ms.push(answer.ms);
    }
    return quantile(ms, 0.5);
}

async function compressedBytes(server, path) {
    const answer = await fetch(server.url + path, { headers: { Authorization: AUTHORIZATION, "Accept-Encoding": "gzip" } });
    await answer.arrayBuffer();
    return Number(answer.headers.get("content-length"));
}

// {text, better, target, value, unit} per figure.
async function measure(server, client, count) {
    const trace = `page-${count}`;
    await sendTrace(client, trace, count);
    const base = `/api/ui/${PROJECT}/traces/${trace}`;
    const large = count > 1000;
    const row = (what, target, value, unit = "ms", note = "") =>
        ({ figure: `${what}, ${count.toLocaleString("en-US")} observations`, better: "less", target, value, unit, note });
    const bytes = await compressedBytes(server, `${base}/skeleton`);
    return [
        row("trace tree", large ? 100 : 10, await median(client, 20, () => `${base}/skeleton`), "ms", "median of 20, whole answer"),
        row("trace tree", 40, bytes / count, "B/observation", "gzip"),
        row("one observation", large ? null : 5, await median(client, 50, (i) => `${base}/observations/${idOf(trace, (i * 397 + 1) % count)}`),
            "ms", "median of 50, with what was seen before"),
        row("transcript", large ? null : 30, await median(client, 20, () => `${base}/transcript`), "ms", "median of 20"),
    ];
}

export async function pages() {
    process.stderr.write("bench: the trace page's answers\n");
    const server = await Server.start(freshDir("scratch"));
    const client = new Client(server.port);
    try {
        return [...await measure(server, client, 1000), ...await measure(server, client, 20_000)];
    } finally {
        client.close();
        await server.stop();
    }
}
