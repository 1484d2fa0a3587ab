// SPDX-License-Identifier: MIT
//
// One observation in the waterfall: name with fold and kind, bar, cost, time.

import { memo, type MouseEvent } from "react";
import { plain } from "@/ui/content/safe";
import { formatDuration, formatMoney } from "@/lib/format";
import type { Span } from "./model/time";
import { kindOf, levelOf, modelOf, nameOf } from "./model/tree";
import { KindGlyph } from "@/ui/KindGlyph";
import { Bars } from "./Bars";
import type { Model } from "./model/model";
import { t } from "@/lib/i18n";

export const ROW_HEIGHT = 24;

interface Props {
  model: Model;
  i: number;
  row: number;
  span: Span;
  selected: boolean;
  folded: boolean;
  found: boolean;
  onSelect: (i: number) => void;
  onFold: (i: number) => void;
  onHover: (i: number) => void;
}

/** Own figures; of what is folded, all of it. */
function figures(model: Model, i: number, folded: boolean): { cost: number; time: number } {
  const { skeleton, tree } = model;
  const own = skeleton.duration[i] ?? -1;
  const inner = tree.children[i]! > 0;
  return {
    cost: folded || inner ? tree.cost[i]! : Math.max(0, skeleton.cost[i] ?? -1),
    time: own >= 0 ? own : inner ? tree.to[i]! - tree.from[i]! : -1,
  };
}

export const WaterfallRow = memo(function WaterfallRow(props: Props) {
  const { model, i, row, span, selected, folded, found, onSelect, onFold, onHover } = props;
  const { skeleton, tree } = model;
  const level = levelOf(skeleton, i);
  const name = plain(nameOf(skeleton, i));
  const { cost, time } = figures(model, i, folded);
  const inner = tree.children[i]! > 0;
  const hiddenErrors = folded ? tree.errors[i]! - (level === "ERROR" ? 1 : 0) : 0;
  const model_ = modelOf(skeleton, i);
  const fold = (event: MouseEvent) => {
    event.stopPropagation();
    onFold(i);
  };
  return (
    // The keyboard works on the treegrid, whose active descendant this is.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      role="row" id={`obs-row-${i}`} className="wf-row" aria-level={tree.depth[i]! + 1} aria-posinset={tree.nth[i]} aria-rowindex={row + 2}
      aria-setsize={tree.parent[i]! < 0 ? tree.roots : tree.children[tree.parent[i]!]} aria-selected={selected} {...(inner ? { "aria-expanded": !folded } : {})}
      data-level={level} data-found={found || undefined} style={{ transform: `translateY(${row * ROW_HEIGHT}px)` }}
      onClick={() => onSelect(i)} onPointerEnter={() => onHover(i)}
    >
      <div role="gridcell" className="wf-name" style={{ paddingInlineStart: 4 + Math.min(tree.depth[i]!, 16) * 14 }}>
        <span className="wf-fold" aria-hidden="true" onClick={inner ? fold : undefined}>
          {inner ? (folded ? "▸" : "▾") : ""}
        </span>
        <KindGlyph kind={kindOf(skeleton, i)} />
        <span className="wf-label" title={name}>{name}</span>
        {model_ !== undefined && <span className="wf-model">{plain(model_)}</span>}
        {folded && <span className="wf-count">{tree.past[tree.place[i]!]! - tree.place[i]! - 1}</span>}
        {(level === "ERROR" || hiddenErrors > 0) && <span className="wf-flag" data-level="ERROR" role="img" aria-label={t("error")}>✕</span>}
        {level === "WARNING" && <span className="wf-flag" data-level="WARNING" role="img" aria-label={t("warning")}>▲</span>}
      </div>
      <div role="gridcell" className="wf-time" aria-hidden="true">
        <Bars model={model} i={i} span={span} folded={folded} />
      </div>
      <div role="gridcell" className="wf-cost">{cost > 0 ? formatMoney(cost) : ""}</div>
      <div role="gridcell" className="wf-took">{time >= 0 ? formatDuration(time) : ""}</div>
    </div>
  );
});
