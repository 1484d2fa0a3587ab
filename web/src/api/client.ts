// SPDX-License-Identifier: MIT
//
// Asks the server. Paths are relative to the base: get<TraceList>("api/ui/P/traces?q=…").
import { t } from "@/lib/i18n";
import { BASE } from "./base";
import { bootStore, takeFirst } from "./boot";
import type { ErrorAnswer } from "./ui";

/** What the server refused, or that it could not be reached (status 0). */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly requestId?: string,
    readonly retryAfter?: number, // seconds
  ) {
    super(message);
    this.name = "ApiError";
  }
}

type Method = "POST" | "PUT" | "PATCH" | "DELETE";
type Query = Record<string, string | number | undefined>;

const READABLE = /%(3A|2F|2C|40|24)/g; // : / , @ $

/** Escaped for a query, but readable in the address bar: level:error,warning+refund */
export const encodeValue = (text: string): string =>
  encodeURIComponent(text).replace(READABLE, decodeURIComponent).replaceAll("%20", "+");

/** ("api/ui/P/traces", { q, range }) -> api/ui/P/traces?q=…&range=…; what is empty is left out. */
export function withQuery(path: string, query: Query): string {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => `${key}=${encodeValue(String(value))}`);
  return parts.length ? `${path}?${parts.join("&")}` : path;
}

function refusal(status: number, body: unknown, headers?: Headers): ApiError {
  const answer = (typeof body === "object" && body !== null ? body : {}) as Partial<ErrorAnswer>;
  const message = answer.message || t("The server answered with status {status}.", { status });
  const wait = Number(headers?.get("retry-after")) || undefined;
  return new ApiError(message, status, answer.requestId ?? headers?.get("x-request-id") ?? undefined, wait);
}

async function readBody(answer: Response): Promise<unknown> {
  const text = await answer.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return { message: t("The server's answer is not JSON (status {status}).", { status: answer.status }) };
  }
}

async function request(path: string, init: RequestInit): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(new URL(path, BASE), { credentials: "same-origin", ...init });
  } catch (problem) {
    if (problem instanceof DOMException && problem.name === "AbortError") throw problem;
    throw new ApiError(t("The server cannot be reached."), 0);
  }
  const body = await readBody(answer);
  if (!answer.ok) throw refusal(answer.status, body, answer.headers);
  return body;
}

/** GET; the answer that came with the page is used instead, once. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const first = takeFirst(path);
  if (first && first.status < 400) return first.data as T;
  if (first) throw refusal(first.status, first.data);
  const accept = { Accept: "application/json" };
  return (await request(path, { headers: accept, ...(signal ? { signal } : {}) })) as T;
}

/** A request that changes something. */
export async function send<T = undefined>(method: Method, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const csrf = bootStore.get().csrf;
  if (csrf) headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  return (await request(path, { method, headers, ...text })) as T;
}
