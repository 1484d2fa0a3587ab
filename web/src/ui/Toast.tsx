// SPDX-License-Identifier: MIT
import { useEffect } from "react";
import { createStore, useStore } from "@/lib/store";
import { t } from "@/lib/i18n";
import { messageOf } from "@/lib/message";
import { ApiError } from "@/api/client";
import { Button } from "./Button";

export interface ToastOptions {
  text: string;
  undo?: () => void;
  error?: boolean;
  ms?: number;
}

interface Entry extends ToastOptions {
  id: number;
}

const SHOWN_MS = 5000;
const UNDO_MS = 10_000;
const MOST = 3;
const toasts = createStore<Entry[]>([]);
let last = 0;

const remove = (id: number): void => toasts.set((all) => all.filter((entry) => entry.id !== id));

export function toast(options: ToastOptions | string): void {
  const entry = { id: ++last, ...(typeof options === "string" ? { text: options } : options) };
  toasts.set((all) => [...all, entry].slice(-MOST));
}

/** Says what went wrong with an action, with the request's id. */
export function toastError(problem: unknown): void {
  const id = problem instanceof ApiError ? problem.requestId : undefined;
  const text = messageOf(problem);
  toast({ text: id ? `${text} · ${id}` : text, error: true });
}

function ToastBox({ id, text, undo, error, ms }: Entry) {
  useEffect(() => {
    const timer = setTimeout(() => remove(id), ms ?? (undo || error ? UNDO_MS : SHOWN_MS));
    return () => clearTimeout(timer);
  }, [id, ms, undo, error]);
  return (
    <div role={error ? "alert" : "status"} className="float pointer-events-auto flex items-center gap-3 py-1.5 pr-2 pl-3">
      {error && <span className="text-error" aria-hidden>✕</span>}
      <span className="min-w-0 flex-1 break-words">{text}</span>
      {undo && (
        <Button look="quiet" className="font-medium text-accent" onClick={() => { undo(); remove(id); }}>
          {t("Undo")}
        </Button>
      )}
      <Button look="quiet" aria-label={t("Dismiss")} onClick={() => remove(id)}>
        ✕
      </Button>
    </div>
  );
}

/** Drawn once, by the root. */
export function ToastLayer() {
  const all = useStore(toasts);
  return (
    <div className="pointer-events-none fixed inset-x-3 bottom-4 z-50 mx-auto grid max-w-120 gap-2 max-sm:bottom-16">
      {all.map((entry) => (
        <ToastBox key={entry.id} {...entry} />
      ))}
    </div>
  );
}
