// SPDX-License-Identifier: MIT
import { useNavigate } from "@tanstack/react-router";
import { ChevronDown, Plus } from "lucide-react";
import { Fragment } from "react";
import { useBoot } from "@/api/boot";
import { t } from "@/lib/i18n";
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from "@/ui/Menu";
import { mayAtLeast, useProject } from "./project";

/** acme / support ▾ */
export function ProjectSwitcher() {
  const boot = useBoot();
  const project = useProject();
  const navigate = useNavigate();
  const go = (pid: string): void => void navigate({ to: "/project/$pid/", params: { pid } });
  const trigger = (
    <button type="button" aria-label={t("Switch project")} className="flex h-7 min-w-0 shrink items-center gap-1 rounded-control px-1 text-muted hover:bg-sunk hover:text-text">
      <span className="truncate max-lg:hidden">{project.org.name}</span>
      <span aria-hidden className="text-faint max-lg:hidden">/</span>
      <span className="max-w-40 truncate font-medium text-text max-sm:max-w-24">{project.name}</span>
      <ChevronDown size={14} aria-hidden className="shrink-0" />
    </button>
  );
  return (
    <Menu trigger={trigger} className="max-w-80">
      {boot.orgs.map((org) => (
        <Fragment key={org.id}>
          <MenuLabel>{org.name}</MenuLabel>
          {org.projects.map((one) => (
            <MenuChoice key={one.id} checked={one.id === project.id} onSelect={() => go(one.id)}>
              {one.name}
            </MenuChoice>
          ))}
        </Fragment>
      ))}
      {mayAtLeast(project.org.role, "ADMIN") && (
        <>
          <MenuSeparator />
          <MenuItem icon={Plus} onSelect={() => void navigate({ to: "/project/$pid/settings/$page", params: { pid: project.id, page: "projects" } })}>
            {t("New project")}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
