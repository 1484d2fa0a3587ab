// SPDX-License-Identifier: MIT
import type { Json } from "@/api/ui";

/** A value as indented text. */
export function JsonView({ value }: { value: Json }) {
  return <pre className="overflow-x-auto font-mono text-small whitespace-pre-wrap break-words">{JSON.stringify(value, null, 2)}</pre>;
}
