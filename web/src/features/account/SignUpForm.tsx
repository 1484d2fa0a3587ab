// SPDX-License-Identifier: MIT
import { send } from "@/api/client";
import type { Boot } from "@/api/ui";
import { useForm } from "@/lib/form";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { FormProblem } from "@/ui/FormProblem";
import { useEnter } from "./enter";

interface Props {
  invite?: { token: string; email: string };
  next?: string | undefined;
}

/** A new account, with or without an invitation; an invitation settles the e-mail address. */
export function SignUpForm({ invite, next }: Props) {
  const enter = useEnter();
  const form = useForm(async ({ email, name, password }) => {
    const body = { email: invite?.email ?? email, name, password, ...(invite ? { invite: invite.token } : {}) };
    await enter(await send<Boot>("POST", "api/ui/auth/sign-up", body), next);
  });
  return (
    <form onSubmit={form.onSubmit} className="grid gap-4">
      <Field label={t("Name")} name="name" autoComplete="name" required autoFocus maxLength={100} />
      {invite
        ? <Field label={t("E-mail")} type="email" value={invite.email} readOnly autoComplete="username" />
        : <Field label={t("E-mail")} name="email" type="email" autoComplete="username" required />}
      <Field label={t("Password")} name="password" type="password" autoComplete="new-password" required minLength={8} hint={t("At least 8 characters: a letter, a digit and another sign.")} />
      <FormProblem problem={form.problem} />
      <Button type="submit" look="primary" busy={form.busy} className="h-8">
        {t("Create account")}
      </Button>
    </form>
  );
}
