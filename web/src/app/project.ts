// SPDX-License-Identifier: MIT
//
// The project of the address, and what the signed-in person may do in it.
import { useParams } from "@tanstack/react-router";
import { findProject, useBoot, type Project } from "@/api/boot";
import type { Role } from "@/api/ui";

export type { Project };

const RANK: Record<Role, number> = { NONE: 0, VIEWER: 1, MEMBER: 2, ADMIN: 3, OWNER: 4 };

export const mayAtLeast = (role: Role, wanted: Role): boolean => RANK[role] >= RANK[wanted];

/** Only below /project/$pid, whose route made sure that it exists. */
export function useProject(): Project {
  const boot = useBoot();
  const { pid } = useParams({ strict: false });
  const project = findProject(boot, pid ?? "");
  if (!project) throw new Error(`project ${pid ?? "?"} is not one of ${boot.user?.email ?? "nobody"}`);
  return project;
}
