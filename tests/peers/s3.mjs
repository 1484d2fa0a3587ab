// SPDX-License-Identifier: MIT
// An S3 for tests: s3rver, which verifies signatures, on a free loopback port. `s3.mjs DIRECTORY` prints
// its port and runs until it is stopped. Node needs --openssl-legacy-provider: its list tokens are
// encrypted with a cipher that OpenSSL 3 put aside.
import S3rver from "s3rver";

const peer = new S3rver({
  address: "127.0.0.1",
  port: 0,
  silent: true,
  serviceEndpoint: "localhost",
  directory: process.argv[2],
  configureBuckets: [{ name: "rushlight-events" }],
});

// It lists in the order of its directories; S3's is that of the keys' bytes.
const listed = peer.store.listObjects.bind(peer.store);
const compare = (x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y));
peer.store.listObjects = async (bucket, options) => {
  const all = await listed(bucket, { prefix: options.prefix });
  const objects = all.objects
    .filter(({ key }) => compare(key, options.startAfter ?? "") > 0)
    .sort((x, y) => compare(x.key, y.key));
  const n = options.maxKeys ?? objects.length;
  return { objects: objects.slice(0, n), commonPrefixes: [], isTruncated: objects.length > n };
};

const { port } = await peer.run();
console.log(port);
