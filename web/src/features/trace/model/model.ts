// SPDX-License-Identifier: MIT
//
// Everything that the views of a trace need, made once from its skeleton.

import type { Skeleton, Transcript } from "@/api/ui";
import { messageText } from "@/ui/content/fold";
import { costliest, debugOnly, errorsOf, find, firstFailure, haystacks } from "./rows";
import { criticalPath } from "./time";
import { buildTree, type Tree } from "./tree";

export interface Model {
  skeleton: Skeleton;
  tree: Tree;
  /** position of an observation by its id */
  at: Map<string, number>;
  /** only for debugging, hidden unless asked for; how many */
  debug: Uint8Array;
  debugs: number;
  errors: number[];
  costly: number[];
  critical: Uint8Array;
  texts: string[];
}

export function buildModel(skeleton: Skeleton): Model {
  const tree = buildTree(skeleton);
  const debug = debugOnly(tree, skeleton.level);
  return {
    skeleton,
    tree,
    at: new Map(skeleton.id.map((id, i) => [id, i])),
    debug,
    debugs: debug.reduce((sum, each) => sum + each, 0),
    errors: errorsOf(tree, skeleton.level),
    costly: costliest(skeleton.cost),
    critical: criticalPath(tree),
    texts: haystacks(skeleton),
  };
}

/** What a trace opens at: what the link names, else the failure, else the first observation, else the trace. */
export function opensAt(model: Model, wanted: string | undefined): string {
  if (wanted === "-" || (wanted !== undefined && model.at.has(wanted))) return wanted;
  const failed = firstFailure(model.tree, model.skeleton.level);
  return model.skeleton.id[failed >= 0 ? failed : (model.tree.order[0] ?? -1)] ?? "-";
}

/** Texts to find in, with what was said when the transcript is there. */
export function withTranscript(model: Model, transcript: Transcript | undefined): string[] {
  if (!transcript) return model.texts;
  const texts = model.texts.slice();
  for (const block of transcript.blocks) {
    const i = model.at.get(block.obs);
    if (i === undefined) continue;
    const said = [
      block.text, block.tool?.args, block.tool?.result, block.message && messageText(block.message),
      ...(block.documents ?? []).map((each) => `${each.title ?? ""} ${each.text}`),
    ];
    texts[i] += `\n${said.filter(Boolean).join("\n").toLowerCase()}`;
  }
  return texts;
}

export function matchesOf(model: Model, transcript: Transcript | undefined, query: string): Uint8Array | undefined {
  return query.trim() === "" ? undefined : find(withTranscript(model, transcript), query);
}
