// SPDX-License-Identifier: MIT
//
// Saved views: a question with its columns under a name, shared with the project.

import { Star, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { send } from "@/api/client";
import { invalidate } from "@/api/query";
import type { SavedView } from "@/api/ui";
import { formText } from "@/lib/formText";
import { t } from "@/lib/i18n";
import { Button, IconButton } from "@/ui/Button";
import { Input } from "@/ui/Field";
import { Popover } from "@/ui/Popover";
import { toast, toastError } from "@/ui/Toast";
import { useViews, viewsPath } from "./data";
import { savedPart, type TracesSearch } from "./search";
import type { Change } from "./useTracesSearch";

const CLEARED: TracesSearch | Record<string, undefined> = { q: undefined, range: undefined, sort: undefined, lens: undefined, cols: undefined, peek: undefined };
const isSame = (one: Record<string, string>, other: Record<string, string>): boolean =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

function SaveForm({ pid, search, onSaved }: { pid: string; search: TracesSearch; onSaved: (id: string) => void }) {
  const [busy, setBusy] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = formText(event.currentTarget, "name");
    if (name === "") return;
    setBusy(true);
    const view: Omit<SavedView, "id"> = { name, table: "traces", search: savedPart(search) };
    send<{ id: string }>("POST", `api/ui/${pid}/views`, view)
      .then(({ id }) => (toast(t("View “{name}” saved", { name })), void invalidate(viewsPath(pid)), onSaved(id)), toastError)
      .finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit} className="flex gap-2 border-t px-3 py-2">
      <Input name="name" required maxLength={100} aria-label={t("Name of the view")} placeholder={t("Save this view as…")} />
      <Button type="submit" busy={busy}>{t("Save")}</Button>
    </form>
  );
}

function ViewRow({ view, active, onOpen, onRemove }: { view: SavedView; active: boolean; onOpen: () => void; onRemove: () => void }) {
  return (
    <li className="flex items-center gap-1 px-1">
      <button type="button" aria-current={active || undefined} className="flex h-7 min-w-0 flex-1 items-center gap-2 rounded-control px-2 text-left hover:bg-sunk aria-[current]:font-medium" onClick={onOpen}>
        <span className="truncate">{view.name}</span>
        <span className="min-w-0 flex-1 truncate text-small text-muted">{view.search["q"]}</span>
      </button>
      <IconButton icon={X} label={t("Delete the view “{name}”", { name: view.name })} onClick={onRemove} />
    </li>
  );
}

export function ViewsMenu({ pid, search, change }: { pid: string; search: TracesSearch; change: Change }) {
  const { data } = useViews(pid);
  const views = data?.views ?? [];
  const active = views.find((view) => view.id === search.view && isSame(view.search, savedPart(search)));
  const remove = (view: SavedView): void => {
    send("DELETE", `api/ui/${pid}/views/${view.id}`).then(() => void invalidate(viewsPath(pid)), toastError);
  };
  return (
    <Popover label={t("Views")} align="end" className="w-80 p-0" trigger={<Button icon={Star} look="quiet" className="max-w-40"><span className="truncate max-md:sr-only">{active?.name ?? t("Views")}</span></Button>}>
      {(close) => (
        <>
          <ul className="max-h-80 overflow-y-auto py-1">
            {views.length === 0 && <li className="px-3 py-2 text-muted">{t("No saved views yet. A view keeps the filter, the range, the order and the columns.")}</li>}
            {views.map((view) => (
              <ViewRow
                key={view.id} view={view} active={view.id === active?.id}
                onOpen={() => (change({ ...CLEARED, ...view.search, view: view.id }), close())}
                onRemove={() => remove(view)}
              />
            ))}
          </ul>
          <SaveForm pid={pid} search={search} onSaved={(id) => (change({ view: id }, "replace"), close())} />
        </>
      )}
    </Popover>
  );
}
