// SPDX-License-Identifier: MIT
import { useNavigate } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { useEffect, useState } from "react";
import { SERVER_ADDRESS } from "@/api/base";
import { send } from "@/api/client";
import { followRows, liveStore } from "@/api/live";
import { invalidate, useGet } from "@/api/query";
import type { ApiKey, TraceList } from "@/api/ui";
import { useAction } from "@/lib/form";
import { t } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import { Button } from "@/ui/Button";
import { FormProblem } from "@/ui/FormProblem";
import { mayAtLeast, useProject, type Project } from "./project";
import { Snippets } from "./Snippets";

const POLL_MS = 5000;
type NewKey = ApiKey & { secretKey: string; host: string };

/** Calls back once, when the project has a trace: the event stream says so, or a look now and then. */
function useFirstTrace(pid: string, onTrace: () => void): void {
  const live = useStore(liveStore);
  const list = useGet<TraceList>(`api/ui/${pid}/traces?range=7d`, live === "on" ? {} : { refetchMs: POLL_MS });
  const found = (list.data?.rows.length ?? 0) > 0;
  useEffect(() => followRows("", onTrace), [pid]); // eslint-disable-line react-hooks/exhaustive-deps -- one connection a project
  useEffect(() => {
    if (found) onTrace();
  }, [found]); // eslint-disable-line react-hooks/exhaustive-deps -- once
}

function Waiting() {
  return (
    <p role="status" className="flex items-center gap-2.5 text-muted">
      <span aria-hidden className="size-2 shrink-0 animate-pulse rounded-dot bg-accent" />
      {t("Waiting for the first trace. This page turns into the list when it comes.")}
    </p>
  );
}

function Keys({ project }: { project: Project }) {
  const keys = useGet<{ keys: ApiKey[] }>(`api/ui/${project.id}/keys`, { enabled: mayAtLeast(project.role, "MEMBER") });
  const [made, setMade] = useState<NewKey>();
  const make = useAction(async () => {
    setMade(await send<NewKey>("POST", `api/ui/${project.id}/keys`, { note: t("First key") }));
    await invalidate(`api/ui/${project.id}/keys`);
  });
  const none = keys.data?.keys.length === 0;
  const publicKey = made?.publicKey ?? keys.data?.keys[0]?.publicKey ?? "pk-lf-…";
  return (
    <>
      <section className="grid gap-2">
        <h2 className="text-title font-semibold">{t("1. A key pair")}</h2>
        <p className="text-muted">
          {made
            ? t("The secret key stands in the blocks below. It is shown only now.")
            : none ? t("This project has no key yet.")
            : t("The public key of this project is in the blocks below. Its secret was shown once, when it was made; make another pair if you do not have it.")}
        </p>
        {!made && mayAtLeast(project.role, "ADMIN") && (
          <div><Button icon={KeyRound} busy={make.busy} onClick={() => void make.run()}>{t("Make a key pair")}</Button></div>
        )}
        <FormProblem problem={make.problem} />
      </section>
      <section className="grid min-w-0 gap-2">
        <h2 className="text-title font-semibold">{t("2. Send a trace")}</h2>
        <Snippets keys={{ host: made?.host ?? SERVER_ADDRESS, publicKey, secretKey: made?.secretKey ?? "sk-lf-…" }} />
      </section>
    </>
  );
}

/** Instead of empty charts and lists, until the project has its first trace. */
export function FirstRun() {
  const project = useProject();
  const navigate = useNavigate();
  useFirstTrace(project.id, () => {
    void invalidate(`api/ui/${project.id}/`);
    void navigate({ to: "/project/$pid/traces", params: { pid: project.id } });
  });
  return (
    <div className="mx-auto grid max-w-page grid-cols-[minmax(0,1fr)] gap-8 px-4 py-10">
      <div className="grid gap-2">
        <h2 className="text-figure font-semibold">{t("Send your first trace")}</h2>
        <p className="max-w-measure text-reading text-muted">
          {t("Rushlight understands the Langfuse API and OpenTelemetry: the SDK that you have already works, pointed at this server.")}
        </p>
        <Waiting />
      </div>
      <Keys project={project} />
    </div>
  );
}
