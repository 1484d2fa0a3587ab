// SPDX-License-Identifier: MIT
//
// What people wrote about the selected observation or the trace.

import { useState } from "react";
import type { Comment } from "@/api/ui";
import { plain } from "@/ui/content/safe";
import { formatTime } from "@/lib/format";
import { t } from "@/lib/i18n";
import { keyCaps } from "@/ui/Kbd";
import { toastError } from "@/ui/Toast";
import { useWrite, type TraceSource } from "../data";

const SEND_KEYS = keyCaps("Mod+Enter").join(" ");
const MOST_CHARACTERS = 5_000;

interface Props {
  source: TraceSource;
  comments: Comment[];
  observation: string | undefined;
}

function Write({ onSend }: { onSend: (text: string) => Promise<void> }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const send = () => {
    if (text.trim() === "") return;
    onSend(text.trim()).then(
      () => (setText(""), setProblem("")),
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <form className="comment-form" onSubmit={(event) => { event.preventDefault(); send(); }}>
      <textarea
        rows={text === "" ? 1 : 3} maxLength={MOST_CHARACTERS} value={text} aria-label={t("Comment")} placeholder={t("Write a comment ({keys} sends)", { keys: SEND_KEYS })} onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => { if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) { event.preventDefault(); event.stopPropagation(); send(); } }}
      />
      {text !== "" && <button type="submit" className="primary">{t("Comment")}</button>}
      {problem !== "" && <p role="alert" className="bad">{problem}</p>}
    </form>
  );
}

export function Comments({ source, comments, observation }: Props) {
  const write = useWrite(source);
  const own = comments.filter((comment) => comment.observation === observation);
  if (own.length === 0 && !source.writable) return null;
  return (
    <section className="body" aria-label={t("Comments")}>
      <h3>{observation === undefined ? t("Comments on the trace") : t("Comments")}</h3>
      {own.length > 0 && (
        <ul className="comments">
          {own.map((comment) => (
            <li key={comment.id}>
              <p className="rt-note">
                <strong>{plain(comment.author)}</strong> {formatTime(comment.at)}
                {source.writable && comment.authorId !== undefined && comment.authorId === source.me && (
                  <button type="button" className="quiet" aria-label={t("Delete the comment")} onClick={() => void write.deleteComment(comment).catch(toastError)}>✕</button>
                )}
              </p>
              <p className="rt-plain">{comment.text}</p>
            </li>
          ))}
        </ul>
      )}
      {source.writable && <Write key={observation ?? "-"} onSend={(text) => write.addComment(text, observation)} />}
    </section>
  );
}
