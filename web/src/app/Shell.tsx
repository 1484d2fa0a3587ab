// SPDX-License-Identifier: MIT
import { Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { followProject } from "@/api/live";
import { copyText } from "@/lib/clipboard";
import { listenForKeys, useCommands, type Command } from "@/lib/commands";
import { t } from "@/lib/i18n";
import { whenIdle } from "@/lib/idle";
import { useStore } from "@/lib/store";
import { save } from "@/lib/storage";
import { useIdleFloating } from "@/ui/radix";
import { toast } from "@/ui/Toast";
import { HelpSheet, helpStore } from "./HelpSheet";
import { paletteStore } from "./paletteStore";
import { Rail, RAIL, toggleRail } from "./Rail";
import { useProject } from "./project";
import { chooseDensity, densityStore } from "./theme";

const loadPalette = async () => ({ default: (await import("./Palette")).Palette });
const Palette = lazy(loadPalette);

const queryField = (): HTMLElement | null => document.querySelector("[data-query]");

function useShellCommands(pid: string): void {
  const navigate = useNavigate();
  const places: Command[] = RAIL.map((entry) => ({
    id: `go.${entry.part}`,
    title: t(entry.label),
    group: t("Go to"),
    keys: entry.keys,
    run: () => void navigate({ to: entry.to, params: { pid } }),
  }));
  const group = t("Everywhere");
  useCommands([
    ...places,
    { id: "palette", title: t("Go to or do"), group, keys: "Mod+k", hidden: true, run: () => paletteStore.set((open) => !open) },
    { id: "rail", title: t("Fold the rail"), group, keys: "[", run: toggleRail },
    { id: "help", title: t("Keyboard shortcuts"), group, keys: "?", run: () => helpStore.set(true) },
    { id: "query", title: t("Search this list"), group, keys: "/", hidden: true, run: () => queryField()?.focus() },
    {
      id: "density", title: t("Switch row height"), group, keys: "v",
      run: () => chooseDensity(densityStore.get() === "compact" ? "regular" : "compact"),
    },
    {
      id: "link", title: t("Copy link"), group, keys: "y",
      run: () => void copyText(location.href).then((done) => done && toast(t("Link copied"))),
    },
  ]);
}

/** The rail and the screen beside it. */
export function Shell() {
  const project = useProject();
  const palette = useStore(paletteStore);
  useShellCommands(project.id);
  useIdleFloating();
  useEffect(listenForKeys, []);
  useEffect(() => whenIdle(() => void loadPalette().catch(() => undefined)), []); // so that it takes what is typed after ⌘K
  useEffect(() => {
    save("project", project.id);
    return followProject(project.id);
  }, [project.id]);
  return (
    <div className="flex h-full max-sm:flex-col">
      <a href="#main" className="float sr-only px-3 py-1 focus:not-sr-only focus:absolute" onClick={(event) => {
        event.preventDefault();
        document.getElementById("main")?.focus();
      }}>
        {t("Skip to the content")}
      </a>
      <Rail />
      <div className="flex min-h-0 min-w-0 flex-1">
        <Outlet />
      </div>
      <HelpSheet />
      {palette && <Suspense><Palette /></Suspense>}
    </div>
  );
}
