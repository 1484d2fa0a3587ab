// SPDX-License-Identifier: MIT
import type { Role } from "@/api/ui";
import { msg, t } from "@/lib/i18n";

export const ROLES: Record<Role, { name: string; doc: string }> = {
  OWNER: { name: msg("owner"), doc: msg("everything, also deleting the organization's projects") },
  ADMIN: { name: msg("admin"), doc: msg("settings, members and keys") },
  MEMBER: { name: msg("member"), doc: msg("reads everything, writes scores and comments") },
  VIEWER: { name: msg("viewer"), doc: msg("reads everything") },
  NONE: { name: msg("no access"), doc: msg("only what a project grants") },
};

export const roleName = (role: Role): string => t(ROLES[role].name);

/** Choices of a select: what it may give. */
export const roleOptions = (): { value: string; label: string }[] =>
  (Object.keys(ROLES) as Role[]).map((role) => ({ value: role, label: roleName(role) }));
