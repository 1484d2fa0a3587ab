// SPDX-License-Identifier: MIT
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { Page } from "@/app/Page";
import { useProject } from "@/app/project";
import { msg, t } from "@/lib/i18n";
import { Empty } from "@/ui/Empty";
import { Select } from "@/ui/Field";
import { AccountPage } from "./AccountPage";
import { CostPage } from "./CostPage";
import { KeysPage } from "./KeysPage";
import { MembersPage } from "./MembersPage";
import { ProjectPage } from "./ProjectPage";
import { ProjectsPage } from "./ProjectsPage";
import { SystemPage } from "./SystemPage";

interface SettingsPage {
  page: string;
  label: string;
  Body: ComponentType;
}

const GROUPS: { heading: string; pages: SettingsPage[] }[] = [
  {
    heading: msg("Project"),
    pages: [
      { page: "project", label: msg("General"), Body: ProjectPage },
      { page: "keys", label: msg("API keys"), Body: KeysPage },
    ],
  },
  {
    heading: msg("Organization"),
    pages: [
      { page: "members", label: msg("Members"), Body: MembersPage },
      { page: "projects", label: msg("Projects"), Body: ProjectsPage },
    ],
  },
  {
    heading: msg("You and this server"),
    pages: [
      { page: "account", label: msg("Account"), Body: AccountPage },
      { page: "system", label: msg("System"), Body: SystemPage },
      { page: "cost", label: msg("Cost"), Body: CostPage },
    ],
  },
];
const PAGES = GROUPS.flatMap((group) => group.pages);

function PageList({ pid, current }: { pid: string; current: string }) {
  return (
    <nav aria-label={t("Settings")} className="w-50 shrink-0 overflow-y-auto border-r p-3 max-md:hidden">
      {GROUPS.map((group) => (
        <div key={group.heading} className="mb-4">
          <h2 className="px-2 pb-1 text-small text-muted">{t(group.heading)}</h2>
          {group.pages.map(({ page, label }) => (
            <Link
              key={page}
              to="/project/$pid/settings/$page"
              params={{ pid, page }}
              aria-current={page === current ? "page" : undefined}
              className="flex h-7 items-center rounded-control px-2 hover:bg-sunk aria-[current=page]:bg-selected aria-[current=page]:font-medium"
            >
              {t(label)}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
}

/** One left list; on a phone a select above the page. */
export function SettingsScreen() {
  const { id: pid } = useProject();
  const { page = "" } = useParams({ strict: false });
  const navigate = useNavigate();
  const current = PAGES.find((one) => one.page === page);
  return (
    <Page title={current ? `${t(current.label)} · ${t("Settings")}` : t("Settings")} heading={t("Settings")} fill>
      <div className="flex min-h-0 flex-1 max-md:flex-col">
        <PageList pid={pid} current={page} />
        <div className="border-b bg-panel p-3 md:hidden">
          <Select
            label={t("Settings")}
            className="w-full"
            value={page}
            options={PAGES.map((one) => ({ value: one.page, label: t(one.label) }))}
            onChange={(event) => void navigate({ to: "/project/$pid/settings/$page", params: { pid, page: event.target.value } })}
          />
        </div>
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
        <div tabIndex={0} role="region" aria-label={current ? t(current.label) : t("Settings")} className="min-h-0 flex-1 overflow-y-auto">
          <div className="mx-auto grid max-w-page grid-cols-[minmax(0,1fr)] gap-8 px-6 py-6 max-sm:px-4">
            {current ? <current.Body /> : <Empty title={t("There is no such settings page.")} />}
          </div>
        </div>
      </div>
    </Page>
  );
}
