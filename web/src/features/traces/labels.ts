// SPDX-License-Identifier: MIT
//
// What columns and fields are called on the page. Names a client gave stay as they are.

import { msg, t } from "@/lib/i18n";
import { type ColumnId, type FixedColumn } from "./columns";

const COLUMN_LABELS: Record<FixedColumn, string> = {
  time: msg("Time"),
  name: msg("Name"),
  io: msg("Input → output"),
  model: msg("Model"),
  tokens: msg("Tokens"),
  cost: msg("Cost"),
  latency: msg("Latency"),
  scores: msg("Scores"),
  trace: msg("Trace"),
  ttft: msg("First token"),
  speed: msg("Tokens/s"),
  observations: msg("Observations"),
  errors: msg("Errors"),
  user: msg("User"),
  session: msg("Session"),
  tags: msg("Tags"),
  env: msg("Environment"),
  version: msg("Version"),
  release: msg("Release"),
  id: msg("Id"),
};

const FIELD_LABELS: Record<string, string> = {
  level: msg("Level"),
  env: msg("Environment"),
  environment: msg("Environment"),
  name: msg("Name"),
  model: msg("Model"),
  user: msg("User"),
  session: msg("Session"),
  tag: msg("Tags"),
  tags: msg("Tags"),
  type: msg("Type"),
  kind: msg("Type"),
  version: msg("Version"),
  release: msg("Release"),
};

export const columnLabel = (id: ColumnId): string =>
  id.startsWith("score:") ? id.slice(6) : t(COLUMN_LABELS[id as FixedColumn]);

export function fieldLabel(field: string): string {
  const label = FIELD_LABELS[field];
  return label === undefined ? field : t(label);
}
