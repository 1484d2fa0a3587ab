// SPDX-License-Identifier: MIT
import { X } from "lucide-react";
import { useEffect, useId, useRef, type ReactNode } from "react";
import { cx } from "@/lib/cx";
import { t } from "@/lib/i18n";
import { IconButton } from "./Button";

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  className?: string;
}

/** The browser's modal dialog: it keeps the focus, closes on Esc, and lies above everything. */
export function Dialog({ open, onClose, title, children, className }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element || element.open === open) return;
    if (!open) {
      element.close();
      return;
    }
    element.showModal();
    element.querySelector<HTMLElement>("input, textarea, select")?.focus(); // else the close button has it
  }, [open]);
  if (!open) return null;
  return (
    // A press on the backdrop is one on the dialog itself; the keyboard has Esc.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      aria-labelledby={heading}
      className={cx("float m-auto w-120 max-w-[calc(100vw-24px)] overflow-visible", className)}
    >
      <div className="flex max-h-[calc(100dvh-48px)] flex-col">
        <header className="flex items-center justify-between gap-2 py-2 pr-2 pl-4">
          <h2 id={heading} className="text-title font-semibold">
            {title}
          </h2>
          <IconButton icon={X} label={t("Close")} keys="Esc" onClick={onClose} />
        </header>
        <div className="min-h-0 overflow-y-auto px-4 pb-4">{children}</div>
      </div>
    </dialog>
  );
}
