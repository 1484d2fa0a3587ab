// SPDX-License-Identifier: MIT
// Traces with 1,000 observations and known ids, for the figure that reads them back. Their texts are
// pieces of this repository's files.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const DAY = 86_400_000;
export const LARGE_TRACES = 20;
export const largeId = (n) => `large-trace-${String(n).padStart(2, "0")}`;

function observation(trace, n, at, text) {
    const piece = (from) => text.slice((from * 523) % (text.length - 500), ((from * 523) % (text.length - 500)) + 500);
    const time = (ms) => new Date(at + ms).toISOString();
    const id = `${trace}-${n}`;
    return { id: `event-${id}`, type: n % 3 === 0 ? "generation-create" : "span-create", timestamp: time(n * 20), body: {
        id, traceId: trace, parentObservationId: n === 0 ? null : `${trace}-${Math.floor((n - 1) / 4)}`, name: `step-${n % 17}`,
        startTime: time(n * 20), endTime: time(n * 20 + 400), input: { question: piece(n) }, output: { answer: piece(n + 7) },
        metadata: { step: n }, ...(n % 3 === 0 ? { model: "gpt-4o-mini", usageDetails: { input: 120, output: 80 } } : {}) } };
}

export async function sendLargeTraces(client, days) {
    const text = ["README.md", "CONTRIBUTING.md", "src/http/server.c", "src/cli/cli.c"]
        .map((file) => path.join(ROOT, file)).filter((file) => fs.existsSync(file))
        .map((file) => fs.readFileSync(file, "utf8")).join("\n");
    for (let t = 0; t < LARGE_TRACES; t++) {
        const trace = largeId(t);
        const at = Date.now() - (t * days * DAY) / LARGE_TRACES - 60_000;
        const head = { id: `event-${trace}`, type: "trace-create", timestamp: new Date(at).toISOString(),
            body: { id: trace, timestamp: new Date(at).toISOString(), name: "large-trace" } };
        for (let n = 0; n < 1000; n += 100) {
            const batch = Array.from({ length: 100 }, (_, i) => observation(trace, n + i, at, text));
            const answer = await client.json("POST", "/api/public/ingestion", { batch: n === 0 ? [head, ...batch] : batch });
            if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors[0]));
        }
    }
}
