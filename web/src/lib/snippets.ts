// SPDX-License-Identifier: MIT
//
// What is pasted to send the first trace, for a key pair and the server's own address.

export interface KeyPair {
  host: string;
  publicKey: string;
  secretKey: string;
}

export const CLIENTS = ["python", "js", "otel", "curl"] as const;
export type Client = (typeof CLIENTS)[number];

export const CLIENT_NAMES: Record<Client, string> = {
  python: "Python",
  js: "JavaScript",
  otel: "OpenTelemetry",
  curl: "curl",
};

/** For a file `.env`. */
export const envSnippet = ({ host, publicKey, secretKey }: KeyPair): string =>
  `LANGFUSE_PUBLIC_KEY="${publicKey}"
LANGFUSE_SECRET_KEY="${secretKey}"
LANGFUSE_BASE_URL="${host}"
LANGFUSE_HOST="${host}"`; // the name that older SDKs read

const PYTHON = `# pip install langfuse
from langfuse import get_client, observe

@observe()
def answer(question: str) -> str:
    return "A rush dipped in fat: the light of those who could not afford candles."

print(answer("What is a rushlight?"))
get_client().flush()`;

const JAVASCRIPT = `// npm install @langfuse/tracing @langfuse/otel @opentelemetry/sdk-node
import { NodeSDK } from "@opentelemetry/sdk-node";
import { LangfuseSpanProcessor } from "@langfuse/otel";
import { startActiveObservation } from "@langfuse/tracing";

const sdk = new NodeSDK({ spanProcessors: [new LangfuseSpanProcessor()] });
sdk.start();

await startActiveObservation("answer", async (span) => {
  span.update({ input: "What is a rushlight?", output: "A rush dipped in fat." });
});

await sdk.shutdown();`;

const otel = ({ host, publicKey, secretKey }: KeyPair): string =>
  `# any OpenTelemetry SDK or collector
auth=$(printf '%s' "${publicKey}:${secretKey}" | base64 | tr -d '\\n')
export OTEL_EXPORTER_OTLP_TRACES_PROTOCOL="http/protobuf"
export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT="${host}/api/public/otel/v1/traces"
export OTEL_EXPORTER_OTLP_TRACES_HEADERS="Authorization=Basic%20$auth"`;

const curl = ({ host, publicKey, secretKey }: KeyPair): string =>
  `curl -u "${publicKey}:${secretKey}" \\
  -H 'Content-Type: application/json' \\
  -d '{"batch":[{"id":"event-1","type":"trace-create","timestamp":"'"$(date -u +%FT%TZ)"'",
       "body":{"id":"first-trace","name":"answer","input":"What is a rushlight?",
               "output":"A rush dipped in fat."}}]}' \\
  ${host}/api/public/ingestion`;

/** The Python and JavaScript ones read the environment; the others name the keys. */
export const SNIPPETS: Record<Client, (keys: KeyPair) => string> = {
  python: () => PYTHON,
  js: () => JAVASCRIPT,
  otel,
  curl,
};

export const readsEnvironment = (client: Client): boolean => client === "python" || client === "js";
