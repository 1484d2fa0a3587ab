// SPDX-License-Identifier: MIT
//
// The part of a waterfall row that stands on the time axis: the bar in the colour of its kind, paler
// until the first token, hatched where nothing below it ran, underlined on the critical path.

import { memo } from "react";
import { bar, gaps, type Span } from "./model/time";
import { extent, kindOf } from "./model/tree";
import type { Model } from "./model/model";

const percent = (part: number) => `${(part * 100).toFixed(3)}%`;
const LEAST_GAP = 0.015; // of the window: shorter ones would be dots

function place(span: Span, from: number, to: number) {
  const found = bar(span, from, to);
  return found && { left: percent(found.left), width: percent(found.width) };
}

interface Props {
  model: Model;
  i: number;
  span: Span;
  folded: boolean;
}

export const Bars = memo(function Bars({ model, i, span, folded }: Props) {
  const { skeleton, tree } = model;
  const [from, to] = folded ? [tree.from[i]!, tree.to[i]!] : extent(tree, skeleton, i);
  const whole = place(span, from, to);
  if (!whole) return null;
  const kind = kindOf(skeleton, i);
  const ttft = skeleton.ttft[i] ?? -1;
  const waiting = ttft > 0 ? place(span, from, Math.min(to, from + ttft)) : undefined;
  const idle = gaps(tree, skeleton, i, (span.to - span.from) * LEAST_GAP);
  return (
    <>
      <span className="wf-bar" data-kind={kind} data-inner={tree.children[i]! > 0 || undefined} data-point={to <= from || undefined} style={whole} />
      {waiting && <span className="wf-wait" style={waiting} />}
      {idle.map((gap) => {
        const at = place(span, gap.from, gap.to);
        return at && <span key={gap.from} className="wf-gap" style={at} />;
      })}
      {model.critical[i] === 1 && tree.n > 1 && <span className="wf-critical" style={whole} />}
    </>
  );
});
