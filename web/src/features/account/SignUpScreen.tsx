// SPDX-License-Identifier: MIT
import { Link } from "@tanstack/react-router";
import { useBoot } from "@/api/boot";
import { Plain } from "@/app/Plain";
import { useSearchState } from "@/app/search";
import { t } from "@/lib/i18n";
import { SignUpForm } from "./SignUpForm";

export function SignUpScreen() {
  const { signUp } = useBoot();
  const [{ next }] = useSearchState();
  return (
    <Plain title={t("Sign up")}>
      <h1 className="text-figure font-semibold">{t("Create an account")}</h1>
      {signUp
        ? <SignUpForm next={next} />
        : <p className="text-muted">{t("Accounts are by invitation on this server. Ask an administrator for a link.")}</p>}
      <p className="text-muted">
        {t("Already registered?")} <Link to="/sign-in" search={next ? { next } : {}} className="link">{t("Sign in")}</Link>
      </p>
    </Plain>
  );
}
