// SPDX-License-Identifier: MIT
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useBoot } from "@/api/boot";
import { send } from "@/api/client";
import { invalidate, useGet } from "@/api/query";
import type { ProjectSettings } from "@/api/ui";
import { refreshBoot } from "@/app/account";
import { mayAtLeast, useProject } from "@/app/project";
import { useForm } from "@/lib/form";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { ErrorBox } from "@/ui/ErrorBox";
import { Field } from "@/ui/Field";
import { Time } from "@/ui/Figures";
import { FormProblem } from "@/ui/FormProblem";
import { Skeleton } from "@/ui/Skeleton";
import { toast } from "@/ui/Toast";
import { TypedDelete } from "@/ui/TypedDelete";
import { Section } from "./Section";

const MOST_DAYS = 36_500;

function General({ settings, path, mayEdit }: { settings: ProjectSettings; path: string; mayEdit: boolean }) {
  const form = useForm(async ({ name, retention }) => {
    await send("PATCH", path, { name, retentionDays: Number(retention || 0) });
    await Promise.all([invalidate(path), refreshBoot()]);
    toast(t("Saved"));
  });
  return (
    <Section title={t("General")}>
      <form onSubmit={form.onSubmit} className="panel p-4">
        <fieldset disabled={!mayEdit} className="grid max-w-form gap-4">
          <Field label={t("Name")} name="name" defaultValue={settings.name} required maxLength={100} />
          <Field
            label={t("Keep traces for (days)")}
            name="retention"
            type="number"
            min={0}
            max={MOST_DAYS}
            defaultValue={settings.retentionDays || ""}
            placeholder={t("as long as the server keeps them")}
            hint={t("Older traces are deleted day by day. Empty: the server's own limit alone counts.")}
          />
          <FormProblem problem={form.problem} />
          {mayEdit && <div><Button type="submit" look="primary" busy={form.busy}>{t("Save")}</Button></div>}
        </fieldset>
      </form>
      <p className="flex flex-wrap items-center gap-1 text-small text-muted">
        {t("Project id")} <code className="font-mono">{settings.id}</code> <CopyButton text={settings.id} />
        · {t("created")} <Time at={settings.created} />
      </p>
    </Section>
  );
}

function Danger({ settings, path }: { settings: ProjectSettings; path: string }) {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const { orgs } = useBoot();
  const other = orgs.flatMap((org) => org.projects).find((project) => project.id !== settings.id);
  const remove = async (): Promise<void> => {
    await send("DELETE", path, { name: settings.name });
    await (other ? navigate({ to: "/project/$pid/", params: { pid: other.id } }) : navigate({ to: "/welcome" }));
    await refreshBoot(); // not before: the screen that is left needs its project
    toast(t("The project {name} is deleted.", { name: settings.name }));
  };
  return (
    <Section title={t("Delete the project")} hint={t("With every trace, score and key in it. This cannot be taken back.")}>
      <div><Button look="danger" onClick={() => setOpen(true)}>{t("Delete the project…")}</Button></div>
      {open && (
        <TypedDelete title={t("Delete the project")} name={settings.name} onDelete={remove} onClose={() => setOpen(false)}>
          {t("Every trace, score and key of {name} will be gone. Applications that still send to it will be refused.", { name: settings.name })}
        </TypedDelete>
      )}
    </Section>
  );
}

export function ProjectPage() {
  const project = useProject();
  const path = `api/ui/${project.id}/project`;
  const { data, error, refetch } = useGet<ProjectSettings>(path, { keep: false });
  if (error) return <ErrorBox error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  return (
    <>
      <General key={data.id} settings={data} path={path} mayEdit={mayAtLeast(project.role, "ADMIN")} />
      {mayAtLeast(project.role, "OWNER") && <Danger settings={data} path={path} />}
    </>
  );
}
