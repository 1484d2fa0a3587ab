// SPDX-License-Identifier: MIT
const MAC = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
const SIGNS: Record<string, string> = {
  Mod: MAC ? "⌘" : "Ctrl",
  Shift: "⇧",
  Alt: MAC ? "⌥" : "Alt",
  Enter: "↵",
  Escape: "Esc",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
};

/** "Mod+k" -> ["⌘ K"], "g t" -> ["g", "t"] */
export function keyCaps(keys: string): string[] {
  return keys.split(" ").map((press) => {
    const parts = press.split("+").filter(Boolean);
    return parts.map((part) => SIGNS[part] ?? (parts.length > 1 ? part.toUpperCase() : part)).join(" ");
  });
}

export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-0.5">
      {keyCaps(keys).map((cap, i) => (
        <kbd key={i} className="min-w-4 rounded-control border bg-sunk px-1 text-center font-sans text-meta text-muted">
          {cap}
        </kbd>
      ))}
    </span>
  );
}
