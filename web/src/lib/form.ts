import { useState, type FormEvent } from "react";

export interface FormState {
  busy: boolean;
  problem: unknown;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  clear: () => void;
}

/** A form that sends its fields: native validation first, then `run`, then its error or nothing. */
export function useForm(run: (fields: Record<string, string>, form: HTMLFormElement) => Promise<void>): FormState {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const submit = async (form: HTMLFormElement): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const fields = [...new FormData(form)].map(([key, value]) => [key, typeof value === "string" ? value : ""]);
      await run(Object.fromEntries(fields) as Record<string, string>, form);
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return {
    busy,
    problem,
    clear: () => setProblem(undefined),
    onSubmit: (event) => {
      event.preventDefault();
      if (!busy) void submit(event.currentTarget);
    },
  };
}
