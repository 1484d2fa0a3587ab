// SPDX-License-Identifier: MIT
import { Link, useNavigate } from "@tanstack/react-router";
import { useBoot } from "@/api/boot";
import { send } from "@/api/client";
import { refreshBoot } from "@/app/account";
import { mayAtLeast, useProject } from "@/app/project";
import { useForm } from "@/lib/form";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { FormProblem } from "@/ui/FormProblem";
import { toast } from "@/ui/Toast";
import { Section } from "./Section";

interface NameFormProps {
  label: string;
  button: string;
  value?: string;
  onSave: (name: string) => Promise<void>;
}

/** One name and its button. */
function NameForm({ label, button, value = "", onSave }: NameFormProps) {
  const form = useForm(async ({ name = "" }, element) => {
    await onSave(name);
    if (!value) element.reset();
  });
  return (
    <form onSubmit={form.onSubmit} className="panel grid gap-3 p-4">
      <div className="flex items-end gap-2">
        <div className="max-w-form flex-1"><Field label={label} name="name" defaultValue={value} required maxLength={100} /></div>
        <Button type="submit" busy={form.busy}>{button}</Button>
      </div>
      <FormProblem problem={form.problem} />
    </form>
  );
}

export function ProjectsPage() {
  const current = useProject();
  const navigate = useNavigate();
  const { org } = current;
  const mayEdit = mayAtLeast(org.role, "ADMIN");
  const { orgs } = useBoot();
  const createProject = async (oid: string, name: string): Promise<void> => {
    const { id } = await send<{ id: string }>("POST", `api/ui/orgs/${oid}/projects`, { name });
    await refreshBoot();
    await navigate({ to: "/project/$pid/", params: { pid: id } });
  };
  const createOrg = async (name: string): Promise<void> => {
    await send("POST", "api/ui/orgs", { name });
    await refreshBoot();
    toast(t("The organization {name} is made. Its first project can be made below.", { name }));
  };
  const rename = async (name: string): Promise<void> => {
    await send("PATCH", `api/ui/orgs/${org.id}`, { name });
    await refreshBoot();
    toast(t("Saved"));
  };
  return (
    <>
      <Section title={t("Projects of {org}", { org: org.name })}>
        <ul className="panel">
          {org.projects.map((project) => (
            <li key={project.id} className="flex h-9 items-center gap-3 px-3 not-first:border-t">
              <Link to="/project/$pid/" params={{ pid: project.id }} className="link min-w-0 truncate">{project.name}</Link>
              {project.id === current.id && <span className="text-faint">{t("this one")}</span>}
              <Link to="/project/$pid/settings/$page" params={{ pid: project.id, page: "project" }} className="ml-auto text-muted hover:text-text">{t("Settings")}</Link>
            </li>
          ))}
        </ul>
        {mayEdit && <NameForm label={t("New project")} button={t("Create")} onSave={(name) => createProject(org.id, name)} />}
      </Section>
      {mayEdit && (
        <Section title={t("Organization")}>
          <NameForm key={org.id} label={t("Name")} button={t("Save")} value={org.name} onSave={rename} />
        </Section>
      )}
      {orgs.filter((one) => one.projects.length === 0 && mayAtLeast(one.role, "ADMIN")).map((one) => (
        <Section key={one.id} title={one.name} hint={t("This organization has no project yet.")}>
          <NameForm label={t("New project")} button={t("Create")} onSave={(name) => createProject(one.id, name)} />
        </Section>
      ))}
      <Section title={t("Another organization")} hint={t("Organizations share nothing: not members, not projects.")}>
        <NameForm label={t("Name")} button={t("Create")} onSave={createOrg} />
      </Section>
    </>
  );
}
