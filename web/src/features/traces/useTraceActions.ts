// SPDX-License-Identifier: MIT
//
// What is done to the selected traces. A delete waits on the server until it can no longer be undone.

import { useMutation } from "@tanstack/react-query";
import { send } from "@/api/client";
import { invalidate } from "@/api/query";
import type { ActionDone, TraceAction } from "@/api/ui";
import { msg, t } from "@/lib/i18n";
import { toast, toastError } from "@/ui/Toast";
import type { Question } from "./data";
import { NONE, type Selection } from "./selection";

const DONE: Record<TraceAction["action"], string> = {
  tag: msg("{n, plural, one {# trace tagged} other {# traces tagged}}"),
  untag: msg("{n, plural, one {Tag taken from # trace} other {Tag taken from # traces}}"),
  bookmark: msg("{n, plural, one {# trace bookmarked} other {# traces bookmarked}}"),
  unbookmark: msg("{n, plural, one {Bookmark taken from # trace} other {Bookmark taken from # traces}}"),
  publish: msg("{n, plural, one {# trace is public now} other {# traces are public now}}"),
  unpublish: msg("{n, plural, one {# trace is private again} other {# traces are private again}}"),
  delete: msg("{n, plural, one {# trace deleted} other {# traces deleted}}"),
};

function target(selection: Selection, { q, range }: Question): Pick<TraceAction, "ids" | "q" | "range"> {
  return selection.all ? { q, ...(range !== "" && { range }) } : { ids: [...selection.ids] };
}

export function useTraceActions(pid: string, question: Question, selection: Selection, setSelection: (selection: Selection) => void) {
  const root = `api/ui/${pid}/`;
  const refresh = (): void => void invalidate(`${root}traces`);
  const undo = (token: string) => (): void =>
    void send("POST", `${root}undo/${token}`).then(refresh, toastError);
  const report = (action: TraceAction, { n, undo: token }: ActionDone): void => {
    toast({ text: t(DONE[action.action], { n }), ...(token !== undefined && { undo: undo(token) }) });
    refresh();
    if (action.action === "delete") setSelection(NONE);
  };
  const { mutate, isPending } = useMutation({
    mutationFn: (action: TraceAction) => send<ActionDone>("POST", `${root}traces/actions`, action),
    onSuccess: (done, action) => report(action, done),
    onError: toastError,
  });
  return {
    busy: isPending,
    act: (action: TraceAction["action"], tag?: string): void =>
      mutate({ ...target(selection, question), action, ...(tag !== undefined && { tag }) }),
  };
}
