// SPDX-License-Identifier: MIT
import { useNavigate } from "@tanstack/react-router";
import { ListTree, MessagesSquare, SquareTerminal, UsersRound, Waypoints, type LucideIcon } from "lucide-react";
import { useEffect, useId, useState, type KeyboardEvent } from "react";
import { withQuery } from "@/api/client";
import { useGet } from "@/api/query";
import type { Search as Hits } from "@/api/ui";
import { commandStore, type Command } from "@/lib/commands";
import { formatTime } from "@/lib/format";
import { msg, t } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import { Dialog } from "@/ui/Dialog";
import { Input } from "@/ui/Field";
import { Kbd } from "@/ui/Kbd";
import { paletteStore } from "./paletteStore";
import { useProject } from "./project";

const PAUSE_MS = 120;
const FEWEST_LETTERS = 2;

type Hit = Hits["hits"][number];
interface Row {
  id: string;
  title: string;
  detail?: string | undefined;
  group: string;
  icon: LucideIcon;
  keys?: string | undefined;
  run: () => void;
}

const KINDS: Record<Hit["kind"], { group: string; icon: LucideIcon }> = {
  trace: { group: msg("Traces"), icon: ListTree },
  observation: { group: msg("Observations"), icon: Waypoints },
  session: { group: msg("Sessions"), icon: MessagesSquare },
  user: { group: msg("Users"), icon: UsersRound },
};

/** The text once it has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

const commandRow = (command: Command): Row => ({
  id: command.id, title: command.title, group: command.group, icon: SquareTerminal, keys: command.keys, run: () => command.run(),
});

/** Commands whose words all begin words of the title. */
function matching(commands: Command[], text: string): Row[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const seen = new Set<string>();
  return commands
    .filter((command) => !command.hidden && command.enabled !== false)
    .filter((command) => wanted.every((word) => command.title.toLowerCase().includes(word)))
    .filter((command) => !seen.has(command.id) && seen.add(command.id))
    .map(commandRow);
}

function useOpenHit(pid: string): (hit: Hit) => void {
  const navigate = useNavigate();
  return (hit) => {
    if (hit.kind === "session") void navigate({ to: "/project/$pid/sessions/$sid", params: { pid, sid: hit.id } });
    else if (hit.kind === "user") void navigate({ to: "/project/$pid/users/$uid", params: { pid, uid: hit.id } });
    else void navigate({
      to: "/project/$pid/traces/$tid",
      params: { pid, tid: hit.trace ?? hit.id },
      search: hit.kind === "observation" ? { obs: hit.id } : {},
    });
  };
}

function useRows(text: string): { rows: Row[]; searching: boolean } {
  const { id: pid } = useProject();
  const commands = useStore(commandStore);
  const open = useOpenHit(pid);
  const settled = useSettled(text.trim());
  const enabled = settled.length >= FEWEST_LETTERS;
  const { data, isFetching } = useGet<Hits>(withQuery(`api/ui/${pid}/search`, { q: settled }), { enabled });
  const hits = enabled && text.trim().length >= FEWEST_LETTERS ? (data?.hits ?? []) : [];
  const found = hits.map((hit): Row => ({
    id: `${hit.kind}.${hit.id}`,
    title: hit.title,
    detail: [hit.detail, hit.at === undefined ? "" : formatTime(hit.at)].filter(Boolean).join(" · "),
    group: t(KINDS[hit.kind].group),
    icon: KINDS[hit.kind].icon,
    run: () => open(hit),
  }));
  return { rows: [...matching(commands, text), ...found], searching: isFetching || settled !== text.trim() };
}

function Option({ row, id, chosen, heading, onRun, onHover }: { row: Row; id: string; chosen: boolean; heading: boolean; onRun: () => void; onHover: () => void }) {
  const Icon = row.icon;
  return (
    <>
      {heading && <li role="presentation" className="px-3 pt-2 pb-1 text-meta text-faint">{row.group}</li>}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the field above has the keys */}
      <li
        id={id}
        role="option"
        aria-selected={chosen}
        ref={(element) => {
          if (chosen) element?.scrollIntoView({ block: "nearest" });
        }}
        onClick={onRun}
        onPointerMove={onHover}
        className="flex h-8 cursor-default items-center gap-2.5 rounded-control px-3 aria-selected:bg-selected"
      >
        <Icon size={14} aria-hidden className="shrink-0 text-muted" />
        <span className="min-w-0 truncate">{row.title}</span>
        {row.detail && <span className="min-w-0 flex-1 truncate text-right text-small text-muted">{row.detail}</span>}
        {row.keys && <span className="ml-auto"><Kbd keys={row.keys} /></span>}
      </li>
    </>
  );
}

/** ⌘K: places, actions, and traces, sessions and users by id, name or text. */
export function Palette() {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const { rows, searching } = useRows(text);
  const chosen = Math.min(at, Math.max(0, rows.length - 1));
  const close = (): void => paletteStore.set(false);
  const run = (row: Row | undefined): void => {
    if (!row) return;
    close();
    row.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && !event.nativeEvent.isComposing) run(rows[chosen]);
    else if (step && rows.length) setAt((chosen + step + rows.length) % rows.length);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog open onClose={close} title={t("Go to or do")} className="mt-24 w-160">
      <Input
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={rows.length ? `${list}-${chosen}` : undefined}
        aria-label={t("Search everywhere")}
        placeholder={t("A screen, an action, an id, a name, words of a question or an answer")}
        autoFocus
        value={text}
        onChange={(event) => { setText(event.target.value); setAt(0); }}
        onKeyDown={onKeyDown}
      />
      <ul id={list} role="listbox" aria-label={t("Found")} className="mt-2 h-80 overflow-y-auto">
        {rows.map((row, i) => (
          <Option key={row.id} row={row} id={`${list}-${i}`} chosen={i === chosen} heading={row.group !== rows[i - 1]?.group} onRun={() => run(row)} onHover={() => setAt(i)} />
        ))}
        {rows.length === 0 && !searching && <li className="px-3 py-6 text-center text-muted">{t("Nothing found for “{text}”.", { text })}</li>}
      </ul>
    </Dialog>
  );
}
