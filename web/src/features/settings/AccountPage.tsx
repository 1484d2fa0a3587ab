// SPDX-License-Identifier: MIT
import { LogOut } from "lucide-react";
import { useBoot } from "@/api/boot";
import { send } from "@/api/client";
import { forget, signOut } from "@/app/account";
import { chooseDensity, chooseTheme, densityStore, THEMES, themeStore, type Theme } from "@/app/theme";
import { useForm } from "@/lib/form";
import { chooseLocale, LOCALES, localeStore, t, type Locale } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import { Button } from "@/ui/Button";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { Field } from "@/ui/Field";
import { FormProblem } from "@/ui/FormProblem";
import { Tabs } from "@/ui/Tabs";
import { toast, toastError } from "@/ui/Toast";
import { Section } from "./Section";

const ROW = "flex min-h-11 items-center justify-between gap-4 px-4 py-2 not-first:border-t";

function Looks() {
  const theme = useStore(themeStore);
  const density = useStore(densityStore);
  const locale = useStore(localeStore);
  const themes = (Object.keys(THEMES) as Theme[]).map((value) => ({ value, label: t(THEMES[value]) }));
  const rows = [{ value: "regular", label: t("Two lines") }, { value: "compact", label: t("One line") }] as const;
  const locales = (Object.keys(LOCALES) as Locale[]).map((value) => ({ value, label: LOCALES[value] }));
  return (
    <Section title={t("Appearance")} hint={t("Remembered by this browser.")}>
      <div className="panel">
        <div className={ROW}>{t("Theme")} <Tabs label={t("Theme")} tabs={themes} value={theme} onChange={chooseTheme} /></div>
        <div className={ROW}>{t("Language")} <Tabs label={t("Language")} tabs={locales} value={locale} onChange={chooseLocale} /></div>
        <div className={ROW}>{t("Rows of lists")} <Tabs label={t("Rows of lists")} tabs={[...rows]} value={density} onChange={chooseDensity} /></div>
      </div>
    </Section>
  );
}

function Password({ email }: { email: string }) {
  const form = useForm(async ({ current, next }, element) => {
    await send("POST", "api/ui/auth/password", { current, next });
    element.reset();
    toast(t("The password is changed. Your other sessions have ended."));
  });
  return (
    <Section title={t("Password")}>
      <form onSubmit={form.onSubmit} className="panel p-4">
        <div className="grid max-w-form gap-4">
          <input type="hidden" name="email" autoComplete="username" value={email} readOnly />
          <Field label={t("Current password")} name="current" type="password" autoComplete="current-password" required />
          <Field label={t("New password")} name="next" type="password" autoComplete="new-password" required minLength={8} hint={t("At least 8 characters: a letter, a digit and another sign.")} />
          <FormProblem problem={form.problem} />
          <div><Button type="submit" look="primary" busy={form.busy}>{t("Change the password")}</Button></div>
        </div>
      </form>
    </Section>
  );
}

export function AccountPage() {
  const { user } = useBoot();
  const signOutEverywhere = (): void => {
    send("POST", "api/ui/auth/sign-out-everywhere").then(forget, toastError);
  };
  return (
    <>
      <Section title={t("Account")}>
        <div className="panel">
          <div className={ROW}>
            <div className="min-w-0">
              <div className="truncate font-medium">{user?.name || user?.email}</div>
              {user?.name && <div className="truncate text-muted">{user.email}</div>}
            </div>
            <Button icon={LogOut} onClick={() => void signOut()}>{t("Sign out")}</Button>
          </div>
          <div className={ROW}>
            <span>{t("Sessions on other devices and in other browsers")}</span>
            <ConfirmButton onConfirm={signOutEverywhere}>{t("Sign out everywhere")}</ConfirmButton>
          </div>
        </div>
      </Section>
      <Looks />
      <Password email={user?.email ?? ""} />
    </>
  );
}
