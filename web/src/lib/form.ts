// SPDX-License-Identifier: MIT
import { useRef, useState, type FormEvent } from "react";

export interface Action<A extends unknown[]> {
  busy: boolean;
  problem: unknown; // why the last run failed
  run: (...args: A) => Promise<void>;
}

/** Something that asks the server for a change: whether it is under way, and why it failed. */
export function useAction<A extends unknown[]>(work: (...args: A) => Promise<void>): Action<A> {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const running = useRef(false);
  const run = async (...args: A): Promise<void> => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setProblem(undefined);
    try {
      await work(...args);
    } catch (error) {
      setProblem(error);
    }
    running.current = false;
    setBusy(false);
  };
  return { busy, problem, run };
}

export interface FormState {
  busy: boolean;
  problem: unknown;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
}

/** A form: native validation first, then `work` with its named fields, trimmed where they are text. */
export function useForm(work: (fields: Record<string, string>, form: HTMLFormElement) => Promise<void>): FormState {
  const { busy, problem, run } = useAction((form: HTMLFormElement) => work(readFields(form), form));
  return {
    busy,
    problem,
    onSubmit: (event) => {
      event.preventDefault();
      void run(event.currentTarget);
    },
  };
}

function readFields(form: HTMLFormElement): Record<string, string> {
  const isSecret = (name: string): boolean => form.querySelector(`[name="${name}"][type="password"]`) !== null;
  const rows = [...new FormData(form)].map(([name, value]) => {
    const text = typeof value === "string" ? value : "";
    return [name, isSecret(name) ? text : text.trim()];
  });
  return Object.fromEntries(rows) as Record<string, string>;
}
