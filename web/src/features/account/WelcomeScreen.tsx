// SPDX-License-Identifier: MIT
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useBoot } from "@/api/boot";
import { send } from "@/api/client";
import { refreshBoot, signOut } from "@/app/account";
import { Plain } from "@/app/Plain";
import { mayAtLeast } from "@/app/project";
import { useForm } from "@/lib/form";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { FormProblem } from "@/ui/FormProblem";

/** Signed in, but there is no project yet: the first one, in an organization that may be new too. */
export function WelcomeScreen() {
  const { orgs, user } = useBoot();
  const own = orgs.find((org) => mayAtLeast(org.role, "ADMIN"));
  const navigate = useNavigate();
  const router = useRouter();
  const form = useForm(async ({ org, project }) => {
    const oid = own?.id ?? (await send<{ id: string }>("POST", "api/ui/orgs", { name: org })).id;
    const { id } = await send<{ id: string }>("POST", `api/ui/orgs/${oid}/projects`, { name: project });
    await refreshBoot();
    await router.invalidate();
    await navigate({ to: "/project/$pid/", params: { pid: id }, replace: true });
  });
  return (
    <Plain title={t("Welcome")}>
      <form onSubmit={form.onSubmit} className="grid gap-4">
        <div className="grid gap-2">
          <h1 className="text-figure font-semibold">{t("Welcome, {name}", { name: user?.name || user?.email || "" })}</h1>
          <p className="text-muted">{t("Traces live in a project: one for each application and stage is usual.")}</p>
        </div>
        {own
          ? <p>{t("In the organization {name}", { name: own.name })}</p>
          : <Field label={t("Organization")} name="org" required autoFocus maxLength={100} autoComplete="organization" />}
        <Field label={t("Project")} name="project" required autoFocus={own !== undefined} maxLength={100} />
        <FormProblem problem={form.problem} />
        <Button type="submit" look="primary" busy={form.busy} className="h-8">{t("Create the project")}</Button>
      </form>
      <div><Button look="quiet" className="-ml-3" onClick={() => void signOut()}>{t("Sign out")}</Button></div>
    </Plain>
  );
}
