// SPDX-License-Identifier: MIT
//
// What of a conversation is new. An agent sends its whole history with every step; the server marks
// the messages that an earlier step of the same trace showed already, and those fold into one line.

import type { Message } from "@/api/ui";
import { plain } from "./safe";

export type Section =
  | { kind: "seen"; messages: Message[]; /** observations that showed them first */ from: number[] }
  | { kind: "message"; message: Message; answer: boolean };

export interface Chat {
  messages: Message[];
  answers: number;
}

/** Runs of seen messages become one section. The answer is never folded. */
export function foldSeen(chat: Chat): Section[] {
  const sections: Section[] = [];
  const answersFrom = chat.messages.length - chat.answers;
  chat.messages.forEach((message, at) => {
    const answer = at >= answersFrom;
    const last = sections.at(-1);
    if (message.seen === undefined || answer) sections.push({ kind: "message", message, answer });
    else if (last?.kind === "seen") {
      last.messages.push(message);
      if (!last.from.includes(message.seen)) last.from.push(message.seen);
    } else sections.push({ kind: "seen", messages: [message], from: [message.seen] });
  });
  return sections;
}

/** The text of a message, for copying and finding. */
export function messageText(message: Message): string {
  const said = message.parts.map((part) => part.text ?? part.url ?? "").filter(Boolean);
  const called = (message.calls ?? []).map((call) => `${call.name}(${call.args})`);
  return [...said, ...called].join("\n");
}

/** One line for a tool's arguments: `number: "4711-882", limit: 3`; other text as it is. */
export function argsLine(args: string | undefined, most = 160): string {
  const text = (args ?? "").trim();
  let line = text;
  if (text.startsWith("{")) {
    try {
      const given = JSON.parse(text) as Record<string, unknown>;
      line = Object.entries(given)
        .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
        .join(", ");
    } catch {
      // cut short or not JSON: shown as it came
    }
  }
  line = plain(line.replace(/\s+/g, " "));
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
