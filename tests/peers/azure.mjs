// SPDX-License-Identifier: MIT
// An Azure Blob Storage for tests: azurite, which verifies signatures, on a free loopback port.
// `azure.mjs DIRECTORY` makes the container "rushlight-events", prints the port and runs until it is
// stopped. The account and its key are those of every emulator. Its classes are used directly: its
// command would report its start to the network.
import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";

const ACCOUNT = "devstoreaccount1";
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const VERSION = "2021-12-02";

const load = createRequire(import.meta.url);
const { default: Configuration } = load("azurite/dist/src/blob/BlobConfiguration.js");
const { default: Server } = load("azurite/dist/src/blob/BlobServer.js");
const Logger = load("azurite/dist/src/common/Logger.js");

const directory = process.argv[2];
const extents = [{ locationId: "Default", locationPath: join(directory, "blobs"), maxConcurrency: 10 }];
Logger.configLogger(false);
const server = new Server(new Configuration("127.0.0.1", 0, 5, join(directory, "names.json"),
  join(directory, "extents.json"), extents, false));
await server.start();
const address = server.getHttpServerAddress();

const date = new Date().toUTCString();
const resource = `/${ACCOUNT}/${ACCOUNT}/rushlight-events\nrestype:container`;
const text = `PUT${"\n".repeat(12)}x-ms-date:${date}\nx-ms-version:${VERSION}\n${resource}`;
const proof = createHmac("sha256", Buffer.from(KEY, "base64")).update(text).digest("base64");
const answer = await fetch(`${address}/${ACCOUNT}/rushlight-events?restype=container`, {
  method: "PUT",
  headers: { "x-ms-date": date, "x-ms-version": VERSION, authorization: `SharedKey ${ACCOUNT}:${proof}` },
});
if (answer.status !== 201) throw new Error(`container: ${answer.status} ${await answer.text()}`);
console.log(new URL(address).port);
