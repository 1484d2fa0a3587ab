// SPDX-License-Identifier: MIT
import { useEffect, type ReactNode } from "react";
import { cx } from "@/lib/cx";
import { Search } from "lucide-react";
import { t } from "@/lib/i18n";
import { keyCaps } from "@/ui/Kbd";
import { paletteStore } from "./paletteStore";
import { ProjectSwitcher } from "./ProjectSwitcher";
import { TimeRange } from "./TimeRange";

export interface PageProps {
  title: string;
  heading?: ReactNode; // instead of the title, where the line holds more than text
  tabs?: ReactNode; // beside the title
  timeRange?: boolean;
  actions?: ReactNode; // right of the time range
  fill?: boolean; // the screen scrolls its own panes
  children: ReactNode;
}

/** A screen inside the shell: the top bar's line and what is below it. */
export function Page({ title, heading, tabs, timeRange, actions, fill, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Rushlight`;
  }, [title]);
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <header className="flex h-11 shrink-0 items-center gap-3 border-b bg-panel px-4 max-sm:gap-2 max-sm:px-3">
        <ProjectSwitcher />
        <span aria-hidden className="text-faint max-sm:hidden">▸</span>
        <h1 className="min-w-0 truncate text-title font-semibold">{heading ?? title}</h1>
        {tabs}
        <div className="ml-auto flex min-w-0 items-center gap-2">
          {timeRange && <TimeRange />}
          {actions}
          <button type="button" aria-label={t("Go to or do")} data-tip={t("Go to or do")} onClick={() => paletteStore.set(true)} className="flex h-7 shrink-0 items-center gap-1.5 rounded-control border border-control px-2 text-small text-muted hover:bg-sunk hover:text-text pointer-coarse:h-8">
            <Search size={14} aria-hidden /> <span className="max-sm:hidden">{keyCaps("Mod+k")}</span>
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1} className={cx("relative min-h-0 flex-1 outline-none", fill ? "flex flex-col overflow-hidden" : "overflow-y-auto")}>
        {children}
      </main>
    </div>
  );
}
