// SPDX-License-Identifier: MIT
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useBoot } from "@/api/boot";
import { get, withQuery } from "@/api/client";
import type { Search } from "@/api/ui";
import { NotFound } from "@/app/Plain";
import { ErrorBox } from "@/ui/ErrorBox";

/** Which of the person's projects has this trace: addresses from SDKs name only the trace. */
async function findProject(projects: string[], tid: string): Promise<string | undefined> {
  for (const pid of projects) {
    const { hits } = await get<Search>(withQuery(`api/ui/${pid}/search`, { q: tid }));
    if (hits.some((hit) => hit.kind === "trace" && hit.id === tid)) return pid;
  }
  return undefined;
}

export function FindTraceScreen() {
  const { tid = "" } = useParams({ strict: false });
  const { orgs } = useBoot();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<unknown>();
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    findProject(orgs.flatMap((org) => org.projects.map((project) => project.id)), tid).then((pid) => {
      if (pid) void navigate({ to: "/project/$pid/traces/$tid", params: { pid, tid }, replace: true });
      else setMissing(true);
    }, setProblem);
  }, [orgs, tid, navigate]);
  if (problem) return <ErrorBox error={problem} />;
  return missing ? <NotFound /> : null;
}
