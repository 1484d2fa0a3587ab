// SPDX-License-Identifier: MIT
import { commandStore, type Command } from "@/lib/commands";
import { t } from "@/lib/i18n";
import { createStore, useStore } from "@/lib/store";
import { Dialog } from "@/ui/Dialog";
import { Kbd } from "@/ui/Kbd";

export const helpStore = createStore(false);

function grouped(commands: Command[]): [string, Command[]][] {
  const groups = new Map<string, Command[]>();
  const seen = new Set<string>();
  for (const command of commands.toReversed()) {
    if (!command.keys || seen.has(command.keys)) continue;
    seen.add(command.keys);
    groups.set(command.group, [command, ...(groups.get(command.group) ?? [])]);
  }
  return [...groups];
}

/** Every shortcut that works on this screen. */
export function HelpSheet() {
  const open = useStore(helpStore);
  const commands = useStore(commandStore);
  if (!open) return null;
  return (
    <Dialog open onClose={() => helpStore.set(false)} title={t("Keyboard shortcuts")} className="w-160">
      <div className="columns-2 gap-8 max-sm:columns-1">
        {grouped(commands).map(([group, rows]) => (
          <section key={group} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 text-small font-medium text-muted">{group}</h3>
            <dl>
              {rows.map((row) => (
                <div key={row.id} className="flex items-center justify-between gap-4 border-t py-1">
                  <dt>{row.title}</dt>
                  <dd><Kbd keys={row.keys ?? ""} /></dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
