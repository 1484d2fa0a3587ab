// SPDX-License-Identifier: MIT
//
// The page of one trace.

import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { ProjectSwitcher } from "@/app/ProjectSwitcher";
import { useProject } from "@/app/project";
import { t } from "@/lib/i18n";
import { useSkeleton, useSource } from "./data";
import type { Links } from "./Header";
import { TraceView } from "./TraceView";
import { usePlaced } from "./usePlaced";

/** User and session of a trace lead to their pages. */
export function useLinks(pid: string): Links {
  return useMemo(
    () => ({
      user: (text, uid) => <Link className="link" to="/project/$pid/users/$uid" params={{ pid, uid }}>{text}</Link>,
      session: (text, sid) => <Link className="link" to="/project/$pid/sessions/$sid" params={{ pid, sid }}>{text}</Link>,
    }),
    [pid],
  );
}

export function TraceScreen() {
  const { id: pid } = useProject();
  const { tid = "" } = useParams({ strict: false });
  const source = useSource(pid, tid);
  const placed = usePlaced(pid);
  const links = useLinks(pid);
  const navigate = useNavigate();
  const { data } = useSkeleton(source);
  const title = data?.trace.name ?? t("Trace");
  useEffect(() => {
    document.title = `${title} · Rushlight`;
  }, [title]);
  return (
    <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col overflow-hidden outline-none">
      <TraceView
        source={source} placed={placed} links={links} lead={<ProjectSwitcher />}
        onGone={() => void navigate({ to: "/project/$pid/traces", params: { pid } })}
      />
    </main>
  );
}
