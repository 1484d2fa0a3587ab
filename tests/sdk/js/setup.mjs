// SPDX-License-Identifier: MIT
//
// What the JavaScript suites share: an OpenTelemetry provider with the Langfuse span processor,
// set up as the documentation of the packages says, and the API client to read back with.
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { LangfuseClient } from "@langfuse/client";
import { LangfuseSpanProcessor } from "@langfuse/otel";

export function langfuse() {
    const processor = new LangfuseSpanProcessor();
    const provider = new NodeTracerProvider({ spanProcessors: [processor] });
    provider.register();
    const client = new LangfuseClient();
    return { provider, processor, client, flush: () => processor.forceFlush() };
}

export const byName = (observations) => Object.fromEntries(observations.map((o) => [o.name, o]));

export function near(actual, expected) {
    if (!(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected))))
        throw new Error(`${actual} is not ${expected}`);
}
