// SPDX-License-Identifier: MIT
//
// What the screens of one trace ask of the server and change there. The same screens show a trace to
// people who are signed out; then `source` says that nothing can be written.

import { useMemo } from "react";
import { get, send, withQuery } from "@/api/client";
import { useBoot } from "@/api/boot";
import { prefetch, queryClient, useGet } from "@/api/query";
import { addScore, deleteScore, type NewScore } from "@/api/scores";
import type { ActionDone, Comment, Observation, Score, Skeleton, TraceAction, Transcript } from "@/api/ui";

export interface TraceSource {
  base: string;
  tid: string;
  /** undefined on a public page */
  pid?: string;
  writable: boolean;
  me?: string;
}

const READERS = new Set(["VIEWER", "NONE"]);
const part = encodeURIComponent;

export function traceBase(pid: string, tid: string): string {
  return `api/ui/${part(pid)}/traces/${part(tid)}`;
}

/** A trace of a project, or with `pid` undefined a published one. */
export function useSource(pid: string | undefined, tid: string): TraceSource {
  const boot = useBoot();
  return useMemo(() => {
    if (pid === undefined) return { base: `api/ui/public/${part(tid)}`, tid, writable: false };
    const role = boot.orgs.flatMap((org) => org.projects).find((project) => project.id === pid)?.role;
    const writable = role !== undefined && !READERS.has(role);
    return { base: traceBase(pid, tid), tid, pid, writable, ...(boot.user ? { me: boot.user.id } : {}) };
  }, [boot, pid, tid]);
}

const skeletonPath = (source: TraceSource): string => `${source.base}/skeleton`;
const observationPath = (source: TraceSource, id: string): string => `${source.base}/observations/${part(id)}`;

export const useSkeleton = (source: TraceSource) => useGet<Skeleton>(skeletonPath(source), { keep: false });
export const useTranscript = (source: TraceSource, enabled: boolean) =>
  useGet<Transcript>(`${source.base}/transcript`, { enabled, keep: false });
export const useObservation = (source: TraceSource, id: string) =>
  useGet<Observation>(observationPath(source, id), { keep: false });

export const getObservation = (source: TraceSource, id: string): Promise<Observation> =>
  queryClient.fetchQuery({ queryKey: [observationPath(source, id)], queryFn: ({ signal }) => get(observationPath(source, id), signal) });

export const prefetchObservation = (source: TraceSource, id: string): void => prefetch(observationPath(source, id));
export const prefetchTrace = (pid: string, tid: string): void => prefetch(`${traceBase(pid, tid)}/skeleton`);

/** Part of the JSON of a long body, from and to as bytes. */
export async function loadRange(source: TraceSource, id: string, field: string, from: number, to: number): Promise<string> {
  const answer = await get<{ text: string }>(withQuery(observationPath(source, id), { field, from, to }));
  return answer.text;
}

function change(source: TraceSource, how: (skeleton: Skeleton) => Skeleton): Skeleton | undefined {
  const key = [skeletonPath(source)];
  const before = queryClient.getQueryData<Skeleton>(key);
  if (before) queryClient.setQueryData(key, how(before));
  return before;
}

/** Changes at once what is on the screen, and takes it back when the server refuses. */
async function optimistic<T>(source: TraceSource, how: (skeleton: Skeleton) => Skeleton, request: () => Promise<T>): Promise<T> {
  const before = change(source, how);
  try {
    return await request();
  } catch (problem) {
    if (before) queryClient.setQueryData([skeletonPath(source)], before);
    throw problem;
  }
}

const CHANGES: Record<TraceAction["action"], (trace: Skeleton["trace"], tag?: string) => Partial<Skeleton["trace"]>> = {
  bookmark: () => ({ bookmarked: true }),
  unbookmark: () => ({ bookmarked: false }),
  publish: () => ({ public: true }),
  unpublish: () => ({ public: false }),
  tag: (trace, tag = "") => ({ tags: [...new Set([...(trace.tags ?? []), tag])] }),
  untag: (trace, tag) => ({ tags: (trace.tags ?? []).filter((each) => each !== tag) }),
  delete: () => ({}),
};

export function useWrite(source: TraceSource) {
  return useMemo(() => {
    const pid = source.pid ?? "";
    const project = `api/ui/${part(pid)}`;
    const act = (action: TraceAction["action"], tag?: string): Promise<ActionDone> =>
      optimistic(
        source,
        (skeleton) => ({ ...skeleton, trace: { ...skeleton.trace, ...CHANGES[action](skeleton.trace, tag) } }),
        () => send<ActionDone>("POST", `${project}/traces/actions`, { ids: [source.tid], action, ...(tag === undefined ? {} : { tag }) }),
      );
    return {
      act,
      undo: (token: string) => send("POST", `${project}/undo/${part(token)}`),
      async addScore(score: NewScore, observation: string | undefined): Promise<void> {
        const made = await addScore(pid, source.tid, score, observation);
        change(source, (skeleton) => ({ ...skeleton, scores: [...skeleton.scores.filter((each) => each.id !== made.id), made] }));
      },
      deleteScore: (score: Score) =>
        optimistic(
          source,
          (skeleton) => ({ ...skeleton, scores: skeleton.scores.filter((each) => each.id !== score.id) }),
          () => deleteScore(pid, score.id),
        ),
      async addComment(text: string, observation: string | undefined): Promise<void> {
        const made = await send<Comment>("POST", `${project}/comments`, { trace: source.tid, text, ...(observation === undefined ? {} : { observation }) });
        change(source, (skeleton) => ({ ...skeleton, comments: [...(skeleton.comments ?? []), made] }));
      },
      deleteComment: (comment: Comment) =>
        optimistic(
          source,
          (skeleton) => ({ ...skeleton, comments: (skeleton.comments ?? []).filter((each) => each.id !== comment.id) }),
          () => send("DELETE", `${project}/comments/${part(comment.id)}`),
        ),
    };
  }, [source]);
}

export type Write = ReturnType<typeof useWrite>;
