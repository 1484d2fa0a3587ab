// SPDX-License-Identifier: MIT
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keyOf, listenForKeys, useCommands, type Command } from "./commands";

vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
const key = (name: string, target: EventTarget = document.body, more: KeyboardEventInit = {}) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more }));

function Screen({ commands }: { commands: Command[] }) {
  useCommands(commands);
  return <input aria-label="field" />;
}

describe("keys", () => {
  let root: Root;
  let stop: () => void;
  const run = vi.fn();
  const command = (id: string, keys: string, more: Partial<Command> = {}): Command =>
    ({ id, title: id, group: "test", keys, run: () => void run(id), ...more });
  const show = (...screens: Command[][]) =>
    act(() => root.render(screens.map((commands, i) => <Screen key={i} commands={commands} />)));

  beforeEach(() => {
    run.mockReset();
    const box = document.body.appendChild(document.createElement("div"));
    root = createRoot(box);
    stop = listenForKeys();
  });
  afterEach(() => {
    act(() => root.unmount());
    document.body.replaceChildren();
    stop();
  });

  it("run the command of the screen that came last", () => {
    show([command("below", "j")], [command("above", "j")]);
    key("j");
    expect(run.mock.calls).toEqual([["above"]]);
  });
  it("may follow each other", () => {
    show([command("traces", "g t"), command("tag", "t")]);
    key("g");
    key("t");
    key("t");
    expect(run.mock.calls).toEqual([["traces"], ["tag"]]);
  });
  it("do nothing where someone types, but leave the field with Esc", () => {
    show([command("j", "j"), command("up", "Escape"), command("palette", "Mod+k")]);
    const field = document.querySelector("input")!;
    field.focus();
    key("j", field);
    key("k", field, { ctrlKey: true });
    key("Escape", field);
    expect(run.mock.calls).toEqual([["palette"]]);
    expect(document.activeElement).toBe(document.body);
  });
  it("leave Enter to a focused button, and everything to an open dialog", () => {
    show([command("open", "Enter"), command("j", "j")]);
    const button = document.body.appendChild(document.createElement("button"));
    key("Enter", button);
    const dialog = document.body.appendChild(document.createElement("dialog"));
    dialog.setAttribute("open", "");
    key("j");
    expect(run).not.toHaveBeenCalled();
  });
  it("repeat only where that was asked for", () => {
    show([command("once", "r"), command("move", "j", { repeat: true })]);
    key("r", document.body, { repeat: true });
    key("j", document.body, { repeat: true });
    expect(run.mock.calls).toEqual([["move"]]);
  });
  it("are gone with their screen", () => {
    show([command("j", "j")]);
    show();
    key("j");
    expect(run).not.toHaveBeenCalled();
  });
  it("are named with Shift only where it does not change the sign", () => {
    const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
    expect(keyOf({ ...none, key: "?", shiftKey: true })).toBe("?");
    expect(keyOf({ ...none, key: "E", shiftKey: true })).toBe("Shift+e");
    expect(keyOf({ ...none, key: " " })).toBe("Space");
    expect(keyOf({ ...none, key: "k", metaKey: true })).toBe("Mod+k");
  });
});
