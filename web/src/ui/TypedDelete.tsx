// SPDX-License-Identifier: MIT
import { useState, type ReactNode } from "react";
import { useAction } from "@/lib/form";
import { t } from "@/lib/i18n";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Field } from "./Field";
import { FormProblem } from "./FormProblem";

export interface TypedDeleteProps {
  title: string;
  name: string; // what has to be typed
  children: ReactNode; // what will be gone
  onDelete: () => Promise<void>;
  onClose: () => void;
}

/** For what cannot be taken back: its name has to be typed. */
export function TypedDelete({ title, name, children, onDelete, onClose }: TypedDeleteProps) {
  const [typed, setTyped] = useState("");
  const action = useAction(onDelete);
  return (
    <Dialog open onClose={onClose} title={title}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === name) void action.run();
        }}
      >
        <div className="text-muted">{children}</div>
        <Field label={t("Type “{name}” to confirm", { name })} value={typed} onChange={(e) => setTyped(e.target.value)} autoComplete="off" spellCheck={false} autoFocus />
        <FormProblem problem={action.problem} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button type="submit" look="danger" disabled={typed !== name} busy={action.busy}>{t("Delete for good")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
