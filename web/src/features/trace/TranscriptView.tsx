// SPDX-License-Identifier: MIT
//
// The trace read from top to bottom; every line leads to its observation.

import { useMemo, useRef, type ReactNode } from "react";
import type { Block } from "@/api/ui";
import { t } from "@/lib/i18n";
import { ErrorBox } from "@/ui/ErrorBox";
import { Blocks } from "@/ui/content/Blocks";
import { useTranscript, type TraceSource } from "./data";
import type { Model } from "./model/model";

interface Props {
  source: TraceSource;
  model: Model;
  matches: Uint8Array | undefined;
  selected: string;
  onSelect: (id: string) => void;
}

export function TranscriptView({ source, model, matches, selected, onSelect }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const { data, error, refetch } = useTranscript(source, true);
  const blocks = useMemo(() => {
    if (!data || !matches) return data?.blocks;
    return data.blocks.filter(({ obs }) => matches[model.at.get(obs) ?? -1] === 1);
  }, [data, matches, model]);
  const link = (block: Block, children: ReactNode) => (
    <button type="button" className="source" data-selected={block.obs === selected || undefined} onClick={() => onSelect(block.obs)}>
      {children === "" ? t("show") : children}
    </button>
  );
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
    <div className="transcript" ref={box} tabIndex={0} role="region" aria-label={t("Transcript")}>
      {error && !data && (
        <ErrorBox error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <div className="late dt-wait" role="status" aria-label={t("Loading")} />}
      {blocks?.length === 0 && (
        <p className="wf-none">{matches ? t("Nothing in this trace matches.") : t("Nobody said anything in this trace: no messages, tools or documents were recorded.")}</p>
      )}
      {blocks && blocks.length > 0 && <Blocks key={source.tid} blocks={blocks} scroll={box} source={link} />}
    </div>
  );
}
