// SPDX-License-Identifier: MIT
// Runs the figures, prints them beside their targets, writes result.json.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import * as figures from "./figures.mjs";
import { pages } from "./pages.mjs";
import { machine, machineLine } from "./machine.mjs";
import { BIN, DIR } from "./server.mjs";

const ALL = ["rate", "latency", "held", "visible", "reads", "pages", "memory", "start", "agents", "size"];

function met(r) {
    if (r.target === null) return null;
    return r.better === "more" ? r.value >= r.target : r.value <= r.target;
}

const number = (v) => (v >= 1000 ? Math.round(v).toLocaleString("en-US") : v >= 100 ? v.toFixed(0) : v.toFixed(1));

function printRow(r) {
    const target = r.target === null ? "" : `${r.better === "more" ? ">=" : "<="} ${number(r.target)}`;
    const verdict = { true: "met", false: "MISSED", null: "" }[met(r)];
    process.stdout.write(`${r.figure.padEnd(46)} ${target.padStart(10)} ${number(r.value).padStart(9)} ` +
        `${r.unit.padEnd(15)} ${verdict.padEnd(7)} ${r.note}\n`);
}

const wanted = process.argv.slice(2);
for (const name of wanted)
    if (!ALL.includes(name)) {
        process.stderr.write(`bench: there is no figure ${name}; there are: ${ALL.join(" ")}\n`);
        process.exit(2);
    }

const rows = [];
const failures = [];
for (const name of ALL.filter((n) => wanted.length === 0 || wanted.includes(n))) {
    try {
        rows.push(...(await (name === "pages" ? pages : figures[name])()));
    } catch (error) {
        failures.push({ figure: name, error: error.message });
        process.stderr.write(`bench: ${name}: ${error.message}\n`);
    }
}
fs.rmSync(path.join(DIR, "scratch"), { recursive: true, force: true });

const where = machine(DIR);
const version = execFileSync(BIN, ["version"], { encoding: "utf8" }).trim();
process.stdout.write(`\n${version} on ${machineLine(where)}\n` +
    "payload: 1.4 KB observations, 100 per request, 8 per trace; generator on the same machine\n" +
    "durability: SQLite WAL with synchronous=FULL, answered after the commit\n" +
    (figures.QUICK ? "quick run: the large store holds a tenth\n" : "") + "\n");
process.stdout.write(`${"figure".padEnd(46)} ${"target".padStart(10)} ${"measured".padStart(9)}\n`);
rows.forEach(printRow);
for (const f of failures) process.stdout.write(`${f.figure.padEnd(46)} could not be measured: ${f.error}\n`);

const result = { version, at: new Date().toISOString(), machine: where, quick: figures.QUICK,
    payload: { bytes: 1400, perRequest: 100, perTrace: 8 }, durability: "WAL, synchronous=FULL",
    rows: rows.map((r) => ({ ...r, met: met(r) })), failures };
fs.writeFileSync(path.join(DIR, "result.json"), JSON.stringify(result, null, 2) + "\n");
process.exit(failures.length > 0 ? 2 : rows.some((r) => met(r) === false) ? 1 : 0);
