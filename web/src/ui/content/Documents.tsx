// SPDX-License-Identifier: MIT
//
// Retrieved documents: what was found, how well it fits, the text on demand.

import type { Document } from "@/api/ui";
import { plain } from "./safe";
import { formatNumber } from "@/lib/format";
import { Markdown } from "./Markdown";
import { t } from "@/lib/i18n";

// Scores are similarities (0…1) or ranks of any size: the bar is relative to the best.
function share(score: number | undefined, best: number): number {
  return score === undefined || best <= 0 ? 0 : Math.max(0.02, Math.min(1, score / best));
}

export function Documents({ documents, open = false }: { documents: Document[]; open?: boolean }) {
  const best = documents.reduce((max, each) => Math.max(max, each.score ?? 0), 0);
  const most = best <= 1 ? 1 : best;
  return (
    <ol className="docs" aria-label={t("Retrieved documents")}>
      {documents.map((document, at) => (
        <li key={at}>
          <details open={open && at < 3}>
            <summary>
              <span className="docs-nth">{at + 1}</span>
              <span className="docs-title">{plain(document.title ?? document.id ?? document.text.slice(0, 80))}</span>
              {document.score !== undefined && (
                <span className="docs-score">
                  <span className="docs-bar" aria-hidden="true">
                    <span style={{ width: `${share(document.score, most) * 100}%` }} />
                  </span>
                  {formatNumber(document.score)}
                </span>
              )}
            </summary>
            {document.title !== undefined && document.id !== undefined && <p className="rt-note">{plain(document.id)}</p>}
            <Markdown text={document.text} />
          </details>
        </li>
      ))}
    </ol>
  );
}
