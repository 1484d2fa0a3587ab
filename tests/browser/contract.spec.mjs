// SPDX-License-Identifier: MIT
//
// The server's answers against web/src/api/ui.ts: each becomes a constant of its type, and the
// TypeScript compiler says whether it is one. A field that is missing, is null or has another name on either side
// fails here, not in front of a person.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { KEYS, PROJECT, startServer } from "./lib/server.mjs";

const TSC = fileURLToPath(new URL("./node_modules/typescript/bin/tsc", import.meta.url));
const TYPES = fileURLToPath(new URL("../../web/src/api/ui.ts", import.meta.url));
let server;

test.beforeAll(async () => {
  server = await startServer();
  const keys = ["--public-key", KEYS.public, "--secret-key", KEYS.secret];
  execFileSync(process.env.RUSHLIGHT_BIN, ["demo", "--url", server.url, ...keys, "--traces", "400"], { stdio: "ignore" });
});
test.afterAll(() => server.close());

/** Asks as a signed-in person; [name of the type, answer] of everything asked. */
function asker(request, csrf) {
  const answers = [];
  const ask = async (type, path, data, method) => {
    const answer = await request.fetch(`${server.url}/api/ui/${path}`, {
      method: method ?? (data === undefined ? "GET" : "POST"), data, headers: { "X-CSRF-Token": csrf },
    });
    expect(answer.status(), `${path}: ${await answer.text()}`).toBeLessThan(300);
    const value = answer.status() === 204 ? undefined : await answer.json();
    if (type !== undefined) answers.push({ type, path, value });
    return value;
  };
  return { ask, answers };
}

async function askLists(ask, p) {
  for (const query of ["", "?range=30d", "?range=30d&q=level:error", "?range=30d&sort=-cost", "?range=1h&q=name:nothing", "?range=30d&q=bogus:1"])
    await ask("TraceList", `${p}/traces${query}`);
  await ask("TraceList", `${p}/traces?range=30d&lens=obs`);
  for (const lens of ["traces", "obs"]) await ask("Summary", `${p}/traces/summary?range=30d&lens=${lens}`);
  await ask("Summary", `${p}/traces/summary?range=1h&q=name:nothing`);
  await ask("Values", `${p}/values?field=name&prefix=&range=30d`);
  await ask("Overview", `${p}/overview?range=30d`);
  await ask("Overview", `${p}/overview?range=1h&q=name:nothing`);
  await ask("Search", `${p}/search?q=order`);
}

async function askTraces(ask, p) {
  const { rows } = await ask("TraceList", `${p}/traces?range=30d&sort=-errors`);
  const recent = await ask("TraceList", `${p}/traces?range=30d`);
  for (const { id } of [...rows.slice(0, 8), ...recent.rows.slice(0, 12)]) {
    const skeleton = await ask("Skeleton", `${p}/traces/${id}/skeleton`);
    await ask("Transcript", `${p}/traces/${id}/transcript`);
    for (const observation of ["-", ...skeleton.id.slice(0, 6)])
      await ask("Observation", `${p}/traces/${id}/observations/${encodeURIComponent(observation)}`);
  }
  return rows[0].id;
}

async function askGroups(ask, p) {
  const sessions = await ask("SessionList", `${p}/sessions?range=30d`);
  const users = await ask("UserList", `${p}/users?range=30d`);
  for (const { id } of sessions.rows.slice(0, 3)) await ask("Session", `${p}/sessions/${encodeURIComponent(id)}`);
  for (const { id } of users.rows.slice(0, 3)) await ask("User", `${p}/users/${encodeURIComponent(id)}?range=30d`);
}

async function askChanges(ask, p, trace) {
  await ask("Comment", `${p}/comments`, { trace, text: "Looks right" });
  await ask("Score", `${p}/scores`, { trace, name: "taste", value: 0.5 });
  await ask("Score", `${p}/scores`, { trace, name: "verdict", text: "good", comment: "by hand" });
  await ask("Skeleton", `${p}/traces/${trace}/skeleton`);
  await ask("{ names: { name: string; type: string; categories?: { label: string; value: number }[] | string[] }[] }", `${p}/score-names`);
  await ask("{ id: string }", `${p}/views`, { name: "mine", table: "traces", search: { q: "level:error" } });
  await ask("{ views: SavedView[] }", `${p}/views?table=traces`);
  await ask("ActionDone", `${p}/traces/actions`, { ids: [trace], action: "bookmark" });
  await ask("ActionDone", `${p}/traces/actions`, { ids: [trace], action: "delete" });
}

async function askAccounts(ask, p, boot) {
  const org = boot.orgs[0].id;
  await ask("Boot", "me");
  await ask("ProjectSettings", `${p}/project`);
  await ask("ApiKey & { secretKey: string; host: string }", `${p}/keys`, { note: "for a test" });
  await ask("{ keys: ApiKey[] }", `${p}/keys`);
  const { url } = await ask("{ id: string; url: string }", `orgs/${org}/invites`, { email: "bob@example.com", role: "MEMBER" });
  await ask("Invitation", `invites/${url.split("/").pop()}`);
  await ask("Members", `orgs/${org}/members`);
  await ask("System", "system");
  await ask("Cost", "cost");
  await ask("Cost", "cost?provider=aws&users=50");
}

function compile(answers) {
  const folder = mkdtempSync(join(tmpdir(), "rushlight-contract-"));
  try {
    cpSync(TYPES, join(folder, "ui.ts"));
    const names = ["Boot", "TraceList", "Summary", "Values", "Overview", "Search", "Skeleton", "Transcript", "Observation", "SessionList", "UserList", "Session",
      "User", "Comment", "Score", "SavedView", "ActionDone", "ProjectSettings", "ApiKey", "Invitation", "Members", "System", "Cost"];
    const constants = answers.map(({ type, path, value }, k) => `// ${path}\nexport const a${k}: ${type} = ${JSON.stringify(value)};`);
    writeFileSync(join(folder, "answers.ts"), `import type { ${names.join(", ")} } from "./ui";\n${constants.join("\n")}\n`);
    const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"];
    return spawnSync(process.execPath, [TSC, ...options, "answers.ts"], { cwd: folder, encoding: "utf8" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("every answer has the type that the pages take it for", async ({ request }) => {
  const boot = await (await request.post(`${server.url}/api/ui/auth/sign-in`, { data: await server.addAdmin("eve@example.com") })).json();
  const { ask, answers } = asker(request, boot.csrf);
  answers.push({ type: "Boot", path: "auth/sign-in", value: boot });
  await askLists(ask, PROJECT);
  await askGroups(ask, PROJECT);
  const trace = await askTraces(ask, PROJECT);
  await askChanges(ask, PROJECT, trace);
  await askAccounts(ask, PROJECT, boot);
  const out = compile(answers);
  expect(out.stdout.split("\n").map((line) => line.slice(0, 300)).join("\n")).toBe("");
  expect(out.status).toBe(0);
});
