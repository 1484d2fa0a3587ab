// SPDX-License-Identifier: MIT
//
// The line above a trace: name, errors, when, how long, what it cost, whose it was; and what can be
// done with the trace as a whole.

import { ChevronLeft, ChevronRight, Download, Ellipsis, Link2, Share2, Star, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { Skeleton } from "@/api/ui";
import { plain } from "@/ui/content/safe";
import { t } from "@/lib/i18n";
import { Button, IconButton } from "@/ui/Button";
import { Duration, Money, Num, Time } from "@/ui/Figures";
import { KindGlyph } from "@/ui/KindGlyph";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";
import { SharePopover } from "./Share";
import type { TraceActions } from "./useActions";

type Trace = Skeleton["trace"];

function Trouble({ trace, onErrors }: { trace: Trace; onErrors: () => void }) {
  if (trace.errors > 0) {
    return (
      <button type="button" className="th-errors" data-level="ERROR" onClick={onErrors} data-tip={t("Next error (e)")}>
        ✕ {t("{n, plural, one {# error} other {# errors}}", { n: trace.errors })}
      </button>
    );
  }
  if (trace.warnings > 0) return <span className="th-errors" data-level="WARNING">▲ {t("{n, plural, one {# warning} other {# warnings}}", { n: trace.warnings })}</span>;
  return null;
}

function Facts({ trace, links }: { trace: Trace; links: Links }) {
  return (
    <p className="th-facts">
      <Time at={trace.start} />
      {trace.latency !== undefined && <Duration ms={trace.latency} />}
      {trace.cost > 0 && <Money dollars={trace.cost} />}
      {trace.tokens > 0 && <span><Num n={trace.tokens} /> {t("tokens")}</span>}
      {trace.user !== undefined && <span className="th-cut">{links.user(plain(trace.user), trace.user)}</span>}
      {trace.session !== undefined && <span className="th-cut">{links.session(t("session {id}", { id: plain(trace.session) }), trace.session)}</span>}
      {trace.env !== undefined && trace.env !== "default" && <span className="th-cut">{plain(trace.env)}</span>}
    </p>
  );
}

export interface Links {
  user: (text: string, id: string) => ReactNode;
  session: (text: string, id: string) => ReactNode;
}

interface Props {
  trace: Trace;
  /** stands before everything else */
  lead: ReactNode;
  links: Links;
  actions: TraceActions | undefined;
  onErrors: () => void;
  onTrace: ((tid: string) => void) | undefined;
  onSelectTrace: () => void;
}

function Neighbours({ trace, onTrace }: { trace: Trace; onTrace: (tid: string) => void }) {
  const { previous, following } = trace;
  return (
    <span className="th-near">
      <IconButton icon={ChevronLeft} label={t("Newer trace")} keys="k" disabled={previous === undefined} onClick={() => previous !== undefined && onTrace(previous)} />
      <IconButton icon={ChevronRight} label={t("Older trace")} keys="j" disabled={following === undefined} onClick={() => following !== undefined && onTrace(following)} />
    </span>
  );
}

function Actions({ trace, actions }: { trace: Trace; actions: TraceActions }) {
  return (
    <span className="th-actions">
      {actions.writable && (
        <Button
          look="quiet" aria-pressed={trace.bookmarked === true} aria-label={trace.bookmarked ? t("Remove the bookmark") : t("Bookmark")} tip={trace.bookmarked ? t("Remove the bookmark") : t("Bookmark")}
          onClick={actions.bookmark}
        >
          <Star size={14} aria-hidden fill={trace.bookmarked ? "currentColor" : "none"} />
        </Button>
      )}
      {actions.writable && <SharePopover trace={trace} onShare={actions.share} icon={Share2} />}
      <Menu align="end" trigger={<IconButton icon={Ellipsis} label={t("More actions")} />}>
        <MenuItem icon={Link2} keys="y" onSelect={actions.copyLink}>{t("Copy link")}</MenuItem>
        <MenuItem icon={Download} onSelect={actions.exportJson}>{t("Export as JSON")}</MenuItem>
        {actions.writable && <MenuSeparator />}
        {actions.writable && <MenuItem icon={Trash2} danger onSelect={actions.remove}>{t("Delete trace")}</MenuItem>}
      </Menu>
    </span>
  );
}

export function Header({ trace, lead, links, actions, onErrors, onTrace, onSelectTrace }: Props) {
  return (
    <header className="th">
      {lead}
      {onTrace && <Neighbours trace={trace} onTrace={onTrace} />}
      <h1 className="th-name">
        <KindGlyph kind={trace.kind} size={16} />
        <button type="button" onClick={onSelectTrace} data-tip={t("Input and output of the trace")}>{plain(trace.name ?? trace.id)}</button>
      </h1>
      <Trouble trace={trace} onErrors={onErrors} />
      <Facts trace={trace} links={links} />
      {actions && <Actions trace={trace} actions={actions} />}
    </header>
  );
}
