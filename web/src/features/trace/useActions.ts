// SPDX-License-Identifier: MIT
//
// What can be done with a trace as a whole. What changes is seen at once and taken back when the
// server refuses; a deleted trace comes back with Undo.

import { useState } from "react";
import { invalidate } from "@/api/query";
import type { TraceAction } from "@/api/ui";
import { formatCount } from "@/lib/format";
import { t } from "@/lib/i18n";
import { toast, toastError } from "@/ui/Toast";
import { useWrite, type TraceSource } from "./data";
import { copySaying } from "./detail/CopyMenu";
import type { Model } from "./model/model";
import { download, loadBodies, wholeTrace } from "./whole";

const SAY_FROM = 200; // observations: exporting more takes long enough to say so

export interface TraceActions {
  writable: boolean;
  bookmark: () => void;
  share: (on: boolean) => void;
  tag: (tag: string) => void;
  untag: (tag: string) => void;
  tagging: boolean;
  setTagging: (on: boolean) => void;
  remove: () => void;
  copyLink: () => void;
  exportJson: () => void;
}

async function exportTrace(source: TraceSource, model: Model): Promise<void> {
  const { skeleton } = model;
  if (skeleton.id.length > SAY_FROM) toast(t("Collecting {n} observations…", { n: formatCount(skeleton.id.length) }));
  const bodies = await loadBodies(source, skeleton, () => undefined, new AbortController().signal);
  download(`${skeleton.trace.name ?? "trace"}-${source.tid}.json`, JSON.stringify(wholeTrace(skeleton, bodies), null, 2));
}

export function useActions(source: TraceSource, model: Model | undefined, link: () => string, onGone: (() => void) | undefined): TraceActions {
  const write = useWrite(source);
  const [tagging, setTagging] = useState(false);
  const trace = model?.skeleton.trace;
  const list = `api/ui/${encodeURIComponent(source.pid ?? "")}/traces?`;
  const act = (action: TraceAction["action"], tag?: string): void => void write.act(action, tag).catch(toastError);
  const remove = async (): Promise<void> => {
    const { undo } = await write.act("delete");
    void invalidate(list);
    toast({
      text: t("Deleted {name}", { name: trace?.name ?? source.tid }),
      ...(undo === undefined ? {} : { undo: () => void write.undo(undo).then(() => invalidate(list), toastError) }),
    });
    onGone?.();
  };
  return {
    writable: source.writable,
    bookmark: () => act(trace?.bookmarked ? "unbookmark" : "bookmark"),
    share: (on) => act(on ? "publish" : "unpublish"),
    tag: (tag) => act("tag", tag),
    untag: (tag) => act("untag", tag),
    tagging,
    setTagging,
    remove: () => void remove().catch(toastError),
    copyLink: () => void copySaying(link(), t("link")),
    exportJson: () => void (model && exportTrace(source, model).catch(toastError)),
  };
}
