// SPDX-License-Identifier: MIT
import { Link } from "@tanstack/react-router";
import { useBoot } from "@/api/boot";
import { send } from "@/api/client";
import type { Boot } from "@/api/ui";
import { Plain } from "@/app/Plain";
import { useSearchState } from "@/app/search";
import { useForm } from "@/lib/form";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { FormProblem } from "@/ui/FormProblem";
import { useEnter } from "./enter";

export function SignInScreen() {
  const boot = useBoot();
  const [{ next }] = useSearchState();
  const enter = useEnter();
  const form = useForm(async ({ email, password }) => {
    await enter(await send<Boot>("POST", "api/ui/auth/sign-in", { email, password }), next);
  });
  return (
    <Plain title={t("Sign in")}>
      <form onSubmit={form.onSubmit} className="grid gap-4">
        <h1 className="text-figure font-semibold">{t("Sign in")}</h1>
        <Field label={t("E-mail")} name="email" type="email" autoComplete="username" required autoFocus />
        <Field label={t("Password")} name="password" type="password" autoComplete="current-password" required />
        <FormProblem problem={form.problem} />
        <Button type="submit" look="primary" busy={form.busy} className="h-8">
          {t("Sign in")}
        </Button>
      </form>
      {boot.signUp && (
        <p className="text-muted">
          {t("No account yet?")} <Link to="/sign-up" search={next ? { next } : {}} className="link">{t("Sign up")}</Link>
        </p>
      )}
    </Plain>
  );
}
