// SPDX-License-Identifier: MIT
//
// What the server answers to its own pages: the routes under api/ui (src/ui in the C sources). This
// file is the contract; both sides are tested against it. Addresses are relative to the base path.
//
// Conventions: times are milliseconds since the epoch, durations milliseconds, money US dollars.
// A field that may be missing is optional and then absent, never null. Session cookie; every request
// that changes something carries `X-CSRF-Token` (Boot.csrf). Errors: { message, error, requestId }.

export type Level = "DEBUG" | "DEFAULT" | "WARNING" | "ERROR";
export type Kind =
  | "SPAN" | "GENERATION" | "EVENT" | "AGENT" | "TOOL" | "CHAIN" | "RETRIEVER" | "EVALUATOR"
  | "EMBEDDING" | "GUARDRAIL";
export type Role = "OWNER" | "ADMIN" | "MEMBER" | "VIEWER" | "NONE";
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

// ---- Start ------------------------------------------------------------------------------------

/** In the page as <script type="application/json" id="boot">, and GET api/ui/me (without `first`). */
export interface Boot {
  version: string;
  user?: { id: string; email: string; name: string; admin: boolean };
  csrf?: string;
  orgs: { id: string; name: string; role: Role; projects: { id: string; name: string; role: Role }[] }[];
  signUp: boolean; // POST api/ui/auth/sign-up is allowed
  fields: Field[]; // of the query language
  /**
   * The page's first answer. `path` is what the page would have asked for: for
   * project/P/traces?... it is api/ui/P/traces? with the parameters q, range, sort, lens that the
   * page's address has, in this order and spelled as there; for project/P/traces/T it is
   * api/ui/P/traces/T/skeleton; project/P/ -> api/ui/P/overview with range, q.
   */
  first?: { path: string; status: number; data: unknown };
}
export interface Field {
  name: string; // as typed: "level", "latency", "score.", "meta."
  type: "text" | "number" | "seconds" | "money" | "option" | "boolean" | "tags" | "time";
  facet: boolean; // may appear in Summary.facets
  lens: ("traces" | "obs")[];
  doc: string;
}
export interface ErrorAnswer { message: string; error?: string; requestId?: string }

// ---- Sign-in and accounts -----------------------------------------------------------------------
// POST api/ui/auth/sign-in   { email, password }                -> 200 Boot | 401 | 429 (Retry-After)
// POST api/ui/auth/sign-up   { email, name, password, invite? } -> 200 Boot | 403 | 409
// POST api/ui/auth/sign-out, POST api/ui/auth/sign-out-everywhere -> 204
// POST api/ui/auth/password  { current, next }                  -> 204; ends the user's other sessions
// GET  api/ui/invites/:token                                    -> Invitation (works signed out)
// POST api/ui/invites/:token/accept                             -> 200 Boot
export interface Invitation { org: string; email: string; role: Role; expires: number; registered: boolean }

// POST api/ui/orgs { name } -> { id }          PATCH api/ui/orgs/:oid { name }
// POST api/ui/orgs/:oid/projects { name } -> { id }
// GET, PATCH { name?, retentionDays? }, DELETE { name } api/ui/:pid/project   (DELETE: typed name)
export interface ProjectSettings { id: string; name: string; org: string; retentionDays: number; created: number }
// GET  api/ui/orgs/:oid/members                    -> Members
// PUT  api/ui/orgs/:oid/members/:uid { role }      DELETE …/members/:uid
// POST api/ui/orgs/:oid/invites { email, role }    -> { id, url }   (the link is shown once)
// DELETE api/ui/orgs/:oid/invites/:id
export interface Members {
  members: { id: string; email: string; name: string; role: Role; lastSeen?: number }[];
  invites: { id: string; email: string; role: Role; created: number; expires: number; by: string }[];
}
// GET api/ui/:pid/keys -> { keys: ApiKey[] };  POST { note? } -> ApiKey & { secretKey, host };
// PATCH api/ui/:pid/keys/:id { note };  DELETE api/ui/:pid/keys/:id
export interface ApiKey {
  id: string; publicKey: string; displaySecretKey: string; note?: string; created: number; lastUsed?: number;
}

// ---- Lists ------------------------------------------------------------------------------------

/** GET api/ui/:pid/traces?q&range&sort&lens&after[&session&user] */
export interface TraceList {
  rows: TraceRow[] | ObservationRow[]; // by lens: traces (default), obs
  next?: string; // `after` of the next page
  from: number; to: number; // what `range` came to
  problems?: QueryProblem[]; // what the server could not read in q; the rest was applied
}
export interface QueryProblem { at: number; length: number; message: string; suggest?: string }
export interface ScoreChip { name: string; value?: number; text?: string; n: number } // mean, or the most frequent text
export interface TraceRow {
  id: string; start: number; latency?: number;
  name?: string; kind: Kind; // of the root
  level: Level; // the worst inside
  error?: string; // first error's message, else the first warning's
  input?: string; output?: string; // previews
  model?: string; models: number; // the costliest model; how many different ones
  observations: number; errors: number; warnings: number;
  tokens: number; cost: number;
  user?: string; session?: string; tags?: string[]; env?: string; version?: string; release?: string;
  bookmarked?: boolean; public?: boolean;
  scores?: ScoreChip[];
}
export interface ObservationRow {
  id: string; trace: string; traceName?: string; start: number; latency?: number; ttft?: number;
  name?: string; kind: Kind; level: Level; error?: string; input?: string; output?: string;
  model?: string; tokens: number; cost: number; env?: string; user?: string; session?: string; version?: string;
  scores?: ScoreChip[];
}

/** GET api/ui/:pid/traces/summary?q&range&lens */
export interface Summary {
  total: number; from: number; to: number; bucket: number;
  /** parallel arrays, one entry per bucket */
  n: number[]; errors: number[]; warnings: number[];
  p50?: number; p95?: number; p99?: number; cost: number; tokens: number;
  facets: { field: string; values: { value: string; n: number }[] }[]; // only those with more than one value
  newest?: number; // when total is 0: start of the newest trace outside the range
  partial?: boolean; // the time was up: figures of what was looked at until then (here and below)
}

/** GET api/ui/:pid/traces/call?q&range&lens: the list as a call of the public API, relative to the base path; `left`: conditions that it does not know */
export interface Call { path: string; left?: string[]; problems?: QueryProblem[] }

/** GET api/ui/:pid/values?field&prefix&range -> completion of a value, with counts */
export interface Values { values: { value: string; n: number }[] }

/** GET api/ui/:pid/live?q&rows  (text/event-stream): events `row` (TraceRow), `status` (Ingestion) every 5 s. rows=0: `status` alone. */
export interface Ingestion { last?: number; writable: boolean; problem?: string }

/** POST api/ui/:pid/traces/actions -> ActionDone. `ids`, or everything that `q` and `range` match. */
export interface TraceAction {
  ids?: string[]; q?: string; range?: string;
  action: "tag" | "untag" | "bookmark" | "unbookmark" | "publish" | "unpublish" | "delete";
  tag?: string;
}
/** `undo`: POST api/ui/:pid/undo/:token takes a delete back; it runs at `at`. */
export interface ActionDone { n: number; undo?: string; at?: number }

// GET api/ui/:pid/traces/export?q&range&sort&lens&format=csv|jsonl&cols   (download, at most 10,000 rows)

// GET api/ui/:pid/views?table -> { views: SavedView[] }; POST SavedView without id -> { id };
// PUT, DELETE api/ui/:pid/views/:id
export interface SavedView { id: string; name: string; table: "traces" | "sessions" | "users"; search: Record<string, string>; by?: string }

// ---- One trace ----------------------------------------------------------------------------------

/** GET api/ui/:pid/traces/:tid/skeleton; and api/ui/public/:tid/{skeleton,transcript,observations/:oid}
 *  without signing in: those leave out user, session, tags, env, versions, comments, authors, neighbours, raw OTel attributes,
 *  and `project` is "". Observations are in order of start, ties in order of arrival: a parent may come
 *  after its child. `previous` is the project's next newer trace, `following`
 *  the next older one: as lists show them. */
export interface Skeleton {
  trace: TraceRow & { project: string; previous?: string; following?: string };
  names: string[]; models: string[]; // what `name` and `model` point into
  /** parallel arrays in order of start; -1 = none */
  id: string[]; parent: number[]; kind: number[]; level: number[]; // kind: position in KINDS; level: in LEVELS
  start: number[]; // ms after trace.start
  duration: number[]; ttft: number[];
  cost: number[]; tokens: number[]; name: number[]; model: number[];
  messages: Record<string, string>; // status message by position, where there is one
  scores: Score[];
  comments?: Comment[]; // absent where none can be read: on published traces, on servers that keep none
}
export const KINDS: readonly Kind[] = ["SPAN", "GENERATION", "EVENT", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "EVALUATOR", "EMBEDDING", "GUARDRAIL"];
export const LEVELS: readonly Level[] = ["DEBUG", "DEFAULT", "WARNING", "ERROR"];
export interface Score {
  id: string; name: string; type: "NUMERIC" | "CATEGORICAL" | "BOOLEAN" | "CORRECTION" | "TEXT";
  value?: number; text?: string; source: "API" | "ANNOTATION" | "EVAL"; comment?: string;
  observation?: string; author?: string; at: number;
}
export interface Comment { id: string; observation?: string; author: string; authorId?: string; text: string; at: number }

/** GET api/ui/:pid/traces/:tid/observations/:oid; :oid "-" is the trace's own input and output */
export interface Observation {
  id: string; parent?: string; name?: string; kind: Kind; level: Level; message?: string;
  start: number; end?: number; ttft?: number;
  model?: string; parameters?: Json; version?: string; env?: string;
  usage?: Record<string, number>; costs?: Record<string, number>; tokens: number; cost: number;
  tier?: string; prompt?: { name: string; version?: number };
  input?: Body; output?: Body; metadata?: Body;
  /** Input and output read as a conversation, where they are one. The last `answers` of them are the output. */
  chat?: { messages: Message[]; answers: number; tools?: ToolDefinition[] };
  documents?: Document[]; // retrieved
}
/** A body of at most 256 kB stands in `value`; of a longer one `text` is the beginning, and
 *  GET …/observations/:oid?field=input&from=<next>&to= -> { text, next? } gives what follows, at most
 *  256 kB at once; `next` is the byte that the following part begins with, absent at the end. */
export interface Body { value?: Json; text?: string; next?: number; bytes: number }
export interface Message {
  role: "system" | "user" | "assistant" | "tool" | "other";
  name?: string; // of a tool or a speaker
  parts: Part[];
  calls?: { id?: string; name: string; args: string }[]; // args: JSON text or plain text
  callId?: string; // of the call that a tool message answers
  seen?: number; // position of the observation where the trace showed the same message before
}
export interface Part { type: "text" | "thinking" | "image" | "audio" | "file" | "json"; text?: string; url?: string; mime?: string }
export interface ToolDefinition { name: string; description?: string; called: number }
export interface Document { id?: string; title?: string; text: string; score?: number }

/** GET api/ui/:pid/traces/:tid/transcript: the trace read from top to bottom */
export interface Transcript { blocks: Block[] }
export interface Block {
  kind: "message" | "tool" | "documents" | "error" | "text"; // tool: a call with its result
  obs: string; // observation it came from; "-" the trace itself
  at: number;
  message?: Message;
  tool?: { name: string; args?: string; result?: string; latency?: number };
  documents?: Document[];
  text?: string; level?: Level;
  model?: string; latency?: number; cost?: number;
}

// POST api/ui/:pid/scores { trace, observation?, name, value? , text?, comment? } -> Score
// DELETE api/ui/:pid/scores/:id -> 204
// POST api/ui/:pid/comments { trace, observation?, text } -> Comment; DELETE api/ui/:pid/comments/:id
// GET  api/ui/:pid/score-names -> { names: { name, type, categories? }[] } for the score form

// ---- Sessions and users ---------------------------------------------------------------------------

/** GET api/ui/:pid/sessions?q&range&sort&after */
export interface SessionList { rows: SessionRow[]; next?: string; from: number; to: number; partial?: boolean }
export interface SessionRow {
  id: string; start: number; end: number; turns: number; errors: number; users: string[]; env?: string;
  tokens: number; cost: number; first?: string; last?: string; // first input, last output
  scores?: ScoreChip[];
}
/** GET api/ui/:pid/sessions/:sid?after */
export interface Session {
  session: SessionRow;
  turns: { trace: TraceRow; blocks: Block[]; scores: Score[] }[];
  next?: string;
}
/** GET api/ui/:pid/users?q&range&sort&after */
export interface UserList { rows: UserRow[]; next?: string; from: number; to: number; bucket: number; partial?: boolean }
export interface UserRow {
  id: string; traces: number; sessions: number; errors: number; tokens: number; cost: number;
  first: number; last: number; spark: number[]; // cost per bucket
}
/** GET api/ui/:pid/users/:uid?range */
export interface User {
  user: UserRow; from: number; to: number; bucket: number;
  n: number[]; errors: number[]; cost: number[]; p50: (number | null)[]; p95: (number | null)[]; p99: (number | null)[];
  scores: { name: string; n: number; mean?: number; values: (number | null)[] }[];
  sessions: SessionRow[]; // newest 10; the traces come from the list with user=
}

// ---- Overview, search, system ---------------------------------------------------------------------

/** GET api/ui/:pid/overview?range&q */
export interface Overview {
  from: number; to: number; bucket: number;
  empty: boolean; // the project never had a trace
  newest?: number; // when the range is empty
  /** order: traces, errors (share 0..1), cost, p95, tokens, quality (mean of the most frequent numeric score) */
  figures: { key: string; name?: string; value?: number; before?: number; spark: (number | null)[] }[];
  attention: { kind: "error" | "warning" | "cost" | "latency"; title: string; detail: string; n: number; since?: number; q: string }[];
  n: number[]; errors: number[]; warnings: number[];
  p50: (number | null)[]; p95: (number | null)[]; p99: (number | null)[];
  latencyByName: { key: string; p95: (number | null)[] }[]; // the 5 most frequent
  cost: Record<"model" | "user" | "name", { key: string; sum: number; values: number[] }[]>; // 9 and "other"
  scores: { name: string; n: number; mean?: number; before?: number; strip: { label: string; n: number }[] }[];
  names: { key: string; n: number; errors: number; p95?: number; cost: number }[]; // 6 each
  users: { key: string; n: number; errors: number; cost: number }[];
  slowest: { trace: string; observation: string; name?: string; model?: string; latency: number; cost: number }[];
  partial?: boolean;
}

/** GET api/ui/:pid/search?q: at most 5 of a kind */
export interface Search {
  hits: { kind: "trace" | "observation" | "session" | "user"; id: string; trace?: string; title: string; detail?: string; at?: number }[];
}

/** GET api/ui/system (any signed-in user; figures of the whole instance only for its admin) */
export interface System {
  version: string; started: number; mode: string;
  ingestion: Ingestion & { perMinute?: number };
  // from here on for the admin of the instance only
  dataDir?: string;
  store?: { bytes: number; files: number; traces: number; observations: number; scores: number; oldest?: number; newest?: number; diskFree?: number; diskTotal?: number; budget?: number; retentionDays?: number };
  memory?: number; // resident bytes
  counts?: { name: string; n: number; doc: string }[]; // refused, cut or dropped since the start
  checks?: { ok: boolean; level: "ok" | "warning" | "error"; name: string; message: string; cure?: string }[];
}

/** GET api/ui/cost?provider&users (admin of the instance): a month's usage times a table of prices; users projects */
export interface Cost {
  provider: string; users: number; projected: boolean; embedded: boolean;
  hours: number; // that the server was watched
  usd: number; unpriced: number; // parts in use without a price
  plan: { users: number; low: number; high: number }; // USD
  parts: { part: string; doc: string; unit: string; quantity: number; origin: "measured" | "extrapolated" | "assumed" | "projected"; note: string; price?: string; date?: string; source?: string; amount?: number; currency?: string; usd?: number }[];
  estimates: { part: string; low: number; high: number; currency: string; date: string; source: string }[];
  triggers: { name: string; doc: string; cure: string; limit: number; share: boolean; value?: number; reached: boolean; nearest: boolean }[];
  providers: { id: string; name: string }[];
  growth: { users: number; low: number; high: number }[];
}
