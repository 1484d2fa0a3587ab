// SPDX-License-Identifier: MIT
//
// What the keyboard and the palette can do. A screen registers its commands while it is shown
// (useCommands); one listener serves all of them. A command with `keys` is a shortcut, listed in the
// help sheet (?); one with `run` is offered by the palette too, unless it is `hidden` there.
//
// keys: "j", "?", "Escape", "Shift+ArrowLeft", "Mod+k" (⌘ or Ctrl), "g t" (one after the other).
import { useEffect, useRef } from "react";
import { createStore } from "./store";

export interface Command {
  id: string;
  title: string; // translated
  group: string; // heading in the help sheet, translated
  keys?: string;
  run: (event?: KeyboardEvent) => void;
  hidden?: boolean; // not in the palette
  repeat?: boolean; // also while the key is held
  enabled?: boolean;
}

const SEQUENCE_MS = 1200;
let layers: { commands: Command[] }[] = [];

export const commandStore = createStore<Command[]>([]);
const publish = (): void => commandStore.set(layers.flatMap((layer) => layer.commands));

/** Registers commands while the component is mounted. Later ones win over earlier ones. */
export function useCommands(commands: Command[]): void {
  const layer = useRef({ commands });
  useEffect(() => {
    layer.current.commands = commands;
    publish();
  });
  useEffect(() => {
    const own = layer.current;
    layers = [...layers, own];
    publish();
    return () => {
      layers = layers.filter((other) => other !== own);
      publish();
    };
  }, []);
}

/** "Mod+k" of an event, as in Command.keys. Shift is named only where it does not change the key. */
export function keyOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const letter = event.key.length === 1;
  const key = letter && event.shiftKey && /[a-z]/i.test(event.key) ? `Shift+${event.key.toLowerCase()}`
    : !letter && event.shiftKey ? `Shift+${event.key}`
    : event.key === " " ? "Space"
    : event.key;
  return (event.ctrlKey || event.metaKey ? "Mod+" : "") + (event.altKey ? "Alt+" : "") + key;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** An open menu, popover or dialog reads its keys itself. */
function ownsKeys(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]")) return true;
  return target instanceof Element && target.closest("[role=menu], [data-popover]") !== null;
}

/** Space and Enter belong to what has the focus, if that can be pressed. */
function isForTarget(key: string, target: EventTarget | null): boolean {
  if (key !== "Space" && key !== "Enter") return false;
  return target instanceof HTMLElement && /^(BUTTON|A|SUMMARY)$/.test(target.tagName);
}

export function findCommand(keys: string): Command | undefined {
  for (let i = layers.length - 1; i >= 0; i--) {
    const command = layers[i]?.commands.find((c) => c.keys === keys && c.enabled !== false);
    if (command) return command;
  }
  return undefined;
}

const startsSequence = (key: string): boolean =>
  layers.some((layer) => layer.commands.some((c) => c.keys?.startsWith(`${key} `)));

/** The one listener of the page. Returns its removal. */
export function listenForKeys(): () => void {
  let pending = "";
  let timer = 0;
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || /^(Shift|Control|Meta|Alt)$/.test(event.key)) return;
    const key = keyOf(event);
    if (isTyping(event.target) && !key.startsWith("Mod+")) {
      if (key === "Escape") (event.target as HTMLElement).blur();
      return;
    }
    if (key !== "Mod+k" && ownsKeys(event.target)) return;
    if (isForTarget(key, event.target)) return;
    const keys = pending ? `${pending} ${key}` : key;
    pending = "";
    clearTimeout(timer);
    const command = findCommand(keys) ?? findCommand(key);
    if (command && (!event.repeat || command.repeat)) {
      event.preventDefault();
      command.run(event);
    } else if (!command && startsSequence(key)) {
      pending = key;
      timer = window.setTimeout(() => (pending = ""), SEQUENCE_MS);
    }
  };
  window.addEventListener("keydown", onKey);
  return () => window.removeEventListener("keydown", onKey);
}
