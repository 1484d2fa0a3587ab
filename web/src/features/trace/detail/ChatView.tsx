// SPDX-License-Identifier: MIT
//
// A generation read as a conversation: what an earlier step showed already is folded, so that the
// tenth step of an agent begins with what is new in it. Below: which of the offered tools were called.

import type { Observation } from "@/api/ui";
import { foldSeen } from "@/ui/content/fold";
import { plain } from "@/ui/content/safe";
import { t } from "@/lib/i18n";
import { nameOf } from "../model/tree";
import { SeenBefore } from "@/ui/content/Blocks";
import { MessageView } from "@/ui/content/Message";
import type { Model } from "../model/model";

type Chat = NonNullable<Observation["chat"]>;

function Tools({ tools }: { tools: NonNullable<Chat["tools"]> }) {
  const called = tools.filter((tool) => tool.called > 0).length;
  return (
    <details className="tools">
      <summary>{t("{called} of {n, plural, one {# offered tool} other {# offered tools}} called", { called, n: tools.length })}</summary>
      <ul>
        {tools.map((tool, at) => (
          <li key={at} data-called={tool.called > 0 || undefined}>
            <span className="chip-name">{plain(tool.name)}</span>
            {tool.called > 0 && <span className="tools-times">×{tool.called}</span>}
            {tool.description !== undefined && <span className="rt-note">{tool.description}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}

export function ChatView({ chat, model, onShow }: { chat: Chat; model: Model; onShow: (i: number) => void }) {
  const sections = foldSeen(chat);
  const from = (i: number) => (i >= 0 && i < model.tree.n ? plain(nameOf(model.skeleton, i)) : "?");
  return (
    <div className="chat">
      {sections.map((section, at) =>
        section.kind === "seen" ? (
          <SeenBefore
            key={at} messages={section.messages}
            note={section.from.slice(0, 3).map((i) => (
              <button key={i} type="button" className="link" onClick={() => onShow(i)}>{from(i)}</button>
            ))}
          />
        ) : (
          <MessageView key={at} message={section.message} answer={section.answer} />
        ),
      )}
      {chat.tools !== undefined && chat.tools.length > 0 && <Tools tools={chat.tools} />}
    </div>
  );
}
