// SPDX-License-Identifier: MIT
//
// What can be done with the selected traces; at the foot of the list while any is selected.

import { Bookmark, Download, Globe, Tag, Trash2, X } from "lucide-react";
import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from "react";
import type { TraceAction } from "@/api/ui";
import { useCommands } from "@/lib/commands";
import { formatCount } from "@/lib/format";
import { t } from "@/lib/i18n";
import { formText } from "@/lib/formText";
import { Button, IconButton } from "@/ui/Button";
import { Input } from "@/ui/Field";
import type { Lens } from "@/ui/query/completion";

type Act = (action: TraceAction["action"], tag?: string) => void;
interface Props {
  lens: Lens; count: number; total: number | undefined; all: boolean; busy: boolean;
  onAct: Act; onAll: () => void; onNone: () => void;
  exportHref: (format: "csv" | "jsonl") => string;
}

function TagForm({ onAct, onDone }: { onAct: Act; onDone: () => void }) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const tag = formText(event.currentTarget, "tag");
    if (tag !== "") onAct("tag", tag);
    onDone();
  };
  const leave = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    onDone();
  };
  return (
    <form className="bulk-tag" onSubmit={submit}>
      {/* The form opens by the person's own key or click, so the focus is where they look. */}
      <Input name="tag" autoFocus onKeyDown={leave} maxLength={200} aria-label={t("Tag")} placeholder={t("Tag")} />
      <Button type="submit">{t("Add")}</Button>
    </form>
  );
}

function Link({ href, children }: { href: string; children: ReactNode }) {
  return <a className="control inline-flex items-center gap-1.5" href={href} download><Download size={14} aria-hidden />{children}</a>;
}

function TraceButtons({ onAct }: { onAct: Act }) {
  const [tagging, setTagging] = useState(false);
  useCommands([{ id: "traces.tag", title: t("Tag the selected traces"), group: t("List"), keys: "t", run: () => setTagging(true) }]);
  return (
    <>
      {tagging ? <TagForm onAct={onAct} onDone={() => setTagging(false)} /> : <Button icon={Tag} onClick={() => setTagging(true)}>{t("Tag")}</Button>}
      <Button icon={Bookmark} onClick={() => onAct("bookmark")}>{t("Bookmark")}</Button>
      <Button icon={Globe} onClick={() => onAct("publish")}>{t("Publish")}</Button>
      <Button icon={Trash2} look="danger" onClick={() => onAct("delete")}>{t("Delete")}</Button>
    </>
  );
}

export function BulkBar({ lens, count, total, all, busy, onAct, onAll, onNone, exportHref }: Props) {
  return (
    <div className="bulk" role="toolbar" aria-label={t("Actions for the selected traces")} aria-busy={busy}>
      <span className="bulk-count" role="status">{t("{n} selected", { n: formatCount(count) })}</span>
      {!all && total !== undefined && total > count && (
        <button type="button" className="link" onClick={onAll}>{t("select all {n} that match", { n: formatCount(total) })}</button>
      )}
      <span className="bulk-gap" />
      {lens === "traces" && <TraceButtons onAct={onAct} />}
      <Link href={exportHref("csv")}>CSV</Link>
      <Link href={exportHref("jsonl")}>JSONL</Link>
      <IconButton icon={X} label={t("End the selection")} keys="Esc" onClick={onNone} />
    </div>
  );
}
