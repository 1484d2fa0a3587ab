// SPDX-License-Identifier: MIT
import { cloneElement, useState, type ReactElement, type ReactNode } from "react";
import { cx } from "@/lib/cx";
import { loadFloating, useFloating } from "./radix";

export interface PopoverProps {
  trigger: ReactElement<Record<string, unknown>>; // a button
  children: ReactNode | ((close: () => void) => ReactNode);
  label: string;
  align?: "start" | "center" | "end";
  className?: string;
}

/** A small panel beside its button. */
export function Popover({ trigger, children, label, align = "start", className }: PopoverProps) {
  const radix = useFloating();
  const [open, setOpen] = useState(false);
  if (!radix) {
    return cloneElement(trigger, {
      "aria-haspopup": "dialog",
      onPointerEnter: () => void loadFloating(),
      onClick: () => void loadFloating().then(() => setOpen(true)),
    });
  }
  const { Root, Trigger, Portal, Content } = radix.Popover;
  return (
    <Root open={open} onOpenChange={setOpen}>
      <Trigger asChild>{trigger}</Trigger>
      <Portal>
        <Content
          aria-label={label}
          data-popover
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={cx("float max-h-(--radix-popover-content-available-height) overflow-y-auto p-3 outline-none", className)}
        >
          {typeof children === "function" ? children(() => setOpen(false)) : children}
        </Content>
      </Portal>
    </Root>
  );
}
