// SPDX-License-Identifier: MIT
import type { LucideIcon } from "lucide-react";
import { cloneElement, useState, type ReactElement, type ReactNode } from "react";
import { cx } from "@/lib/cx";
import { Kbd } from "./Kbd";
import { floating, loadFloating, useFloating } from "./radix";

export interface MenuProps {
  trigger: ReactElement<Record<string, unknown>>; // a button
  children: ReactNode; // MenuItem, MenuChoice, MenuLabel, MenuSeparator
  align?: "start" | "end";
  side?: "top" | "bottom" | "right";
  className?: string;
}

/** A button's menu. Not modal: the page stays scrollable, and no style element is injected. */
export function Menu({ trigger, children, align = "start", side = "bottom", className }: MenuProps) {
  const radix = useFloating();
  const [open, setOpen] = useState(false);
  if (!radix) {
    return cloneElement(trigger, {
      "aria-haspopup": "menu",
      onPointerEnter: () => void loadFloating(),
      onClick: () => void loadFloating().then(() => setOpen(true)),
    });
  }
  const { Root, Trigger, Portal, Content } = radix.DropdownMenu;
  return (
    <Root open={open} onOpenChange={setOpen} modal={false}>
      <Trigger asChild>{trigger}</Trigger>
      <Portal>
        <Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={cx("float max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto p-1", className)}
        >
          {children}
        </Content>
      </Portal>
    </Root>
  );
}

const ITEM =
  "flex h-7 cursor-default items-center gap-2 rounded-control px-2 outline-none select-none data-disabled:opacity-60 data-highlighted:bg-sunk pointer-coarse:h-9";

export interface MenuItemProps {
  onSelect: () => void;
  children: ReactNode;
  icon?: LucideIcon;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
}

export function MenuItem({ onSelect, children, icon: Icon, keys, danger, disabled }: MenuItemProps) {
  const { Item } = floating().DropdownMenu;
  return (
    <Item onSelect={onSelect} disabled={disabled ?? false} className={cx(ITEM, danger && "text-error")}>
      {Icon && <Icon size={14} aria-hidden className={danger ? "" : "text-muted"} />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {keys && <Kbd keys={keys} />}
    </Item>
  );
}

/** One of several, or on and off: shows a mark when chosen. */
export function MenuChoice({ checked, onSelect, children, keys }: { checked: boolean; onSelect: () => void; children: ReactNode; keys?: string }) {
  const { CheckboxItem } = floating().DropdownMenu;
  return (
    <CheckboxItem checked={checked} onSelect={onSelect} className={ITEM}>
      <span aria-hidden className="w-3.5 text-accent">
        {checked ? "✓" : ""}
      </span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {keys && <Kbd keys={keys} />}
    </CheckboxItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  const { Label } = floating().DropdownMenu;
  return <Label className="px-2 py-1 text-meta text-faint">{children}</Label>;
}

export function MenuSeparator() {
  const { Separator } = floating().DropdownMenu;
  return <Separator className="-mx-1 my-1 h-px bg-border" />;
}
