import { Link, useNavigate, useRouter } from "@tanstack/react-router";
import { setBoot } from "@/api/boot";
import { send } from "@/api/client";
import type { Boot } from "@/api/ui";
import { Plain } from "@/app/Plain";
import { useForm } from "@/lib/form";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { FormProblem } from "@/ui/FormProblem";

export function SignUpScreen() {
  const navigate = useNavigate();
  const router = useRouter();
  const form = useForm(async ({ email, name, password }) => {
    setBoot(await send<Boot>("POST", "api/ui/auth/sign-up", { email, name, password }));
    await router.invalidate();
    await navigate({ to: "/", replace: true });
  });
  return (
    <Plain title={t("Sign up")}>
      <form onSubmit={form.onSubmit} className="grid gap-4">
        <h1 className="text-figure font-semibold">{t("Sign up")}</h1>
        <Field label={t("Name")} name="name" autoComplete="name" required autoFocus maxLength={100} />
        <Field label={t("E-mail")} name="email" type="email" autoComplete="username" required />
        <Field label={t("Password")} name="password" type="password" autoComplete="new-password" required minLength={8} />
        <FormProblem problem={form.problem} />
        <Button type="submit" look="primary" busy={form.busy} className="h-8">
          {t("Create account")}
        </Button>
      </form>
      <p className="text-muted">
        {t("Already registered?")} <Link to="/sign-in" className="link">{t("Sign in")}</Link>
      </p>
    </Plain>
  );
}
