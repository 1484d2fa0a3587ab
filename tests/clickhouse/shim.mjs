// SPDX-License-Identifier: MIT
// ClickHouse's HTTP interface as far as Rushlight uses it, over chdb: the real engine, in this process.
// For tests only. Prints "listening <port>" when it is ready; ends on SIGTERM.
//
//   node shim.mjs <directory> [port]      SHIM_USER, SHIM_PASSWORD: who may ask (default, none)
//
// What is here: query in the address, the body or a part `query` of a form; param_x of both; default_format,
// database, settings; Basic and X-ClickHouse-User/Key; X-ClickHouse-Exception-Code with the error's
// text; /ping. Parameters are bound by the engine, from the very text that came.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { timingSafeEqual } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const { Session } = require("chdb");
const native = require(join(dirname(require.resolve("chdb")), "dist/loader.js")).loadNative();

const CONNECTIONS = 4;
const NOT_SETTINGS = new Set(["query", "database", "default_format", "user", "password", "session_id", "query_id"]);
const STATUS = { 516: 403, 60: 404, 81: 404, 62: 400, 164: 403, 497: 403, 159: 408, 241: 500 };

const [directory, port] = process.argv.slice(2);
const user = process.env.SHIM_USER ?? "default";
const password = process.env.SHIM_PASSWORD ?? "";
const inserts = mkdtempSync(join(tmpdir(), "rushlight-inserts-"));

// ---- Connections: each runs one query at a time --------------------------------------------------
const free = Array.from({ length: CONNECTIONS }, () => ({ session: new Session(directory), database: "default" }));
const waiting = [];

function take() {
    return free.length ? Promise.resolve(free.pop()) : new Promise((resolve) => waiting.push(resolve));
}

function give(connection) {
    const next = waiting.shift();
    if (next) next(connection);
    else free.push(connection);
}

// Parameters are a state of the whole engine: one query with parameters at a time.
let tail = Promise.resolve();
function alone(step) {
    const result = tail.then(step, step);
    tail = result.then(() => {}, () => {});
    return result;
}

const quoted = (name) => "`" + name.replaceAll("\\", "\\\\").replaceAll("`", "\\`") + "`";
const literal = (text) => "'" + text.replaceAll("\\", "\\\\").replaceAll("'", "\\'") + "'";

// USE of a database that is not there passes without a word, so it is asked for first, every time: it may
// have gone.
async function use(connection, database) {
    const handle = connection.session.connection;
    const known = await native.QueryAsyncConnection(handle,
        `SELECT 1 FROM system.databases WHERE name = ${literal(database)}`, "CSV");
    if (!known.bytes.length)
        throw new Error(`Code: 81. DB::Exception: Database ${database} does not exist. (UNKNOWN_DATABASE)`);
    if (connection.database === database) return;
    await native.QueryAsyncConnection(handle, `USE ${quoted(database)}`, "CSV");
    connection.database = database;
}

// Settings hold for the query alone: they are written behind it. An INSERT with data takes them before FORMAT.
function withSettings(sql, settings) {
    const list = Object.entries(settings).map(([name, value]) => `${name} = ${literal(value)}`);
    if (list.length === 0) return sql;
    const text = ` SETTINGS ${list.join(", ")}`;
    const insert = /^(\s*INSERT\s[\s\S]*?)(\s+FORMAT\s+\w+\s*)$/i.exec(sql);
    if (insert) return insert[1] + text + insert[2];
    return /^\s*(SELECT|WITH|INSERT)\b/i.test(sql) ? sql + text : sql;
}

const formatOf = (sql) => /\sFORMAT\s+(\w+)\s*$/i.exec(sql)?.[1];

// Data behind the statement's text is not safe in binary formats (some bytes end it early): it goes through
// a file.
let files = 0;
async function insert(handle, sql, body) {
    const path = join(inserts, String(files++));
    await writeFile(path, body);
    try {
        const text = sql.replace(/(\s+SETTINGS\s[\s\S]*?)?(\s+FORMAT\s+\w+\s*)$/i, ` FROM INFILE ${literal(path)}$1$2`);
        await native.QueryAsyncConnection(handle, text, "CSV");
        return { bytes: null };
    } finally {
        await unlink(path);
    }
}

async function execute(request) {
    const { sql, body, params, settings, database, format } = request;
    const connection = await take();
    try {
        const handle = connection.session.connection;
        await use(connection, database);
        const text = withSettings(sql, settings);
        if (/^\s*INSERT\b/i.test(sql) && formatOf(sql)) return await insert(handle, text, body);
        if (Object.keys(params).length)
            return await alone(() => native.QueryAsyncConnection(handle, text, formatOf(sql) ?? format, params));
        return await native.QueryAsyncConnection(handle, text, formatOf(sql) ?? format);
    } finally {
        give(connection);
    }
}

// ---- Requests ------------------------------------------------------------------------------------
function same(a, b) {
    const x = Buffer.from(a), y = Buffer.from(b);
    return x.length === y.length && timingSafeEqual(x, y);
}

function credentials(req, query) {
    const basic = /^Basic (.+)$/.exec(req.headers.authorization ?? "");
    if (basic) {
        const [name, ...rest] = Buffer.from(basic[1], "base64").toString().split(":");
        return [name, rest.join(":")];
    }
    return [req.headers["x-clickhouse-user"] ?? query.get("user") ?? "default",
        req.headers["x-clickhouse-key"] ?? query.get("password") ?? ""];
}

function parts(body, type) {
    const boundary = /boundary="?([^";]+)"?/.exec(type)[1];
    const found = {};
    for (const part of body.toString("latin1").split(`--${boundary}`).slice(1, -1)) {
        const [head, ...rest] = part.split("\r\n\r\n");
        const name = /name="([^"]+)"/.exec(head)[1];
        found[name] = Buffer.from(rest.join("\r\n\r\n").slice(0, -2), "latin1").toString("utf8");
    }
    return found;
}

function read(req, url, body) {
    const out = { params: {}, settings: {}, body, database: "default", format: "TabSeparated", sql: "" };
    const fields = [...url.searchParams];
    if ((req.headers["content-type"] ?? "").startsWith("multipart/form-data")) {
        fields.push(...Object.entries(parts(body, req.headers["content-type"])));
        out.body = Buffer.alloc(0);
    }
    for (const [name, value] of fields) {
        if (name.startsWith("param_")) out.params[name.slice(6)] = value;
        else if (name === "query") out.sql += value;
        else if (name === "database") out.database = value;
        else if (name === "default_format") out.format = value;
        else if (!NOT_SETTINGS.has(name)) out.settings[name] = value;
    }
    if (!out.sql) {
        out.sql = body.toString("utf8");
        out.body = Buffer.alloc(0);
    }
    delete out.settings.wait_end_of_query; // the answer is whole anyway
    delete out.settings.buffer_size;
    return out;
}

function refuse(res, code, text) {
    res.writeHead(STATUS[code] ?? 500, { "X-ClickHouse-Exception-Code": String(code), "Content-Type": "text/plain; charset=UTF-8" });
    res.end(text.endsWith("\n") ? text : text + "\n");
}

async function answer(req, res, body) {
    const url = new URL(req.url, "http://localhost");
    if (url.pathname === "/ping") return void res.end("Ok.\n");
    const [name, key] = credentials(req, url.searchParams);
    if (!same(name, user) || !same(key, password))
        return refuse(res, 516, `Code: 516. DB::Exception: ${name}: Authentication failed: password is incorrect, ` +
            "or there is no user with such name. (AUTHENTICATION_FAILED)");
    const request = read(req, url, body);
    if (process.env.SHIM_LOG) process.stderr.write(`${request.sql} ${JSON.stringify(request.params)}\n`);
    try {
        const result = await execute(request);
        const bytes = result.bytes ? Buffer.from(result.bytes) : Buffer.alloc(0);
        res.writeHead(200, { "X-ClickHouse-Format": request.format, "Content-Length": bytes.length });
        res.end(bytes);
    } catch (error) {
        const text = String(error.message ?? error);
        if (process.env.SHIM_LOG) process.stderr.write(`  ${text}\n`);
        refuse(res, Number(/Code: (\d+)/.exec(text)?.[1] ?? 1001), text);
    }
}

const server = createServer((req, res) => {
    const chunks = [];
    req.on("data", (chunk) => chunks.push(chunk));
    req.on("end", () => answer(req, res, Buffer.concat(chunks)).catch((error) => refuse(res, 1001, String(error.stack))));
});
server.keepAliveTimeout = 60000;
server.listen(Number(port ?? 0), "127.0.0.1", () => console.log(`listening ${server.address().port}`));
process.on("SIGTERM", () => {
    rmSync(inserts, { recursive: true, force: true });
    process.exit(0);
});
