// SPDX-License-Identifier: MIT
import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";
import { cx } from "@/lib/cx";
import { Spinner } from "./Spinner";

const LOOKS = {
  plain: "border border-control bg-panel text-text hover:bg-sunk",
  primary: "border border-transparent bg-primary text-on-primary font-medium hover:brightness-110",
  quiet: "border border-transparent text-muted hover:bg-sunk hover:text-text",
  danger: "border border-error bg-panel text-error font-medium hover:bg-error-fill",
};

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: keyof typeof LOOKS;
  icon?: LucideIcon;
  busy?: boolean;
  tip?: string; // shown on hover and focus
  ref?: Ref<HTMLButtonElement>;
}

const SHAPE =
  "inline-flex h-7 shrink-0 items-center justify-center gap-1.5 rounded-control whitespace-nowrap transition-colors disabled:opacity-60 pointer-coarse:h-8";

export function Button({ look = "plain", icon: Icon, busy, tip, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled || busy}
      data-tip={tip}
      className={cx(SHAPE, LOOKS[look], children ? "px-3" : "w-7 pointer-coarse:w-8", className)}
    >
      {busy ? <Spinner /> : Icon && <Icon size={14} aria-hidden />}
      {children}
    </button>
  );
}

/** A button that is only its icon; the label is read out and shown on hover. */
export function IconButton({ label, look = "quiet", keys, ...rest }: ButtonProps & { icon: LucideIcon; label: string; keys?: string }) {
  return <Button look={look} aria-label={label} tip={keys ? `${label} (${keys})` : label} {...rest} />;
}
