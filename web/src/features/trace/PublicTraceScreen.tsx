// SPDX-License-Identifier: MIT
//
// A published trace: the same screen for anybody with the link, without anything that writes.

import { Link, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useBoot } from "@/api/boot";
import { t } from "@/lib/i18n";
import { ErrorBox } from "@/ui/ErrorBox";
import { useSkeleton, useSource } from "./data";
import type { Links } from "./Header";
import { TraceView } from "./TraceView";
import { usePlaced } from "./usePlaced";

const AS_TEXT: Links = { user: (text) => text, session: (text) => text };

function Foot() {
  const { user } = useBoot();
  return (
    <footer className="flex h-8 shrink-0 items-center gap-3 border-t bg-panel px-3 text-small text-muted">
      <span>{t("A published trace, shown by Rushlight")}</span>
      <Link className="link ml-auto" to={user ? "/" : "/sign-in"}>{user ? t("Open Rushlight") : t("Sign in")}</Link>
    </footer>
  );
}

export function PublicTraceScreen() {
  const { tid = "" } = useParams({ strict: false });
  const source = useSource(undefined, tid);
  const placed = usePlaced(undefined);
  const { data, error } = useSkeleton(source);
  const title = data?.trace.name ?? t("Trace");
  useEffect(() => {
    document.title = `${title} · Rushlight`;
  }, [title]);
  const missing = error !== null && !data && [401, 403, 404].includes(error.status);
  return (
    <div className="flex h-full flex-col">
      <main id="main" className="flex min-h-0 flex-1 flex-col">
        {missing ? <ErrorBox error={new Error(t("There is no published trace at this address. Its owner may have stopped sharing it."))} /> : <TraceView source={source} placed={placed} links={AS_TEXT} />}
      </main>
      <Foot />
    </div>
  );
}
