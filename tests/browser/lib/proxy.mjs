// SPDX-License-Identifier: MIT
//
// A real nginx before a server, below /monitor: it passes the prefix on, or cuts it off and says so.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "./server.mjs";

const PREFIX = "/monitor";
const PATIENCE_MS = 15_000;
const LOCATIONS = {
  kept: "",
  stripped: `rewrite ^${PREFIX}(/|$)(.*) /$2 break; proxy_set_header X-Forwarded-Prefix ${PREFIX};`,
};

const configuration = (dir, port, app, location) => `
daemon off; master_process off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 256; }
http {
  access_log off; client_body_temp_path ${dir}/t1; proxy_temp_path ${dir}/t2; fastcgi_temp_path ${dir}/t3;
  uwsgi_temp_path ${dir}/t4; scgi_temp_path ${dir}/t5; client_max_body_size 64m;
  server {
    listen 127.0.0.1:${port};
    location ${PREFIX} { ${location}
      proxy_pass http://127.0.0.1:${app}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-For $remote_addr; }
  }
}
`;

function freePort() {
  return new Promise((resolve, reject) => {
    const socket = createServer().once("error", reject);
    socket.listen(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

async function answers(url, child, said) {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; ) {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${said()}`);
    const answer = await fetch(`${url}/api/public/health`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error(`nginx did not answer: ${said()}`);
}

/** A server below /monitor behind nginx; `mode` is "kept" or "stripped". Like startServer()'s. */
export async function startBehindNginx(mode) {
  const server = await startServer(mode === "kept" ? { args: ["--base-path", PREFIX], base: PREFIX } : {});
  const dir = mkdtempSync(join(tmpdir(), "rushlight-nginx-"));
  chmodSync(dir, 0o755);
  const port = await freePort();
  writeFileSync(join(dir, "nginx.conf"), configuration(dir, port, server.port, LOCATIONS[mode]));
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const child = spawn("nginx", ["-c", join(dir, "nginx.conf"), "-p", dir], { env, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (text) => (log += text));
  child.once("error", (error) => (log += `${error.message}; tools/deps.sh test installs it`));
  const close = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await Promise.all([ended, server.close()]);
    rmSync(dir, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}${PREFIX}`;
  await answers(url, child, () => log);
  return { ...server, url, close };
}
