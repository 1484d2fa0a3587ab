// SPDX-License-Identifier: MIT
//
// A session as the conversation that it was: turns on the left, what was said in the middle, the facts
// of one turn on the right.

import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Fragment, useCallback, useEffect, useRef, useState } from "react";
import { Page } from "@/app/Page";
import { useProject } from "@/app/project";
import { useSearchState } from "@/app/search";
import type { SessionRow } from "@/api/ui";
import { useCommands, type Command } from "@/lib/commands";
import { plain } from "@/ui/content/safe";
import { formatNumber } from "@/lib/format";
import { t } from "@/lib/i18n";
import { ErrorBox } from "@/ui/ErrorBox";
import { Duration, Money, Num, Time } from "@/ui/Figures";
import { Skeleton } from "@/ui/Skeleton";
import { preloadMarkdown } from "@/ui/content/Markdown";
import { Conversation } from "./Conversation";
import { useSession, type Turn } from "./session";
import { TurnFacts } from "./TurnFacts";
import { TurnRail } from "./TurnRail";
import "@/ui/content/content.css";
import "./session.css";

function Heading({ pid, session }: { pid: string; session: SessionRow }) {
  return (
    <span className="flex min-w-0 items-baseline gap-4">
      <span className="truncate">{plain(session.id)}</span>
      <span className="ss-facts">
        {session.users.slice(0, 2).map((uid) => (
          <Link key={uid} className="link" to="/project/$pid/users/$uid" params={{ pid, uid }}>{plain(uid)}</Link>
        ))}
        <span>{t("{n, plural, one {# turn} other {# turns}}", { n: session.turns })}</span>
        {session.errors > 0 && <span className="bad">✕ {t("{n, plural, one {# error} other {# errors}}", { n: session.errors })}</span>}
        <Time at={session.start} />
        <Duration ms={session.end - session.start} />
        {session.cost > 0 && <Money dollars={session.cost} />}
        {session.tokens > 0 && <span><Num n={session.tokens} /> {t("tokens")}</span>}
        {(session.scores ?? []).slice(0, 3).map((score) => (
          <span key={score.name}>{plain(score.name)} {score.value === undefined ? plain(score.text ?? "") : formatNumber(score.value)}</span>
        ))}
      </span>
    </span>
  );
}

interface KeysProps {
  turns: Turn[];
  at: number;
  go: (at: number) => void;
  open: (turn: Turn) => void;
  raw: () => void;
  score: () => void;
}

function useTurnKeys({ turns, at, go, open, raw, score }: KeysProps): void {
  const group = t("Session");
  const failing = (by: 1 | -1): void => {
    for (let k = 1; k <= turns.length; k++) {
      const next = (at + by * k + turns.length * k) % turns.length;
      if (turns[next]!.trace.errors > 0) return go(next);
    }
  };
  const rows: [string, string, string, () => void, boolean?][] = [
    ["next", t("Next turn"), "j", () => go(at + 1), true],
    ["before", t("Previous turn"), "k", () => go(at - 1), true],
    ["open", t("Open the trace of the turn"), "Enter", () => turns[at] && open(turns[at])],
    ["raw", t("Turn as JSON"), "x", raw],
    ["score", t("Add score"), "a", score],
    ["error", t("Next error"), "e", () => failing(1)],
    ["error-before", t("Previous error"), "Shift+e", () => failing(-1)],
  ];
  useCommands(rows.map(([id, title, keys, run, repeat = false]): Command => ({ id: `session-${id}`, title, group, keys, run, repeat })));
}

/** The turn in the address, brought into view when it changes. */
function useTurn(turns: Turn[], list: React.RefObject<HTMLElement | null>): [number, (at: number) => void] {
  const [search, setSearch] = useSearchState();
  const at = Math.max(0, Math.min(turns.length - 1, (Number.parseInt(search.at ?? "1", 10) || 1) - 1));
  const go = useCallback(
    (to: number) => {
      const next = Math.max(0, Math.min(turns.length - 1, to));
      setSearch({ at: next === 0 ? undefined : String(next + 1) }, { replace: true });
    },
    [turns.length, setSearch],
  );
  const first = useRef(true);
  useEffect(() => {
    const turn = list.current?.querySelector(`[data-turn="${at}"]`);
    if (!first.current || at > 0) turn?.scrollIntoView({ block: first.current ? "start" : "nearest" });
    first.current = false;
  }, [at, list]);
  return [at, go];
}

function Reader({ pid, session }: { pid: string; session: ReturnType<typeof useSession> }) {
  const { turns, more, loading } = session;
  const navigate = useNavigate();
  const list = useRef<HTMLDivElement>(null);
  const [at, go] = useTurn(turns, list);
  const [rawTurn, setRawTurn] = useState(-1);
  const [adding, setAdding] = useState(false);
  const open = (turn: Turn) => void navigate({ to: "/project/$pid/traces/$tid", params: { pid, tid: turn.trace.id }, search: { view: "transcript" } });
  useTurnKeys({ turns, at, go, open, raw: () => setRawTurn(rawTurn === at ? -1 : at), score: () => setAdding(true) });
  useEffect(() => {
    if (at >= turns.length - 2) more?.();
  }, [at, turns.length, more]);
  const turn = turns[at];
  return (
    <div className="ss">
      <TurnRail turns={turns} at={at} onGo={go} />
      <Conversation ref={list} turns={turns} at={at} raw={rawTurn} onGo={go} more={more} loading={loading} />
      {turn && <TurnFacts key={turn.trace.id} pid={pid} turn={turn} nth={at + 1} adding={adding} setAdding={setAdding} onScored={session.addScore} />}
    </div>
  );
}

export function SessionScreen() {
  const { id: pid } = useProject();
  const { sid = "" } = useParams({ strict: false });
  const session = useSession(pid, sid);
  useEffect(preloadMarkdown, []);
  return (
    <Page title={plain(sid)} fill heading={session.session ? <Heading pid={pid} session={session.session} /> : undefined}>
      {session.error && session.turns.length === 0 && <ErrorBox error={session.error} onRetry={session.retry} />}
      {!session.session && !session.error && <Skeleton />}
      {session.session && <Fragment key={sid}><Reader pid={pid} session={session} /></Fragment>}
    </Page>
  );
}
