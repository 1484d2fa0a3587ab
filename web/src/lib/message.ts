// SPDX-License-Identifier: MIT
/** What a thrown value says. */
export function messageOf(problem: unknown): string {
  if (problem instanceof Error) return problem.message;
  return typeof problem === "string" ? problem : JSON.stringify(problem);
}
