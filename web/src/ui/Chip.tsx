// SPDX-License-Identifier: MIT
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "@/lib/cx";
import { t } from "@/lib/i18n";

const TONES = {
  plain: "bg-sunk text-text",
  error: "bg-error-fill text-on-error",
  warning: "bg-warning-fill text-on-warning",
  ok: "bg-added-fill text-on-added",
};

export interface ChipProps {
  children: ReactNode;
  tone?: keyof typeof TONES;
  tip?: string;
  onRemove?: () => void;
  name?: string; // of what is removed
}

/** A small fact: a tag, a score, a filter that can be taken away. */
export function Chip({ children, tone = "plain", tip, onRemove, name = "" }: ChipProps) {
  return (
    <span data-tip={tip} className={cx("inline-flex h-5 max-w-full items-center gap-1 rounded-control px-1.5 text-small", TONES[tone])}>
      <span className="truncate">{children}</span>
      {onRemove && (
        <button type="button" aria-label={t("Remove {name}", { name })} onClick={onRemove} className="-mr-1 grid size-5 place-items-center">
          <X size={12} aria-hidden />
        </button>
      )}
    </span>
  );
}
