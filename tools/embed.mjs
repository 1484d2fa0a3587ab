#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// Makes the table of src/http/assets.h from a folder of built web files:
//
//   node tools/embed.mjs FOLDER OUTPUT.c OUTPUT.S
//
// Every file is stored compressed, gzip and (where it is smaller) brotli, at their best and slowest,
// so that a request costs no compression. index.html alone is stored as it is, because the server
// writes its base path into it. All bytes go into one blob beside OUTPUT.S, which pulls it in with
// .incbin: a compiler needs seconds for a megabyte of array initialisers, an assembler none.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const MIME = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};
// Vite names what lies in assets/ after its content: name-XXXXXXXX.ext.
const HASHED_NAME = /^\/assets\/.+-[\w-]{8,}\.\w+$/;
const ALIGNMENT = 16;

function listFiles(folder, prefix = "") {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}/${entry.name}`;
    return entry.isDirectory() ? listFiles(join(folder, entry.name), path) : [path];
  });
}

function compressBrotli(bytes) {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

function makeAsset(folder, path) {
  const mime = MIME[extname(path)];
  if (!mime) throw new Error(`${path}: no MIME type is known for this kind of file`);
  const bytes = readFileSync(join(folder, path));
  const etag = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const asset = { path, mime, etag, immutable: HASHED_NAME.test(path) };
  if (path === "/index.html") return { ...asset, identity: bytes };
  const gzip = gzipSync(bytes, { level: 9 });
  const brotli = compressBrotli(bytes);
  return { ...asset, gzip, brotli: brotli.length < gzip.length ? brotli : undefined };
}

// Places the bytes of all assets in one blob; each body becomes {offset, length}.
function pack(assets) {
  const parts = [];
  let size = 0;
  const place = (bytes) => {
    if (!bytes) return undefined;
    const padding = (ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT;
    const at = { offset: size, length: bytes.length };
    parts.push(bytes, Buffer.alloc(padding));
    size += bytes.length + padding;
    return at;
  };
  const rows = assets.map((asset) => ({
    ...asset,
    identity: place(asset.identity),
    gzip: place(asset.gzip),
    brotli: place(asset.brotli),
  }));
  return { rows, blob: Buffer.concat(parts) };
}

const quote = (text) => JSON.stringify(text);
const pointer = (body) => (body ? `assets_blob + ${body.offset}` : "NULL");
const length = (body) => (body ? body.length : 0);

function tableRow(row) {
  return `    {
        .path = ${quote(row.path)},
        .mime = ${quote(row.mime)},
        .identity = ${pointer(row.identity)},
        .gzip = ${pointer(row.gzip)},
        .brotli = ${pointer(row.brotli)},
        .identity_len = ${length(row.identity)},
        .gzip_len = ${length(row.gzip)},
        .brotli_len = ${length(row.brotli)},
        .etag = ${quote(`"${row.etag}"`)},
        .immutable = ${row.immutable},
    },`;
}

const tableSource = (rows) => `// Made by tools/embed.mjs; not for editing.
#include "http/assets.h"

extern const unsigned char assets_blob[];

const struct asset assets_table[] = {
${rows.map(tableRow).join("\n")}
};
const unsigned assets_count = ${rows.length};
`;

const blobSource = (path) => `// Made by tools/embed.mjs; not for editing.
#if defined(__CET__)
#include <cet.h>
#endif
    .section .rodata
    .balign ${ALIGNMENT}
    .global assets_blob
    .hidden assets_blob
    .type assets_blob, %object
assets_blob:
    .incbin ${quote(path)}
    .byte 0
    .size assets_blob, . - assets_blob
    .section .note.GNU-stack,"",%progbits
`;

function main([folder, tablePath, assemblerPath]) {
  if (!assemblerPath) throw new Error("usage: embed.mjs FOLDER OUTPUT.c OUTPUT.S");
  const paths = listFiles(folder).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  if (!paths.includes("/index.html")) throw new Error(`${folder} holds no index.html`);
  const { rows, blob } = pack(paths.map((path) => makeAsset(folder, path)));
  const blobPath = assemblerPath.replace(/\.S$/, ".bin");
  writeFileSync(blobPath, blob);
  writeFileSync(assemblerPath, blobSource(resolve(blobPath)));
  writeFileSync(tablePath, tableSource(rows));
  const first = rows.reduce((sum, row) => sum + length(row.brotli ?? row.gzip ?? row.identity), 0);
  console.log(`embedded ${rows.length} files, ${first} bytes on the wire, ${blob.length} in all`);
}

main(process.argv.slice(2));
