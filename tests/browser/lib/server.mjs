// SPDX-License-Identifier: MIT
//
// One server of the built program with a fresh data directory on a free port, a person who can sign
// in, and what tests send to it.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const PROJECT = "proj-test";
export const PERSON = { email: "ann@example.com", password: "correct-horse-9" };
export const KEYS = { public: "pk-lf-test-1234567890", secret: "sk-lf-test-1234567890" };
const AUTHORIZATION = `Basic ${Buffer.from(`${KEYS.public}:${KEYS.secret}`).toString("base64")}`;
const READY = /listening on \S+ port (\d+)/;
const PATIENCE_MS = 15_000;

function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(LANGFUSE_|RUSHLIGHT_|NEXT)/.test(name));
  return {
    ...Object.fromEntries(kept),
    LANGFUSE_INIT_ORG_ID: "org-test",
    LANGFUSE_INIT_ORG_NAME: "TestOrg",
    LANGFUSE_INIT_PROJECT_ID: PROJECT,
    LANGFUSE_INIT_PROJECT_NAME: "TestProject",
    LANGFUSE_INIT_PROJECT_PUBLIC_KEY: KEYS.public,
    LANGFUSE_INIT_PROJECT_SECRET_KEY: KEYS.secret,
    LANGFUSE_INIT_USER_EMAIL: PERSON.email,
    LANGFUSE_INIT_USER_NAME: "Ann",
    LANGFUSE_INIT_USER_PASSWORD: PERSON.password,
  };
}

function ready(child) {
  let log = "";
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the server did not get ready: ${log}`)), PATIENCE_MS);
    const read = (text) => {
      log += text;
      const port = READY.exec(log)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code}: ${log}`));
    });
  });
}

/** Starts a server: `send` gives events to the ingestion API, `addAdmin` makes an administrator, `close` ends it. */
export async function startServer({ args = [], base = "" } = {}) {
  const bin = process.env.RUSHLIGHT_BIN;
  if (bin === undefined) throw new Error("RUSHLIGHT_BIN names the program to test");
  const root = mkdtempSync(join(tmpdir(), "rushlight-browser-"));
  const child = spawn(bin, ["serve", "--listen", "127.0.0.1:0", "--data", join(root, "data"), ...args], { env: environment() });
  const port = await ready(child);
  const url = `http://127.0.0.1:${port}${base}`;
  const send = async (events) => {
    for (let at = 0; at < events.length; at += 2000) {
      const answer = await fetch(`${url}/api/public/ingestion`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: AUTHORIZATION },
        body: JSON.stringify({ batch: events.slice(at, at + 2000) }),
      });
      const { errors } = await answer.json();
      if (!answer.ok || errors?.length > 0) throw new Error(`${answer.status}: ${JSON.stringify(errors?.[0])}`);
    }
  };
  const close = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    rmSync(root, { recursive: true, force: true });
  };
  const addAdmin = async (email) => {
    const command = ["user", "add", email, "--name", "Eve", "--admin", "--password-stdin", "--data", join(root, "data")];
    execFileSync(bin, command, { input: `${PERSON.password}\n`, stdio: ["pipe", "ignore", "inherit"], env: environment() });
    return { email, password: PERSON.password };
  };
  return { url, port, send, addAdmin, close };
}

/** Signs the browser of a page in, without the form. */
export async function signIn(page, url, person = PERSON) {
  const answer = await page.request.post(`${url}/api/ui/auth/sign-in`, { data: person });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
}

/** Asks the pages' own API for a change, as the person of this page's browser. */
export async function change(page, url, method, path, data) {
  const { csrf } = await (await page.request.get(`${url}/api/ui/me`)).json();
  const answer = await page.request.fetch(`${url}/api/ui/${path}`, { method, data, headers: { "X-CSRF-Token": csrf } });
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.status() === 204 ? undefined : answer.json();
}

let last = 0;
const event = (type, body) => ({ id: `e${++last}`, type, timestamp: body.timestamp ?? new Date().toISOString(), body });

export const trace = (body) => event("trace-create", body);
export const score = (body) => event("score-create", body);

/** `start` and `duration` are milliseconds after `origin`. */
export function observation(origin, { start = 0, duration, kind = "SPAN", ...body }) {
  const at = (ms) => new Date(origin + ms).toISOString();
  return event(`${kind.toLowerCase()}-create`, {
    ...body,
    startTime: at(start),
    ...(duration === undefined || kind === "EVENT" ? {} : { endTime: at(start + duration) }),
  });
}
