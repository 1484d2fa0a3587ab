// SPDX-License-Identifier: MIT
import { ApiError } from "@/api/client";
import { messageOf } from "@/lib/message";

/** Why a form was refused, below its fields. */
export function FormProblem({ problem }: { problem: unknown }) {
  if (problem === undefined) return null;
  const id = problem instanceof ApiError && problem.status >= 500 ? problem.requestId : undefined;
  return (
    <p role="alert" className="rounded-control bg-error-fill px-3 py-2 break-words text-on-error">
      {messageOf(problem)}
      {id && <span className="block font-mono text-small">{id}</span>}
    </p>
  );
}
