// SPDX-License-Identifier: MIT
//
// A trace in a panel beside a list. The panel keeps what it shows for itself: the address is the list's.

import { useNavigate } from "@tanstack/react-router";
import { SERVER_ADDRESS } from "@/api/base";
import { useSource } from "./data";
import { useLocalPlace } from "./place";
import { TraceView } from "./TraceView";
import { useLinks } from "./TraceScreen";

function Peek({ pid, tid }: { pid: string; tid: string }) {
  const source = useSource(pid, tid);
  const links = useLinks(pid);
  const navigate = useNavigate();
  const page = `${SERVER_ADDRESS}/project/${encodeURIComponent(pid)}/traces/${encodeURIComponent(tid)}`;
  const placed = useLocalPlace(page, (to) => void navigate({ to: "/project/$pid/traces/$tid", params: { pid, tid: to } }));
  return <TraceView source={source} placed={placed} links={links} mode="peek" />;
}

export function TracePeek({ pid, tid }: { pid: string; tid: string }) {
  return <Peek key={`${pid}/${tid}`} pid={pid} tid={tid} />;
}
