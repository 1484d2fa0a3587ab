// SPDX-License-Identifier: MIT
import { Link } from "@tanstack/react-router";
import { House, ListTree, MessagesSquare, PanelLeft, Settings, UsersRound, type LucideIcon } from "lucide-react";
import { cx } from "@/lib/cx";
import { msg, t } from "@/lib/i18n";
import { createStore, useStore } from "@/lib/store";
import { load, save } from "@/lib/storage";
import { Mark } from "@/ui/Mark";
import { IngestionLight } from "./IngestionLight";
import { useProject } from "./project";
import { useSearchState } from "./search";
import { UserMenu } from "./UserMenu";

export interface RailEntry {
  to: "/project/$pid/" | "/project/$pid/traces" | "/project/$pid/sessions" | "/project/$pid/users" | "/project/$pid/settings";
  part: string; // first part of the path below the project
  label: string;
  icon: LucideIcon;
  keys: string;
}

export const RAIL: RailEntry[] = [
  { to: "/project/$pid/", part: "", label: msg("Overview"), icon: House, keys: "g h" },
  { to: "/project/$pid/traces", part: "traces", label: msg("Traces"), icon: ListTree, keys: "g t" },
  { to: "/project/$pid/sessions", part: "sessions", label: msg("Sessions"), icon: MessagesSquare, keys: "g s" },
  { to: "/project/$pid/users", part: "users", label: msg("Users"), icon: UsersRound, keys: "g u" },
  { to: "/project/$pid/settings", part: "settings", label: msg("Settings"), icon: Settings, keys: "g ," },
];

const foldedStore = createStore(load("rail") === "folded");

export function toggleRail(): void {
  foldedStore.set((folded) => {
    save("rail", folded ? undefined : "folded");
    return !folded;
  });
}

const ENTRY =
  "relative flex h-8 items-center gap-2.5 rounded-control px-2.5 text-muted hover:bg-sunk hover:text-text " +
  "aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-text " +
  "max-sm:h-12 max-sm:flex-1 max-sm:flex-col max-sm:justify-center max-sm:gap-0.5 max-sm:px-1 max-sm:text-meta";

function Entry({ entry, pid, folded }: { entry: RailEntry; pid: string; folded: boolean }) {
  const [{ range }] = useSearchState();
  const Icon = entry.icon;
  return (
    <Link
      to={entry.to}
      params={{ pid }}
      search={range ? { range } : {}}
      activeOptions={{ exact: entry.part === "", includeSearch: false }}
      data-tip={folded ? t(entry.label) : undefined}
      className={ENTRY}
    >
      <Icon size={16} aria-hidden className="shrink-0" />
      <span className={cx("truncate", folded && "sm:sr-only")}>{t(entry.label)}</span>
    </Link>
  );
}

/** 200 px of places, 44 when folded; on a phone the bar at the bottom. */
export function Rail() {
  const project = useProject();
  const folded = useStore(foldedStore);
  const label = folded ? t("Unfold the rail") : t("Fold the rail");
  return (
    <nav
      aria-label={t("Main")}
      className={cx(
        "flex shrink-0 flex-col border-r bg-panel p-1.5 max-sm:order-last max-sm:w-full max-sm:flex-row max-sm:border-t max-sm:border-r-0 max-sm:p-0",
        folded ? "sm:w-12" : "sm:w-50",
      )}
    >
      <div className={cx("mb-2 flex items-center max-sm:hidden", folded ? "flex-col gap-1" : "h-8 justify-between")}>
        <Link to="/project/$pid/" params={{ pid: project.id }} aria-label="Rushlight" className="flex h-8 items-center gap-2 rounded-control px-2">
          <Mark />
          {!folded && <span className="font-semibold">Rushlight</span>}
        </Link>
        <button type="button" aria-label={label} data-tip={`${label} ([)`} onClick={toggleRail} className="grid size-7 place-items-center rounded-control text-muted hover:bg-sunk hover:text-text">
          <PanelLeft size={16} aria-hidden />
        </button>
      </div>
      <div className="grid gap-0.5 max-sm:flex max-sm:flex-1 max-sm:gap-0">
        {RAIL.map((entry) => (
          <Entry key={entry.part} entry={entry} pid={project.id} folded={folded} />
        ))}
      </div>
      <div className="mt-auto grid gap-0.5 max-sm:hidden">
        <IngestionLight pid={project.id} folded={folded} />
        <UserMenu pid={project.id} folded={folded} />
      </div>
    </nav>
  );
}
