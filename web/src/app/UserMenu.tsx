// SPDX-License-Identifier: MIT
import { useNavigate } from "@tanstack/react-router";
import { CircleUserRound, Keyboard, LogOut, UserRound } from "lucide-react";
import { useBoot } from "@/api/boot";
import { chooseLocale, LOCALES, localeStore, t, type Locale } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from "@/ui/Menu";
import { signOut } from "./account";
import { helpStore } from "./HelpSheet";
import { chooseTheme, THEMES, themeStore, type Theme } from "./theme";

export function UserMenu({ pid, folded }: { pid: string; folded: boolean }) {
  const { user } = useBoot();
  const theme = useStore(themeStore);
  const locale = useStore(localeStore);
  const navigate = useNavigate();
  const name = user?.name || user?.email || "";
  const trigger = (
    <button type="button" aria-label={t("You: {name}", { name })} className="flex h-8 w-full items-center gap-2.5 rounded-control px-2.5 text-muted hover:bg-sunk hover:text-text">
      <CircleUserRound size={16} aria-hidden className="shrink-0" />
      {!folded && <span className="truncate">{name}</span>}
    </button>
  );
  return (
    <Menu trigger={trigger} side="top" className="w-56">
      <MenuLabel>{user?.email}</MenuLabel>
      <MenuItem icon={UserRound} onSelect={() => void navigate({ to: "/project/$pid/settings/$page", params: { pid, page: "account" } })}>
        {t("Account")}
      </MenuItem>
      <MenuItem icon={Keyboard} keys="?" onSelect={() => helpStore.set(true)}>
        {t("Keyboard shortcuts")}
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>{t("Theme")}</MenuLabel>
      {(Object.keys(THEMES) as Theme[]).map((one) => (
        <MenuChoice key={one} checked={one === theme} onSelect={() => chooseTheme(one)}>
          {t(THEMES[one])}
        </MenuChoice>
      ))}
      <MenuSeparator />
      <MenuLabel>{t("Language")}</MenuLabel>
      {(Object.keys(LOCALES) as Locale[]).map((one) => (
        <MenuChoice key={one} checked={one === locale} onSelect={() => chooseLocale(one)}>
          {LOCALES[one]}
        </MenuChoice>
      ))}
      <MenuSeparator />
      <MenuItem icon={LogOut} onSelect={() => void signOut()}>
        {t("Sign out")}
      </MenuItem>
    </Menu>
  );
}
