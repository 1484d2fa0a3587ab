// SPDX-License-Identifier: MIT
// A proxy before s3rver, which believes every signature: this one checks them, and refuses what Alibaba
// OSS and strict gateways refuse, in OSS's words. `strict.mjs PORT virtual|path [CERTIFICATE KEY]`
// forwards to 127.0.0.1:PORT and wants the bucket in the host's name or the path; TLS with a
// certificate. Prints its own port and runs until it is stopped.
import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";

const [target, style, certificate, key] = process.argv.slice(2);
const ACCESS_KEY = "S3RVER", SECRET = "S3RVER", BUCKET = "rushlight-events";

const hash = (name, body, form) => createHash(name).update(body).digest(form);
const hmac = (secret, text, form) => createHmac("sha256", secret).update(text).digest(form);
const escape = (text) => encodeURIComponent(text).replace(/[!'()*]/g,
  (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

// ---- Signature Version 4, from the other side ---------------------------------------------------

function proofOf({ query, headers, signedUrl }) {
  if (signedUrl)
    return {
      scope: query.get("X-Amz-Credential"), names: query.get("X-Amz-SignedHeaders"),
      proof: query.get("X-Amz-Signature"), date: query.get("X-Amz-Date"), payload: "UNSIGNED-PAYLOAD",
    };
  const form = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
  const [, scope, names, proof] = form.exec(headers.authorization ?? "") ?? [];
  return { scope, names, proof, date: headers["x-amz-date"], payload: headers["x-amz-content-sha256"] };
}

function signatureFits(facts) {
  const { scope, names, proof, date, payload } = proofOf(facts);
  if (!scope || !names || !date) return false;
  const [access, day, region, service, end] = scope.split("/");
  const canonical = [
    facts.method, facts.path, facts.parts.filter((p) => !p.startsWith("X-Amz-Signature=")).join("&"),
    ...names.split(";").map((name) => `${name}:${(facts.headers[name] ?? "").trim()}`), "", names, payload,
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", date, [day, region, service, end].join("/"), hash("sha256", canonical, "hex")]
    .join("\n");
  const secret = [day, region, service, end].reduce((k, part) => hmac(k, part), `AWS4${SECRET}`);
  return access === ACCESS_KEY && date.startsWith(day) && hmac(secret, text, "hex") === proof;
}

// Everything that a header may change must be signed.
const unsigned = (facts) => {
  const names = (proofOf(facts).names ?? "").split(";");
  return !names.includes("host") ||
    Object.keys(facts.headers).some((name) => name.startsWith("x-amz-") && !names.includes(name));
};

function expired({ query, headers, signedUrl }) {
  const text = signedUrl ? query.get("X-Amz-Date") : headers["x-amz-date"];
  const [, y, m, d, h, min, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? "") ?? [];
  const age = (Date.now() - Date.UTC(y, m - 1, d, h, min, s)) / 1000;
  return !(age > -900 && age < (signedUrl ? Number(query.get("X-Amz-Expires")) : 900));
}

// ---- Rules: status, code, message, whether a request breaks it ----------------------------------

const rules = [
  [403, "SecondLevelDomainForbidden",
    "The bucket you are attempting to access must be addressed using OSS third level domain.",
    ({ headers }) => style === "virtual" && !/^[^.]+\.s3\./.test(headers.host ?? "")],
  [411, "MissingContentLength", "You must provide the Content-Length HTTP header.",
    ({ method, headers }) => "transfer-encoding" in headers ||
      (["PUT", "POST"].includes(method) && !("content-length" in headers))],
  [400, "InvalidArgument",
    "aws-chunked encoding is not supported with the specified x-amz-content-sha256 value.",
    ({ headers }) => /aws-chunked/.test(headers["content-encoding"] ?? "") ||
      /^STREAMING-/.test(headers["x-amz-content-sha256"] ?? "") || "x-amz-trailer" in headers ||
      "x-amz-decoded-content-length" in headers],
  [417, "ExpectationFailed", "Expect is not supported.", ({ headers }) => "expect" in headers],
  [403, "InvalidAccessKeyId", "The OSS Access Key Id you provided does not exist in our records.",
    (facts) => proofOf(facts).scope?.split("/")[0] !== ACCESS_KEY],
  [403, "SignatureDoesNotMatch", "The path or the query is not in canonical form.",
    ({ path, parts }) => path.split("/").some((p) => escape(decodeURIComponent(p)) !== p) ||
      parts.some((p) => p.split("=").some((word) => escape(decodeURIComponent(word)) !== word)) ||
      parts.join("&") !== [...parts].sort().join("&") && !parts.at(-1).startsWith("X-Amz-Signature=")],
  [403, "SignatureDoesNotMatch", "A header is not signed.", unsigned],
  [403, "SignatureDoesNotMatch", "The request signature we calculated does not match.",
    (facts) => !signatureFits(facts)],
  [403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.",
    expired],
  [400, "InvalidArgument", "x-amz-content-sha256 must be the SHA-256 of the body.",
    ({ signedUrl, headers, body }) => !signedUrl &&
      headers["x-amz-content-sha256"] !== hash("sha256", body, "hex")],
  [400, "BadDigest", "x-amz-checksum-sha256 is not that of the body.",
    ({ headers, body }) => "x-amz-checksum-sha256" in headers &&
      headers["x-amz-checksum-sha256"] !== hash("sha256", body, "base64")],
  [400, "MissingArgument", "Missing Some Required Arguments: Content-MD5",
    ({ query, headers, body }) => query.has("delete") &&
      headers["content-md5"] !== hash("md5", body, "base64")],
  [404, "NoSuchBucket", "The specified bucket does not exist.",
    ({ headers, path }) => (style === "virtual" ? headers.host : path.slice(1)).split(/[./]/)[0] !== BUCKET],
];

function factsOf({ url, method, headers }, body) {
  const [path, search] = url.split("?");
  const query = new URLSearchParams(search);
  return { path, method, headers, body, query, parts: search ? search.split("&") : [],
    signedUrl: query.has("X-Amz-Signature") };
}

function refuse(response, [status, code, message]) {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end('<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}

function forward(request, body, response) {
  const { method, url: path, headers } = request;
  const onward = http.request({ host: "127.0.0.1", port: target, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  onward.end(body);
}

async function serve(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const broken = rules.find((rule) => rule[3](factsOf(request, body)));
  if (broken) refuse(response, broken);
  else forward(request, body, response);
}

const server = certificate
  ? https.createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, serve)
  : http.createServer(serve);
server.on("checkExpectation", serve);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
