// SPDX-License-Identifier: MIT
//
// The line of controls: query, how many, views, columns, density.

import { ListFilter, Rows2, Rows4 } from "lucide-react";
import { useBoot } from "@/api/boot";
import { t } from "@/lib/i18n";
import { IconButton } from "@/ui/Button";
import { QueryBox } from "@/ui/query/QueryBox";
import { formatColumns } from "./columns";
import { ColumnsMenu } from "./ColumnsMenu";
import { LensTabs } from "./LensTabs";
import type { TracesSearch } from "./search";
import type { Change } from "./useTracesSearch";
import type { Traces } from "./useTraces";
import { ViewsMenu } from "./ViewsMenu";

interface Props {
  pid: string; traces: Traces; search: TracesSearch; change: Change;
  compact: boolean; facets: boolean;
  onDensity: () => void; onFacets: () => void;
}

const NO_PROBLEMS = { text: "", problems: [] };

function Count({ traces }: { traces: Traces }) {
  const total = traces.summary.data?.total;
  if (total === undefined) return <span className="tools-count" role="status" />;
  const text = traces.lens === "obs"
    ? t("{n, plural, one {# observation} other {# observations}}", { n: total })
    : t("{n, plural, one {# trace} other {# traces}}", { n: total });
  const partial = traces.summary.data?.partial ?? false;
  return (
    <span className="tools-count" role="status" title={partial ? t("At least so many: there was no time to count all.") : undefined}>
      {partial && "≥ "}{text}
    </span>
  );
}

/** Names of the scores that the loaded rows have. */
function scoreNames(traces: Traces): string[] {
  return [...new Set(traces.rows.flatMap((row) => row.scores.map((score) => score.name)))].sort();
}

export function TracesBar({ pid, traces, search, change, compact, facets, onDensity, onFacets }: Props) {
  const { fields } = useBoot();
  const { question, lens, list } = traces;
  const answered = list.first && !list.isPlaceholderData ? { text: question.q, problems: list.first.problems ?? [] } : NO_PROBLEMS;
  return (
    <div className="traces-bar">
      <span className="sm:hidden"><LensTabs search={search} change={change} /></span>
      <QueryBox
        value={question.q} source={{ pid, fields, lens, range: question.range }} label={t("Filter")} answered={answered}
        onType={(q) => change({ q: q || undefined }, "replace")} onCommit={(q) => change({ q: q || undefined })}
      />
      <div className="tools">
        <Count traces={traces} />
        <ViewsMenu pid={pid} search={search} change={change} />
        <span className="max-md:hidden">
          <ColumnsMenu columns={traces.columns} lens={lens} scoreNames={scoreNames(traces)} onChange={(columns) => change({ cols: formatColumns(columns, lens) }, "replace")} />
        </span>
        <span className="max-md:hidden">
          <IconButton icon={compact ? Rows4 : Rows2} label={t("One or two lines per row")} keys="v" aria-pressed={compact} onClick={onDensity} />
        </span>
        <IconButton icon={ListFilter} label={t("Facets")} keys="f" aria-pressed={facets} onClick={onFacets} />
      </div>
    </div>
  );
}
