// SPDX-License-Identifier: MIT
import { useId, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes } from "react";
import { cx } from "@/lib/cx";

type InputProps = InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> };

export function Input({ className, ...rest }: InputProps) {
  return <input {...rest} className={cx("control w-full min-w-0 pointer-coarse:h-8", className)} />;
}

export interface FieldProps extends InputProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  aside?: ReactNode; // right of the label
}

/** A labelled input with its hint, or what is wrong with what was typed. */
export function Field({ label, hint, error, aside, id, ...rest }: FieldProps) {
  const own = useId();
  const input = id ?? own;
  const note = error ?? hint;
  return (
    <div className="grid gap-1">
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={input} className="font-medium">
          {label}
        </label>
        {aside}
      </div>
      <Input
        id={input}
        aria-invalid={error !== undefined}
        aria-describedby={note ? `${input}-note` : undefined}
        {...rest}
      />
      {note && (
        <p id={`${input}-note`} className={cx("text-small", error ? "text-error" : "text-muted")}>
          {note}
        </p>
      )}
    </div>
  );
}

export interface SelectProps extends SelectHTMLAttributes<HTMLSelectElement> {
  label: string; // read out; not shown
  options: { value: string; label: string; disabled?: boolean }[];
}

/** The browser's own select: the fastest, and at home on a phone. */
export function Select({ label, options, className, ...rest }: SelectProps) {
  return (
    <select {...rest} aria-label={label} className={cx("control pr-1 pointer-coarse:h-8", className)}>
      {options.map((option) => (
        <option key={option.value} value={option.value} disabled={option.disabled}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
