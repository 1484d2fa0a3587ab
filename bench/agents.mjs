// SPDX-License-Identifier: MIT
// Agent traces as frameworks record them: a coding agent that reads this repository's files. Each
// model call carries the system prompt, the tool definitions and the whole conversation so far; the
// steps around it repeat input and output of what they contain. What the files say is real text, so
// nothing here compresses better than it would in use.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const TOOLS = [
    ["read_file", "Read a file of the repository", { path: "string", from_line: "integer", to_line: "integer" }],
    ["search", "Search all files for a text and return matching lines", { text: "string", folder: "string" }],
    ["edit_file", "Replace a text in a file", { path: "string", old_text: "string", new_text: "string" }],
    ["run", "Run a command and return what it printed", { command: "string", seconds: "integer" }],
].map(([name, description, fields]) => ({ type: "function", function: { name, description, parameters: {
    type: "object", required: Object.keys(fields), additionalProperties: false,
    properties: Object.fromEntries(Object.entries(fields).map(([k, type]) => [k, { type, description: `The ${k} to use` }])) } } }));
const SYSTEM = "You are a software engineer who works in a repository through tools. Read before you change. " +
    "Keep changes small, explain each in one sentence, run the tests at the end and report what you could not check. " +
    "Never invent file contents. When a tool fails, say so and try another way.";

function sourceFiles() {
    const found = [];
    for (const entry of fs.readdirSync(path.join(ROOT, "src"), { recursive: true, withFileTypes: true }))
        if (entry.isFile() && /\.[ch]$/.test(entry.name)) found.push(path.join(entry.parentPath ?? entry.path, entry.name));
    return found.sort();
}

// A repeatable sequence in [0, 1).
function sequence(seed) {
    let state = seed >>> 0;
    return () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 32;
    };
}

class Trace {
    constructor(number, files) {
        this.random = sequence(number + 1);
        this.files = files;
        this.id = crypto.randomUUID();
        this.at = Date.now() - 600_000 + number * 100;
        this.events = [];
        this.bytes = 0;
    }

    add(type, body) {
        const startTime = new Date(this.at).toISOString();
        this.at += 50 + Math.floor(this.random() * 900);
        const endTime = new Date(this.at).toISOString();
        for (const part of [body.input, body.output, body.metadata])
            this.bytes += Buffer.byteLength(JSON.stringify(part ?? ""));
        const id = crypto.randomUUID();
        this.events.push({ id: crypto.randomUUID(), type: `${type}-create`, timestamp: endTime,
            body: { id, traceId: this.id, startTime, endTime, ...body } });
        return id;
    }

    pick(list) {
        return list[Math.floor(this.random() * list.length)];
    }

    excerpt() {
        const file = this.pick(this.files);
        const lines = fs.readFileSync(file, "utf8").split("\n");
        const from = Math.floor(this.random() * Math.max(1, lines.length - 40));
        return { path: path.relative(ROOT, file), from_line: from, to_line: from + 40, text: lines.slice(from, from + 40).join("\n") };
    }

    // One turn: the model asks for a tool, the tool answers, both join the conversation.
    turn(messages, parent, step) {
        const read = this.excerpt();
        const call = { id: `call_${crypto.randomBytes(12).toString("hex")}`, type: "function", function: { name: "read_file",
            arguments: JSON.stringify({ path: read.path, from_line: read.from_line, to_line: read.to_line }) } };
        const reply = { role: "assistant", content: `I need to see ${read.path} from line ${read.from_line}.`, tool_calls: [call] };
        const chain = this.add("chain", { parentObservationId: parent, name: "agent-step", input: { messages: [...messages] },
            output: { messages: [...messages, reply] }, metadata: { step, framework: "bench", thread: this.id } });
        this.add("generation", { parentObservationId: chain, name: "model-call", model: "gpt-4o-2024-08-06",
            input: { messages: [...messages], tools: TOOLS }, output: reply, metadata: { step, temperature: 0 },
            usageDetails: { input: Math.ceil(JSON.stringify(messages).length / 4), output: 60 } });
        this.add("tool", { parentObservationId: chain, name: "read_file", input: JSON.parse(call.function.arguments),
            output: { content: read.text }, metadata: { step, tool_call_id: call.id } });
        messages.push(reply, { role: "tool", tool_call_id: call.id, content: read.text });
    }
}

function makeTrace(number, files) {
    const t = new Trace(number, files);
    const question = `Explain how ${path.relative(ROOT, t.pick(files))} works together with ${path.relative(ROOT, t.pick(files))}.`;
    const messages = [{ role: "system", content: SYSTEM }, { role: "user", content: question }];
    const turns = 4 + Math.floor(t.random() * 9);
    const root = t.add("agent", { name: "coding-agent", input: { question }, metadata: { turns, commit: "main" } });
    for (let step = 0; step < turns; step++) t.turn(messages, root, step);
    const answer = { role: "assistant", content: `The two files meet in these places: ${t.excerpt().text}` };
    t.add("generation", { parentObservationId: root, name: "answer", model: "gpt-4o-2024-08-06",
        input: { messages: [...messages], tools: TOOLS }, output: answer, metadata: { step: turns } });
    t.bytes += Buffer.byteLength(JSON.stringify(question)) + Buffer.byteLength(JSON.stringify(answer));
    t.events.unshift({ id: crypto.randomUUID(), type: "trace-create", timestamp: new Date(t.at).toISOString(),
        body: { id: t.id, name: "coding-agent", input: question, output: answer } });
    return t;
}

// Sends `count` traces, in requests of one trace; {traces, observations, bytes of their JSON bodies}.
export async function sendAgentTraces(client, count) {
    const files = sourceFiles();
    const sent = { traces: count, observations: 0, bytes: 0 };
    for (let i = 0; i < count; i++) {
        const t = makeTrace(i, files);
        const answer = await client.json("POST", "/api/public/ingestion", { batch: t.events });
        if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors[0]));
        sent.observations += t.events.length - 1;
        sent.bytes += t.bytes;
    }
    return sent;
}
